//! Carrying a plan out: a server-side dry run first, then the rollback file, then the writing,
//! namespace by namespace, while rollouts are watched.
//!
//! Nothing is written before every patch has passed the dry run and the rollback file is on disk.

mod credentials_now;
mod custom_watch;
mod deleted_secret;
mod dry_run;
mod error;
mod execute;
mod follow;
mod object_write;
mod pods;
mod pull_failure;
mod put;
mod refusals;
mod restored_secrets;
mod rollback;
mod rollback_file;
mod run;
mod secrets_backup;
mod stuck;
mod suspects;
mod wait;
mod watched;
mod write;
mod written;

pub use deleted_secret::DeletedSecret;
pub use dry_run::dry_run;
pub use error::{ApplyError, Refusals};
pub use execute::execute;
pub(super) use follow::follow;
pub(super) use pods::{PodLooks, Which};
pub use pull_failure::PullFailure;
pub(super) use pull_failure::pull_failures;
pub(super) use refusals::{fatal, outcome as refused_outcome};
pub use restored_secrets::{RestoreVerdict, SecretRestoration, look_for_secrets, restore_secrets};
pub use rollback::{
    RollbackOptions, RollbackPlan, RollbackStep, RollbackVerdict, WrongCluster, roll_back,
};
pub(super) use rollback_file::RollbackEntry;
pub use rollback_file::{RollbackFile, RollbackFileError};
pub use run::{ApplyEvent, ApplyOptions, Watcher};
pub(super) use run::{Run, cluster_id, tell_of_unproven};
pub use secrets_backup::{SecretsBackup, SecretsBackupError, check_backup_place};
pub(super) use secrets_backup::{as_created, write_backup};
pub(super) use suspects::Suspects;
pub(super) use watched::Watched;
pub(super) use written::WrittenObject;
