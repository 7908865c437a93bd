//! The parts that the tests start, and how they are asked.

mod built;
pub(crate) mod cluster;
pub(crate) mod content;
mod front;
mod http;
pub(crate) mod processes;
pub(crate) mod random;
mod readers;
mod registry;
mod renderers;
mod run;
mod sandbox;
pub(crate) mod skopeo;
pub(crate) mod snapshot;
pub(crate) mod tls;

pub(crate) use built::built;
pub(crate) use front::Front;
pub(crate) use http::{get, post, send};
pub(crate) use readers::Readers;
pub(crate) use registry::{
    Distribution, DockerRegistry, Issuer, Limits, SmallRegistry, Store, crane, olareg,
};
pub(crate) use renderers::{helm, install_docker_compose, kustomize};
pub(crate) use run::{
    Run, install_docker_plugin, kubectl_plugin, plugin, run, signal, tool, write,
};
pub(crate) use sandbox::Sandbox;
