//! From which repository to which an image goes, and how many bytes it took.

use std::sync::atomic::AtomicU64;

use crate::image::{Host, RepositoryName};
use crate::registry::Registry;
use crate::transfer::referrers::Sides;

/// From one repository to another.
pub(crate) struct Route<'a> {
    pub(crate) source: &'a Registry,
    pub(crate) source_name: &'a RepositoryName,
    pub(crate) target: &'a Registry,
    pub(crate) target_name: &'a RepositoryName,
}

impl Route<'_> {
    /// Both sides, for what refers to an image.
    pub(crate) fn sides(&self) -> Sides<'_> {
        Sides {
            source: self.source,
            source_name: self.source_name,
            target: self.target,
            target_name: self.target_name,
        }
    }

    /// The target repository, as what a run notes of it is filed.
    pub(crate) fn target_key(&self) -> (Host, RepositoryName) {
        (self.target.host().clone(), self.target_name.clone())
    }
}

/// Bytes that one image took.
#[derive(Default)]
pub(crate) struct BytesMoved {
    pub(crate) crossed: AtomicU64,
    pub(crate) mounted: AtomicU64,
    pub(crate) present: AtomicU64,
}
