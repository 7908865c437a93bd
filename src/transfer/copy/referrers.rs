//! What refers to an image at a source with the referrers API: signatures, attestations, SBOMs.
//!
//! A source without that API keeps them under fallback tags, which the tag listing brings.

use std::collections::HashSet;

use super::blob::{self, Ends, Moved};
use super::graph::{Graph, discover};
use super::run::Run;
use super::{CopyError, fallback, image};
use crate::image::{Digest, TagOrDigest};

/// Referrers of referrers of referrers: nobody goes deeper than a signature on an attestation.
const DEPTH: usize = 4;

/// Copies what refers to any manifest of a graph, and to that in turn. Returns how many.
pub(super) async fn copy_referrers(
    run: &Run,
    ends: &Ends<'_>,
    graph: &Graph,
    moved: &Moved,
) -> Result<usize, CopyError> {
    let mut subjects: Vec<Digest> =
        graph.nodes().map(|node| node.manifest.digest.clone()).collect();
    let mut seen: HashSet<Digest> = subjects.iter().cloned().collect();
    let mut copied = 0;
    for _ in 0..DEPTH {
        let mut found = Vec::new();
        for subject in &subjects {
            let Some(listed) = ends.source.referrers(ends.source_name, subject).await? else {
                return Ok(copied);
            };
            for referrer in listed {
                if seen.insert(referrer.digest.clone()) {
                    copy_referrer(run, ends, subject, &referrer.digest, moved).await?;
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
    ends: &Ends<'_>,
    subject: &Digest,
    referrer: &Digest,
    moved: &Moved,
) -> Result<(), CopyError> {
    let version = TagOrDigest::Digest(referrer.clone());
    let graph = discover(ends.source, ends.source_name, &version).await?;
    // Not claimed from the ledger: a claim outside a lane's order could close a circle.
    for blob in graph.blobs() {
        blob::ensure_anew(run, ends, blob, moved).await?;
    }
    image::put_below(run, ends, &graph).await?;
    image::put(run, ends, &graph.root, &version).await?;
    let names_subject = graph.root.view.subject.as_ref().is_some_and(|s| s.digest == *subject);
    if names_subject && !run.abilities.keeps_referrers(ends.target.host()) {
        fallback::add(run, ends, subject, &graph.root).await?;
    }
    Ok(())
}
