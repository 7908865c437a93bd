//! Live objects of a cluster: connecting, scanning, planning, applying, waiting, rolling back, pull
//! secrets.
//!
//! What stands where in an object is for `workload`; blobs are nobody's business here.

mod connect;
mod discovery;
mod duration;
mod error;
mod exec_plugin;
mod failure;
mod hint;
mod in_cluster;
mod kubeconfig;
mod list;
mod login;
mod page;
mod proxy;
mod refusal;
mod repeat;
mod request;
mod resource;
mod settings;
mod subject;
mod surroundings;
mod target;
#[cfg(test)]
mod test_server;
mod tls;
mod transport;

pub use connect::Cluster;
pub use discovery::Discovery;
pub use duration::{RequestTimeout, RequestTimeoutError};
pub use error::ClusterError;
pub use list::{ListQuery, Listed};
pub use page::{Item, Page};
pub use request::{FIELD_MANAGER, Write};
pub use resource::Resource;
pub use settings::{ConnectionSettings, UserExtra, UserExtraError};
pub use subject::Subject;
