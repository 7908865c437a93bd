//! What refers to an image at a source with the referrers API: signatures, attestations, SBOMs.
//!
//! A source without that API keeps them under fallback tags, which the tag listing brings.

use std::collections::HashSet;

use super::{commit, fallback};
use crate::image::{Digest, TagOrDigest};
use crate::transfer::copy::blob;
use crate::transfer::copy::error::CopyError;
use crate::transfer::copy::graph::{Graph, discover};
use crate::transfer::copy::route::{BytesMoved, Route};
use crate::transfer::copy::run::Run;

/// Referrers of referrers of referrers: nothing is deeper than a signature on an attestation.
const DEPTH: usize = 4;

/// Copies what refers to any manifest of a graph, and to that in turn. Returns how many.
pub(crate) async fn copy_referrers(
    run: &Run,
    route: &Route<'_>,
    graph: &Graph,
    moved: &BytesMoved,
) -> Result<usize, CopyError> {
    let mut subjects: Vec<Digest> =
        graph.nodes().map(|node| node.manifest.digest.clone()).collect();
    let mut seen: HashSet<Digest> = subjects.iter().cloned().collect();
    let mut copied = 0;
    for _ in 0..DEPTH {
        let mut found = Vec::new();
        for subject in &subjects {
            let Some(listed) = route.source.referrers(route.source_name, subject).await? else {
                return Ok(copied);
            };
            for referrer in listed {
                if seen.insert(referrer.digest.clone()) {
                    copy_referrer(run, route, subject, &referrer.digest, moved).await?;
                    copied += 1;
                    found.push(referrer.digest);
                }
            }
        }
        if found.is_empty() {
            break;
        }
        subjects = found;
    }
    Ok(copied)
}

async fn copy_referrer(
    run: &Run,
    route: &Route<'_>,
    subject: &Digest,
    referrer: &Digest,
    moved: &BytesMoved,
) -> Result<(), CopyError> {
    let version = TagOrDigest::Digest(referrer.clone());
    let graph = discover(route.source, route.source_name, &version).await?;
    // Not claimed from the ledger: a claim outside a worker's order could close a circle.
    for blob in graph.blobs() {
        blob::ensure_anew(run, route, blob, moved).await?;
    }
    commit::put_below(run, route, &graph).await?;
    commit::put(run, route, &graph.root, &version).await?;
    let names_subject = graph.root.view.subject.as_ref().is_some_and(|s| s.digest == *subject);
    if names_subject && !run.capabilities.keeps_referrers(route.target.host()) {
        fallback::add(run, route, subject, &graph.root).await?;
    }
    Ok(())
}
