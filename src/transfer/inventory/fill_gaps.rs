//! What the API's listings leave open is asked of the registries.
//!
//! A source tag without a digest can't be compared. And a tag that a broken listing of the target
//! doesn't name may be there all the same: taken for absent, it would be overwritten.

use std::collections::BTreeSet;

use futures::StreamExt as _;
use futures::stream;

use super::model::{Inventory, TargetTag};
use crate::account::Account;
use crate::image::TagOrDigest;
use crate::registry::RegistryError;
use crate::transfer::selection::Selection;

/// Look-ups under way at once.
const LOOK_UPS: usize = 16;

enum LookedUp {
    Source(usize, usize, Option<crate::image::Digest>),
    Target(usize, usize, Option<TargetTag>),
}

/// Completes the inventory for all that is selected.
///
/// # Errors
/// [`RegistryError`] if a registry can't be used at all.
pub(crate) async fn fill_gaps(
    account: &Account,
    selection: &Selection,
    inventory: &mut Inventory,
) -> Result<(), RegistryError> {
    let mut sources = Vec::new();
    let mut targets = Vec::new();
    for (index, repository) in inventory.repositories.iter().enumerate() {
        let Ok(target) = &repository.target else { continue };
        let place = (repository.target_host.clone(), target.clone());
        let uncertain = inventory.target.uncertain.contains(&place);
        let known = inventory.target.repositories.get(&place);
        let selected: BTreeSet<_> =
            selection.select(repository).tags.iter().map(|tag| tag.name.clone()).collect();
        for (tag_index, tag) in repository.tags.iter().enumerate() {
            if !selected.contains(&tag.name) {
                continue;
            }
            if tag.digest.is_none() {
                sources.push((index, tag_index));
            }
            if uncertain && known.is_none_or(|known| !known.tags.contains_key(&tag.name)) {
                targets.push((index, tag_index));
            }
        }
    }
    let repositories = &inventory.repositories;
    let at_source = sources.into_iter().map(|(index, tag_index)| (index, tag_index, true));
    let at_target = targets.into_iter().map(|(index, tag_index)| (index, tag_index, false));
    let results: Vec<Result<LookedUp, RegistryError>> = stream::iter(at_source.chain(at_target))
        .map(|(index, tag_index, at_source)| async move {
            let repository = &repositories[index];
            let tag = &repository.tags[tag_index];
            if at_source {
                let registry = account.registries.get(&repository.host);
                return match registry.head_manifest(&repository.name, &tag.version).await {
                    Ok(head) => {
                        Ok(LookedUp::Source(index, tag_index, head.and_then(|head| head.digest)))
                    }
                    Err(error) if error.is_fatal() => Err(error),
                    // The copy meets the same error, and reports it with the image's name.
                    Err(_) => Ok(LookedUp::Source(index, tag_index, None)),
                };
            }
            let Ok(name) = &repository.target else {
                return Ok(LookedUp::Target(index, tag_index, None));
            };
            let registry = account.registries.get(&repository.target_host);
            let found =
                match registry.head_manifest(name, &TagOrDigest::Tag(tag.name.clone())).await {
                    Ok(head) => head.map(|head| TargetTag::seen(head.digest)),
                    Err(error) if error.is_fatal() => return Err(error),
                    // A namespace that doesn't exist answers as if the right were missing.
                    Err(RegistryError::Denied { .. }) => None,
                    Err(_) => Some(TargetTag::seen(None)),
                };
            Ok(LookedUp::Target(index, tag_index, found))
        })
        .buffer_unordered(LOOK_UPS)
        .collect()
        .await;
    for looked_up in results {
        match looked_up? {
            LookedUp::Source(index, tag_index, digest) => {
                inventory.repositories[index].tags[tag_index].digest = digest;
            }
            LookedUp::Target(index, tag_index, Some(state)) => {
                let repository = &inventory.repositories[index];
                let Ok(target) = &repository.target else { continue };
                let place = (repository.target_host.clone(), target.clone());
                let name = repository.tags[tag_index].name.clone();
                inventory.target.repositories.entry(place).or_default().tags.insert(name, state);
            }
            LookedUp::Target(_, _, None) => {}
        }
    }
    Ok(())
}
