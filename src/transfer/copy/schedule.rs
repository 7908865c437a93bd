//! What goes on when, and how much at once: a lane for each repository, a bound on images and one
//! on blobs.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{OwnedSemaphorePermit, Semaphore, SemaphorePermit};
use tokio::task::JoinSet;

use super::blob::{Ends, Moved};
use super::graph::Graph;
use super::graphs::Graphs;
use super::image::Commit;
use super::ledger::{Claim, Ledger};
use super::turn::{Turn, Turns};
use super::{CopyError, fallback, image, referrers};
use crate::account::Registries;
use crate::image::{Digest, Host, RepositoryName, Version};
use crate::registry::Registry;
use crate::transfer::observer::{Event, Observer};
use crate::transfer::plan::{Action, Plan, RepositoryCopy, TagCopy};
use crate::transfer::prepare::Prepared;
use crate::transfer::report::{Failure, Item, Outcome};
use crate::transfer::stop::Stop;

/// How long what is under way may take once the user has asked to stop.
const GRACE: Duration = Duration::from_secs(10);

/// How much goes on at once.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Images.
    pub images: usize,
    /// Blobs that really move.
    pub blobs: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { images: 16, blobs: 12 }
    }
}

/// A manifest's place at the target.
type Spot = (Host, RepositoryName, Digest);

/// What all lanes of a run share.
pub(super) struct Run {
    registries: Registries,
    observer: Arc<dyn Observer>,
    stop: Stop,
    planned: Instant,
    overwrites: bool,
    images: Arc<Semaphore>,
    blobs: Semaphore,
    pub(super) ledger: Ledger,
    /// Manifests that this run has put into a repository of the target.
    manifests: Mutex<HashSet<Spot>>,
    /// Hosts that take a `subject` without keeping a list of referrers.
    without_referrers: Mutex<HashSet<Host>>,
    /// One writer at a time for each fallback tag.
    pub(super) fallback_locks: Mutex<HashMap<Spot, Arc<tokio::sync::Mutex<()>>>>,
}

impl Run {
    pub(super) fn registry(&self, host: &Host) -> Registry {
        self.registries.get(host)
    }

    pub(super) fn observer(&self) -> Arc<dyn Observer> {
        self.observer.clone()
    }

    /// How old the plan is.
    pub(super) fn age(&self) -> Duration {
        self.planned.elapsed()
    }

    /// Whether the user wants the source's image in any case.
    pub(super) fn overwrites(&self) -> bool {
        self.overwrites
    }

    pub(super) async fn blob_permit(&self) -> Option<SemaphorePermit<'_>> {
        // The semaphore is never closed.
        self.blobs.acquire().await.ok()
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

    pub(super) fn note_subject(&self, host: &Host, honoured: bool) {
        if !honoured {
            let mut hosts = self.without_referrers.lock().unwrap_or_else(PoisonError::into_inner);
            hosts.insert(host.clone());
        }
    }

    pub(super) fn keeps_referrers(&self, host: &Host) -> bool {
        !self.without_referrers.lock().unwrap_or_else(PoisonError::into_inner).contains(host)
    }

