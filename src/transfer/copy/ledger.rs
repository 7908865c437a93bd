//! Which blob is where at the target, so that each crosses once in a run.
//!
//! An image claims all its blobs in one step, once its whole graph is known. The first to claim a
//! blob uploads it; others in the same repository wait for the upload, and those in other
//! repositories wait for the manifest that commits it there, and then mount. Lanes claim in the
//! order in which they commit, so whoever waits waits for an earlier claim, and no circle can
//! close.

use parking_lot::Mutex;
use std::collections::HashMap;

use tokio::sync::watch;

use crate::image::{Digest, Host, RepositoryName};

/// How far a blob has come in one repository of the target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Progress {
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
pub(super) enum Claim {
    /// Nothing: this run has put it there.
    Present,
    /// Wait until another image of the same repository has put it there.
    Wait(watch::Receiver<Progress>),
    /// Put it there.
    Provide(Provide),
}

/// The duty to put a blob into a repository. Dropped before it is committed, it counts as failed,
/// and whoever waits for it helps himself.
pub(super) struct Provide {
    progress: watch::Sender<Progress>,
    /// A repository of the same host that has it or is about to, to mount from.
    pub(super) from: Option<(RepositoryName, watch::Receiver<Progress>)>,
}

impl Provide {
    /// The blob is there.
    pub(super) fn uploaded(&self) {
        self.progress.send_replace(Progress::Uploaded);
    }

    /// A manifest that names it is there too.
    pub(super) fn committed(&self) {
        self.progress.send_replace(Progress::Committed);
    }
}

impl Drop for Provide {
    fn drop(&mut self) {
        if *self.progress.borrow() != Progress::Committed {
            self.progress.send_replace(Progress::Failed);
        }
    }
}

type Places = Vec<(RepositoryName, watch::Receiver<Progress>)>;

/// One for a run.
#[derive(Default)]
pub(super) struct Ledger {
    blobs: Mutex<HashMap<(Host, Digest), Places>>,
}

impl Ledger {
    /// Claims all blobs of one image at once.
    pub(super) fn claim<'a>(
        &self,
        host: &Host,
        repository: &RepositoryName,
        blobs: impl Iterator<Item = &'a Digest>,
    ) -> Vec<Claim> {
        let mut known = self.blobs.lock();
        blobs
            .map(|blob| {
                let places = known.entry((host.clone(), blob.clone())).or_default();
                places.retain(|(_, progress)| *progress.borrow() != Progress::Failed);
                if let Some((_, progress)) = places.iter().find(|(of, _)| of == repository) {
                    return match *progress.borrow() {
                        Progress::Uploaded | Progress::Committed => Claim::Present,
                        Progress::Claimed | Progress::Failed => Claim::Wait(progress.clone()),
                    };
                }
                let committed = |place: &&(_, watch::Receiver<Progress>)| {
                    *place.1.borrow() == Progress::Committed
                };
                let from = places.iter().find(committed).or_else(|| places.first()).cloned();
                let (progress, receiver) = watch::channel(Progress::Claimed);
                places.push((repository.clone(), receiver));
                Claim::Provide(Provide { progress, from })
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claim(ledger: &Ledger, repository: &str, blob: &Digest) -> Claim {
        let host = "e.f".parse().unwrap();
        ledger.claim(&host, &repository.parse().unwrap(), std::iter::once(blob)).pop().unwrap()
    }

    #[test]
    fn the_first_provides_and_the_others_wait_or_mount() {
        let (ledger, blob) = (Ledger::default(), Digest::of(b"layer"));
        let Claim::Provide(first) = claim(&ledger, "a/one", &blob) else { panic!() };
        assert!(first.from.is_none());
        assert!(matches!(claim(&ledger, "a/one", &blob), Claim::Wait(_)));
        let Claim::Provide(other) = claim(&ledger, "a/two", &blob) else { panic!() };
        let (from, progress) = other.from.as_ref().unwrap();
        assert_eq!(from.as_str(), "a/one");
        assert_eq!(*progress.borrow(), Progress::Claimed);
        first.uploaded();
        assert!(matches!(claim(&ledger, "a/one", &blob), Claim::Present));
        first.committed();
        assert_eq!(*progress.borrow(), Progress::Committed);
    }

    #[test]
    fn what_failed_is_claimed_anew() {
        let (ledger, blob) = (Ledger::default(), Digest::of(b"layer"));
        drop(claim(&ledger, "a/one", &blob));
        let Claim::Provide(again) = claim(&ledger, "a/one", &blob) else { panic!() };
        assert!(again.from.is_none());
    }

    #[test]
    fn a_committed_place_is_preferred_to_one_that_is_still_coming() {
        let (ledger, blob) = (Ledger::default(), Digest::of(b"layer"));
        let Claim::Provide(_slow) = claim(&ledger, "a/slow", &blob) else { panic!() };
        let Claim::Provide(fast) = claim(&ledger, "a/fast", &blob) else { panic!() };
        fast.committed();
        let Claim::Provide(third) = claim(&ledger, "a/third", &blob) else { panic!() };
        assert_eq!(third.from.as_ref().unwrap().0.as_str(), "a/fast");
    }
}
