//! Reading a list of references, `--images FILE|-`: registries alone, no API key.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use futures::{StreamExt as _, TryStreamExt as _, stream};

use super::look_up::{KnownTags, Seen, look_up, tags_there};
use super::model::{
    Inventory, SourceRepository, SourceTag, TargetRepository, TargetTag, Unread, UnreadScope,
};
use super::referrer_tags::add_referrers;
use super::target::by_name;
use crate::account::{Account, AccountError};
use crate::image::{Host, ReferrerTag, RepositoryName, Tag, TagOrDigest, is_tencents_own};
use crate::registry::RegistryError;
use crate::transfer::image_list::ImageLine;
use crate::transfer::report::Failure;

/// Look-ups under way at once.
const LOOK_UPS: usize = 16;

/// The images of a list, and what belongs to them: fallback and cosign tags of their digests.
///
/// Both registries are asked for each image; push times are not known to a registry, so a tag that
/// differs is a conflict unless the policy decides. Tencent's own images are left alone and
/// counted in [`Inventory::facts`].
///
/// # Errors
/// [`AccountError`] if no line is left whose registries can be used (`unusable` are those that
/// can't be reached or aren't trusted; others may refuse the login), or if a line leaves the target
/// to a mapping that has no host.
pub(crate) async fn read_images(
    account: &Account,
    lines: Vec<ImageLine>,
    unusable: &HashMap<Host, RegistryError>,
) -> Result<Inventory, AccountError> {
    let mut inventory = Inventory::default();
    let mut groups: BTreeMap<RepositoryPair, BTreeSet<(TagOrDigest, Tag)>> = BTreeMap::new();
    for line in lines {
        let source = &line.source;
        if account.ccr_hosts.contains(&source.host)
            && is_tencents_own(source.repository.namespace())
            && line.target.is_none()
        {
            inventory.facts.tencents += 1;
            continue;
        }
        let (target_host, target, tag) = match line.target {
            Some(target) => {
                let TagOrDigest::Tag(tag) = target.version else { continue };
                (target.host, Ok(target.repository), tag)
            }
            None => {
                let host = account.target_host.clone().ok_or(AccountError::NoTarget)?;
                let name = account.mapping.target(&source.host, source.repository.as_str());
                (host, name, tag_for(&source.version))
            }
        };
        let pair = RepositoryPair {
            host: source.host.clone(),
            name: source.repository.clone(),
            target_host,
            target: target.map_err(|error| error.to_string()),
        };
        groups.entry(pair).or_default().insert((source.version.clone(), tag));
    }
    if let Some(enterprise) = &account.enterprise {
        // What the list needs can be made, if the key may.
        match enterprise.namespaces().await {
            Ok(namespaces) => {
                inventory.target.namespaces = Some(by_name(namespaces));
                inventory.target.host.clone_from(&account.target_host);
            }
            Err(error) => inventory.facts.unknown.push(format!("the namespaces of TCR: {error}")),
        }
    }
    let mut read = stream::iter(groups.into_iter().map(|(pair, wanted)| async move {
        let dead = unusable.get(&pair.host).or_else(|| unusable.get(&pair.target_host));
        let read = match dead {
            Some(error) => Err(error.clone()),
            None => read_repository(account, pair.clone(), wanted.clone()).await,
        };
        read.map_err(|error| (without_reading(account, pair, wanted, &error), error))
    }))
    .buffered(LOOK_UPS);
    let (mut first_error, mut is_any_usable) = (None, false);
    while let Some(read) = read.next().await {
        let (repository, target, unread) = match read {
            Ok(read) => {
                is_any_usable = true;
                read
            }
            Err((repository, error)) => {
                first_error.get_or_insert(error);
                (repository, BTreeMap::new(), Vec::new())
            }
        };
        if let Ok(name) = &repository.target {
            let pair = (repository.target_host.clone(), name.clone());
            let known: &mut TargetRepository =
                inventory.target.repositories.entry(pair).or_default();
            known.tags.extend(target);
        }
        inventory.unread.extend(unread);
        inventory.repositories.push(repository);
    }
    drop(read);
    match first_error.filter(|_| !is_any_usable) {
        Some(error) => Err(error.into()),
        None => Ok(inventory),
    }
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct RepositoryPair {
    host: Host,
    name: RepositoryName,
    target_host: Host,
    target: Result<RepositoryName, String>,
}

/// A digest has no tag of its own; without one, cleaning up at the target would take the image.
fn tag_for(version: &TagOrDigest) -> Tag {
    match version {
        TagOrDigest::Tag(tag) => tag.clone(),
        TagOrDigest::Digest(digest) => format!("ccr2tcr-{}", digest.short())
            .parse()
            .unwrap_or_else(|_| unreachable!("hexadecimal digits make a tag")),
    }
}

type Read = (SourceRepository, BTreeMap<Tag, TargetTag>, Vec<Unread>);

/// A repository of the list, without its tags.
fn unread_repository(account: &Account, pair: RepositoryPair) -> SourceRepository {
    SourceRepository {
        target: pair.target.or_else(|_| account.mapping.target(&pair.host, pair.name.as_str())),
        host: pair.host,
        name: pair.name,
        public: None,
        description: String::new(),
        counted_tags: None,
        tags: Vec::new(),
        target_host: pair.target_host,
        unusable: None,
    }
}

/// A repository of which one side's registry can't be used: its lines fail, the others go on.
fn without_reading(
    account: &Account,
    pair: RepositoryPair,
    wanted: BTreeSet<(TagOrDigest, Tag)>,
    error: &RegistryError,
) -> SourceRepository {
    let tags = wanted.into_iter().map(|(version, tag)| SourceTag::seen(tag, version, None));
    SourceRepository {
        tags: tags.collect(),
        unusable: Some(Failure::from(error)),
        ..unread_repository(account, pair)
    }
}

async fn read_repository(
    account: &Account,
    pair: RepositoryPair,
    wanted: BTreeSet<(TagOrDigest, Tag)>,
) -> Result<Read, RegistryError> {
    let source = account.registries.get(&pair.host);
    let mut unread = Vec::new();
    let mut repository = unread_repository(account, pair);
    let name = format!("{}/{}", repository.host, repository.name);
    let there = match &repository.target {
        Ok(target) => {
            let wanted: Vec<&Tag> = wanted.iter().map(|(_, tag)| tag).collect();
            tags_there(account, &repository.target_host, target, &wanted).await?
        }
        Err(_) => KnownTags::nothing(),
    };
    // What the target has no tag for is copied whatever the source's digest is: it is not asked.
    let looked = stream::iter(wanted).map(|(version, tag)| {
        let (source, name, compared) = (&source, &repository.name, there.may_have(&tag));
        async move {
            let seen = match compared {
                true => look_up(source, name, &version, None).await?,
                false => Seen::Unasked,
            };
            Ok::<_, RegistryError>((version, tag, seen))
        }
    });
    let looked: Vec<_> = looked.buffered(LOOK_UPS).try_collect().await?;
    // What the source lacks is not compared: the copy says that it is missing.
    let mut missing = BTreeSet::new();
    for (version, tag, seen) in looked {
        if matches!(seen, Seen::NotFound) {
            missing.insert(tag.clone());
        }
        let mut source_tag = SourceTag::seen(tag, version, seen.digest());
        if let Seen::Unreadable(failure) = seen {
            source_tag.unreadable = Some(failure);
        }
        repository.tags.push(source_tag);
    }
    match source.tags(&repository.name).await {
        Ok(tags) => {
            let referrers: Vec<Tag> = tags
                .unwrap_or_default()
                .into_iter()
                .filter(|tag| ReferrerTag::parse(tag).is_some())
                .collect();
            if !referrers.is_empty() {
                for (version, failure) in add_referrers(&source, &mut repository, referrers).await {
                    unread.push(Unread {
                        what: format!("what belongs to {name}:{version}: signatures, attestations"),
                        scope: UnreadScope::Tags(name.clone()),
                        held: None,
                        failure,
                    });
                }
            }
        }
        Err(error) if error.is_fatal() => return Err(error),
        Err(error) => unread.push(Unread {
            what: format!("signatures and other referrers of {name}: its tags can't be listed"),
            scope: UnreadScope::Tags(name),
            held: None,
            failure: Failure::from(&error),
        }),
    }
    let target = match &repository.target {
        Ok(name) => read_target(account, &repository, name, &there, &missing).await?,
        Err(_) => BTreeMap::new(),
    };
    Ok((repository, target, unread))
}

/// What the target has under the tags that it may have.
async fn read_target(
    account: &Account,
    repository: &SourceRepository,
    name: &RepositoryName,
    there: &KnownTags,
    missing: &BTreeSet<Tag>,
) -> Result<BTreeMap<Tag, TargetTag>, RegistryError> {
    let registry = account.registries.get(&repository.target_host);
    let tags: Vec<&SourceTag> = repository
        .tags
        .iter()
        .filter(|tag| there.may_have(&tag.name) && !missing.contains(&tag.name))
        .collect();
    let looked = stream::iter(tags).map(|tag| {
        let (registry, known) = (&registry, there.seen(&tag.name));
        async move {
            let version = TagOrDigest::Tag(tag.name.clone());
            let seen = match known {
                Some(seen) => seen,
                None => look_up(registry, name, &version, tag.digest.as_ref()).await?,
            };
            Ok::<_, RegistryError>((tag.name.clone(), seen))
        }
    });
    let looked: Vec<_> = looked.buffered(LOOK_UPS).try_collect().await?;
    let held = looked.into_iter().filter_map(|(tag, seen)| match seen {
        Seen::NotFound | Seen::Unasked => None,
        Seen::There(digest) => Some((tag, TargetTag::seen(digest))),
        Seen::Unreadable(failure) => Some((tag, TargetTag::unreadable(failure))),
    });
    Ok(held.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::image::Digest;

    #[test]
    fn a_digest_gets_a_tag_of_its_own() {
        let digest = Digest::of(b"x");
        let tag = tag_for(&TagOrDigest::Digest(digest.clone()));
        assert_eq!(tag.as_str(), format!("ccr2tcr-{}", &digest.hex()[..12]));
    }
}
