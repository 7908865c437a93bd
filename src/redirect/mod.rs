//! CCR's own domain answered by TCR inside one VPC: the canary of a move.
//!
//! A private zone `tencentyun.com` that is bound to the VPC makes `ccr.ccs` an alias of the instance's
//! name, which the VPC resolves to its link. The instance has CCR's certificate and takes CCR's logins;
//! of a repository that it holds every tag must be there, for it falls back to CCR only for
//! repositories that it lacks (Tencent, 1141/82855). So the zone is bound only once all that has been
//! asked: [`prepare`] reads, compares and tries, [`carry_out`] does the steps that are left, one after
//! another, reading before each.

mod carry_out;
mod comparison;
mod error;
mod obstacle;
mod plan;
mod prepare;
mod state;
mod trial;
mod undo;
mod zone_name;

pub use carry_out::{Done, TTL, carry_out};
pub use comparison::{Compared, UsedImage};
pub use error::RedirectError;
pub use obstacle::Obstacle;
pub use plan::{Goal, Step};
pub use prepare::{Prepared, RedirectInputs, prepare};
pub use undo::RedirectUndo;
