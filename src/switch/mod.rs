//! Switching a cluster from CCR to TCR: scan → plan → apply → report; rollback, pull secrets, verify.
//!
//! Where images stand in an object is for `workload`, how an API server is asked for `kubernetes`,
//! what is known of the images for `proof`.

mod apply;
mod inventory;
mod object_version;
mod plan;
mod pull_secrets;
mod report;
mod scan;
mod service_accounts;
mod tried_logins;
mod verify;

pub use apply::{
    ApplyError, ApplyEvent, ApplyOptions, PullFailure, RollbackEntry, RollbackFile,
    RollbackFileError, RollbackPlan, RollbackStep, RollbackVerdict, Watcher, WrongCluster, apply,
    judge, pull_failures, roll_back,
};
pub use inventory::{Inventory, ScannedObject, Unread};
pub use object_version::ObjectVersion;
pub use plan::{
    AccountEntry, Entry, ImageSwitch, Known, PullSecretMode, Reason, SecretSwitch, SwitchOptions,
    SwitchPlan, SwitchProblem, SwitchProblems, UnfitSecret, Verdict, Wanted, make_plan,
    unfit_secrets, wanted,
};
pub use pull_secrets::{
    CopyOptions, CopyPlan, FromSecretError, LeftAsIs, LoginNeeds, Occupants, PruneFacts,
    PruneOptions, PrunePlan, PullLogins, SecretChange, SecretRun, SecretState, SecretStep,
    SecretUse, ThroughAccount, secret_uses, try_logins,
};
pub use report::{Done, Outcome, Report, Trouble};
pub use scan::{Scope, scan};
pub use service_accounts::{ScannedServiceAccount, ServiceAccounts};
pub use tried_logins::{LoginFault, TriedLogins, UselessLogin};
pub use verify::{WaitingPod, WithoutLogin, in_use, pulled_from, waiting_pods, without_login};
