//! Switching a cluster from CCR to TCR: scan → plan → apply → report; rollback, pull secrets, verify.
//!
//! Where images stand in an object is for `workload`, how an API server is asked for `kubernetes`,
//! what is known of the images for `proof`.

mod addon;
mod apply;
mod contexts;
mod exclusions;
mod in_use;
mod inventory;
mod notice;
mod object_version;
mod plan;
mod prepare;
mod pull_secrets;
mod report;
mod running;
mod scan;
mod service_accounts;
mod sides;
mod terminating;
mod tried_logins;
mod verify;

pub use addon::{ImagePullSecret, ImagePullSecrets, MadeSoFar, NameScope};
pub use apply::{
    ApplyError, ApplyEvent, ApplyOptions, DeletedSecret, PullFailure, Refusals, RestoreVerdict,
    RollbackFile, RollbackFileError, RollbackOptions, RollbackPlan, RollbackStep, RollbackVerdict,
    SecretRestoration, SecretsBackup, SecretsBackupError, Watcher, WrongCluster,
    check_backup_place, dry_run, execute, look_for_secrets, restore_secrets, roll_back,
};
pub use contexts::{contexts, side_by_side};
pub use exclusions::{Exclusions, ObjectPattern};
pub use in_use::ImagesInUse;
pub use inventory::{Inventory, PodSample, ScannedObject, Unread, WaitingPod};
pub use notice::{Noted, Notice, NoticeCode};
pub use object_version::ObjectVersion;
pub use plan::{
    ImageSwitch, NameCollisions, ObjectPlan, PlannedKeep, PlannedPatch, PullSecretMode, PullsWith,
    Reason, ReasonClass, SecretSwitch, ServiceAccountPlan, SwitchOptions, SwitchPlan, Verdict,
};
pub use prepare::{PreparedSwitch, prepare_plan};
pub use pull_secrets::{
    CopyOptions, LeftAsIs, LoginSource, PreparedSecrets, PruneOptions, SecretChange, SecretState,
    SecretStep, SecretUse, ThroughAccount, prepare_secrets_copy, prepare_secrets_prune,
    secret_uses,
};
pub use report::{ObjectResult, Outcome, Report, ReportCommand, WithoutDryRun};
pub use running::{ImageOrigin, PodsOnHost, Revision, RunningImage, RunningPods};
pub use scan::Scope;
pub use service_accounts::{ScannedServiceAccount, ServiceAccounts};
pub use sides::{CcrUsage, PrepareError, SwitchInputs, read_usage};
pub use tried_logins::{LoginFault, UselessLogin};
pub use verify::{Verification, WithoutLogin, verify};
