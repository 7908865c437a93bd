//! Copying: whole graphs, children first, the tag last.
//!
//! - [`schedule`]: two rounds over all repositories, a worker for each;
//! - [`commit_order`]: oldest push first; [`health`]: whether a repository is worth another try;
//! - [`image`]: one image: its blobs, its child manifests, its tag, its referrers;
//! - [`graph`]: the manifests below one reference;
//! - [`blob`]: one blob: who uploads it, when it moves, how often it is tried;
//! - [`run`]: what all images of a run share; [`route`]: from which repository to which;
//! - [`host_capabilities`]: what the hosts can do; [`phases`]: where the time goes.

mod blob;
mod commit_order;
mod error;
mod graph;
mod health;
mod host_capabilities;
mod image;
mod phases;
mod route;
mod run;
mod schedule;

pub use error::CopyError;
pub(super) use graph::{Graph, discover};
pub use run::Limits;
pub use schedule::{Copied, copy};
