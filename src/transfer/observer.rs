//! What a run tells while it goes on.

use super::plan::Totals;
use super::report::ImageResult;
use crate::image::{Digest, RepositoryName};

/// Something that happened.
#[derive(Debug, Clone, Copy)]
pub enum Event<'a> {
    /// The plan is made, and work on it begins.
    Planned(&'a Totals),
    /// So many bytes crossed.
    Bytes(u64),
    /// So many bytes were taken from another repository of the target.
    Mounted(u64),
    /// So many bytes were in the target repository already, when a blob was about to be sent.
    Present(u64),
    /// A blob begins to cross. If its `id` is known it does so once more, from its beginning.
    BlobStarted {
        /// One for each blob of each repository, until it ends.
        id: u64,
        /// Where it goes.
        repository: &'a RepositoryName,
        /// The blob.
        digest: &'a Digest,
        /// All its bytes.
        size: u64,
    },
    /// So many of a blob's bytes crossed; [`Event::Bytes`] tells of the same ones.
    BlobMoved {
        /// That of [`Event::BlobStarted`].
        id: u64,
        /// More than before, not altogether.
        bytes: u64,
    },
    /// A blob has come over, or has been given up.
    BlobEnded {
        /// That of [`Event::BlobStarted`].
        id: u64,
    },
    /// An image is done, one way or another.
    Settled(&'a ImageResult),
}

/// Watches a run. Called from many tasks; must not block.
pub trait Observer: Send + Sync {
    /// Takes note of an event.
    fn event(&self, event: Event<'_>);
}
