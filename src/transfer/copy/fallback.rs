//! Fallback tags: the index that stands in for the referrers API, merged instead of overwritten.

use std::sync::Arc;

use super::CopyError;
use super::blob::{Ends, Moved};
use super::graph::{Graph, Node};
use super::image;
use super::ledger::Claim;
use super::run::Run;
use super::tally::Doing;
use super::turn::Turn;
use crate::image::{
    Digest, MediaType, ReferrerTag, Tag, TagOrDigest, add_to_fallback_index, fallback_tag,
    manifest_digest, merge_fallback_indexes,
};
use crate::registry::Manifest;

/// Gives the target's fallback index the entries that the source's has and it lacks. Returns what
/// to note in the report.
pub(super) async fn merge(
    run: &Run,
    ends: &Ends<'_>,
    graph: &Graph,
    claims: &[Claim],
    tag: &Tag,
    turn: &Turn,
    moved: &Moved,
) -> Result<Option<String>, CopyError> {
    image::ensure_blobs(run, ends, graph, claims, moved).await?;
    image::put_below(run, ends, graph).await?;
    image::note_committed(claims);
    run.tally.time(Doing::Waiting, turn.begin()).await;
    let lock = match ReferrerTag::parse(tag) {
        Some(referrer) => lock_of(run, ends, &referrer.subject),
        None => Arc::default(),
    };
    let _writing = lock.lock().await;
    let version = TagOrDigest::Tag(tag.clone());
    let theirs = current(ends, &version).await?;
    let ours = &graph.root.manifest;
    let Some(theirs) = theirs else {
        ends.target.put_manifest(ends.target_name, &version, ours).await?;
        return Ok(None);
    };
    let merged = merge_fallback_indexes(&theirs.bytes, &ours.bytes)
        .map_err(|reason| CopyError::Fallback { tag: tag.to_string(), reason })?;
    match merged {
        None => Ok(Some("the target's fallback index lists all of it already".to_owned())),
        Some(bytes) => {
            write(ends, &version, bytes).await?;
            Ok(Some("merged with the target's fallback index".to_owned()))
        }
    }
}

/// Lists one more referrer under its subject's fallback tag at the target.
pub(super) async fn add(
    run: &Run,
    ends: &Ends<'_>,
    subject: &Digest,
    referrer: &Node,
) -> Result<(), CopyError> {
    let lock = lock_of(run, ends, subject);
    let _writing = lock.lock().await;
    let tag = fallback_tag(subject);
    let version = TagOrDigest::Tag(tag.clone());
    let theirs = current(ends, &version).await?;
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
        Some(bytes) => write(ends, &version, bytes).await,
        None => Ok(()),
    }
}

async fn current(ends: &Ends<'_>, version: &TagOrDigest) -> Result<Option<Manifest>, CopyError> {
    match ends.target.manifest(ends.target_name, version).await {
        Ok(manifest) => Ok(Some(manifest)),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error.into()),
    }
}

async fn write(ends: &Ends<'_>, version: &TagOrDigest, bytes: Vec<u8>) -> Result<(), CopyError> {
    let media_type = MediaType::OCI_INDEX.to_owned();
    let digest = manifest_digest(crate::image::Algorithm::Sha256, &media_type, &bytes)
        .map_err(|error| CopyError::Manifest { digest: Digest::of(&bytes), error })?;
    let manifest = Manifest { bytes: bytes.into(), media_type, digest };
    ends.target.put_manifest(ends.target_name, version, &manifest).await?;
    Ok(())
}

fn lock_of(run: &Run, ends: &Ends<'_>, subject: &Digest) -> Arc<tokio::sync::Mutex<()>> {
    let key = (ends.target.host().clone(), ends.target_name.clone(), subject.clone());
    let mut locks = run.fallback_locks.lock();
    locks.entry(key).or_default().clone()
}
