//! The server, how it is reached and trusted, and the user: kubectl's flags, the kubeconfig, the
//! environment and a pod's service account together.

pub(super) mod connector;
mod context;
mod contradictions;
mod credential;
mod exec_plugin;
mod in_cluster;
mod kubeconfig;
mod names;
pub(super) mod proxy;
mod request_timeout;
mod settings;
mod tls;
mod token_expiry;

pub(super) use context::ClusterContext;
pub(super) use credential::{Credential, CredentialSource};
pub use names::KubeconfigNames;
pub use request_timeout::{RequestTimeout, RequestTimeoutError};
pub use settings::{ConnectionSettings, UserExtra, UserExtraError};
pub(crate) use token_expiry::token_expiry;
