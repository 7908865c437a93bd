//! What all images of a run share.

use parking_lot::Mutex;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use tokio::sync::{OnceCell, OwnedSemaphorePermit, Semaphore};

use super::blob::{BlobLedger, Queue};
use super::error::CopyError;
use super::graph::Graph;
use super::host_capabilities::HostCapabilities;
use super::phases::Tally;
use super::route::Route;
use crate::account::Registries;
use crate::http::{ByteRate, Exhausted};
use crate::image::{Digest, Host, RepositoryName};
use crate::registry::Registry;
use crate::transfer::observer::Observer;
use crate::transfer::plan::Plan;
use crate::transfer::referrers::ListingTrouble;
use crate::transfer::stop::Stop;

/// Images at work at once for each blob that may move: enough that there is always one to move.
const IMAGES_FOR_A_BLOB: usize = 4;
/// Images at work at once, at most: their manifests are in memory.
const MOST_IMAGES: usize = 128;
/// Bytes in a second that a blob should get at least where the user limits the rate: with many
/// blobs at less than that each, registries would take them for stuck.
const LEAST_FOR_A_BLOB: u64 = 256 * 1024;

/// How much goes on at once.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Blobs that move at once, at most; hosts that ask for patience get fewer.
    pub blobs: usize,
    /// Places besides those, for small blobs alone: what they take is round trips, not bandwidth.
    pub more_small_blobs: usize,
    /// Bytes of blobs in a second, over all of them; `None` for as fast as it goes.
    pub bytes_per_second: Option<u64>,
}

impl Default for Limits {
    fn default() -> Self {
        Self { blobs: 32, more_small_blobs: 32, bytes_per_second: None }
    }
}

/// Held while a manifest is put.
type Writer = Arc<tokio::sync::Mutex<()>>;

/// A manifest's place at the target.
type ManifestKey = (Host, RepositoryName, Digest);

/// An image's place at the source and at the target.
type ReferrersKey = (Host, RepositoryName, ManifestKey);

/// What became of an image's referrers.
#[derive(Debug, Clone, Default)]
pub(crate) struct ReferrersCopied {
    /// Those that the target didn't list.
    pub(crate) copied: usize,
    /// Why some of them were not listed or not copied.
    pub(crate) trouble: Option<ListingTrouble>,
}

/// What all images of a run share.
pub(crate) struct Run {
    registries: Registries,
    observer: Arc<dyn Observer>,
    pub(crate) stop: Stop,
    last_look: bool,
    images: Arc<Semaphore>,
    rate: Option<Arc<ByteRate>>,
    /// Repositories of the target in which a blob has used up its tries.
    spent: Exhausted<(Host, RepositoryName)>,
    /// Bytes of blobs that have come from sources.
    pub(crate) passed: Arc<AtomicU64>,
    pub(crate) queue: Arc<Queue>,
    pub(crate) ledger: BlobLedger,
    pub(crate) capabilities: HostCapabilities,
    pub(crate) tally: Tally,
    /// One manifest at a time for each repository of the target.
    writers: Mutex<HashMap<(Host, RepositoryName), Writer>>,
    /// Manifests that this run has put into a repository of the target.
    manifests: Mutex<HashSet<ManifestKey>>,
    /// What refers to an image, copied once however many tags it has.
    referrers: Mutex<HashMap<ReferrersKey, Arc<OnceCell<ReferrersCopied>>>>,
    /// One writer at a time for each fallback tag.
    pub(crate) fallback_locks: Mutex<HashMap<ManifestKey, Arc<tokio::sync::Mutex<()>>>>,
}

