//! One image: its parts, what refers to it, and last of all its tag.

use std::collections::HashSet;

use super::guard::LastLook;
use super::parts::{because_of_its_kind, bring_parts, bring_parts_anew, note_committed, put};
use super::referrers::copy_referrers;
use crate::image::{Digest, TagOrDigest};
use crate::transfer::copy::blob::BlobClaim;
use crate::transfer::copy::commit_order::CommitTurn;
use crate::transfer::copy::error::CopyError;
use crate::transfer::copy::graph::Graph;
use crate::transfer::copy::health::Health;
use crate::transfer::copy::phases::Phase;
use crate::transfer::copy::route::{BytesMoved, Route};
use crate::transfer::copy::run::{ReferrersCopied, Run};

/// The tag that an image is committed under, last of all.
pub(crate) struct Commit<'a> {
    pub(crate) version: TagOrDigest,
    /// What the tag pointed at when the plan was made.
    pub(crate) planned: Option<&'a Digest>,
    /// Over when the image is committed or has failed; `None` within the turn of another image.
    pub(crate) turn: Option<&'a CommitTurn>,
    /// Whether the repository is still worth a try when the turn comes.
    pub(crate) health: &'a Health,
}

/// Copies a graph and what refers to it, and commits its root when its turn comes.
///
/// The tag is put last, so that one which is equal means that all of it is there. What refers to
/// the image and can't be had doesn't keep it from being committed.
pub(crate) async fn copy_image(
    run: &Run,
    route: &Route<'_>,
    graph: &Graph,
    claims: Option<&[BlobClaim]>,
    target_holds: &HashSet<Digest>,
    tag: Commit<'_>,
    moved: &BytesMoved,
) -> Result<ReferrersCopied, CopyError> {
    bring_parts(run, route, graph, claims, target_holds, moved).await?;
    let referrers = match finish(run, route, graph, target_holds, &tag, moved).await {
        // Something that was taken for present is not: see to everything once more, once.
        Err(CopyError::Registry(error)) if error.is_missing_child() => {
            tracing::debug!(%error, "the target misses a part; the whole graph is copied again");
            bring_parts_anew(run, route, graph, moved).await?;
            let again = finish(run, route, graph, target_holds, &tag, moved).await;
            again.map_err(|error| match error {
                CopyError::Registry(error) if error.is_missing_child() => {
                    because_of_its_kind(error, &graph.root)
                }
                error => error,
            })?
        }
        finished => finished?,
    };
    note_committed(claims);
    Ok(referrers)
}

/// What is left once all parts are at the target: the referrers, and the tag.
async fn finish(
    run: &Run,
    route: &Route<'_>,
    graph: &Graph,
    target_holds: &HashSet<Digest>,
    tag: &Commit<'_>,
    moved: &BytesMoved,
) -> Result<ReferrersCopied, CopyError> {
    let referrers = copy_referrers(run, route, graph, target_holds, moved).await?;
    commit(run, route, graph, tag).await?;
    Ok(referrers)
}

async fn commit(
    run: &Run,
    route: &Route<'_>,
    graph: &Graph,
    tag: &Commit<'_>,
) -> Result<(), CopyError> {
    let ours = &graph.root.manifest.digest;
    let mut looked = None;
    if run.looks_last() {
        // While the tag before it is put: the look costs no time of its own then.
        if let Some(turn) = tag.turn {
            run.tally.time(Phase::Waiting, turn.near()).await;
        }
        looked = Some(LastLook::take(route, &tag.version, tag.planned).await?);
    }
    if let Some(turn) = tag.turn {
        run.tally.time(Phase::Waiting, turn.begin()).await;
    }
    if let Some(verdict) = tag.health.given_up() {
        let failure = Box::new(verdict.failure);
        return Err(CopyError::GivenUp { failure, passes: verdict.passes });
    }
    if looked.as_ref().is_some_and(LastLook::is_stale) {
        looked = Some(LastLook::take(route, &tag.version, tag.planned).await?);
    }
    if looked.map_or(Ok(true), |look| look.still_to_move(ours, tag.planned))? {
        let put = put(run, route, &graph.root, &tag.version);
        run.tally.time(Phase::Committing, put).await?;
    }
    Ok(())
}
