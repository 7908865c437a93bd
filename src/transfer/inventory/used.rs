//! What clusters use and the API doesn't list is asked of CCR's registry: an image by a digest that
//! no tag points at any more, somebody else's public image, a tag that was deleted.

use std::collections::HashMap;

use futures::{StreamExt as _, stream};
use parking_lot::Mutex;

use super::listed_images::tag_for;
use super::look_up::{Seen, look_up};
use super::model::{Inventory, SourceRepository, SourceTag};
use crate::account::Account;
use crate::image::{Host, Reference, TagOrDigest};
use crate::transfer::image_result::{kept_without_source, not_in_ccr};
use crate::transfer::report::{Failure, FailureClass};
use crate::transfer::selection::Selection;

/// Look-ups under way at once.
const LOOK_UPS: usize = 16;

/// Adds what is used, selected and not listed: as a tag of its repository if the registry has it,
/// else to [`Inventory::gone`]. A registry that can't be asked costs its own images alone.
pub(super) async fn add_used(account: &Account, selection: &Selection, inventory: &mut Inventory) {
    let Some(used) = &selection.used else { return };
    inventory.unread.extend(used.unread.iter().cloned());
    let mut missing = used.not_listed(&inventory.repositories);
    missing.retain(|image| selection.asks_for(image));
    let dead: Mutex<HashMap<Host, Failure>> = Mutex::default();
    let looked = stream::iter(missing).map(|image| {
        let dead = &dead;
        async move {
            let known = dead.lock().get(&image.host).cloned();
            if let Some(failure) = known {
                return (image, Seen::Unreadable(failure));
            }
            let registry = account.registries.get(&image.host);
            let seen = look_up(&registry, &image.repository, &image.version, None).await;
            let seen = seen.unwrap_or_else(|error| {
                let failure = Failure::from(&error);
                dead.lock().insert(image.host.clone(), failure.clone());
                Seen::Unreadable(failure)
            });
            (image, seen)
        }
    });
    let mut looked = looked.buffered(LOOK_UPS);
    let mut found = Vec::new();
    while let Some((image, seen)) = looked.next().await {
        match seen {
            Seen::There(digest) => found.push((image, digest)),
            Seen::Unreadable(failure) => inventory.gone.push(not_in_ccr(account, &image, failure)),
            Seen::NotFound | Seen::Unasked => match is_in_tcr(account, &image).await {
                true => inventory.gone.push(kept_without_source(account, &image)),
                false => inventory.gone.push(not_in_ccr(account, &image, gone(&image))),
            },
        }
    }
    drop(looked);
    for (image, digest) in found {
        let tag = SourceTag::seen(tag_for(&image.version), image.version.clone(), digest);
        let is_its =
            |one: &&mut SourceRepository| one.host == image.host && one.name == image.repository;
        match inventory.repositories.iter_mut().find(is_its) {
            Some(repository) => repository.tags.push(tag),
            None => inventory.repositories.push(unlisted(account, image, tag)),
        }
    }
}

fn gone(image: &Reference) -> Failure {
    let what = match image.version {
        TagOrDigest::Tag(_) => "it is in use, and CCR has no such tag",
        TagOrDigest::Digest(_) => "it is in use, and CCR has no such manifest",
    };
    Failure::new(FailureClass::NotFound, what).with_hint("what uses it can't be started on a node that lacks it: push it again, change what uses it, or leave it out (--exclude)")
}

/// Whether an earlier copy is still there. What can't be asked is taken for missing: then it is
/// named.
async fn is_in_tcr(account: &Account, image: &Reference) -> bool {
    let Some(host) = &account.target_host else { return false };
    let Ok(name) = account.mapping.target(&image.host, image.repository.as_str()) else {
        return false;
    };
    let registry = account.registries.get(host);
    matches!(look_up(&registry, &name, &image.version, None).await, Ok(Seen::There(_)))
}

/// A repository that the account doesn't list.
fn unlisted(account: &Account, image: Reference, tag: SourceTag) -> SourceRepository {
    let target = account.mapping.target(&image.host, image.repository.as_str());
    let target_host = account.target_host.clone().unwrap_or_else(|| image.host.clone());
    let place = (image.host, image.repository);
    SourceRepository { tags: vec![tag], ..SourceRepository::unlisted(place, target_host, target) }
}
