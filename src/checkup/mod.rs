//! `doctor`: is everything there that a move needs? Checks, each with an id, what it needs, a
//! verdict and a hint. Nothing here writes.
//!
//! A check is a file in `checks`; `run` runs them at once as far as their needs allow, `ground` holds
//! what they share, `command` is what both plugins call.

mod args;
mod check;
mod checks;
mod command;
mod dns;
mod finding;
mod ground;
mod image;
mod probe;
mod run;
mod select;
mod slot;
mod view;

pub use args::{CheckupArgs, CheckupFormat, FailOn};
pub use check::Check;
pub use checks::ALL;
pub use command::{DoctorEnd, run};
pub use finding::Verdict;
pub use ground::{ClusterGround, Ground};
pub use run::{Outcome, run as run_checks};
pub use select::{UnknownCheck, select};
