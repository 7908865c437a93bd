//! The manifests that hang together below one reference.

use std::collections::HashSet;

use futures::{StreamExt as _, TryStreamExt as _, stream};

use crate::image::{Descriptor, Digest, ManifestView, MediaType, RepositoryName, TagOrDigest};
use crate::registry::{Manifest, Registry, RegistryError};
use crate::transfer::copy::error::CopyError;

/// More manifests than any image has; an index that grows past it is hostile.
const MANIFESTS: usize = 2000;

/// Bytes of manifests, of which the same is true: all of them are in memory.
const BYTES: usize = 16 * 1024 * 1024;

/// Manifests fetched at once for one image.
const FETCHES: usize = 4;

/// One manifest, as received and as read.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    /// The bytes, which are what is copied.
    pub(crate) manifest: Manifest,
    /// What they name.
    pub(crate) view: ManifestView,
}

/// All manifests below one reference.
#[derive(Debug, Clone)]
pub(crate) struct Graph {
    /// The manifests below the root, children before those that list them.
    pub(crate) below: Vec<Node>,
    /// The one that the reference points at.
    pub(crate) root: Node,
    /// What an index lists without saying what it is, and turned out to be a blob.
    listed_blobs: Vec<Descriptor>,
}

impl Graph {
    /// Every manifest, children first, the root last.
    pub(crate) fn nodes(&self) -> impl Iterator<Item = &Node> {
        self.below.iter().chain(std::iter::once(&self.root))
    }

    /// Every blob, each digest once.
    #[must_use]
    pub(crate) fn blobs(&self) -> Vec<&Descriptor> {
        let mut seen = HashSet::new();
        self.nodes()
            .flat_map(|node| &node.view.blobs)
            .chain(&self.listed_blobs)
            .filter(|blob| seen.insert(&blob.digest))
            .collect()
    }
}

/// Fetches a reference's manifest and all that hang below it.
///
/// # Errors
/// [`CopyError`] that names the manifest which is missing, wrong or unreadable.
pub(crate) async fn discover(
    registry: &Registry,
    repository: &RepositoryName,
    version: &TagOrDigest,
) -> Result<Graph, CopyError> {
    let root = root(registry, repository, version).await?;
    complete(registry, repository, root).await
}

/// The manifest that a reference points at.
pub(crate) async fn root(
    registry: &Registry,
    repository: &RepositoryName,
    version: &TagOrDigest,
) -> Result<Node, CopyError> {
    let root = fetch(registry, repository, version).await?;
    root.ok_or_else(|| CopyError::NotFound { what: format!("{repository}:{version}") })
}

/// Fetches all that hangs below a manifest.
pub(crate) async fn complete(
    registry: &Registry,
    repository: &RepositoryName,
    root: Node,
) -> Result<Graph, CopyError> {
    let mut bytes = root.manifest.bytes.len();
    let mut seen: HashSet<Digest> = HashSet::from([root.manifest.digest.clone()]);
    let mut levels: Vec<Vec<Node>> = Vec::new();
    let mut listed_blobs = Vec::new();
    let mut wanted = children_of(std::slice::from_ref(&root), &mut seen);
    // Level by level: a child is never on a higher level than the manifest that lists it first,
    // and a level is only reached through the one above it.
    while !wanted.is_empty() {
        if seen.len() > MANIFESTS {
            return Err(CopyError::GraphTooLarge { limit: "2000 manifests" });
        }
        let entries: Vec<Entry> = stream::iter(wanted)
            .map(|(child, parent)| fetch_entry(registry, repository, child, parent))
            .buffered(FETCHES)
            .try_collect()
            .await?;
        let mut level = Vec::with_capacity(entries.len());
        for entry in entries {
            match entry {
                Entry::Manifest(node) => level.push(*node),
                Entry::Blob(blob) => listed_blobs.push(blob),
            }
        }
        bytes += level.iter().map(|node| node.manifest.bytes.len()).sum::<usize>();
        if bytes > BYTES {
            return Err(CopyError::GraphTooLarge { limit: "16 MiB of manifests" });
        }
        wanted = children_of(&level, &mut seen);
        levels.push(level);
    }
    let below = in_commit_order(levels.into_iter().flatten().collect());
    Ok(Graph { below, root, listed_blobs })
}

fn children_of(parents: &[Node], seen: &mut HashSet<Digest>) -> Vec<(Descriptor, Digest)> {
    let mut children = Vec::new();
    for parent in parents {
        for child in &parent.view.children {
            if seen.insert(child.digest.clone()) {
                children.push((child.clone(), parent.manifest.digest.clone()));
            }
        }
    }
    children
}

/// Children before those that list them, also where one manifest is listed on two levels.
fn in_commit_order(nodes: Vec<Node>) -> Vec<Node> {
    let mut done: HashSet<Digest> = HashSet::new();
    let all: HashSet<Digest> = nodes.iter().map(|node| node.manifest.digest.clone()).collect();
    let mut ordered = Vec::with_capacity(nodes.len());
    let mut waiting = nodes;
    // A digest can't be a part of its own content, so there is no circle to get caught in.
    while !waiting.is_empty() {
        let ready = |node: &Node| {
            let children = node.view.children.iter().map(|child| &child.digest);
            children.filter(|child| all.contains(*child)).all(|child| done.contains(child))
        };
        let (ready, later): (Vec<_>, Vec<_>) = waiting.into_iter().partition(ready);
        if ready.is_empty() {
            ordered.extend(later);
            break;
        }
        done.extend(ready.iter().map(|node| node.manifest.digest.clone()));
        ordered.extend(ready);
        waiting = later;
    }
    ordered
}

/// What an entry of an index turned out to be.
enum Entry {
    Manifest(Box<Node>),
    Blob(Descriptor),
}

/// Fetches an entry that isn't a blob by its media type. One of an unknown type is a manifest if
/// the registry has it as such, else a blob (as regclient and crane take it).
async fn fetch_entry(
    registry: &Registry,
    repository: &RepositoryName,
    child: Descriptor,
    parent: Digest,
) -> Result<Entry, CopyError> {
    let node = if MediaType::is_manifest(&child.media_type) {
        fetch(registry, repository, &TagOrDigest::Digest(child.digest.clone())).await
    } else {
        read(registry.manifest_perhaps(repository, &child.digest).await)
    };
    if let Ok(Some(node)) = node {
        return Ok(Entry::Manifest(Box::new(node)));
    }
    if !MediaType::is_manifest(&child.media_type)
        && registry.blob_exists(repository, &child.digest).await?.is_some()
    {
        return Ok(Entry::Blob(child));
    }
    node?.map(|node| Entry::Manifest(Box::new(node))).ok_or_else(|| CopyError::NotFound {
        what: format!("manifest {}, listed by {parent},", child.digest),
    })
}

async fn fetch(
    registry: &Registry,
    repository: &RepositoryName,
    version: &TagOrDigest,
) -> Result<Option<Node>, CopyError> {
    read(registry.manifest(repository, version).await)
}

/// A manifest that the registry has sent; `None` if it has none.
fn read(sent: Result<Manifest, RegistryError>) -> Result<Option<Node>, CopyError> {
    match sent {
        Ok(manifest) => {
            let view = ManifestView::parse(&manifest.bytes)
                .map_err(|error| CopyError::Manifest { digest: manifest.digest.clone(), error })?;
            Ok(Some(Node { manifest, view }))
        }
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error.into()),
    }
}
