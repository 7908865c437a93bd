//! Pull secrets as things of their own: who uses which, giving namespaces one for TCR,
//! taking CCR's out of use.
//!
//! What stands in one is for `workload::pull_secret`; which Secret a switch names is for `plan`.

mod copy;
mod facts;
mod judged_steps;
mod login_source;
mod logins;
mod needs;
mod occupants;
mod prepare;
mod prune;
mod run;
mod secret_mentions;
mod secret_users;
mod step;
#[cfg(test)]
pub(super) mod test_inventory;
mod trial;
mod uses;

pub use copy::{CopyOptions, LeftAsIs};
pub use login_source::LoginSource;
pub(super) use needs::LoginNeeds;
pub use prepare::{PreparedSecrets, prepare_secrets_copy, prepare_secrets_prune};
pub use prune::PruneOptions;
pub use step::{SecretChange, SecretStep};
pub(super) use trial::try_logins;
pub use uses::{SecretState, SecretUse, ThroughAccount, secret_uses};
