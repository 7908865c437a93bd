//! Carrying a plan out: a server-side dry run first, then the rollback file, then the writing,
//! namespace by namespace, while rollouts are watched.
//!
//! Nothing is written before every patch has passed the dry run and the rollback file is on disk.

mod dry_run;
mod error;
mod execute;
mod object_write;
mod pull_failure;
mod refusals;
mod rollback;
mod rollback_file;
mod run;
mod wait;
mod write;

pub use dry_run::dry_run;
pub use error::{ApplyError, Refusals};
pub use execute::execute;
pub use pull_failure::PullFailure;
pub(super) use pull_failure::pull_failures;
pub(super) use refusals::{fatal, outcome as refused_outcome};
pub use rollback::{RollbackPlan, RollbackStep, RollbackVerdict, WrongCluster, roll_back};
pub(super) use rollback_file::RollbackEntry;
pub use rollback_file::{RollbackFile, RollbackFileError};
pub use run::{ApplyEvent, ApplyOptions, Watcher};
pub(super) use run::{Run, cluster_id, tell_of_unproven};
pub(super) use wait::{Suspects, follow, pods_of};
