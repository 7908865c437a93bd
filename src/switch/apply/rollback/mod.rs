//! Rolling a switch back: each change is undone where it still stands; an object that has been
//! changed since is reported.
//!
//! It is planned, proven, watched and stopped as a switch is: what it goes back to must be pulled,
//! too.

mod accounts;
mod carry_out;
mod identity;
mod logins;
mod old_images;
mod plan;
mod surroundings;

pub use carry_out::roll_back;
pub use identity::WrongCluster;
pub use plan::{RollbackOptions, RollbackPlan, RollbackStep, RollbackVerdict};
