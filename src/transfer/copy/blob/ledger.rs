//! Which blob is where at the target, so that each crosses once in a run.
//!
//! An image claims all its blobs in one step, once its whole graph is known. The first to claim a
//! blob uploads it; others in the same repository wait for the upload, and those in other
//! repositories wait for the manifest that commits it there, and then mount. Lanes claim in the
//! order in which they commit, so a claim only ever waits for an earlier one, and no deadlock can
//! close.

use parking_lot::Mutex;
use std::collections::HashMap;

use tokio::sync::watch;

use crate::image::{Digest, Host, RepositoryName};

/// How far a blob has come in one repository of the target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BlobProgress {
    /// Claimed, not there yet.
    Claimed,
    /// There, but no manifest names it yet.
    Uploaded,
    /// There, and a manifest names it: other repositories can mount it.
    Committed,
    /// Given up.
    Failed,
}

/// What an image has to do for one of its blobs.
pub(crate) enum BlobClaim {
    /// Nothing: this run has put it there.
    Present,
    /// Wait until another image of the same repository has put it there.
    Wait(watch::Receiver<BlobProgress>),
    /// Put it there.
    Upload(UploadClaim),
}

/// The claim to upload a blob to a repository. Dropped before it is committed, it counts as failed,
/// and those that wait for it upload the blob themselves.
pub(crate) struct UploadClaim {
    progress: watch::Sender<BlobProgress>,
    /// A repository of the same host that has it or is about to, to mount from.
    pub(crate) from: Option<(RepositoryName, watch::Receiver<BlobProgress>)>,
}

impl UploadClaim {
    /// The blob is there.
    pub(crate) fn uploaded(&self) {
        self.progress.send_replace(BlobProgress::Uploaded);
    }

    /// A manifest that names it is there too.
    pub(crate) fn committed(&self) {
        self.progress.send_replace(BlobProgress::Committed);
    }
}

impl Drop for UploadClaim {
    fn drop(&mut self) {
        if *self.progress.borrow() != BlobProgress::Committed {
            self.progress.send_replace(BlobProgress::Failed);
        }
    }
}

type Holders = Vec<(RepositoryName, watch::Receiver<BlobProgress>)>;

/// One for a run.
#[derive(Default)]
pub(crate) struct BlobLedger {
    blobs: Mutex<HashMap<(Host, Digest), Holders>>,
}

impl BlobLedger {
    /// Claims all blobs of one image at once.
    pub(crate) fn claim<'a>(
        &self,
        host: &Host,
        repository: &RepositoryName,
        blobs: impl Iterator<Item = &'a Digest>,
    ) -> Vec<BlobClaim> {
        let mut known = self.blobs.lock();
        blobs
            .map(|blob| {
                let places = known.entry((host.clone(), blob.clone())).or_default();
                places.retain(|(_, progress)| *progress.borrow() != BlobProgress::Failed);
                if let Some((_, progress)) = places.iter().find(|(of, _)| of == repository) {
                    return match *progress.borrow() {
                        BlobProgress::Uploaded | BlobProgress::Committed => BlobClaim::Present,
                        BlobProgress::Claimed | BlobProgress::Failed => {
                            BlobClaim::Wait(progress.clone())
                        }
                    };
                }
                let committed = |place: &&(_, watch::Receiver<BlobProgress>)| {
                    *place.1.borrow() == BlobProgress::Committed
                };
                let from = places.iter().find(committed).or_else(|| places.first()).cloned();
                let (progress, receiver) = watch::channel(BlobProgress::Claimed);
                places.push((repository.clone(), receiver));
                BlobClaim::Upload(UploadClaim { progress, from })
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claim(ledger: &BlobLedger, repository: &str, blob: &Digest) -> BlobClaim {
        let host = "e.f".parse().unwrap();
        ledger.claim(&host, &repository.parse().unwrap(), std::iter::once(blob)).pop().unwrap()
    }

    #[test]
    fn the_first_provides_and_the_others_wait_or_mount() {
        let (ledger, blob) = (BlobLedger::default(), Digest::of(b"layer"));
        let BlobClaim::Upload(first) = claim(&ledger, "a/one", &blob) else { panic!() };
        assert!(first.from.is_none());
        assert!(matches!(claim(&ledger, "a/one", &blob), BlobClaim::Wait(_)));
        let BlobClaim::Upload(other) = claim(&ledger, "a/two", &blob) else { panic!() };
        let (from, progress) = other.from.as_ref().unwrap();
        assert_eq!(from.as_str(), "a/one");
        assert_eq!(*progress.borrow(), BlobProgress::Claimed);
        first.uploaded();
        assert!(matches!(claim(&ledger, "a/one", &blob), BlobClaim::Present));
        first.committed();
        assert_eq!(*progress.borrow(), BlobProgress::Committed);
    }

    #[test]
    fn what_failed_is_claimed_anew() {
        let (ledger, blob) = (BlobLedger::default(), Digest::of(b"layer"));
        drop(claim(&ledger, "a/one", &blob));
        let BlobClaim::Upload(again) = claim(&ledger, "a/one", &blob) else { panic!() };
        assert!(again.from.is_none());
    }

    #[test]
    fn a_committed_place_is_preferred_to_one_that_is_still_coming() {
        let (ledger, blob) = (BlobLedger::default(), Digest::of(b"layer"));
        let BlobClaim::Upload(_slow) = claim(&ledger, "a/slow", &blob) else { panic!() };
        let BlobClaim::Upload(fast) = claim(&ledger, "a/fast", &blob) else { panic!() };
        fast.committed();
        let BlobClaim::Upload(third) = claim(&ledger, "a/third", &blob) else { panic!() };
        assert_eq!(third.from.as_ref().unwrap().0.as_str(), "a/fast");
    }
}
