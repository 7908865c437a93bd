//! Checking the API's listings against the registries.
//!
//! A second run trusts the digests of both listings, which is what makes it cheap. A sample of
//! them is checked at the registries each run; if one disagrees, none is trusted.

use futures::StreamExt as _;
use futures::stream;

use super::look_up::{Seen, at_source_of, at_target_of};
use super::model::{Inventory, TagIndex};
use crate::account::Account;
use crate::diagnostic::human_count;
use crate::registry::RegistryError;
use crate::transfer::plan::{Notice, NoticeCode};
use crate::transfer::selection::Selection;

/// Tags that a run checks at both registries, at most.
const SAMPLE: usize = 8;

/// Tags that a comparison checks at the source's registry, unless it checks all. The target's is
/// asked for each tag anyway.
const SAMPLE_OF_SOURCE: usize = 64;

/// Look-ups under way at once.
const LOOK_UPS: usize = 16;

/// Which tags of the source its registry is asked for, when the target's is asked for all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SourceCheck {
    /// Some, spread over the account; all if one of them isn't what the API lists.
    Sampled,
    /// All.
    All,
}

/// Checks a sample of the tags that are equal by the listings, and corrects all of them by the
/// registries if one isn't. Returns what the user should be told.
///
/// # Errors
/// [`RegistryError`] if a registry can't be used at all: unreachable, not trusted, login refused.
pub(crate) async fn check_listings(
    account: &Account,
    inventory: &mut Inventory,
) -> Result<Option<Notice>, RegistryError> {
    let equal: Vec<TagIndex> = inventory
        .on_both_sides()
        .filter(|(_, ours, theirs)| ours.digest.is_some() && ours.digest == theirs.digest)
        .map(|(place, _, _)| place)
        .collect();
    let (sample, rest) = spread(equal, SAMPLE);
    let Some(name) = correct(account, inventory, sample, Registries::Both).await? else {
        return Ok(None);
    };
    correct(account, inventory, rest, Registries::Both).await?;
    Ok(Some(Notice::new(
        NoticeCode::ListingWrong,
        format!(
            "the API's listing says that {name} is equal on both sides, and the registries say otherwise; every tag is looked up at the registries instead"
        ),
    )))
}

/// Checks what the source's tags point at by its listing, and corrects it by the registry. Returns
/// what the user should be told, first of all how many tags were checked.
///
/// # Errors
/// [`RegistryError`] if the registry can't be used at all.
pub(crate) async fn check_source(
    account: &Account,
    selection: &Selection,
    inventory: &mut Inventory,
    check: SourceCheck,
) -> Result<Vec<Notice>, RegistryError> {
    let mut listed: Vec<TagIndex> = selection.places(&inventory.repositories);
    // What the listing has no digest of was looked up already.
    listed.retain(|(index, tag)| inventory.repositories[*index].tags[*tag].digest.is_some());
    let all = listed.len();
    if all == 0 {
        return Ok(Vec::new());
    }
    let limit = if check == SourceCheck::All { all } else { SAMPLE_OF_SOURCE };
    let (sample, rest) = spread(listed, limit);
    let checked = sample.len();
    let wrong = correct(account, inventory, sample, Registries::Source).await?;
    let mut notices = Vec::new();
    let mut was_all = rest.is_empty();
    if let Some(name) = wrong {
        correct(account, inventory, rest, Registries::Source).await?;
        was_all = true;
        notices.push(Notice::new(NoticeCode::ListingWrong, format!(
            "the API's listing of CCR is not what its registry says of {name}; the registry is asked for every tag instead"
        )));
    }
    let (checked, all) = (human_count(checked as u64), human_count(all as u64));
    notices.push(Notice::new(NoticeCode::SourceChecked, match was_all {
        true => format!("CCR's registry was asked for all {all} tags"),
        false => format!(
            "CCR's registry was asked for {checked} of {all} tags, spread over all repositories; they are as the API lists them, and so the others are taken to be; --deep asks for all"
        ),
    }));
    Ok(notices)
}

/// Some of the tags, from all over the account: a listing may be stale in one corner of it.
fn spread(tags: Vec<TagIndex>, limit: usize) -> (Vec<TagIndex>, Vec<TagIndex>) {
    let step = tags.len().div_ceil(limit.max(1)).max(1);
    let (sample, rest): (Vec<_>, Vec<_>) =
        tags.into_iter().enumerate().partition(|(number, _)| number.is_multiple_of(step));
    let places = |numbered: Vec<(usize, TagIndex)>| numbered.into_iter().map(|(_, place)| place);
    (places(sample).collect(), places(rest).collect())
}

/// Which registries are asked.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Registries {
    Source,
    Both,
}

/// Looks tags up, and takes the registries' word. Returns the name of the first whose listing is
/// wrong. A registry that doesn't answer for a tag makes that tag unreadable, and shows nothing of
/// the listing.
async fn correct(
    account: &Account,
    inventory: &mut Inventory,
    places: Vec<TagIndex>,
    which: Registries,
) -> Result<Option<String>, RegistryError> {
    let repositories = &inventory.repositories;
    let looked_up: Vec<Result<(TagIndex, Seen, Seen), RegistryError>> = stream::iter(places)
        .map(|place| async move {
            let source = at_source_of(account, repositories, place).await?;
            let target = match which {
                Registries::Source => Seen::Unasked,
                Registries::Both => at_target_of(account, repositories, place).await?,
            };
            Ok((place, source, target))
        })
        .buffered(LOOK_UPS)
        .collect()
        .await;
    let mut wrong = None;
    for looked_up in looked_up {
        let (place, source, target) = looked_up?;
        let repository = &inventory.repositories[place.0];
        let tag = &repository.tags[place.1];
        let differs = |seen: &Seen| match seen {
            Seen::There(digest) => *digest != tag.digest,
            Seen::NotFound => true,
            Seen::Unreadable(_) | Seen::Unasked => false,
        };
        if wrong.is_none() && (differs(&source) || differs(&target)) {
            wrong = Some(format!("{}:{}", repository.name, tag.name));
        }
        inventory.repositories[place.0].tags[place.1].take(source);
        inventory.take_target(place, target);
    }
    Ok(wrong)
}
