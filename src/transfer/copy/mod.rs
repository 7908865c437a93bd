//! Copying: whole graphs, children first, the tag last.
//!
//! - [`schedule`]: a lane for each repository, and how much goes on at once;
//! - [`graph`]: the manifests below one reference, fetched and read;
//! - [`graphs`]: those of one repository, each fetched once;
//! - [`ledger`]: which blob is where at the target, so that each crosses once;
//! - [`blob`]: one blob, from the source or from another repository of the target;
//! - [`image`]: one image: its blobs, its child manifests, its tag;
//! - [`guard`]: a last look before a tag is moved;
//! - [`retry`]: what is tried again, and how often;
//! - [`referrers`] and [`fallback`]: what refers to an image.

mod blob;
mod error;
mod fallback;
mod graph;
mod graphs;
mod guard;
mod image;
mod ledger;
mod referrers;
mod retry;
mod schedule;
mod turn;

pub use error::CopyError;
pub(super) use graph::{Graph, discover};
pub use schedule::{Limits, copy};
