//! The two registries: the distribution API, and the token service in front of it.

mod answer;
mod blobs;
mod login;
mod manifests;
mod request;
mod serve;
mod store;
mod stream;
mod tags;
mod token;
mod uploads;

pub(crate) use login::{InstanceToken, ServiceAccount};
pub(crate) use serve::serve;
pub(crate) use store::{Namespace, Registry, Repository, TaggedManifest};
