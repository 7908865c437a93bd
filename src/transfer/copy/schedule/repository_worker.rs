//! One repository: manifests are read ahead while blobs move, tags are committed oldest push
//! first.

use std::collections::HashMap;
use std::sync::Arc;

use futures::{StreamExt as _, stream};
use tokio::sync::OwnedSemaphorePermit;
use tokio::task::{Id, JoinError, JoinSet};

use crate::image::TagOrDigest;
use crate::transfer::copy::blob::BlobClaim;
use crate::transfer::copy::commit_order::{CommitOrder, CommitTurn};
use crate::transfer::copy::error::CopyError;
use crate::transfer::copy::graph::{Graph, GraphCache};
use crate::transfer::copy::health::Health;
use crate::transfer::copy::image::{self, Commit};
use crate::transfer::copy::phases::Phase;
use crate::transfer::copy::route::{BytesMoved, Route};
use crate::transfer::copy::run::Run;
use crate::transfer::observer::Event;
use crate::transfer::plan::{Action, RepositoryCopy, TagCopy};
use crate::transfer::report::{Failure, FailureClass, ImageResult, Outcome};

/// Manifests of one repository that are read at once.
const READ_AT_ONCE: usize = 8;

/// One repository, for one round.
pub(crate) struct RepositoryWorker {
    pub(crate) run: Arc<Run>,
    pub(crate) repository: Arc<RepositoryCopy>,
    /// Why its namespace can't be had.
    pub(crate) blocked: Option<Failure>,
    pub(crate) health: Health,
    /// Whether what fails now has failed for good.
    pub(crate) is_last_round: bool,
}

/// What became of one tag in a round.
pub(crate) struct TagResult {
    /// Its place in the plan of the repository.
    pub(crate) index: usize,
    pub(crate) item: ImageResult,
    /// Whether another round is to try it; until then the observer doesn't hear of it.
    pub(crate) again: bool,
}

/// A tag that is being taken up: its place among the images at work, and its graph.
type Ready = (OwnedSemaphorePermit, Arc<Graph>);

impl RepositoryWorker {
    /// Does these tags of the repository, in this order.
    pub(crate) async fn work(self: Arc<Self>, tags: Vec<usize>) -> Vec<TagResult> {
        let graphs = GraphCache::of(&self.repository);
        let (worker, graphs) = (&self, &graphs);
        let mut ready = stream::iter(tags)
            .then(|index| async move { (index, worker.admit(index).await) })
            .map(|(index, slot)| async move { (index, worker.read(graphs, index, slot).await) })
            .buffered(READ_AT_ONCE)
            .boxed();
        let mut turns = CommitOrder::default();
        let mut images = JoinSet::new();
        let mut places = HashMap::new();
        let mut results = Vec::new();
        let mut is_all_read = false;
        loop {
            tokio::select! {
                Some(ended) = images.join_next_with_id(), if !images.is_empty() => {
                    results.extend(self.take(&places, ended));
                }
                next = ready.next(), if !is_all_read => match next {
                    None => is_all_read = true,
                    Some((_, Err(end))) => results.push(*end),
                    Some((index, Ok((slot, graph)))) => {
                        // Claimed here, in the order of the turns: that is what keeps waiting
                        // free of circles.
                        let claims = self.claim(&graph);
                        let (worker, turn) = (Arc::clone(&self), turns.next());
                        let image = images.spawn(async move {
                            let end = worker.image(index, &graph, claims, turn).await;
                            drop(slot);
                            end
                        });
                        places.insert(image.id(), index);
                    }
                },
                else => break,
            }
        }
        results
    }

    fn tag(&self, index: usize) -> &TagCopy {
        &self.repository.tags[index]
    }

    /// A place among the images at work, or why there is none for this tag.
    async fn admit(&self, index: usize) -> Result<OwnedSemaphorePermit, Box<TagResult>> {
        let tag = self.tag(index);
        if !tag.action.writes() {
            let item = ImageResult::untouched(&self.repository, tag);
            return Err(Box::new(self.end(index, item, false)));
        }
        let slot = match &self.blocked {
            Some(failure) => Err((failure.clone(), false)),
            None => self.run.image_slot().await.ok_or((Failure::interrupted(), false)),
        };
        let slot = match (slot, self.health.given_up()) {
            (Ok(_), Some(verdict)) => Err((verdict.failure, verdict.passes)),
            (slot, _) => slot,
        };
        slot.map_err(|(failure, passes)| {
            let item = ImageResult::skipped(&self.repository, tag, failure);
            Box::new(self.end(index, item, passes))
        })
    }

