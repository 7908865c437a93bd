//! Looking tags up at a registry, with few requests.

use std::collections::{BTreeMap, BTreeSet};

use crate::image::{Digest, RepositoryName, Tag, TagOrDigest};
use crate::registry::{Registry, RegistryError};
use crate::transfer::report::Failure;

/// Tags of one repository from which on its list is asked for.
const WORTH_A_LIST: usize = 3;

/// What a look at a tag has shown.
#[derive(Debug, Clone)]
pub(super) enum Seen {
    /// It is there, and points at this, if the registry said so.
    There(Option<Digest>),
    /// It can't be read, which doesn't mean that it isn't there.
    Unreadable(Failure),
    /// The registry says that there is no such tag.
    NotFound,
    /// It was not looked up.
    Unasked,
}

impl Seen {
    pub(super) fn digest(&self) -> Option<Digest> {
        match self {
            Self::There(digest) => digest.clone(),
            _ => None,
        }
    }
}

/// What a tag points at, probably `expected`. A registry that doesn't say it by itself is asked for the manifest.
///
/// # Errors
/// Only what makes the registry useless.
pub(super) async fn look_up(
    registry: &Registry,
    name: &RepositoryName,
    version: &TagOrDigest,
    expected: Option<&Digest>,
) -> Result<Seen, RegistryError> {
    let said = async {
        let head = registry.head_manifest_unless(name, version, expected).await?;
        let Some(head) = head else {
            return Ok(Seen::NotFound);
        };
        match head.digest.or(version.digest().cloned()) {
            Some(digest) => Ok(Seen::There(Some(digest))),
            None => {
                let manifest = registry.manifest(name, version).await?;
                Ok(Seen::There(Some(manifest.digest)))
            }
        }
    };
    match said.await {
        Ok(seen) => Ok(seen),
        Err(RegistryError::NotFound { .. }) => Ok(Seen::NotFound),
        Err(error) if error.is_fatal() => Err(error),
        Err(error) => Ok(Seen::Unreadable(Failure::from(&error))),
    }
}

/// What is known of a target repository before its tags are looked up.
#[derive(Default)]
pub(super) struct KnownTags {
    /// All its tags; `None` if each is to be looked for by itself.
    tags: Option<BTreeSet<Tag>>,
    /// Tags that have been looked up already.
    seen: BTreeMap<Tag, Seen>,
}

impl KnownTags {
    /// Of a target that has no name, so that nothing can be there.
    pub(super) fn nothing() -> Self {
        Self { tags: Some(BTreeSet::new()), ..Self::default() }
    }

    /// What an earlier look at the tag has shown.
    pub(super) fn seen(&self, tag: &Tag) -> Option<Seen> {
        self.seen.get(tag).cloned()
    }

    /// Whether a look at the tag is worth a request.
    pub(super) fn may_have(&self, tag: &Tag) -> bool {
        match self.seen.get(tag) {
            Some(seen) => !matches!(seen, Seen::NotFound),
            None => self.tags.as_ref().is_none_or(|tags| tags.contains(tag)),
        }
    }
}

/// Finds out which tags a target repository has, with few requests.
///
/// A few are looked up one by one. Of many the last is: if that is there, all probably are, and
/// each has to be looked up anyhow; if not, the list tells in one request which are not.
pub(super) async fn tags_there(
    registry: &Registry,
    name: &RepositoryName,
    wanted: &[&Tag],
) -> Result<KnownTags, RegistryError> {
    let mut there = KnownTags::default();
    let is_few = wanted.len() < WORTH_A_LIST;
    for tag in wanted.iter().rev().take(if is_few { wanted.len() } else { 1 }) {
        let seen = look_up(registry, name, &TagOrDigest::Tag((*tag).clone()), None).await?;
        there.seen.insert((*tag).clone(), seen);
    }
    let is_there = |seen: &Seen| !matches!(seen, Seen::NotFound);
    if !is_few && !there.seen.values().all(is_there) {
        match registry.tags(name).await {
            Ok(tags) => there.tags = Some(tags.unwrap_or_default().into_iter().collect()),
            Err(error) if error.is_fatal() => return Err(error),
            Err(error) => {
                tracing::debug!(host = %registry.host(), %name, %error, "the tags can't be listed");
            }
        }
    }
    Ok(there)
}
