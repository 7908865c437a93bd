//! Looking tags up at a registry, with few requests.

use std::collections::{BTreeMap, BTreeSet};

use super::model::{Inventory, SourceRepository, SourceTag, TagIndex, TargetTag};
use crate::account::Account;
use crate::image::{Digest, RepositoryName, Tag, TagOrDigest};
use crate::registry::{Registry, RegistryError};
use crate::transfer::report::{Failure, FailureClass};

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

/// What a tag points at, probably `expected`. A registry that doesn't say it by itself is asked for
/// the manifest, and so is one that denies it: Harbor denies all in a namespace that isn't there, and
/// says so only in the body.
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
        let head = match registry.head_manifest_unless(name, version, expected).await {
            Ok(Some(head)) => head.digest.or(version.digest().cloned()),
            Ok(None) => return Ok(Seen::NotFound),
            Err(RegistryError::Denied { .. }) => None,
            Err(error) => return Err(error),
        };
        match head {
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

/// [`look_up`] of a tag of the inventory, at its source.
pub(super) async fn at_source_of(
    account: &Account,
    repositories: &[SourceRepository],
    place: TagIndex,
) -> Result<Seen, RegistryError> {
    let repository = &repositories[place.0];
    let tag = &repository.tags[place.1];
    let registry = account.registries.get(&repository.host);
    look_up(&registry, &repository.name, &tag.version, tag.digest.as_ref()).await
}

/// [`look_up`] of a tag of the inventory, at its target.
pub(super) async fn at_target_of(
    account: &Account,
    repositories: &[SourceRepository],
    place: TagIndex,
) -> Result<Seen, RegistryError> {
    let repository = &repositories[place.0];
    let tag = &repository.tags[place.1];
    let Ok(name) = &repository.target else { return Ok(Seen::Unasked) };
    let registry = account.registries.get(&repository.target_host);
    let version = TagOrDigest::Tag(tag.name.clone());
    look_up(&registry, name, &version, tag.digest.as_ref()).await
}

impl SourceTag {
    /// Takes what its registry says in the place of what the API lists.
    pub(super) fn take(&mut self, seen: Seen) {
        let Seen::There(digest) = seen else {
            self.digest = None;
            self.unreadable = match seen {
                Seen::Unreadable(failure) => Some(failure),
                _ => Some(
                    Failure::new(
                        FailureClass::NotFound,
                        "the API lists it, and CCR's registry has no such tag",
                    )
                    .with_hint("if it was deleted meanwhile, run it again"),
                ),
            };
            return;
        };
        self.digest = digest;
    }
}

impl Inventory {
    /// Takes what the target's registry says of a tag in the place of what the API lists.
    pub(super) fn take_target(&mut self, place: TagIndex, seen: Seen) {
        let repository = &self.repositories[place.0];
        let Ok(target) = &repository.target else { return };
        let tag = &repository.tags[place.1].name;
        let at = (repository.target_host.clone(), target.clone());
        let has_namespace = self
            .target
            .namespaces
            .as_ref()
            .is_none_or(|namespaces| namespaces.contains_key(target.namespace()));
        let state = match seen {
            Seen::Unasked => return,
            Seen::NotFound => None,
            // What may not be read where the API has no namespace of that name isn't there.
            Seen::Unreadable(failure)
                if failure.class == FailureClass::Auth
                    && self.target.namespaces_are_whole
                    && !has_namespace =>
            {
                None
            }
            Seen::Unreadable(failure) => Some(TargetTag::unreadable(failure)),
            Seen::There(digest) => Some(TargetTag::seen(digest)),
        };
        let known = self.target.repositories.get_mut(&at).and_then(|known| known.tags.get_mut(tag));
        match (state, known) {
            (Some(state), Some(known)) => {
                known.digest = state.digest;
                known.unreadable = state.unreadable;
            }
            (Some(state), None) => {
                let known = self.target.repositories.entry(at).or_default();
                known.tags.insert(tag.clone(), state);
            }
            (None, _) => {
                if let Some(known) = self.target.repositories.get_mut(&at) {
                    known.tags.remove(tag);
                }
            }
        }
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
