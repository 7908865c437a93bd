//! One image: its blobs, the manifests below it, and last of all its tag.

use std::collections::HashSet;

use futures::{StreamExt as _, TryStreamExt as _, stream};

use super::CopyError;
use super::blob::{self, Ends, Moved};
use super::graph::{Graph, Node};
use super::guard;
use super::health::Health;
use super::ledger::Claim;
use super::run::Run;
use super::tally::Doing;
use super::turn::Turn;
use crate::image::{Digest, TagOrDigest};

/// Blobs of one image that are seen to at once; how many really move is the run's affair.
const BLOBS: usize = 32;

/// The tag that an image is committed under, last of all.
pub(super) struct Commit<'a> {
    pub(super) version: TagOrDigest,
    /// What the tag pointed at when the plan was made.
    pub(super) planned: Option<&'a Digest>,
    /// Over when the image is committed or has failed.
    pub(super) turn: &'a Turn,
    /// Whether the repository is still worth a try when the turn comes.
    pub(super) health: &'a Health,
}

/// Copies a graph and commits its root when its turn comes.
pub(super) async fn copy_image(
    run: &Run,
    ends: &Ends<'_>,
    graph: &Graph,
    claims: &[Claim],
    target_holds: &HashSet<Digest>,
    tag: Commit<'_>,
    moved: &Moved,
) -> Result<(), CopyError> {
    if holds_it(run, ends, graph, target_holds) {
        // Whoever wants its blobs elsewhere can mount them at once.
        note_committed(claims);
    } else {
        ensure_blobs(run, ends, graph, claims, moved).await?;
        run.tally.time(Doing::Committing, put_below(run, ends, graph)).await?;
    }
    match commit(run, ends, graph, &tag).await {
        // Something that was taken for present is not: see to everything once more, once.
        Err(CopyError::Registry(error)) if error.is_missing_child() => {
            tracing::debug!(%error, "the target misses a part; the whole graph is copied anew");
            let work: Vec<_> = graph
                .blobs()
                .into_iter()
                .map(|blob| blob::ensure_anew(run, ends, blob, moved))
                .collect();
            stream::iter(work).buffer_unordered(BLOBS).try_collect::<()>().await?;
            run.forget_manifests(ends, graph);
            put_below(run, ends, graph).await?;
            commit(run, ends, graph, &tag).await?;
        }
        committed => committed?,
    }
    note_committed(claims);
    Ok(())
}

/// Sees to it that all blobs of a graph are in the target repository.
pub(super) async fn ensure_blobs(
    run: &Run,
    ends: &Ends<'_>,
    graph: &Graph,
    claims: &[Claim],
    moved: &Moved,
) -> Result<(), CopyError> {
    let work: Vec<_> = graph
        .blobs()
        .into_iter()
        .zip(claims)
        .map(|(blob, claim)| blob::ensure(run, ends, blob, claim, moved))
        .collect();
    stream::iter(work).buffer_unordered(BLOBS).try_collect().await
}

/// Puts the manifests below the root, children first.
pub(super) async fn put_below(run: &Run, ends: &Ends<'_>, graph: &Graph) -> Result<(), CopyError> {
    for node in &graph.below {
        let digest = &node.manifest.digest;
        if !run.has_manifest(ends, digest) {
            put(run, ends, node, &TagOrDigest::Digest(digest.clone())).await?;
        }
    }
    Ok(())
}

/// A graph is at the target: what it brought can be mounted from there.
pub(super) fn note_committed(claims: &[Claim]) {
    for claim in claims {
        if let Claim::Provide(duty) = claim {
            duty.committed();
        }
    }
}

/// Whether the manifest is in the target repository already, under whatever tag, and so all that
/// hangs below it: then the tag is all that is missing.
fn holds_it(run: &Run, ends: &Ends<'_>, graph: &Graph, target_holds: &HashSet<Digest>) -> bool {
    let digest = &graph.root.manifest.digest;
    target_holds.contains(digest) || run.has_manifest(ends, digest)
}

async fn commit(
    run: &Run,
    ends: &Ends<'_>,
    graph: &Graph,
    tag: &Commit<'_>,
) -> Result<(), CopyError> {
    run.tally.time(Doing::Waiting, tag.turn.begin()).await;
    if let Some(verdict) = tag.health.given_up() {
        let failure = Box::new(verdict.failure);
        return Err(CopyError::GivenUp { failure, passes: verdict.passes });
    }
    let ours = &graph.root.manifest.digest;
    if guard::still_to_move(run, ends, &tag.version, ours, tag.planned).await? {
        let put = put(run, ends, &graph.root, &tag.version);
        run.tally.time(Doing::Committing, put).await?;
    }
    Ok(())
}

pub(super) async fn put(
    run: &Run,
    ends: &Ends<'_>,
    node: &Node,
    version: &TagOrDigest,
) -> Result<(), CopyError> {
    let digest = &node.manifest.digest;
    // A docker-registry that writes one manifest anew may refuse another that names it.
    let writer = run.writer(ends);
    let _writing = writer.lock().await;
    let put = ends.target.put_manifest(ends.target_name, version, &node.manifest).await?;
    if put.digest.as_ref() != Some(digest) {
        confirm(ends, version, digest).await?;
    }
    if node.view.subject.is_some() {
        run.abilities.note_subject(ends.target.host(), put.subject_honoured);
    }
    run.note_manifest(ends, digest);
    Ok(())
}

/// Where the answer to a push names no digest, a look at what the tag points at has to do.
async fn confirm(ends: &Ends<'_>, version: &TagOrDigest, wanted: &Digest) -> Result<(), CopyError> {
    let head = ends.target.head_manifest(ends.target_name, version).await?;
    let found = head.and_then(|head| head.digest);
    if found.as_ref() == Some(wanted) {
        return Ok(());
    }
    let found = found.map_or_else(|| "nothing".to_owned(), |digest| digest.to_string());
    Err(CopyError::Unequal { wanted: wanted.clone(), found })
}
