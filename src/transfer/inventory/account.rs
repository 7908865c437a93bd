//! Reading both sides of an account through Tencent's API. TCR's side is in `target`.
//!
//! For fewer than a hundred tags on both sides this takes two calls; nothing is asked of the
//! registries.

use std::collections::BTreeSet;

use futures::StreamExt as _;
use futures::stream;

use super::model::{Inventory, SourceRepository, SourceTag, Unread, UnreadScope};
use super::reconciliation::{Reconciliation, left_over, missing};
use super::target::{LISTINGS, read_target};
use super::used::add_used;
use crate::account::{Account, AccountError, CcrRegion};
use crate::image::{MediaType, RepositoryName, Tag, TagOrDigest};
use crate::tencent::{ApiError, Listing, PersonalTag};
use crate::transfer::report::Failure;
use crate::transfer::selection::Selection;

/// Both sides of `account`, as far as `selection` can mean it.
///
/// # Errors
/// [`AccountError`] if not even the first page of namespaces or repositories can be read on either
/// side: then there is nothing to plan with. What fails later is [`Inventory::unread`].
pub(crate) async fn read_account(
    account: &Account,
    selection: &Selection,
) -> Result<Inventory, AccountError> {
    let mut inventory = Inventory::default();
    for source in &account.sources {
        read_source(account, source, selection, &mut inventory).await?;
    }
    // Several regions may share a deployment (mainland China has one); a repository counts once.
    let mut seen = BTreeSet::new();
    let mut first = |r: &SourceRepository| seen.insert((r.host.clone(), r.name.clone()));
    inventory.repositories.retain(&mut first);
    inventory.left_out.retain(&mut first);
    add_used(account, selection, &mut inventory).await;
    let gone = gone(selection, &inventory);
    inventory.unread.extend(gone);
    let mut named = BTreeSet::new();
    inventory.unread.retain(|unread| named.insert(unread.what.clone()));
    if let Some(enterprise) = &account.enterprise {
        read_target(enterprise, account, selection, &mut inventory).await?;
    }
    Ok(inventory)
}

/// What `--retry-from` is about and no list names any more.
fn gone(selection: &Selection, inventory: &Inventory) -> Vec<Unread> {
    if selection.only.is_none() {
        return Vec::new();
    }
    let mut listed = BTreeSet::new();
    for repository in &inventory.repositories {
        let name = format!("{}/{}", repository.host, repository.name);
        listed.extend(repository.tags.iter().map(|tag| format!("{name}:{}", tag.name)));
        listed.insert(name);
    }
    let named = inventory.unread.iter().filter_map(|unread| match &unread.scope {
        UnreadScope::Tags(repository) => Some(repository.clone()),
        _ => None,
    });
    left_over(selection, &listed, &named.collect())
}

async fn read_source(
    account: &Account,
    source: &CcrRegion,
    selection: &Selection,
    inventory: &mut Inventory,
) -> Result<(), AccountError> {
    let personal = &source.personal;
    let (namespaces, repositories, filtered, quota) = tokio::join!(
        personal.namespaces(),
        personal.repositories(),
        personal.privilege_filtered(),
        personal.quota()
    );
    let (namespaces, repositories) = (namespaces?, repositories?);
    let Some(host) = source.host(repositories.server.as_ref()) else {
        return Err(AccountError::NoSourceHost { region: source.region.to_string() });
    };
    match quota {
        Ok(quota) => inventory.facts.personal_quotas.push((source.region.to_string(), quota)),
        Err(error) => inventory.facts.unknown.push(format!("the quotas of CCR: {error}")),
    }
    let is_filtered = filtered.unwrap_or_else(|error| {
        let what = format!("whether permissions cut the listing of {host} short: {error}");
        inventory.facts.unknown.push(what);
        false
    });
    let reconciliation = Reconciliation {
        host: &host,
        namespaces: &namespaces,
        repositories: &repositories.listing,
        is_filtered,
    };
    reconciliation.note(&mut inventory.facts);
    inventory.unread.extend(reconciliation.unread(selection));

    let mut wanted = Vec::new();
    for found in repositories.listing.items {
        let name = match RepositoryName::as_found(&found.name) {
            Ok(name) => name,
            Err(error) => {
                let namespace = found.name.split('/').next();
                if !selection.may_mean_unlisted(&host, namespace, &|_| false) {
                    continue;
                }
                inventory.unread.push(Unread {
                    what: format!("repository {} of {host}", found.name),
                    scope: UnreadScope::Tags(format!("{host}/{}", found.name)),
                    held: Some(found.tags),
                    failure: Failure::invalid(&error),
                });
                continue;
            }
        };
        let target_host = account.target_host.clone().unwrap_or_else(|| host.clone());
        let repository = SourceRepository {
            host: host.clone(),
            target: account.mapping.target(&host, name.as_str()),
            target_host,
            public: Some(found.public),
            description: found.description,
            counted_tags: Some(found.tags),
            tags: Vec::new(),
            unusable: None,
            name,
        };
        if selection.wants_repository(&repository.host, &repository.name) {
            wanted.push(repository);
        } else {
            inventory.left_out.push(repository);
        }
    }

    let read = stream::iter(wanted.into_iter().map(|repository| async move {
        let tags = personal.tags(repository.name.as_str()).await;
        (repository, tags)
    }));
    let mut read = read.buffered(LISTINGS);
    while let Some((repository, tags)) = read.next().await {
        add_tags(repository, tags, inventory);
    }
    Ok(())
}

fn add_tags(
    mut repository: SourceRepository,
    tags: Result<Listing<PersonalTag>, ApiError>,
    inventory: &mut Inventory,
) {
    let name = format!("{}/{}", repository.host, repository.name);
    let mut unread = |what: String, held: Option<u64>, failure: Failure| {
        inventory.unread.push(Unread {
            what,
            scope: UnreadScope::Tags(name.clone()),
            held,
            failure,
        });
    };
    match tags {
        // It was listed a moment ago. What may not be seen is not found, too.
        Err(error) => {
            let held = repository.counted_tags.filter(|count| *count > 0);
            let mut failure = Failure::from(&error);
            if error.is_not_found() {
                failure = failure.with_hint("if the repository was deleted meanwhile, run it again; else the key may not be allowed to see it");
            }
            unread(format!("tags of {name}"), held, failure);
        }
        Ok(listing) => {
            let counted = repository.counted_tags.unwrap_or(0);
            for missing in missing(&listing, counted, "tags") {
                let what = match &missing.range {
                    Some(range) => format!("tags {range} of {name}"),
                    None => format!("tags of {name}"),
                };
                unread(what, missing.held, missing.failure);
            }
            for tag in listing.items {
                match tag.name.parse::<Tag>() {
                    Ok(parsed) => repository.tags.push(SourceTag {
                        size: tag.size,
                        pushed: tag.pushed,
                        is_plain: tag.kind.as_deref().is_some_and(is_plain),
                        ..SourceTag::seen(parsed.clone(), TagOrDigest::Tag(parsed), tag.digest)
                    }),
                    Err(error) => {
                        unread(
                            format!("tag {} of {name}", tag.name),
                            Some(1),
                            Failure::invalid(&error),
                        );
                    }
                }
            }
        }
    }
    inventory.repositories.push(repository);
}

/// Whether the API's `Kind` is that of an image for one platform.
fn is_plain(kind: &str) -> bool {
    kind.ends_with(MediaType::DOCKER_MANIFEST) || kind.ends_with(MediaType::OCI_MANIFEST)
}
