//! How an instance is reached: links into VPCs, the names inside them, the public entry, domains of
//! the customer's.
//!
//! State → plan → carried out, with an undo file that is on disk before anything is changed. Every
//! change is a [`Step`] that converges: the state is read again before it is written, what is there
//! already is left, and what takes its time is waited for. Rolling back is the opposite steps in the
//! opposite order.

mod carry_out;
mod domain;
mod entry;
mod error;
mod plan;
mod range;
mod replication;
mod report;
mod rollback;
mod run;
mod settle;
mod state;
mod step;
mod undo;

pub use carry_out::carry_out;
pub use domain::{DomainError, DomainWish, RecordToMake, records_to_make};
pub use error::{NetworkError, StepError, UndoError};
pub use plan::{AllowWish, Plan, PlanError, PlannedStep, Removal, StepVerdict, VpcWish, Wishes};
pub use range::{Range, RangeError};
pub use replication::{ReplicationError, ReplicationWish};
pub use report::{Outcome, Report, StepReport};
pub use rollback::roll_back;
pub use run::Options;
pub use state::{LinkState, NetworkState};
pub use step::Step;
pub use undo::{UndoFile, UndoState, UndoneStep, unfinished};
