//! One repository: manifests are read ahead while blobs move, tags are committed oldest push
//! first.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use futures::{StreamExt as _, future, stream};
use tokio::sync::OwnedSemaphorePermit;
use tokio::task::{Id, JoinError, JoinSet};

use super::followers::{Followers, OwnFollowers};
use super::tag_result::TagResult;
use crate::diagnostic::counted;
use crate::image::{ReferrerTag, TagOrDigest};
use crate::registry::Registry;
use crate::transfer::copy::blob::BlobClaim;
use crate::transfer::copy::commit_order::{CommitOrder, CommitTurn};
use crate::transfer::copy::error::CopyError;
use crate::transfer::copy::graph::{Graph, GraphCache};
use crate::transfer::copy::health::Health;
use crate::transfer::copy::image::{self, Commit};
use crate::transfer::copy::phases::Phase;
use crate::transfer::copy::route::{BytesMoved, Route};
use crate::transfer::copy::run::{ReferrersCopied, Run};
use crate::transfer::observer::Event;
use crate::transfer::plan::{Action, RepositoryCopy, TagCopy};
use crate::transfer::referrers::ListingTrouble;
use crate::transfer::report::{Failure, FailureClass, ImageResult, Outcome};

/// Manifests of one repository that are read at once.
const READ_AT_ONCE: usize = 8;

/// One repository, for one round.
pub(crate) struct RepositoryWorker {
    pub(crate) run: Arc<Run>,
    pub(crate) repository: Arc<RepositoryCopy>,
    /// Why nothing of it can be copied: its namespace can't be had, or is public.
    pub(crate) blocked: Option<Failure>,
    pub(crate) health: Health,
    /// Whether what fails now has failed for good.
    pub(crate) is_last_round: bool,
}

/// What copying a tag came to.
struct Copied {
    outcome: Outcome,
    note: Option<String>,
    referrers: Option<ListingTrouble>,
}

/// A tag that is being taken up: its place among the images at work, and its graph.
type Ready = (OwnedSemaphorePermit, Arc<Graph>);

