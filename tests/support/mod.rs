//! The parts that the tests start, and how they are asked.

pub(crate) mod cluster;
pub(crate) mod content;
mod http;
pub(crate) mod random;
mod registry;
mod run;
mod sandbox;
pub(crate) mod skopeo;
pub(crate) mod snapshot;

pub(crate) use http::{get, post, send};
pub(crate) use registry::DockerRegistry;
pub(crate) use run::{Run, kubectl_plugin, plugin, run, tool};
pub(crate) use sandbox::Sandbox;
