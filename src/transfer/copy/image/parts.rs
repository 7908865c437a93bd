//! The parts of an image: its blobs, the manifests below it, and itself by digest.

use std::collections::HashSet;
use std::sync::Arc;

use futures::{StreamExt as _, TryStreamExt as _, stream};

use crate::image::{Digest, TagOrDigest};
use crate::registry::{PutManifest, RegistryError};
use crate::transfer::copy::blob::{self, BlobClaim};
use crate::transfer::copy::error::{CopyError, Uncommon};
use crate::transfer::copy::graph::{Graph, Node};
use crate::transfer::copy::phases::Phase;
use crate::transfer::copy::route::{BytesMoved, Route};
use crate::transfer::copy::run::Run;

/// Blobs of one image that are seen to at once; how many really move is the run's affair.
const BLOBS: usize = 32;

/// Copies a graph and puts its root by digest alone, so that others can refer to it.
pub(crate) async fn bring_by_digest(
    run: &Run,
    route: &Route<'_>,
    graph: &Graph,
    claims: &[BlobClaim],
    target_holds: &HashSet<Digest>,
    moved: &BytesMoved,
) -> Result<(), CopyError> {
    if holds_it(run, route, graph, target_holds) {
        return Ok(());
    }
    bring_parts(run, route, graph, Some(claims), target_holds, moved).await?;
    let version = TagOrDigest::Digest(graph.root.manifest.digest.clone());
    match put(run, route, &graph.root, &version).await {
        Err(CopyError::Registry(error)) if error.is_missing_child() => {
            bring_parts_anew(run, route, graph, moved).await?;
            put(run, route, &graph.root, &version).await?;
        }
        put => drop(put?),
    }
    note_committed(Some(claims));
    Ok(())
}

/// Everything below the root, unless the target has the root already.
pub(super) async fn bring_parts(
    run: &Run,
    route: &Route<'_>,
    graph: &Graph,
    claims: Option<&[BlobClaim]>,
    target_holds: &HashSet<Digest>,
    moved: &BytesMoved,
) -> Result<(), CopyError> {
    if holds_it(run, route, graph, target_holds) {
        // Other repositories can mount its blobs at once.
        note_committed(claims);
        return Ok(());
    }
    ensure_blobs(run, route, graph, claims, moved).await?;
    run.tally.time(Phase::Committing, put_below(run, route, graph)).await
}

/// The same without regard to what this run knows of the target.
pub(super) async fn bring_parts_anew(
    run: &Run,
    route: &Route<'_>,
    graph: &Graph,
    moved: &BytesMoved,
) -> Result<(), CopyError> {
    ensure_blobs(run, route, graph, None, moved).await?;
    run.forget_manifests(route, graph);
    put_below(run, route, graph).await
}

/// Sees to it that all blobs of a graph are in the target repository. Without claims from the ledger
/// each is looked for there: a claim outside a worker's order could close a circle.
pub(crate) async fn ensure_blobs(
    run: &Run,
    route: &Route<'_>,
    graph: &Graph,
    claims: Option<&[BlobClaim]>,
    moved: &BytesMoved,
) -> Result<(), CopyError> {
    let work: Vec<_> = graph
        .blobs()
        .into_iter()
        .enumerate()
        .map(|(place, blob)| async move {
            match claims.and_then(|claims| claims.get(place)) {
                Some(claim) => blob::ensure(run, route, blob, claim, moved).await,
                None => blob::ensure_anew(run, route, blob, moved).await,
            }
        })
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
pub(crate) fn note_committed(claims: Option<&[BlobClaim]>) {
    for claim in claims.unwrap_or_default() {
        if let BlobClaim::Upload(upload) = claim {
            upload.committed();
        }
    }
}

/// Whether the manifest is in the target repository already, under whatever tag, and so all that
/// hangs below it: then the tag is all that is missing.
pub(super) fn holds_it(
    run: &Run,
    route: &Route<'_>,
    graph: &Graph,
    target_holds: &HashSet<Digest>,
) -> bool {
    let digest = &graph.root.manifest.digest;
    target_holds.contains(digest) || run.has_manifest(route, digest)
}

pub(crate) async fn put(
    run: &Run,
    route: &Route<'_>,
    node: &Node,
    version: &TagOrDigest,
) -> Result<PutManifest, CopyError> {
    let digest = &node.manifest.digest;
    // A docker-registry that writes one manifest again may refuse another that names it.
    let writer = run.writer(route);
    let _writing = writer.lock().await;
    let put = route.target.put_manifest(route.target_name, version, &node.manifest).await;
    let put = put.map_err(|error| refused(error, node))?;
    if put.digest.as_ref() != Some(digest) {
        confirm(route, version, digest).await?;
    }
    run.note_manifest(route, digest);
    Ok(put)
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

pub(super) fn because_of_its_kind(error: Arc<RegistryError>, node: &Node) -> CopyError {
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