    fn manifests(&self) -> std::sync::MutexGuard<'_, HashSet<Spot>> {
        self.manifests.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A place among the images at work; `None` once the user has asked to stop.
    async fn image_slot(&self) -> Option<OwnedSemaphorePermit> {
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

/// Does what the plan says, and reports on each of its tags.
///
/// The order of the items is that of the plan.
pub async fn copy(
    plan: &Plan,
    prepared: &Prepared,
    registries: &Registries,
    limits: Limits,
    observer: Arc<dyn Observer>,
    stop: Stop,
) -> Vec<Item> {
    let run = Arc::new(Run {
        registries: registries.clone(),
        observer,
        stop,
        planned: plan.made,
        overwrites: plan.overwrites,
        images: Arc::new(Semaphore::new(limits.images.max(1))),
        blobs: Semaphore::new(limits.blobs.max(1)),
        ledger: Ledger::default(),
        manifests: Mutex::default(),
        without_referrers: Mutex::default(),
        fallback_locks: Mutex::default(),
    });
    let mut lanes = JoinSet::new();
    let mut places = HashMap::new();
    for (index, repository) in plan.repositories.iter().enumerate() {
        let blocked = prepared.blocked.get(repository.target.namespace()).cloned();
        let (run, repository) = (run.clone(), Arc::new(repository.clone()));
        let handle = lanes.spawn(async move { lane(run, repository, blocked).await });
        places.insert(handle.id(), index);
    }
    let mut done: Vec<Vec<Item>> = vec![Vec::new(); plan.repositories.len()];
    while let Some(finished) = lanes.join_next_with_id().await {
        let (id, items) = match finished {
            Ok((id, items)) => (id, Some(items)),
            Err(error) => (error.id(), None),
        };
        let Some(&index) = places.get(&id) else { continue };
        let repository = &plan.repositories[index];
        done[index] = items.unwrap_or_else(|| {
            let faults = repository.tags.iter().map(|tag| faulty(repository, tag));
            faults.map(|item| settle(&run, item)).collect()
        });
    }
    done.into_iter().flatten().collect()
}

/// One repository, oldest push first.
async fn lane(
    run: Arc<Run>,
    repository: Arc<RepositoryCopy>,
    blocked: Option<Failure>,
) -> Vec<Item> {
    let mut items: Vec<Option<Item>> = vec![None; repository.tags.len()];
    let mut turns = Turns::default();
    let mut tasks = JoinSet::new();
    let mut places = HashMap::new();
    let mut graphs = Graphs::of(&repository);
    for (index, tag) in repository.tags.iter().enumerate() {
        if !tag.action.writes() {
            items[index] = Some(settle(&run, Item::untouched(&repository, tag)));
            continue;
        }
        let refusal = match (&blocked, run.stop.is_asked()) {
            (Some(failure), _) => Some(failure.clone()),
            (None, true) => Some(Failure::interrupted()),
            (None, false) => None,
        };
        let slot = if refusal.is_none() { run.image_slot().await } else { None };
        let Some(slot) = slot else {
            let failure = refusal.unwrap_or_else(Failure::interrupted);
            items[index] = Some(settle(&run, Item::skipped(&repository, tag, failure)));
            continue;
        };
        let graph = match graphs.get(&run, &repository, tag).await {
            Ok(graph) => graph,
            Err(error) => {
                items[index] = Some(settle(&run, failed(&repository, tag, &error)));
                continue;
            }
        };
        // Claimed here, in the order of the turns: that is what keeps waiting free of circles.
        let host = run.registry(&repository.target_host).host().clone();
        let blobs = graph.blobs();
        let claims =
            run.ledger.claim(&host, &repository.target, blobs.iter().map(|blob| &blob.digest));
        let task = Task { run: run.clone(), repository: repository.clone(), index, graph };
        let turn = turns.next();
        let handle = tasks.spawn(async move {
            let item = task.work(claims, turn).await;
            drop(slot);
            (index, item)
        });
        places.insert(handle.id(), index);
        while let Some(finished) = tasks.try_join_next_with_id() {
            take(&run, &repository, &places, &mut items, finished);
        }
    }
    while let Some(finished) = tasks.join_next_with_id().await {
        take(&run, &repository, &places, &mut items, finished);
    }
    items.into_iter().flatten().collect()
}

type Finished = Result<(tokio::task::Id, (usize, Item)), tokio::task::JoinError>;

fn take(
    run: &Run,
    repository: &RepositoryCopy,
    places: &HashMap<tokio::task::Id, usize>,
    items: &mut [Option<Item>],
    finished: Finished,
) {
    match finished {
        Ok((_, (index, item))) => items[index] = Some(settle(run, item)),
        Err(error) => {
            let Some(&index) = places.get(&error.id()) else { return };
            items[index] = Some(settle(run, faulty(repository, &repository.tags[index])));
        }
    }
}

/// One image under way.
struct Task {
    run: Arc<Run>,
    repository: Arc<RepositoryCopy>,
    index: usize,
    graph: Arc<Graph>,
}

impl Task {
    async fn work(self, claims: Vec<Claim>, turn: Turn) -> Item {
        let moved = Moved::default();
        let stopped = async {
            self.run.stop.asked().await;
            tokio::time::sleep(GRACE).await;
        };
        let tag = &self.repository.tags[self.index];
        let copied = tokio::select! {
            copied = self.copy(&claims, turn, &moved) => copied,
            () = stopped => return Item::skipped(&self.repository, tag, Failure::interrupted()),
        };
        let mut item = match copied {
            Ok(note) => Item { note, ..Item::of(&self.repository, tag, Outcome::Copied) },
            Err(error) => failed(&self.repository, tag, &error),
        };
        item.digest = Some(self.graph.root.manifest.digest.clone());
        item.bytes = moved.crossed.into_inner();
        item.mounted = moved.mounted.into_inner();
        item.present = moved.present.into_inner();
        item
    }

    async fn copy(
        &self,
        claims: &[Claim],
        turn: Turn,
        moved: &Moved,
    ) -> Result<Option<String>, CopyError> {
        let (run, repository) = (&*self.run, &self.repository);
        let tag = &repository.tags[self.index];
        let source = run.registry(&repository.source_host);
        let target = run.registry(&repository.target_host);
        let ends = Ends {
            source: &source,
            source_name: &repository.source,
            target: &target,
            target_name: &repository.target,
        };
        let mut note = match &tag.action {
            Action::Overwrite(reason) => Some(format!("overwrote the target's: {reason}")),
            _ => None,
        };
        if tag.action == Action::MergeFallback {
            note = fallback::merge(run, &ends, &self.graph, claims, &tag.tag, turn, moved).await?;
        } else {
            let tag = Commit {
                version: Version::Tag(tag.tag.clone()),
                planned: tag.replaces.as_ref(),
                turn,
            };
            image::copy_image(run, &ends, &self.graph, claims, tag, moved).await?;
        }
        let referrers = referrers::copy_referrers(run, &ends, &self.graph, moved).await?;
        if referrers > 0 {
            let with = format!("with {referrers} referrers");
            note = Some(note.map_or(with.clone(), |note| format!("{note}; {with}")));
        }
        Ok(note)
    }
}

/// What a fault in this program has left undone.
fn faulty(repository: &RepositoryCopy, tag: &TagCopy) -> Item {
    let failure = Failure {
        class: "internal".to_owned(),
        message: "a part of this program failed".to_owned(),
        hint: Some("run it again, and please report it, with what -vv says".to_owned()),
        request_id: None,
    };
    Item { error: Some(failure), ..Item::of(repository, tag, Outcome::Failed) }
}

fn settle(run: &Run, item: Item) -> Item {
    run.observer.event(Event::Settled(&item));
    item
}

fn failed(repository: &RepositoryCopy, tag: &TagCopy, error: &CopyError) -> Item {
    let outcome = match error {
        CopyError::Moved { .. } => Outcome::Conflict,
        _ => Outcome::Failed,
    };
    Item { error: Some(Failure::from(error)), ..Item::of(repository, tag, outcome) }
}