    async fn read(
        &self,
        graphs: &GraphCache,
        index: usize,
        slot: Result<OwnedSemaphorePermit, Box<TagResult>>,
    ) -> Result<Ready, Box<TagResult>> {
        let slot = slot?;
        let graph = graphs.get(&self.run, &self.repository, self.tag(index));
        let reading = self.run.tally.time(Phase::Reading, graph);
        match self.run.stop.unless_asked(reading).await {
            Some(Ok(graph)) => Ok((slot, graph)),
            Some(Err(error)) => Err(Box::new(self.failed(index, &error))),
            None => Err(Box::new(self.interrupted(index))),
        }
    }

    fn claim(&self, graph: &Graph) -> Vec<BlobClaim> {
        let host = self.run.registry(&self.repository.target_host).host().clone();
        let blobs = graph.blobs();
        let digests = blobs.iter().map(|blob| &blob.digest);
        self.run.ledger.claim(&host, &self.repository.target, digests)
    }

    async fn image(
        &self,
        index: usize,
        graph: &Graph,
        claims: Vec<BlobClaim>,
        turn: CommitTurn,
    ) -> TagResult {
        let moved = BytesMoved::default();
        let copying = self.copy(index, graph, &claims, &turn, &moved);
        let Some(copied) = self.run.stop.within_grace(copying).await else {
            return self.interrupted(index);
        };
        let mut end = match copied {
            Ok(note) => {
                self.health.succeeded();
                let item = ImageResult::of(&self.repository, self.tag(index), Outcome::Copied);
                TagResult { index, item: ImageResult { note, ..item }, again: false }
            }
            Err(error) => self.failed_unseen(index, &error),
        };
        end.item.digest = Some(graph.root.manifest.digest.clone());
        end.item.bytes = moved.crossed.into_inner();
        end.item.mounted = moved.mounted.into_inner();
        end.item.present = moved.present.into_inner();
        self.tell(end)
    }

    async fn copy(
        &self,
        index: usize,
        graph: &Graph,
        claims: &[BlobClaim],
        turn: &CommitTurn,
        moved: &BytesMoved,
    ) -> Result<Option<String>, CopyError> {
        let (run, repository, tag) = (&*self.run, &self.repository, self.tag(index));
        let source = run.registry(&repository.source_host);
        let target = run.registry(&repository.target_host);
        let route = Route {
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
            note = image::merge_fallback(run, &route, graph, claims, &tag.tag, turn, moved).await?;
        } else {
            let commit = Commit {
                version: TagOrDigest::Tag(tag.tag.clone()),
                planned: tag.replaces.as_ref(),
                turn,
                health: &self.health,
            };
            let holds = &repository.target_holds;
            image::copy_image(run, &route, graph, claims, holds, commit, moved).await?;
        }
        let referrers = image::copy_referrers(run, &route, graph, moved).await?;
        if referrers > 0 {
            let with = format!("with {referrers} referrers");
            note = Some(note.map_or(with.clone(), |note| format!("{note}; {with}")));
        }
        Ok(note)
    }

    fn interrupted(&self, index: usize) -> TagResult {
        let tag = self.tag(index);
        self.end(index, ImageResult::skipped(&self.repository, tag, Failure::interrupted()), false)
    }

    fn failed(&self, index: usize, error: &CopyError) -> TagResult {
        self.tell(self.failed_unseen(index, error))
    }

    fn failed_unseen(&self, index: usize, error: &CopyError) -> TagResult {
        self.health.failed(error);
        let outcome = match error {
            CopyError::Moved { .. } => Outcome::Conflict,
            CopyError::GivenUp { .. } => Outcome::Skipped,
            _ => Outcome::Failed,
        };
        let item = ImageResult::of(&self.repository, self.tag(index), outcome);
        let item = ImageResult { error: Some(Failure::from(error)), ..item };
        TagResult { index, item, again: error.is_transient() }
    }

    fn end(&self, index: usize, item: ImageResult, passes: bool) -> TagResult {
        self.tell(TagResult { index, item, again: passes })
    }

    /// Decides whether there is another round for it, and tells the observer if not.
    fn tell(&self, end: TagResult) -> TagResult {
        let again = end.again && !self.is_last_round && !self.run.stop.is_asked();
        if !again {
            self.run.observer().event(Event::Settled(&end.item));
        }
        TagResult { again, ..end }
    }

    fn take(
        &self,
        places: &HashMap<Id, usize>,
        ended: Result<(Id, TagResult), JoinError>,
    ) -> Option<TagResult> {
        match ended {
            Ok((_, end)) => Some(end),
            Err(error) => {
                let index = *places.get(&error.id())?;
                Some(self.end(index, faulty(&self.repository, self.tag(index)), false))
            }
        }
    }
}

/// What a fault in this program has left undone.
pub(crate) fn faulty(repository: &RepositoryCopy, tag: &TagCopy) -> ImageResult {
    let failure = Failure::new(FailureClass::Internal, "a part of this program failed")
        .with_hint("run it again, and please report it, with the output of -vv");
    ImageResult { error: Some(failure), ..ImageResult::of(repository, tag, Outcome::Failed) }
}
