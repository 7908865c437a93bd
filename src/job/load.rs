//! What each repository of a plan weighs, and which layers it is known to have.

use std::collections::{BTreeMap, HashSet};

use futures::{StreamExt as _, stream};

use crate::account::Account;
use crate::image::{Digest, ManifestView, TagOrDigest};
use crate::transfer::{Plan, RepositoryCopy};

/// Manifests fetched at once. How many requests a host gets at once in all, its client decides.
const LOOK_UPS: usize = 32;

/// What a tag costs besides its bytes: some five requests, which take as long as this many bytes.
/// It also stands for sizes that nobody tells, as in a list.
const TAG: u64 = 1 << 20;

/// A repository to be copied by one shard, whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Load {
    /// Its place in the plan.
    pub place: usize,
    /// `NAMESPACE/REPOSITORY` at the source.
    pub name: String,
    /// Tags to be copied.
    pub images: u64,
    /// Bytes of the distinct images, by the API.
    pub bytes: u64,
    /// What it costs: the bytes, and some for each tag.
    pub weight: u64,
    /// Layers that it is known to have.
    pub layers: Vec<(Digest, u64)>,
}

/// The layers of repositories, by their place in the plan, and what it took to know them.
#[derive(Debug, Default)]
pub struct LoadedLayers {
    /// By place in the plan.
    pub layers: BTreeMap<usize, Vec<(Digest, u64)>>,
    /// Repositories whose layers are not known.
    pub unknown: u64,
    /// Manifests that were asked for.
    pub requests: u64,
}

/// The repositories in which there is something to do.
#[must_use]
pub fn loads(plan: &Plan, known: &LoadedLayers) -> Vec<Load> {
    let each = |(place, copy): (usize, &RepositoryCopy)| {
        let mut seen = HashSet::new();
        let (mut images, mut bytes) = (0, 0u64);
        for tag in copy.tags.iter().filter(|tag| tag.action.writes()) {
            images += 1;
            if tag.action.moves_tag() && tag.digest.as_ref().is_none_or(|it| seen.insert(it)) {
                bytes = bytes.saturating_add(tag.size);
            }
        }
        (images > 0).then(|| Load {
            place,
            name: copy.source.to_string(),
            images,
            bytes,
            weight: bytes.saturating_add(TAG * images),
            layers: known.layers.get(&place).cloned().unwrap_or_default(),
        })
    };
    plan.repositories.iter().enumerate().filter_map(each).collect()
}

/// The layers of the newest tag of each repository in which there is something to do: one manifest
/// for each, and one more for an index. All manifests of a large account would be too many requests,
/// and what repositories share are their base images, which the newest tag tells.
pub async fn layers_of(account: &Account, plan: &Plan) -> LoadedLayers {
    let newest = |(place, copy)| {
        let copy: &RepositoryCopy = copy;
        let tag = copy.tags.iter().rev().find(|tag| tag.action.moves_tag())?;
        Some((place, copy, &tag.version))
    };
    let wanted = plan.repositories.iter().enumerate().filter_map(newest);
    let found: Vec<_> = stream::iter(wanted)
        .map(|(place, copy, version)| async move {
            let (layers, requests) = layers(account, copy, version).await;
            (place, layers, requests)
        })
        .buffer_unordered(LOOK_UPS)
        .collect()
        .await;
    let mut known = LoadedLayers::default();
    for (place, layers, requests) in found {
        known.requests += requests;
        match layers {
            Some(layers) => drop(known.layers.insert(place, layers)),
            None => known.unknown += 1,
        }
    }
    known
}

async fn layers(
    account: &Account,
    copy: &RepositoryCopy,
    version: &TagOrDigest,
) -> (Option<Vec<(Digest, u64)>>, u64) {
    let registry = account.registries.get(&copy.source_host);
    let read = async |version: &TagOrDigest| {
        let manifest = registry.manifest(&copy.source, version).await.ok()?;
        ManifestView::parse(&manifest.bytes).ok()
    };
    let Some(mut view) = read(version).await else { return (None, 1) };
    let mut requests = 1;
    if let Some(child) = view.children.first() {
        requests = 2;
        match read(&TagOrDigest::Digest(child.digest.clone())).await {
            Some(child) => view = child,
            None => return (None, requests),
        }
    }
    let sized = |blob: crate::image::Descriptor| Some((blob.digest, blob.size?));
    (Some(view.blobs.into_iter().filter_map(sized).collect()), requests)
}
