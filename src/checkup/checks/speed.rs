//! How long TCR's registry takes to answer, and how fast its bytes come.

use std::time::{Duration, Instant};

use futures::StreamExt as _;

use crate::checkup::check::{Check, Run};
use crate::checkup::finding::{Finding, Found};
use crate::checkup::ground::Ground;
use crate::checkup::image::some_image;
use crate::diagnostic::{human_bytes, human_duration};
use crate::image::{ManifestView, RepositoryName, TagOrDigest};
use crate::registry::Registry;

/// How often the registry is asked for its latency; the fastest counts.
const ASKED: usize = 3;
/// At most so much of a blob is read, and for so long.
const READ: u64 = 8 << 20;
const READ_FOR: Duration = Duration::from_secs(5);

pub(super) const CHECK: Check = Check {
    id: "speed",
    about: "TCR's latency, and the speed of a blob that is there",
    needs: &["tcr.token"],
    after: &[],
    run: Run::Once(|ground| Box::pin(check(ground))),
};

async fn check(ground: &Ground) -> Found {
    let (repository, digest) = some_image(ground).await?;
    of(ground.target.get()?, repository, &TagOrDigest::Digest(digest.clone())).await
}

async fn of(registry: &Registry, repository: &RepositoryName, image: &TagOrDigest) -> Found {
    let failed = |error| Finding::registry(&error);
    let mut latency = Duration::MAX;
    for _ in 0..ASKED {
        let begin = Instant::now();
        registry.head_manifest(repository, image).await.map_err(failed)?;
        latency = latency.min(begin.elapsed());
    }
    let manifest = registry.manifest(repository, image).await.map_err(failed)?;
    // Of an index only its own listing is looked at: a speed is wanted, not an image.
    let view = ManifestView::parse(&manifest.bytes);
    let blobs = view.map(|view| view.blobs).unwrap_or_default();
    let largest = blobs.into_iter().max_by_key(|blob| blob.size);
    let answers = format!("answers in {}", human_duration(latency));
    let Some(blob) = largest else { return Ok(Finding::ok(answers)) };
    let begin = Instant::now();
    let mut stream = registry.blob(repository, &blob.digest, blob.size).await.map_err(failed)?;
    let mut read = 0;
    while read < READ && begin.elapsed() < READ_FOR {
        let Some(piece) = stream.next().await else { break };
        read += piece.map_err(failed)?.len() as u64;
    }
    let second = begin.elapsed().as_secs_f64().max(0.001);
    // A speed for people: digits beyond the first three don't matter.
    #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let rate = (read as f64 / second) as u64;
    Ok(Finding::ok(format!(
        "{answers}; {} of a blob at {}/s",
        human_bytes(read),
        human_bytes(rate)
    )))
}
