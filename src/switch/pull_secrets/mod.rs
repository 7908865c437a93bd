//! Pull secrets as things of their own: who uses which, giving namespaces one for TCR,
//! taking CCR's out of use.
//!
//! What stands in one is for `workload::pull_secret`; which Secret a switch names is for `plan`.

mod copy;
mod facts;
mod logins;
mod needs;
mod occupants;
mod prune;
mod run;
mod step;
#[cfg(test)]
pub(super) mod test_inventory;
mod trial;
mod uses;

pub use copy::{CopyOptions, CopyPlan, LeftAsIs};
pub use facts::PruneFacts;
pub use logins::{FromSecretError, PullLogins};
pub use needs::LoginNeeds;
pub use occupants::Occupants;
pub use prune::{PruneOptions, PrunePlan};
pub use run::SecretRun;
pub use step::{SecretChange, SecretStep};
pub use trial::try_logins;
pub use uses::{SecretState, SecretUse, ThroughAccount, secret_uses};
