//! One image: its blobs, the manifests below it, and last of all its tag.

use std::collections::HashSet;
use std::sync::Arc;

use futures::{StreamExt as _, TryStreamExt as _, stream};

use super::guard;
use crate::image::{Digest, TagOrDigest};
use crate::registry::RegistryError;
use crate::transfer::copy::blob::{self, BlobClaim};
use crate::transfer::copy::commit_order::CommitTurn;
use crate::transfer::copy::error::{CopyError, Uncommon};
use crate::transfer::copy::graph::{Graph, Node};
use crate::transfer::copy::health::Health;
use crate::transfer::copy::phases::Phase;
use crate::transfer::copy::route::{BytesMoved, Route};
use crate::transfer::copy::run::Run;

/// Blobs of one image that are seen to at once; how many really move is the run's affair.
const BLOBS: usize = 32;

/// The tag that an image is committed under, last of all.
pub(crate) struct Commit<'a> {
    pub(crate) version: TagOrDigest,
    /// What the tag pointed at when the plan was made.
    pub(crate) planned: Option<&'a Digest>,
    /// Over when the image is committed or has failed.
    pub(crate) turn: &'a CommitTurn,
    /// Whether the repository is still worth a try when the turn comes.
    pub(crate) health: &'a Health,
}

/// Copies a graph and commits its root when its turn comes.
pub(crate) async fn copy_image(
    run: &Run,
    route: &Route<'_>,
    graph: &Graph,
    claims: &[BlobClaim],
    target_holds: &HashSet<Digest>,
    tag: Commit<'_>,
    moved: &BytesMoved,
) -> Result<(), CopyError> {
    if holds_it(run, route, graph, target_holds) {
        // Other repositories can mount its blobs at once.
        note_committed(claims);
    } else {
        ensure_blobs(run, route, graph, claims, moved).await?;
        run.tally.time(Phase::Committing, put_below(run, route, graph)).await?;
    }
    match commit(run, route, graph, &tag).await {
        // Something that was taken for present is not: see to everything once more, once.
        Err(CopyError::Registry(error)) if error.is_missing_child() => {
            tracing::debug!(%error, "the target misses a part; the whole graph is copied again");
            let work: Vec<_> = graph
                .blobs()
                .into_iter()
                .map(|blob| blob::ensure_anew(run, route, blob, moved))
                .collect();
            stream::iter(work).buffer_unordered(BLOBS).try_collect::<()>().await?;
            run.forget_manifests(route, graph);
            put_below(run, route, graph).await?;
            commit(run, route, graph, &tag).await.map_err(|error| match error {
                CopyError::Registry(error) if error.is_missing_child() => {
                    because_of_its_kind(error, &graph.root)
                }
                error => error,
            })?;
        }
        committed => committed?,
    }
    note_committed(claims);
    Ok(())
}

/// Sees to it that all blobs of a graph are in the target repository.
pub(crate) async fn ensure_blobs(
    run: &Run,
    route: &Route<'_>,
    graph: &Graph,
    claims: &[BlobClaim],
    moved: &BytesMoved,
) -> Result<(), CopyError> {
    let work: Vec<_> = graph
        .blobs()
        .into_iter()
        .zip(claims)
        .map(|(blob, claim)| blob::ensure(run, route, blob, claim, moved))
        .collect();
    stream::iter(work).buffer_unordered(BLOBS).try_collect().await
}

/// Puts the manifests below the root, children first.
pub(crate) async fn put_below(
    run: &Run,
    route: &Route<'_>,
    graph: &Graph,
) -> Result<(), CopyError> {
    for node in &graph.below {
        let digest = &node.manifest.digest;
        if !run.has_manifest(route, digest) {
            put(run, route, node, &TagOrDigest::Digest(digest.clone())).await?;
        }
    }
    Ok(())
}

/// A graph is at the target: what it brought can be mounted from there.
pub(crate) fn note_committed(claims: &[BlobClaim]) {
    for claim in claims {
        if let BlobClaim::Upload(upload) = claim {
            upload.committed();
        }
    }
}

/// Whether the manifest is in the target repository already, under whatever tag, and so all that
/// hangs below it: then the tag is all that is missing.
fn holds_it(run: &Run, route: &Route<'_>, graph: &Graph, target_holds: &HashSet<Digest>) -> bool {
    let digest = &graph.root.manifest.digest;
    target_holds.contains(digest) || run.has_manifest(route, digest)
}

async fn commit(
    run: &Run,
    route: &Route<'_>,
    graph: &Graph,
    tag: &Commit<'_>,
) -> Result<(), CopyError> {
    run.tally.time(Phase::Waiting, tag.turn.begin()).await;
    if let Some(verdict) = tag.health.given_up() {
        let failure = Box::new(verdict.failure);
        return Err(CopyError::GivenUp { failure, passes: verdict.passes });
    }
    let ours = &graph.root.manifest.digest;
    if guard::still_to_move(run, route, &tag.version, ours, tag.planned).await? {
        let put = put(run, route, &graph.root, &tag.version);
        run.tally.time(Phase::Committing, put).await?;
    }
    Ok(())
}

pub(crate) async fn put(
    run: &Run,
    route: &Route<'_>,
    node: &Node,
    version: &TagOrDigest,
) -> Result<(), CopyError> {
    let digest = &node.manifest.digest;
    // A docker-registry that writes one manifest again may refuse another that names it.
    let writer = run.writer(route);
    let _writing = writer.lock().await;
    let put = route.target.put_manifest(route.target_name, version, &node.manifest).await;
    let put = put.map_err(|error| refused(error, node))?;
    if put.digest.as_ref() != Some(digest) {
        confirm(route, version, digest).await?;
    }
    if node.view.subject.is_some() {
        run.capabilities.note_subject(route.target.host(), put.subject_honoured);
    }
    run.note_manifest(route, digest);
    Ok(())
}

/// Why the target doesn't take a manifest: where it isn't said, an uncommon kind is the likely
/// reason.
fn refused(error: RegistryError, node: &Node) -> CopyError {
    let by_itself = match &error {
        RegistryError::Invalid { .. } | RegistryError::NotFound { .. } => true,
        RegistryError::Server { status, .. } => *status == 500,
        _ => false,
    };
    if by_itself { because_of_its_kind(Arc::new(error), node) } else { error.into() }
}

fn because_of_its_kind(error: Arc<RegistryError>, node: &Node) -> CopyError {
    match Uncommon::of(&node.view) {
        Some(kind) => CopyError::Uncommon { error, kind },
        None => CopyError::Registry(error),
    }
}

/// Where the answer to a push names no digest, a look at what the tag points at has to do.
async fn confirm(
    route: &Route<'_>,
    version: &TagOrDigest,
    wanted: &Digest,
) -> Result<(), CopyError> {
    let head = route.target.head_manifest(route.target_name, version).await?;
    let found = head.and_then(|head| head.digest);
    if found.as_ref() == Some(wanted) {
        return Ok(());
    }
    let found = found.map_or_else(|| "nothing".to_owned(), |digest| digest.to_string());
    Err(CopyError::Unequal { wanted: wanted.clone(), found })
}
