//! The two registries: the distribution API, and the token service in front of it.

mod blobs;
mod credentials;
mod login;
mod manifests;
mod request;
mod response;
mod serve;
mod session;
mod store;
mod stream;
mod tags;
mod token;
mod uploads;

pub(crate) use credentials::{InstanceServiceAccount, InstanceToken};
pub(crate) use serve::serve;
pub(crate) use store::{Namespace, Registry, Repository, TaggedManifest};
