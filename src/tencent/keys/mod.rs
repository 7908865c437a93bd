//! Where API keys come from: flags, variables, files of Tencent's tools, roles of a pod or machine.

mod chain;
mod ini;
mod key;
mod metadata;
mod sts;
mod tccli;

pub use chain::KeyChain;
pub use key::{ApiKey, KeySettings};
