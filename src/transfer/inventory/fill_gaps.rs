//! What the API's listings leave open is asked of the registries.
//!
//! A source tag without a digest can't be compared. And a tag that a broken listing of the target
//! doesn't name may be there all the same: taken for absent, it would be overwritten.

use futures::StreamExt as _;
use futures::stream;

use super::look_up::{at_source_of, at_target_of};
use super::model::Inventory;
use crate::account::Account;
use crate::registry::RegistryError;
use crate::transfer::selection::Selection;

/// Look-ups under way at once.
const LOOK_UPS: usize = 16;

/// Where a look-up's answer goes.
enum Side {
    Source,
    Target,
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
        for tag_index in selection.places_in(repository) {
            let tag = &repository.tags[tag_index];
            if tag.digest.is_none() {
                sources.push((index, tag_index));
            }
            if uncertain && known.is_none_or(|known| !known.tags.contains_key(&tag.name)) {
                targets.push((index, tag_index));
            }
        }
    }
    let repositories = &inventory.repositories;
    let at_source = sources.into_iter().map(|place| (place, Side::Source));
    let at_target = targets.into_iter().map(|place| (place, Side::Target));
    let looked_up: Vec<Result<_, RegistryError>> = stream::iter(at_source.chain(at_target))
        .map(|(place, side)| async move {
            let seen = match side {
                Side::Source => at_source_of(account, repositories, place).await?,
                Side::Target => at_target_of(account, repositories, place).await?,
            };
            Ok((place, side, seen))
        })
        .buffer_unordered(LOOK_UPS)
        .collect()
        .await;
    for looked_up in looked_up {
        let (place, side, seen) = looked_up?;
        match side {
            Side::Source => inventory.repositories[place.0].tags[place.1].take(seen),
            Side::Target => inventory.take_target(place, seen),
        }
    }
    Ok(())
}
