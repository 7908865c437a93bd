//! Tencent's Kubernetes (TKE): which of its clusters a context of the kubeconfig is.

mod error;
mod find;
mod server;

pub use error::TkeError;
pub use find::{FoundCluster, find, vpc_of};
