//! What was asked of the sandbox: counts for tests to compare with what they expect.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Of one registry.
#[derive(Debug, Default)]
pub(crate) struct RegistryStats {
    /// By `METHOD kind`, as in `HEAD manifest`.
    pub(crate) requests: BTreeMap<String, u64>,
    /// Bytes of blobs and manifests that were served, as far as the client took them.
    pub(crate) bytes_out: Arc<AtomicU64>,
    /// Bytes of blobs and manifests that were received.
    pub(crate) bytes_in: Arc<AtomicU64>,
    /// Blobs that were mounted from another repository.
    pub(crate) mounts: u64,
    /// `repository:tag` of each tag that was set on a manifest with something missing below it.
    pub(crate) dangling: Vec<String>,
}

impl RegistryStats {
    /// One more request.
    pub(crate) fn count(&mut self, what: String) {
        *self.requests.entry(what).or_default() += 1;
    }

    /// Starts over.
    pub(crate) fn reset(&mut self) {
        self.requests.clear();
        self.bytes_out.store(0, Ordering::Relaxed);
        self.bytes_in.store(0, Ordering::Relaxed);
        self.mounts = 0;
        self.dangling.clear();
    }
}
