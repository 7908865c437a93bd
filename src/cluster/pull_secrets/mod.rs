//! Pull secrets as things of their own: who uses which.
//!
//! What stands in one is for `workload::pull_secret`; which Secret a switch names is for `plan`.

#[cfg(test)]
mod test_inventory;
mod uses;

pub use uses::{SecretState, SecretUse, secret_uses};