impl Run {
    pub(crate) fn new(
        plan: &Plan,
        registries: &Registries,
        limits: Limits,
        observer: Arc<dyn Observer>,
        stop: Stop,
    ) -> Self {
        let (mut blobs, mut more_small) = (limits.blobs.max(1), limits.more_small_blobs);
        if let Some(rate) = limits.bytes_per_second {
            let most = usize::try_from(rate / LEAST_FOR_A_BLOB).unwrap_or(usize::MAX);
            (blobs, more_small) = (blobs.min(most.max(1)), 0);
        }
        let images = (blobs * IMAGES_FOR_A_BLOB).min(MOST_IMAGES);
        Self {
            registries: registries.clone(),
            observer,
            stop,
            last_look: plan.last_look,
            images: Arc::new(Semaphore::new(images)),
            rate: limits.bytes_per_second.map(|rate| Arc::new(ByteRate::per_second(rate))),
            spent: Exhausted::default(),
            passed: Arc::default(),
            queue: Queue::new(blobs, more_small),
            ledger: BlobLedger::default(),
            capabilities: HostCapabilities::default(),
            tally: Tally::default(),
            writers: Mutex::default(),
            manifests: Mutex::default(),
            referrers: Mutex::default(),
            fallback_locks: Mutex::default(),
        }
    }

    pub(crate) fn registry(&self, host: &Host) -> Registry {
        self.registries.get(host)
    }

    pub(crate) fn observer(&self) -> Arc<dyn Observer> {
        self.observer.clone()
    }

    /// Whether a blob has used up its tries in the target repository.
    pub(crate) fn has_spent_tries(&self, route: &Route<'_>) -> bool {
        self.spent.has(&route.target_key())
    }

    pub(crate) fn note_tries(&self, route: &Route<'_>, are_spent: bool) {
        self.spent.note(&route.target_key(), are_spent);
    }

    /// The user's limit on bytes in a second.
    pub(crate) fn rate(&self) -> Option<Arc<ByteRate>> {
        self.rate.clone()
    }

    /// Whether the target's tag is looked at once more right before it is put.
    pub(crate) fn looks_last(&self) -> bool {
        self.last_look
    }

    pub(crate) fn writer(&self, route: &Route<'_>) -> Writer {
        let key = route.target_key();
        let mut writers = self.writers.lock();
        writers.entry(key).or_default().clone()
    }

    pub(crate) fn has_manifest(&self, route: &Route<'_>, digest: &Digest) -> bool {
        self.manifests.lock().contains(&key(route, digest))
    }

    pub(crate) fn note_manifest(&self, route: &Route<'_>, digest: &Digest) {
        self.manifests.lock().insert(key(route, digest));
    }

    pub(crate) fn forget_manifests(&self, route: &Route<'_>, graph: &Graph) {
        let mut manifests = self.manifests.lock();
        for node in graph.nodes() {
            manifests.remove(&key(route, &node.manifest.digest));
        }
    }

    /// Does `work` for an image once for all its tags, and again where it has met trouble.
    pub(crate) async fn referrers_once<F>(
        &self,
        route: &Route<'_>,
        digest: &Digest,
        work: F,
    ) -> Result<ReferrersCopied, CopyError>
    where
        F: Future<Output = Result<ReferrersCopied, CopyError>>,
    {
        let source = (route.source.host().clone(), route.source_name.clone());
        let of = (source.0, source.1, key(route, digest));
        let cell = Arc::clone(self.referrers.lock().entry(of.clone()).or_default());
        let done = cell.get_or_try_init(|| work).await?.clone();
        if done.trouble.is_some() {
            self.referrers.lock().remove(&of);
        }
        Ok(done)
    }

    /// A place among the images at work; `None` once the user has asked to stop.
    pub(crate) async fn image_slot(&self) -> Option<OwnedSemaphorePermit> {
        tokio::select! {
            biased;
            () = self.stop.asked() => None,
            slot = self.images.clone().acquire_owned() => slot.ok(),
        }
    }
}

fn key(route: &Route<'_>, digest: &Digest) -> ManifestKey {
    let (host, name) = route.target_key();
    (host, name, digest.clone())
}
