//! The OCI distribution API: Docker's logins, tokens, manifests, tags, referrers, blobs, mounts.
//!
//! [`Registry`] speaks to one host. It reports what a host answers and verifies every byte; what
//! to copy, and when to try a blob again, is decided elsewhere. Logins come from outside, through
//! [`LoginSource`]; [`DockerStore`] reads those that `docker login` has stored.

mod auth;
mod client;
mod content;
mod docker;
mod error;
mod error_class;
mod transport;
mod upload;

#[cfg(test)]
mod test_server;

pub use auth::{
    Access, AuthScheme, Login, LoginError, LoginKind, LoginSource, NoLogins, OnlyLogin, Probe,
};
pub use client::Registry;
pub use content::{Manifest, ManifestHead, PutManifest};
pub use docker::{
    DockerStore, HostLogins, LoginKeeper, Stored, StoredLogin, StoredLogins, parse_auth_file,
};
pub use error::{PolicyRule, RegistryError, RequestContext};
pub use error_class::ErrorClass;
pub use transport::{BlobStream, Traffic};
pub use upload::{Upload, UploadSession};