impl RepositoryWorker {
    /// Does these tags of the repository, in this order.
    pub(crate) async fn work(self: Arc<Self>, tags: Vec<usize>) -> Vec<TagResult> {
        let graphs = Arc::new(GraphCache::of(&self.repository));
        let followers = Arc::new(Followers::among(&self.repository, &tags));
        let (worker, of_all, waiting) = (&self, &*graphs, &*followers);
        // What belongs to another tag is done with that; what is left of it comes last.
        let (last, first): (Vec<_>, Vec<_>) =
            tags.into_iter().partition(|index| followers.is_waiting(*index));
        let is_last = last.iter().copied().collect::<HashSet<_>>();
        let mut ready = stream::iter(first.into_iter().chain(last))
            .filter(|index| future::ready(waiting.is_waiting(*index) || !is_last.contains(index)))
            .then(|index| async move { (index, worker.admit(index).await) })
            .map(|(index, slot)| async move { (index, worker.read(of_all, index, slot).await) })
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
                    // Taken by its subject's tag while it was read.
                    Some((index, _)) if is_last.contains(&index) && !followers.take(index) => {}
                    Some((_, Err(end))) => results.push(*end),
                    Some((index, Ok((slot, graph)))) => {
                        // Claimed here, in the order of the turns: that is what keeps waiting
                        // free of circles.
                        let claims = self.claim(&graph);
                        let (worker, turn) = (Arc::clone(&self), turns.next());
                        let own = match self.tag(index).action.moves_tag() {
                            true => followers.take_of(&graph),
                            false => Vec::new(),
                        };
                        let (graphs, followers) = (Arc::clone(&graphs), Arc::clone(&followers));
                        let image = images.spawn(async move {
                            let own = OwnFollowers::new(&graphs, &followers, own);
                            let ends = worker.image(index, &graph, claims, turn, own).await;
                            drop(slot);
                            ends
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
            if failure.class == FailureClass::Policy && self.blocked.is_some() {
                let item = ImageResult::of(&self.repository, tag, Outcome::Failed);
                let item = ImageResult { error: Some(failure), ..item };
                return Box::new(self.end(index, item, false));
            }
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

    /// One tag, and before it those that belong to it.
    async fn image(
        &self,
        index: usize,
        graph: &Graph,
        claims: Vec<BlobClaim>,
        turn: CommitTurn,
        own: OwnFollowers<'_>,
    ) -> Vec<TagResult> {
        let moved = BytesMoved::default();
        let work = async {
            let brought = match own.is_empty() {
                true => Ok(()),
                false => self.bring_by_digest(graph, &claims, &moved).await,
            };
            self.follow(&own).await;
            brought?;
            self.copy(index, graph, Some(&claims), Some(&turn), &moved).await
        };
        let copied = self.run.stop.within_grace(work).await;
        let end = match copied {
            Some(copied) => self.ended(index, graph, copied, moved),
            None => self.interrupted(index),
        };
        let (mut ends, undone) = own.into_results();
        ends.extend(undone.into_iter().map(|index| self.interrupted(index)));
        ends.push(end);
        ends
    }

    fn ended(
        &self,
        index: usize,
        graph: &Graph,
        copied: Result<Copied, CopyError>,
        moved: BytesMoved,
    ) -> TagResult {
        let mut end = match copied {
            Ok(Copied { outcome, note, referrers }) => {
                self.health.succeeded();
                let item = ImageResult::of(&self.repository, self.tag(index), outcome);
                let again = referrers.as_ref().is_some_and(|trouble| trouble.passes);
                TagResult { index, item: ImageResult { note, ..item }, referrers, again }
            }
            Err(error) => self.failed_unseen(index, &error),
        };
        end.item.digest = Some(graph.root.manifest.digest.clone());
        end.item.bytes = moved.crossed.into_inner();
        end.item.mounted = moved.mounted.into_inner();
        end.item.present = moved.present.into_inner();
        self.tell(end)
    }

    /// The tags that belong to an image, and those that belong to them.
    async fn follow(&self, own: &OwnFollowers<'_>) {
        while let Some(index) = own.next() {
            let graph = own.graphs.get(&self.run, &self.repository, self.tag(index));
            let end = match self.run.tally.time(Phase::Reading, graph).await {
                Ok(graph) => {
                    if own.add_those_of(&graph) {
                        // Whatever refers to what this one brings comes before its tag, too.
                        continue;
                    }
                    let moved = BytesMoved::default();
                    let copied = self.copy(index, &graph, None, None, &moved).await;
                    self.ended(index, &graph, copied, moved)
                }
                Err(error) => self.failed(index, &error),
            };
            own.done(end);
        }
    }

    async fn bring_by_digest(
        &self,
        graph: &Graph,
        claims: &[BlobClaim],
        moved: &BytesMoved,
    ) -> Result<(), CopyError> {
        let source = self.run.registry(&self.repository.source_host);
        let target = self.run.registry(&self.repository.target_host);
        let route = self.route(&source, &target);
        let holds = &self.repository.target_holds;
        image::bring_by_digest(&self.run, &route, graph, claims, holds, moved).await
    }

    fn route<'a>(&'a self, source: &'a Registry, target: &'a Registry) -> Route<'a> {
        Route {
            source,
            source_name: &self.repository.source,
            target,
            target_name: &self.repository.target,
        }
    }

    async fn copy(
        &self,
        index: usize,
        graph: &Graph,
        claims: Option<&[BlobClaim]>,
        turn: Option<&CommitTurn>,
        moved: &BytesMoved,
    ) -> Result<Copied, CopyError> {
        let (run, repository, tag) = (&*self.run, &self.repository, self.tag(index));
        let source = run.registry(&repository.source_host);
        let target = run.registry(&repository.target_host);
        let route = self.route(&source, &target);
        let holds = &repository.target_holds;
        let mut note = None;
        let mut outcome = Outcome::Copied;
        // An index of referrers that has come meanwhile is merged with, whatever the plan knew.
        let is_fallback = ReferrerTag::parse(&tag.tag).is_some_and(|tag| tag.is_fallback());
        let referrers = match &tag.action {
            Action::MergeFallback | Action::Copy if is_fallback => {
                note = image::merge_fallback(run, &route, graph, claims, &tag.tag, turn, moved)
                    .await?;
                ReferrersCopied::default()
            }
            Action::AddReferrers(_) => {
                let done = image::copy_referrers(run, &route, graph, holds, moved).await?;
                if done.copied == 0 {
                    outcome = Outcome::Equal;
                }
                done
            }
            action => {
                if let Action::Overwrite(reason) = action {
                    note = Some(format!("overwrote the target's: {reason}"));
                }
                let commit = Commit {
                    version: TagOrDigest::Tag(tag.tag.clone()),
                    planned: tag.replaces.as_ref(),
                    turn,
                    health: &self.health,
                };
                image::copy_image(run, &route, graph, claims, holds, commit, moved).await?
            }
        };
        if referrers.copied > 0 {
            let with = counted(referrers.copied as u64, "referrer", "referrers");
            let with = match tag.action {
                Action::AddReferrers(_) => format!("{with}; the image was there already"),
                _ => format!("with {with}"),
            };
            note = Some(note.map_or(with.clone(), |note| format!("{note}; {with}")));
        }
        Ok(Copied { outcome, note, referrers: referrers.trouble })
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
        TagResult { index, item, referrers: None, again: error.is_transient() }
    }

    fn end(&self, index: usize, item: ImageResult, passes: bool) -> TagResult {
        self.tell(TagResult { index, item, referrers: None, again: passes })
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
        ended: Result<(Id, Vec<TagResult>), JoinError>,
    ) -> Vec<TagResult> {
        match ended {
            Ok((_, ends)) => ends,
            // Those that belonged to it are missed at the end of the run.
            Err(error) => {
                let lost = places.get(&error.id()).into_iter();
                lost.map(|&index| self.end(index, faulty(&self.repository, self.tag(index)), false))
                    .collect()
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
