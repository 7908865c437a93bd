//! The manifests below one reference: fetched, read, and kept while several tags share them.

mod cache;
mod discover;

pub(super) use cache::GraphCache;
pub(super) use discover::Node;
pub(in crate::transfer) use discover::{Graph, discover};
