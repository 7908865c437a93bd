//! Fallback tags: the index that stands in for the referrers API, merged instead of overwritten.

use std::sync::Arc;

use super::parts;
use crate::image::{
    Digest, MediaType, ReferrerTag, Tag, TagOrDigest, add_to_fallback_index, fallback_tag,
    manifest_digest, merge_fallback_indexes,
};
use crate::registry::Manifest;
use crate::transfer::copy::blob::BlobClaim;
use crate::transfer::copy::commit_order::CommitTurn;
use crate::transfer::copy::error::CopyError;
use crate::transfer::copy::graph::{Graph, Node};
use crate::transfer::copy::phases::Phase;
use crate::transfer::copy::route::{BytesMoved, Route};
use crate::transfer::copy::run::Run;

/// Gives the target's fallback index the entries that the source's has and it lacks. Returns what
/// to note in the report.
pub(crate) async fn merge(
    run: &Run,
    route: &Route<'_>,
    graph: &Graph,
    claims: Option<&[BlobClaim]>,
    tag: &Tag,
    turn: Option<&CommitTurn>,
    moved: &BytesMoved,
) -> Result<Option<String>, CopyError> {
    parts::ensure_blobs(run, route, graph, claims, moved).await?;
    parts::put_below(run, route, graph).await?;
    parts::note_committed(claims);
    if let Some(turn) = turn {
        run.tally.time(Phase::Waiting, turn.begin()).await;
    }
    let lock = match ReferrerTag::parse(tag) {
        Some(referrer) => lock_of(run, route, &referrer.subject),
        None => Arc::default(),
    };
    let _writing = lock.lock().await;
    let version = TagOrDigest::Tag(tag.clone());
    let theirs = current(route, &version).await?;
    let ours = &graph.root.manifest;
    let Some(theirs) = theirs else {
        route.target.put_manifest(route.target_name, &version, ours).await?;
        return Ok(None);
    };
    let merged = merge_fallback_indexes(&theirs.bytes, &ours.bytes)
        .map_err(|reason| CopyError::Fallback { tag: tag.to_string(), reason })?;
    match merged {
        None => Ok(Some("the target's fallback index lists all of it already".to_owned())),
        Some(bytes) => {
            write(route, &version, bytes).await?;
            Ok(Some("merged with the target's fallback index".to_owned()))
        }
    }
}

/// Lists one more referrer under its subject's fallback tag at the target.
pub(crate) async fn add(
    run: &Run,
    route: &Route<'_>,
    subject: &Digest,
    referrer: &Node,
) -> Result<(), CopyError> {
    let lock = lock_of(run, route, subject);
    let _writing = lock.lock().await;
    let tag = fallback_tag(subject);
    let version = TagOrDigest::Tag(tag.clone());
    let theirs = current(route, &version).await?;
    let manifest = &referrer.manifest;
    let extended = add_to_fallback_index(
        theirs.as_ref().map(|theirs| &*theirs.bytes),
        &manifest.media_type,
        &manifest.digest,
        manifest.bytes.len() as u64,
        &referrer.view,
    )
    .map_err(|reason| CopyError::Fallback { tag: tag.to_string(), reason })?;
    match extended {
        Some(bytes) => write(route, &version, bytes).await,
        None => Ok(()),
    }
}

async fn current(route: &Route<'_>, version: &TagOrDigest) -> Result<Option<Manifest>, CopyError> {
    match route.target.manifest(route.target_name, version).await {
        Ok(manifest) => Ok(Some(manifest)),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error.into()),
    }
}

async fn write(route: &Route<'_>, version: &TagOrDigest, bytes: Vec<u8>) -> Result<(), CopyError> {
    let media_type = MediaType::OCI_INDEX.to_owned();
    let digest = manifest_digest(crate::image::Algorithm::Sha256, &media_type, &bytes)
        .map_err(|error| CopyError::Manifest { digest: Digest::of(&bytes), error })?;
    let manifest = Manifest { bytes: bytes.into(), media_type, digest };
    route.target.put_manifest(route.target_name, version, &manifest).await?;
    Ok(())
}

fn lock_of(run: &Run, route: &Route<'_>, subject: &Digest) -> Arc<tokio::sync::Mutex<()>> {
    let key = (route.target.host().clone(), route.target_name.clone(), subject.clone());
    let mut locks = run.fallback_locks.lock();
    locks.entry(key).or_default().clone()
}
