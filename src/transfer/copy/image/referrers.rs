//! What refers to an image at a source with the referrers API: signatures, attestations, SBOMs.
//!
//! A source without that API keeps them under fallback tags, which the tag listing brings.

use std::collections::HashSet;

use super::{fallback, parts};
use crate::image::{Digest, TagOrDigest};
use crate::transfer::copy::error::CopyError;
use crate::transfer::copy::graph::{Graph, discover};
use crate::transfer::copy::route::{BytesMoved, Route};
use crate::transfer::copy::run::{ReferrersCopied, Run};
use crate::transfer::referrers::{ListingTrouble, Referrer, list};
use crate::transfer::report::Failure;

/// Copies what refers to any manifest of a graph, and to that in turn, as far as the target
/// doesn't list it. The image is put by its digest before: some registries refuse a referrer
/// without its subject.
///
/// # Errors
/// Those of putting the image itself.
pub(crate) async fn copy_referrers(
    run: &Run,
    route: &Route<'_>,
    graph: &Graph,
    target_holds: &HashSet<Digest>,
    moved: &BytesMoved,
) -> Result<ReferrersCopied, CopyError> {
    if route.source.lacks_referrers() {
        return Ok(ReferrersCopied::default());
    }
    // Rarely anything to do, so the images at work needn't keep room for it.
    let work = Box::pin(copy_missing(run, route, graph, target_holds, moved));
    run.referrers_once(route, &graph.root.manifest.digest, work).await
}

async fn copy_missing(
    run: &Run,
    route: &Route<'_>,
    graph: &Graph,
    target_holds: &HashSet<Digest>,
    moved: &BytesMoved,
) -> Result<ReferrersCopied, CopyError> {
    let subjects = graph.nodes().map(|node| node.manifest.digest.clone()).collect();
    let referrers = list(route.sides(), subjects).await;
    let mut done = ReferrersCopied { copied: 0, trouble: referrers.at_source };
    let missing: Vec<Referrer> = referrers.found.into_iter().filter(|one| !one.is_listed).collect();
    if !missing.is_empty() && !parts::holds_it(run, route, graph, target_holds) {
        let version = TagOrDigest::Digest(graph.root.manifest.digest.clone());
        parts::put(run, route, &graph.root, &version).await?;
    }
    for referrer in &missing {
        match copy_referrer(run, route, referrer, moved).await {
            Ok(()) => done.copied += 1,
            Err(error) => {
                tracing::info!(digest = %referrer.digest, %error, "a referrer was not copied");
                done.trouble.get_or_insert_with(|| trouble(route, referrer, &error));
            }
        }
    }
    Ok(done)
}

fn trouble(route: &Route<'_>, referrer: &Referrer, error: &CopyError) -> ListingTrouble {
    let mut failure = Failure::from(error);
    failure.diagnostic.message =
        format!("{} was not copied: {}", referrer.digest, failure.diagnostic.message);
    ListingTrouble {
        host: route.source.host().clone(),
        is_refusal: false,
        passes: error.is_transient(),
        failure,
    }
}

async fn copy_referrer(
    run: &Run,
    route: &Route<'_>,
    referrer: &Referrer,
    moved: &BytesMoved,
) -> Result<(), CopyError> {
    let version = TagOrDigest::Digest(referrer.digest.clone());
    let graph = discover(route.source, route.source_name, &version).await?;
    parts::ensure_blobs(run, route, &graph, None, moved).await?;
    parts::put_below(run, route, &graph).await?;
    let put = parts::put(run, route, &graph.root, &version).await?;
    let names_subject =
        graph.root.view.subject.as_ref().is_some_and(|s| s.digest == referrer.subject);
    if names_subject && !put.subject_honoured {
        fallback::add(run, route, &referrer.subject, &graph.root).await?;
    }
    Ok(())
}
