//! Carrying a plan out: a server-side dry run first, then the rollback file, then the writing,
//! namespace by namespace, while rollouts are watched.
//!
//! Nothing is written before every patch has passed the dry run and the rollback file is on disk.

mod dry_run;
mod error;
mod execute;
mod pull_failure;
mod rollback;
mod rollback_file;
mod run;
mod steps;
mod wait;
mod write;

pub use dry_run::judge;
pub use error::ApplyError;
pub use execute::apply;
pub use pull_failure::{PullFailure, pull_failures};
pub use rollback::{RollbackPlan, RollbackStep, RollbackVerdict, WrongCluster, roll_back};
pub use rollback_file::{RollbackEntry, RollbackFile, RollbackFileError};
pub use run::{ApplyEvent, ApplyOptions, Watcher};
pub(super) use run::{Run, cluster_id};
pub(super) use wait::{Suspects, follow, pods_of};
pub(super) use write::trouble;
