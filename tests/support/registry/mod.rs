//! Registries that are real programs.
//!
//! - `debian`: Debian's docker-registry 2.8
//! - `distribution`: distribution 3, set up as a test needs it
//! - `small`: olareg and crane's, two others
//! - `issuer`: a token service for a distribution registry
//! - `process`: what they have in common

mod debian;
mod distribution;
mod issuer;
mod process;
mod small;

pub(crate) use debian::DockerRegistry;
pub(crate) use distribution::{Distribution, Store};
pub(crate) use issuer::{Issuer, Limits};
pub(crate) use small::{SmallRegistry, crane, olareg};
