//! Reading a list of references, `--images FILE|-`: registries alone, no API key.

use std::collections::{BTreeMap, HashMap, HashSet};

use futures::{StreamExt as _, TryStreamExt as _, stream};

use super::look_up::{KnownTags, Seen, look_up, tags_there};
use super::model::{
    Inventory, SourceRepository, SourceTag, TargetRepository, TargetTag, Unread, UnreadScope,
};
use super::referrer_tags::add_referrers;
use super::target::by_name;
use crate::account::{Account, AccountError};
use crate::image::{Digest, Host, ReferrerTag, RepositoryName, Tag, TagOrDigest, is_tencents_own};
use crate::registry::{Access, Registry, RegistryError};
use crate::transfer::image_list::ImageLine;
use crate::transfer::report::Failure;

/// Look-ups of one repository under way at once. How many requests a host gets at once in all, its
/// client decides.
const LOOK_UPS: usize = 16;
/// Repositories that are read at once: enough to keep both hosts busy all the time.
const REPOSITORIES: usize = 64;

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
    let mut groups: BTreeMap<RepositoryPair, Vec<Wanted>> = BTreeMap::new();
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
        let wanted = groups.entry(pair).or_default();
        let (version, replaces) = (source.version.clone(), line.replaces);
        wanted.push(Wanted { version, tag, place: wanted.len(), replaces });
    }
    for wanted in groups.values_mut() {
        // The same line twice is one image.
        let mut seen = HashSet::new();
        wanted.retain(|one| seen.insert((one.version.clone(), one.tag.clone())));
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
    let sources = groups.keys().map(|pair| (&pair.host, &pair.name));
    let targets =
        groups.keys().filter_map(|pair| Some((&pair.target_host, pair.target.as_ref().ok()?)));
    account.registries.expect(sources.chain(targets), Access::Pull);
    let mut read = stream::iter(groups.into_iter().map(|(pair, wanted)| async move {
        let dead = unusable.get(&pair.host).or_else(|| unusable.get(&pair.target_host));
        let read = match dead {
            Some(error) => Err(error.clone()),
            None => read_repository(account, pair.clone(), wanted.clone()).await,
        };
        read.map_err(|error| (without_reading(account, pair, wanted, &error), error))
    }))
    .buffered(REPOSITORIES);
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

/// What the lines say of one image of a repository.
#[derive(Debug, Clone)]
struct Wanted {
    version: TagOrDigest,
    tag: Tag,
    /// The lines of a repository are in the order in which their tags are to be put.
    place: usize,
    replaces: Option<Digest>,
}

impl Wanted {
    fn seen(self, digest: Option<Digest>) -> SourceTag {
        let Self { version, tag, place, replaces } = self;
        SourceTag { place, replaces, ..SourceTag::seen(tag, version, digest) }
    }
}

/// A digest has no tag of its own; without one, cleaning up at the target would take the image.
pub(super) fn tag_for(version: &TagOrDigest) -> Tag {
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
    let target = pair.target.or_else(|_| account.mapping.target(&pair.host, pair.name.as_str()));
    SourceRepository::unlisted((pair.host, pair.name), pair.target_host, target)
}

/// A repository of which one side's registry can't be used: its lines fail, the others go on.
fn without_reading(
    account: &Account,
    pair: RepositoryPair,
    wanted: Vec<Wanted>,
    error: &RegistryError,
) -> SourceRepository {
    let tags = wanted.into_iter().map(|wanted| wanted.seen(None));
    SourceRepository {
        tags: tags.collect(),
        unusable: Some(Failure::from(error)),
        ..unread_repository(account, pair)
    }
}

async fn read_repository(
    account: &Account,
    pair: RepositoryPair,
    wanted: Vec<Wanted>,
) -> Result<Read, RegistryError> {
    let source = account.registries.get(&pair.host);
    let mut unread = Vec::new();
    let mut repository = unread_repository(account, pair);
    let name = format!("{}/{}", repository.host, repository.name);
    let tags = wanted.iter().map(|wanted| &wanted.tag).collect();
    let (there, listed) =
        tokio::join!(TargetTags::read(account, &repository, tags), source.tags(&repository.name));
    let there = there?;
    let looked = stream::iter(wanted).map(|wanted| {
        let (source, name, there) = (&source, &repository.name, &there);
        async move {
            let (tag, version) = (&wanted.tag, &wanted.version);
            let known = there.known.seen(tag);
            // What the target has no tag for is copied whatever the source's digest is: it is not
            // asked.
            let ours = match there.known.may_have(tag) {
                true => {
                    let expected = known.as_ref().and_then(Seen::digest);
                    look_up(source, name, version, expected.as_ref()).await?
                }
                false => Seen::Unasked,
            };
            let theirs = match &ours {
                // What the source lacks is not compared: the copy says that it is missing.
                Seen::NotFound | Seen::Unasked => None,
                ours => there.look_up(tag, ours.digest().as_ref()).await?,
            };
            let mut source_tag = wanted.seen(ours.digest());
            if let Seen::Unreadable(failure) = ours {
                source_tag.unreadable = Some(failure);
            }
            Ok::<_, RegistryError>((source_tag, theirs))
        }
    });
    let looked: Vec<_> = looked.buffered(LOOK_UPS).try_collect().await?;
    let mut target = BTreeMap::new();
    for (tag, theirs) in looked {
        target.extend(theirs.map(|theirs| (tag.name.clone(), theirs)));
        repository.tags.push(tag);
    }
    match listed {
        Ok(tags) => {
            let referrers: Vec<Tag> = tags
                .unwrap_or_default()
                .into_iter()
                .filter(|tag| ReferrerTag::parse(tag).is_some())
                .collect();
            if !referrers.is_empty() {
                let listed = repository.tags.len();
                for (version, failure) in add_referrers(&source, &mut repository, referrers).await {
                    unread.push(Unread {
                        what: format!("what belongs to {name}:{version}: signatures, attestations"),
                        scope: UnreadScope::Tags(name.clone()),
                        held: None,
                        failure,
                    });
                }
                let added = stream::iter(&repository.tags[listed..]).map(async |tag| {
                    let theirs = there.look_up(&tag.name, tag.digest.as_ref()).await?;
                    Ok::<_, RegistryError>(theirs.map(|theirs| (tag.name.clone(), theirs)))
                });
                let added: Vec<_> = added.buffered(LOOK_UPS).try_collect().await?;
                target.extend(added.into_iter().flatten());
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
    Ok((repository, target, unread))
}

/// The tags of one repository of the target.
struct TargetTags {
    /// Where they are; `None` if its name is impossible, so that nothing can be there.
    place: Option<(Registry, RepositoryName)>,
    known: KnownTags,
}

impl TargetTags {
    async fn read(
        account: &Account,
        repository: &SourceRepository,
        wanted: Vec<&Tag>,
    ) -> Result<Self, RegistryError> {
        let (place, known) = match &repository.target {
            Ok(name) => {
                let registry = account.registries.get(&repository.target_host);
                let known = tags_there(&registry, name, &wanted).await?;
                (Some((registry, name.clone())), known)
            }
            Err(_) => (None, KnownTags::nothing()),
        };
        Ok(Self { place, known })
    }

    /// What the target has under a tag, probably `expected`; `None` if there is no such tag.
    async fn look_up(
        &self,
        tag: &Tag,
        expected: Option<&Digest>,
    ) -> Result<Option<TargetTag>, RegistryError> {
        let Some((registry, name)) = self.place.as_ref().filter(|_| self.known.may_have(tag))
        else {
            return Ok(None);
        };
        let seen = match self.known.seen(tag) {
            Some(seen) => seen,
            None => look_up(registry, name, &TagOrDigest::Tag(tag.clone()), expected).await?,
        };
        Ok(match seen {
            Seen::NotFound | Seen::Unasked => None,
            Seen::There(digest) => Some(TargetTag::seen(digest)),
            Seen::Unreadable(failure) => Some(TargetTag::unreadable(failure)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_gets_a_tag_of_its_own() {
        let digest = Digest::of(b"x");
        let tag = tag_for(&TagOrDigest::Digest(digest.clone()));
        assert_eq!(tag.as_str(), format!("ccr2tcr-{}", &digest.hex()[..12]));
    }
}
