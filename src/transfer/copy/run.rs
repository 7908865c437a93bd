//! What all images of a run share.

use parking_lot::{Mutex, MutexGuard};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::Limits;
use super::abilities::Abilities;
use super::blob::Ends;
use super::graph::Graph;
use super::ledger::Ledger;
use super::queue::Queue;
use super::tally::Tally;
use crate::account::Registries;
use crate::http::{ByteRate, Exhausted};
use crate::image::{Digest, Host, RepositoryName};
use crate::registry::Registry;
use crate::transfer::observer::Observer;
use crate::transfer::plan::Plan;
use crate::transfer::stop::Stop;

/// Images at work at once for each blob that may move: enough that there is always one to move.
const IMAGES_FOR_A_BLOB: usize = 4;
/// Images at work at once, at most: their manifests are in memory.
const MOST_IMAGES: usize = 128;
/// Bytes in a second that a blob should get at least where the user limits the rate: with many
/// blobs at less than that each, registries would take them for stuck.
const LEAST_FOR_A_BLOB: u64 = 256 * 1024;

/// Held by whoever puts a manifest.
type Writer = Arc<tokio::sync::Mutex<()>>;

/// A manifest's place at the target.
type Spot = (Host, RepositoryName, Digest);

/// What all images of a run share.
pub(super) struct Run {
    registries: Registries,
    observer: Arc<dyn Observer>,
    pub(super) stop: Stop,
    planned: Instant,
    overwrites: bool,
    images: Arc<Semaphore>,
    rate: Option<Arc<ByteRate>>,
    /// Repositories of the target in which a blob has used up its tries.
    spent: Exhausted<(Host, RepositoryName)>,
    pub(super) queue: Arc<Queue>,
    pub(super) ledger: Ledger,
    pub(super) abilities: Abilities,
    pub(super) tally: Tally,
    /// One manifest at a time for each repository of the target.
    writers: Mutex<HashMap<(Host, RepositoryName), Writer>>,
    /// Manifests that this run has put into a repository of the target.
    manifests: Mutex<HashSet<Spot>>,
    /// One writer at a time for each fallback tag.
    pub(super) fallback_locks: Mutex<HashMap<Spot, Arc<tokio::sync::Mutex<()>>>>,
}

impl Run {
    pub(super) fn new(
        plan: &Plan,
        registries: &Registries,
        limits: Limits,
        observer: Arc<dyn Observer>,
        stop: Stop,
    ) -> Self {
        let mut blobs = limits.blobs.max(1);
        if let Some(rate) = limits.bytes_per_second {
            let most = usize::try_from(rate / LEAST_FOR_A_BLOB).unwrap_or(usize::MAX);
            blobs = blobs.min(most.max(1));
        }
        let images = (blobs * IMAGES_FOR_A_BLOB).min(MOST_IMAGES);
        Self {
            registries: registries.clone(),
            observer,
            stop,
            planned: plan.made,
            overwrites: plan.overwrites,
            images: Arc::new(Semaphore::new(images)),
            rate: limits.bytes_per_second.map(|rate| Arc::new(ByteRate::per_second(rate))),
            spent: Exhausted::default(),
            queue: Queue::new(blobs),
            ledger: Ledger::default(),
            abilities: Abilities::default(),
            tally: Tally::default(),
            writers: Mutex::default(),
            manifests: Mutex::default(),
            fallback_locks: Mutex::default(),
        }
    }

    pub(super) fn registry(&self, host: &Host) -> Registry {
        self.registries.get(host)
    }

    pub(super) fn observer(&self) -> Arc<dyn Observer> {
        self.observer.clone()
    }

    /// Whether a blob has used up its tries in the target repository.
    pub(super) fn has_spent_tries(&self, ends: &Ends<'_>) -> bool {
        self.spent.has(&(ends.target.host().clone(), ends.target_name.clone()))
    }

    pub(super) fn note_tries(&self, ends: &Ends<'_>, are_spent: bool) {
        self.spent.note(&(ends.target.host().clone(), ends.target_name.clone()), are_spent);
    }

    /// The user's limit on bytes in a second.
    pub(super) fn rate(&self) -> Option<Arc<ByteRate>> {
        self.rate.clone()
    }

    /// How old the plan is.
    pub(super) fn age(&self) -> Duration {
        self.planned.elapsed()
    }

    /// Whether the user wants the source's image in any case.
    pub(super) fn overwrites(&self) -> bool {
        self.overwrites
    }

    pub(super) fn writer(&self, ends: &Ends<'_>) -> Writer {
        let key = (ends.target.host().clone(), ends.target_name.clone());
        let mut writers = self.writers.lock();
        writers.entry(key).or_default().clone()
    }

    pub(super) fn has_manifest(&self, ends: &Ends<'_>, digest: &Digest) -> bool {
        self.manifests().contains(&key(ends, digest))
    }

    pub(super) fn note_manifest(&self, ends: &Ends<'_>, digest: &Digest) {
        self.manifests().insert(key(ends, digest));
    }

    pub(super) fn forget_manifests(&self, ends: &Ends<'_>, graph: &Graph) {
        let mut manifests = self.manifests();
        for node in graph.nodes() {
            manifests.remove(&key(ends, &node.manifest.digest));
        }
    }

    fn manifests(&self) -> MutexGuard<'_, HashSet<Spot>> {
        self.manifests.lock()
    }

    /// A place among the images at work; `None` once the user has asked to stop.
    pub(super) async fn image_slot(&self) -> Option<OwnedSemaphorePermit> {
        tokio::select! {
            biased;
            () = self.stop.asked() => None,
            slot = self.images.clone().acquire_owned() => slot.ok(),
        }
    }
}

fn key(ends: &Ends<'_>, digest: &Digest) -> Spot {
    (ends.target.host().clone(), ends.target_name.clone(), digest.clone())
}
