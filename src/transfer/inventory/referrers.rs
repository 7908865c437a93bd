//! Of tags that are equal on both sides: whether the target lists what refers to them, too.
//!
//! An image is done when what refers to it is. This takes one request for each digest at a source
//! with the referrers API, and one for the whole host at a source without.

use std::collections::{BTreeMap, HashSet};

use futures::{StreamExt as _, stream};

use super::model::{Inventory, TagIndex};
use crate::account::Account;
use crate::image::{Digest, ManifestView, MediaType, Reference, RepositoryName, TagOrDigest};
use crate::registry::{Registry, RegistryError};
use crate::transfer::referrers::{ListingTrouble, Referrers, ReferrersUnread, Sides, list};
use crate::transfer::selection::Selection;

/// Digests that are asked about at once.
const LOOK_UPS: usize = 16;

/// More manifests than any index has.
const MOST_BELOW: usize = 2000;

/// Notes at each selected tag that is equal how many of its referrers the target doesn't list.
/// Returns those that could not be read.
pub(crate) async fn compare_referrers(
    account: &Account,
    selection: &Selection,
    inventory: &mut Inventory,
) -> Vec<ReferrersUnread> {
    let known = &*inventory;
    let looked_up: Vec<_> = stream::iter(shared_digests(known, selection))
        .map(|tags| async move {
            let referrers = referrers_of_tags(account, known, &tags).await;
            (tags, referrers)
        })
        .buffered(LOOK_UPS)
        .collect()
        .await;
    let mut unread = Vec::new();
    for (tags, referrers) in looked_up {
        let missing = referrers.missing();
        let trouble = referrers.at_source.or(referrers.at_target);
        for (index, tag_index) in tags {
            let repository = &mut inventory.repositories[index];
            let tag = &mut repository.tags[tag_index];
            tag.missing_referrers = missing;
            if let Some(trouble) = &trouble {
                let image = Reference {
                    host: repository.host.clone(),
                    repository: repository.name.clone(),
                    version: tag.version.clone(),
                };
                unread.push(ReferrersUnread { image: image.to_string(), trouble: trouble.clone() });
            }
        }
    }
    unread
}

/// What refers to what several tags of one repository point at.
async fn referrers_of_tags(
    account: &Account,
    inventory: &Inventory,
    tags: &[TagIndex],
) -> Referrers {
    let Some((index, tag_index)) = tags.first() else { return Referrers::default() };
    let repository = &inventory.repositories[*index];
    let tag = &repository.tags[*tag_index];
    let (Some(digest), Ok(target_name)) = (&tag.digest, &repository.target) else {
        return Referrers::default();
    };
    let source = account.registries.get(&repository.host);
    let target = account.registries.get(&repository.target_host);
    let sides =
        Sides { source: &source, source_name: &repository.name, target: &target, target_name };
    referrers_of(sides, digest, tag.is_plain).await
}

/// What refers to a manifest, to any manifest below it, and to that in turn.
pub(crate) async fn referrers_of(sides: Sides<'_>, digest: &Digest, is_plain: bool) -> Referrers {
    let mut referrers = list(sides, vec![digest.clone()]).await;
    if is_plain || sides.source.lacks_referrers() || referrers.at_source.is_some() {
        return referrers;
    }
    match manifests_below(sides.source, sides.source_name, digest).await {
        Ok(below) if below.is_empty() => {}
        Ok(below) => {
            let of_children = list(sides, below).await;
            let known: HashSet<_> = referrers.found.iter().map(|one| one.digest.clone()).collect();
            let new = of_children.found.into_iter().filter(|one| !known.contains(&one.digest));
            referrers.found.extend(new);
            referrers.at_source = of_children.at_source;
            referrers.at_target = referrers.at_target.or(of_children.at_target);
        }
        Err(error) => referrers.at_source = Some(ListingTrouble::of(sides.source, &error)),
    }
    referrers
}

/// The digests of all manifests below one, without those that can't have any below them.
async fn manifests_below(
    registry: &Registry,
    name: &RepositoryName,
    digest: &Digest,
) -> Result<Vec<Digest>, RegistryError> {
    let mut below = Vec::new();
    let mut seen = HashSet::from([digest.clone()]);
    let mut unread = vec![digest.clone()];
    while let Some(next) = unread.pop() {
        let manifest = registry.manifest(name, &TagOrDigest::Digest(next)).await?;
        // What can't be parsed fails in a copy; here it has nothing below it.
        let Ok(view) = ManifestView::parse(&manifest.bytes) else { continue };
        for child in view.children {
            if below.len() < MOST_BELOW && seen.insert(child.digest.clone()) {
                let is_index = [MediaType::OCI_INDEX, MediaType::DOCKER_LIST]
                    .contains(&child.media_type.as_str());
                unread.extend(is_index.then(|| child.digest.clone()));
                below.push(child.digest);
            }
        }
    }
    Ok(below)
}

/// The selected tags that are equal on both sides; together those of one repository that point at
/// the same manifest.
fn shared_digests(inventory: &Inventory, selection: &Selection) -> Vec<Vec<TagIndex>> {
    let selected: HashSet<TagIndex> =
        selection.places(&inventory.repositories).into_iter().collect();
    let mut shared: BTreeMap<(usize, &Digest), Vec<TagIndex>> = BTreeMap::new();
    for (place, tag, theirs) in inventory.on_both_sides() {
        let Some(digest) = &tag.digest else { continue };
        let is_equal = theirs.digest.as_ref() == Some(digest);
        if is_equal && !tag.is_fallback() && selected.contains(&place) {
            shared.entry((place.0, digest)).or_default().push(place);
        }
    }
    shared.into_values().collect()
}
