//! A client of Kubernetes API servers, as kubectl is one: configuration, discovery, lists, single
//! objects, retry. Knows nothing of images.

mod client;
mod config;
mod discovery;
mod error;
mod failure;
mod hint;
mod list;
mod page;
mod request;
mod resource;
mod retry;
mod status;
mod subject;
#[cfg(test)]
pub(crate) mod test_server;
mod tls_words;
mod transport;

pub use client::Cluster;
pub(crate) use config::token_expiry;
pub use config::{
    ConnectionSettings, KubeconfigNames, RequestTimeout, RequestTimeoutError, UserExtra,
    UserExtraError,
};
pub use discovery::Discovery;
pub use error::ClusterError;
pub use list::{ListQuery, Listed};
#[cfg(test)]
pub(crate) use page::items_of;
pub use page::{ListItem, Page};
pub use request::{FIELD_MANAGER, GUARD_POLICY, Write};
pub use resource::{Resource, kind_and_name};
pub use subject::Subject;
