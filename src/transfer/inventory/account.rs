//! Reading both sides of an account through Tencent's API. TCR's side is in `target`.
//!
//! For a hundred tags on both sides this takes two calls; nothing is asked of the registries.

use std::collections::{BTreeSet, HashMap};

use futures::StreamExt as _;
use futures::stream;

use super::model::{Inventory, SourceNamespace, SourceRepository, SourceTag, Unread, UnreadScope};
use super::target::{LISTINGS, read_target};
use crate::account::{Account, AccountError, CcrRegion};
use crate::image::{Host, MediaType, RepositoryName, Tag, TagOrDigest};
use crate::tencent::{ApiError, Listing, PersonalTag};
use crate::transfer::report::{Failure, FailureClass};
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
    if let Some(enterprise) = &account.enterprise {
        read_target(enterprise, account, selection, &mut inventory).await?;
    }
    Ok(inventory)
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
    note_gaps(&namespaces, "namespaces", &host, inventory);
    note_gaps(&repositories.listing, "repositories", &host, inventory);
    note_filtered(filtered, &host, selection, inventory);

    inventory.facts.source_namespaces.extend(namespaces.items.iter().map(|namespace| {
        SourceNamespace {
            host: host.clone(),
            name: namespace.name.clone(),
            counted: namespace.repositories,
        }
    }));
    let mut listed: HashMap<String, u64> = HashMap::new();
    let mut wanted = Vec::new();
    for found in repositories.listing.items {
        let name = match RepositoryName::as_found(&found.name) {
            Ok(name) => name,
            Err(error) => {
                inventory.unread.push(Unread {
                    what: format!("repository {} of {host}", found.name),
                    scope: UnreadScope::Tags(format!("{host}/{}", found.name)),
                    held: Some(found.tags),
                    failure: Failure::invalid(&error),
                });
                continue;
            }
        };
        *listed.entry(name.namespace().to_owned()).or_default() += 1;
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
    if repositories.listing.gaps.is_empty() {
        reconcile(&namespaces, &listed, &host, selection, inventory);
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
        // Deleted between the two listings: nothing of it is left to lose.
        Err(error) if error.is_not_found() => return,
        Err(error) => {
            unread(format!("tags of {name}"), repository.counted_tags, Failure::from(&error));
        }
        Ok(listing) => {
            for gap in &listing.gaps {
                unread(format!("tags {gap} of {name}"), gap.size(), Failure::from(&*gap.error));
            }
            let counted = listing.counted.max(repository.counted_tags.unwrap_or(0));
            let listed = listing.items.len() as u64;
            if listing.gaps.is_empty() && listed < counted {
                unread(
                    format!("tags of {name}"),
                    Some(counted - listed),
                    Failure::short(&format!("the API counts {counted} tags and lists {listed}")),
                );
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

/// Compares what the namespaces say they hold with what was listed.
fn reconcile(
    namespaces: &Listing<crate::tencent::PersonalNamespace>,
    listed: &HashMap<String, u64>,
    host: &Host,
    selection: &Selection,
    inventory: &mut Inventory,
) {
    for namespace in &namespaces.items {
        let found = listed.get(&namespace.name).copied().unwrap_or(0);
        let concerned =
            RepositoryName::as_found(&format!("{}/x", namespace.name)).is_ok_and(|probe| {
                selection.is_everything() || selection.wants_namespace(host, &probe)
            });
        if found < namespace.repositories && concerned {
            inventory.unread.push(Unread {
                what: format!("repositories of namespace {host}/{}", namespace.name),
                scope: UnreadScope::Repositories(host.clone()),
                held: Some(namespace.repositories - found),
                failure: Failure::short(&format!(
                    "the namespace counts {} repositories, and {found} are listed",
                    namespace.repositories
                )),
            });
        }
    }
}

fn note_gaps<T>(listing: &Listing<T>, what: &str, host: &Host, inventory: &mut Inventory) {
    let mut unread = |what: String, held: Option<u64>, failure: Failure| {
        let scope = UnreadScope::Repositories(host.clone());
        inventory.unread.push(Unread { what, scope, held, failure });
    };
    for gap in &listing.gaps {
        unread(format!("{what} {gap} of {host}"), gap.size(), Failure::from(&*gap.error));
    }
    let found = listing.items.len() as u64;
    if listing.gaps.is_empty() && found < listing.counted {
        let reason = format!("the API counts {} {what} and lists {found}", listing.counted);
        unread(format!("{what} of {host}"), Some(listing.counted - found), Failure::short(&reason));
    }
}

fn note_filtered(
    filtered: Result<bool, ApiError>,
    host: &Host,
    selection: &Selection,
    inventory: &mut Inventory,
) {
    match filtered {
        Ok(false) => {}
        // A selection isn't affected by what else is hidden: the counts of its namespaces are
        // compared.
        Ok(true) if !selection.is_everything() => inventory.facts.unknown.push(format!(
            "whether {host} holds more: the listing was cut short by permissions"
        )),
        Ok(true) => inventory.unread.push(Unread {
            what: format!("repositories of {host} that this key may not see"),
            scope: UnreadScope::Repositories(host.clone()),
            held: None,
            failure: Failure::new(
                FailureClass::Auth,
                "the listing was cut short by permissions (PrivilegeFiltered)",
            )
            .with_hint("use a key that may see all of CCR (QcloudTCRReadOnlyAccess), or name what to copy: docker ccr2tcr sync NAMESPACE…"),
        }),
        Err(error) => inventory
            .facts
            .unknown
            .push(format!("whether permissions cut the listing of {host} short: {error}")),
    }
}
