//! Reading TCR's side of an account: namespaces, the repositories that a source maps to, the rules.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use futures::StreamExt as _;
use futures::stream;

use super::model::{
    Facts, Inventory, TargetNamespace, TargetRepository, TargetTag, Unread, UnreadScope,
};
use super::reconciliation::missing;
use crate::account::Account;
use crate::image::{Host, RepositoryName, Tag};
use crate::tencent::{ApiError, Enterprise, EnterpriseImage, EnterpriseNamespace, Listing};
use crate::transfer::report::Failure;
use crate::transfer::selection::Selection;

/// Listings under way at once. The API's rates are kept below this anyway.
pub(super) const LISTINGS: usize = 16;

/// Reads what the selection's targets hold.
pub(super) async fn read_target(
    enterprise: &Enterprise,
    account: &Account,
    selection: &Selection,
    inventory: &mut Inventory,
) -> Result<(), ApiError> {
    let (namespaces, repositories) =
        tokio::join!(enterprise.namespaces(), enterprise.repositories());
    let (namespaces, repositories) = (namespaces?, repositories?);
    read_rules(enterprise, &mut inventory.facts).await;
    inventory.facts.tier = account.instance.as_ref().map(|instance| instance.kind.to_string());
    inventory.facts.target_totals = Some((namespaces.counted, repositories.counted));
    inventory.target.namespaces_are_whole = namespaces.is_complete();
    let parts = missing(&namespaces, 0, "namespaces").into_iter().map(|part| ("namespaces", part));
    let of_repositories = missing(&repositories, 0, "repositories").into_iter();
    for (what, part) in parts.chain(of_repositories.map(|part| ("repositories", part))) {
        match part.range {
            Some(range) => inventory.unread.push(Unread {
                what: format!("{what} {range} of TCR"),
                scope: UnreadScope::Target,
                held: part.held,
                failure: part.failure,
            }),
            None => inventory.facts.short_at_target.push(part.failure.diagnostic.message),
        }
    }
    inventory.target.namespaces = Some(by_name(namespaces));
    inventory.target.host.clone_from(&account.target_host);

    let wanted: BTreeSet<(Host, RepositoryName)> = inventory
        .repositories
        .iter()
        .filter(|repository| selection.wants_repository(&repository.host, &repository.name))
        .filter_map(|repository| {
            let target = repository.target.as_ref().ok()?;
            Some((repository.target_host.clone(), target.clone()))
        })
        .collect();
    let mut known = BTreeMap::new();
    let mut uncertain = BTreeSet::new();
    if !repositories.is_complete() {
        uncertain.clone_from(&wanted);
    }
    let places: HashMap<&RepositoryName, &(Host, RepositoryName)> =
        wanted.iter().rev().map(|place| (&place.1, place)).collect();
    for repository in repositories.items {
        let Ok(name) = repository.name.parse::<RepositoryName>() else { continue };
        if let Some(place) = places.get(&name) {
            known.insert(
                (*place).clone(),
                TargetRepository {
                    description: repository.description,
                    brief_description: repository.brief_description,
                    tags: BTreeMap::new(),
                },
            );
        }
    }
    let places: Vec<_> = known.keys().cloned().collect();
    let mut read = stream::iter(places.into_iter().map(|place| async move {
        let name = &place.1;
        let images = enterprise.images(name.namespace(), name.below_namespace()).await;
        (place, images)
    }))
    .buffered(LISTINGS);
    while let Some((place, images)) = read.next().await {
        let images = match images {
            Ok(images) => images,
            // It was listed a moment ago. What may not be seen is not found, too.
            Err(error) if error.is_not_found() => {
                uncertain.insert(place);
                continue;
            }
            Err(error) => {
                inventory.unread.push(target_unread(&place.1, None, Failure::from(&error)));
                uncertain.insert(place);
                continue;
            }
        };
        if !images.is_complete() {
            uncertain.insert(place.clone());
        }
        for gap in &images.gaps {
            let failure = Failure::from(&*gap.error);
            inventory.unread.push(target_unread(&place.1, gap.size(), failure));
        }
        for part in missing(&images, 0, "tags").into_iter().filter(|part| part.range.is_none()) {
            let said = part.failure.diagnostic.message;
            inventory.facts.short_at_target.push(format!("{}: {said}", place.1));
        }
        if let Some(repository) = known.get_mut(&place) {
            repository.tags = images.items.into_iter().filter_map(tag_of).collect();
        }
    }
    inventory.target.repositories = known;
    inventory.target.uncertain = uncertain;
    Ok(())
}

/// The namespaces of an instance, as the plan wants to know them.
pub(super) fn by_name(
    namespaces: Listing<EnterpriseNamespace>,
) -> BTreeMap<String, TargetNamespace> {
    let namespace = |namespace: EnterpriseNamespace| {
        let state = TargetNamespace {
            public: namespace.public,
            prevents_vulnerable: namespace.prevents_vulnerable,
        };
        (namespace.name, state)
    };
    namespaces.items.into_iter().map(namespace).collect()
}

fn tag_of(image: EnterpriseImage) -> Option<(Tag, TargetTag)> {
    // A tag that breaks the grammar can't be the target of any copy.
    let tag = image.tag.parse().ok()?;
    Some((
        tag,
        TargetTag {
            digest: image.digest,
            pushed: image.pushed,
            lists_all: false,
            unreadable: None,
        },
    ))
}

fn target_unread(repository: &RepositoryName, held: Option<u64>, failure: Failure) -> Unread {
    let what = format!("tags of {repository} in TCR");
    Unread { what, scope: UnreadScope::Target, held, failure }
}

async fn read_rules(enterprise: &Enterprise, facts: &mut Facts) {
    let (webhooks, immutable, retention) = tokio::join!(
        enterprise.webhooks(),
        enterprise.immutable_rules(),
        enterprise.retention_rules()
    );
    let mut unknown = |what: &str, error: &ApiError| {
        facts.unknown.push(format!("{what} of TCR: {error}"));
    };
    match webhooks {
        Ok(listing) => facts.webhooks = listing.items,
        Err(error) => unknown("the webhooks", &error),
    }
    match immutable {
        Ok(listing) => facts.immutable_rules = listing.items,
        Err(error) => unknown("the immutable-tag rules", &error),
    }
    match retention {
        Ok(listing) => facts.retention_rules = listing.items,
        Err(error) => unknown("the retention rules", &error),
    }
}
