//! Live objects of a cluster: connecting, scanning, planning, applying, waiting, rolling back, pull
//! secrets.
//!
//! What stands where in an object is for `workload`; blobs are nobody's business here.

mod accounts;
mod apply;
mod connect;
mod discovery;
mod duration;
mod error;
mod exec_plugin;
mod failure;
mod hint;
mod in_cluster;
mod inventory;
mod jwt;
mod kubeconfig;
mod list;
mod login;
mod names;
mod page;
mod plan;
mod proxy;
mod pull_secrets;
mod refusal;
mod repeat;
mod report;
mod request;
mod resource;
mod rollback;
mod rollback_file;
mod rollout;
mod scan;
mod settings;
mod subject;
mod surroundings;
mod target;
mod targets;
#[cfg(test)]
mod test_server;
mod tls;
mod transport;
mod tried_logins;
mod verify;

pub use accounts::Accounts;
pub use apply::{ApplyError, ApplyEvent, ApplyWish, Watcher, apply, judge};
pub use connect::Cluster;
pub use discovery::Discovery;
pub use duration::{RequestTimeout, RequestTimeoutError};
pub use error::ClusterError;
pub use inventory::{Account, Found, Inventory, ObjectVersion, Running, Unread};
pub use list::{ListQuery, Listed};
pub use names::KubeconfigNames;
pub use page::{Item, Page};
pub use plan::{
    AccountEntry, Entry, ImageSwitch, Known, PullSecretMode, Reason, SecretSwitch, SwitchPlan,
    SwitchProblem, SwitchProblems, SwitchWish, UnfitSecret, Verdict, Wanted, make_plan,
    unfit_secrets, wanted,
};
pub use pull_secrets::{
    CopyPlan, CopyWish, FromSecretError, LeftAsIs, LoginNeeds, Occupants, PruneFacts, PrunePlan,
    PruneWish, PullLogins, SecretChange, SecretRun, SecretState, SecretStep, SecretUse,
    ThroughAccount, UnfitLogin, prove_logins, secret_uses, try_logins,
};
pub use report::{Done, Outcome, Report, Trouble};
pub use request::{FIELD_MANAGER, Write};
pub use resource::Resource;
pub use rollback::{RollbackPlan, RollbackStep, RollbackVerdict, WrongCluster, roll_back};
pub use rollback_file::{RollbackEntry, RollbackFile, RollbackFileError};
pub use rollout::{PullFailure, pull_failures};
pub use scan::{Scope, scan};
pub use settings::{ConnectionSettings, UserExtra, UserExtraError};
pub use subject::Subject;
pub use targets::{TargetState, Targets, prove_public, prove_targets};
pub use tried_logins::{LoginFault, TriedLogins, UselessLogin};
pub use verify::{WaitingPod, WithoutLogin, in_use, pulled_from, waiting_pods, without_login};
