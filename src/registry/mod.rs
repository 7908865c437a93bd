//! The OCI distribution API: Docker's logins, tokens, manifests, tags, referrers, blobs, mounts.
//!
//! [`Registry`] speaks to one host. It says what a host answers and verifies every byte; what to
//! copy, and when to try a blob again, is for others to decide. Logins come from outside, through
//! [`LoginSource`]; [`DockerStore`] reads those that `docker login` has kept.

mod access;
mod address;
mod answer;
mod auth;
mod auth_file;
mod blobs;
mod challenge;
mod client;
mod docker_config;
mod docker_store;
mod docker_write;
mod error;
mod error_class;
mod flight;
mod helper;
mod login;
mod manifests;
mod pages;
mod probe;
mod referrers;
mod resume;
mod send;
mod stream;
mod tags;
mod token;
mod traffic;
mod upload;
mod upload_body;
mod upload_pieces;

#[cfg(test)]
mod auth_tests;
#[cfg(test)]
mod content_tests;
#[cfg(test)]
mod test_server;
#[cfg(test)]
mod upload_tests;

pub use access::Access;
pub use auth_file::parse_auth_file;
pub use client::Registry;
pub use docker_store::DockerStore;
pub use docker_write::Stored;
pub use error::{Place, PolicyRule, RegistryError};
pub use error_class::ErrorClass;
pub use login::{Login, LoginError, LoginSource, NoLogins, OnlyLogin};
pub use manifests::{Manifest, ManifestHead, PutManifest};
pub use probe::{AuthScheme, Probe};
pub use stream::BlobStream;
pub use traffic::Traffic;
pub use upload::{Upload, UploadSession};
