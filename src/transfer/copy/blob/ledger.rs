//! Which blob is where at the target, so that each crosses once in a run.
//!
//! An image claims all its blobs in one step, once its whole graph is known. The first to claim a
//! blob uploads it; others in the same repository wait for the upload, and those in other
//! repositories wait for the manifest that commits it there, and then mount. Lanes claim in the
//! order in which they commit, so a claim only ever waits for an earlier one, and no deadlock can
//! close.
//!
//! A base layer may be wanted by every repository of an account: no claim looks at all of them.

use parking_lot::Mutex;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

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
    /// A repository of the same host that has it, to mount from.
    pub(crate) from: Option<MountSource>,
    number: u64,
    repository: RepositoryName,
    holders: Arc<Mutex<Holders>>,
}

/// A repository that has a blob.
#[derive(Debug, Clone)]
pub(crate) struct MountSource {
    pub(crate) repository: RepositoryName,
    /// `None` if a manifest there names it already.
    pub(crate) progress: Option<watch::Receiver<BlobProgress>>,
}

impl UploadClaim {
    /// The blob is there.
    pub(crate) fn uploaded(&self) {
        self.progress.send_replace(BlobProgress::Uploaded);
    }

    /// A manifest that names it is there too.
    pub(crate) fn committed(&self) {
        let mut holders = self.holders.lock();
        if let Some(state) = holders.states.get_mut(&self.repository) {
            *state = Holder::Committed;
        }
        holders.open.remove(&self.number);
        holders.mountable.get_or_insert_with(|| self.repository.clone());
        self.progress.send_replace(BlobProgress::Committed);
    }
}

impl Drop for UploadClaim {
    fn drop(&mut self) {
        if *self.progress.borrow() == BlobProgress::Committed {
            return;
        }
        let mut holders = self.holders.lock();
        holders.states.remove(&self.repository);
        holders.open.remove(&self.number);
        self.progress.send_replace(BlobProgress::Failed);
    }
}

/// One blob in one repository.
enum Holder {
    Committed,
    Open(watch::Receiver<BlobProgress>),
}

/// Who has one blob, or is about to have it.
#[derive(Default)]
struct Holders {
    states: HashMap<RepositoryName, Holder>,
    /// The first in which a manifest names it.
    mountable: Option<RepositoryName>,
    /// Claims that are not committed yet, oldest first.
    open: BTreeMap<u64, MountSource>,
    next: u64,
}

impl Holders {
    fn mount_source(&self) -> Option<MountSource> {
        match &self.mountable {
            Some(repository) => {
                Some(MountSource { repository: repository.clone(), progress: None })
            }
            None => self.open.values().next().cloned(),
        }
    }
}

/// Who has which blobs of a host.
type HostHolders = HashMap<Digest, Arc<Mutex<Holders>>>;

/// One for a run.
#[derive(Default)]
pub(crate) struct BlobLedger {
    blobs: Mutex<HashMap<Host, HostHolders>>,
}

impl BlobLedger {
    /// Claims all blobs of one image at once.
    pub(crate) fn claim<'a>(
        &self,
        host: &Host,
        repository: &RepositoryName,
        blobs: impl Iterator<Item = &'a Digest>,
    ) -> Vec<BlobClaim> {
        let mut hosts = self.blobs.lock();
        let known = hosts.entry(host.clone()).or_default();
        blobs.map(|blob| claim(known.entry(blob.clone()).or_default(), repository)).collect()
    }
}

fn claim(of_blob: &Arc<Mutex<Holders>>, repository: &RepositoryName) -> BlobClaim {
    let mut holders = of_blob.lock();
    match holders.states.get(repository) {
        Some(Holder::Committed) => return BlobClaim::Present,
        Some(Holder::Open(progress)) => {
            return match *progress.borrow() {
                BlobProgress::Uploaded | BlobProgress::Committed => BlobClaim::Present,
                BlobProgress::Claimed | BlobProgress::Failed => BlobClaim::Wait(progress.clone()),
            };
        }
        None => {}
    }
    let from = holders.mount_source();
    let (progress, receiver) = watch::channel(BlobProgress::Claimed);
    let number = holders.next;
    holders.next += 1;
    holders.states.insert(repository.clone(), Holder::Open(receiver.clone()));
    let open = MountSource { repository: repository.clone(), progress: Some(receiver) };
    holders.open.insert(number, open);
    let (repository, holders) = (repository.clone(), Arc::clone(of_blob));
    BlobClaim::Upload(UploadClaim { progress, from, number, repository, holders })
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
        let from = other.from.as_ref().unwrap();
        assert_eq!(from.repository.as_str(), "a/one");
        let progress = from.progress.as_ref().unwrap();
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
        assert_eq!(third.from.as_ref().unwrap().repository.as_str(), "a/fast");
    }

    /// Scanning all holders took seven seconds here, looking one up takes a tenth of one.
    #[test]
    fn a_layer_that_twenty_thousand_repositories_share_is_claimed_without_a_scan() {
        let (ledger, base) = (BlobLedger::default(), Digest::of(b"base layer"));
        let begin = std::time::Instant::now();
        let mut open = Vec::new();
        for number in 0..20_000 {
            let claim = claim(&ledger, &format!("a/r{number}"), &base);
            let BlobClaim::Upload(upload) = claim else { panic!() };
            match number % 3 {
                0 => upload.committed(),
                1 => open.push(upload),
                _ => drop(upload),
            }
        }
        assert!(begin.elapsed() < std::time::Duration::from_secs(5), "{:?}", begin.elapsed());
    }
}
