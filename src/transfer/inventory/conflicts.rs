//! A closer look at tags that differ: is the target's a torn push of the old tool, or a fallback
//! index that was merged before?
//!
//! image-transfer pushed the children of an index to the tag itself, one after the other; a crash
//! left one platform's image under it, with a push time later than the source's.

use futures::StreamExt as _;
use futures::stream;

use super::model::{Inventory, TagIndex};
use crate::account::Account;
use crate::image::{ManifestView, Reference, TagOrDigest, merge_fallback_indexes};
use crate::transfer::copy::CopyError;

/// Manifests fetched at once.
const LOOK_UPS: usize = 8;

/// Reads both manifests of a tag that differs: what they really are, and the source's children.
///
/// A listing or a header may be wrong; the bytes are not. A manifest that can't be read leaves the decision to the conflict policy; the copy, if there is
/// one, reports the error.
pub(crate) async fn look_into_conflicts(account: &Account, inventory: &mut Inventory) {
    let repositories = &inventory.repositories;
    let found: Vec<_> = stream::iter(differing(inventory, false))
        .map(|(index, tag_index)| async move {
            let repository = &repositories[index];
            let registry = account.registries.get(&repository.host);
            let version = &repository.tags[tag_index].version;
            let manifest = registry.manifest(&repository.name, version).await.ok()?;
            let view = ManifestView::parse(&manifest.bytes).ok()?;
            let children = view.children.into_iter().map(|child| child.digest).collect();
            let place = (repository.target_host.clone(), repository.target.as_ref().ok()?.clone());
            let tag = TagOrDigest::Tag(repository.tags[tag_index].name.clone());
            let theirs = account.registries.get(&place.0).manifest(&place.1, &tag).await.ok();
            let theirs = theirs.map(|manifest| manifest.digest);
            Some(((index, tag_index), manifest.digest, children, place, theirs))
        })
        .buffer_unordered(LOOK_UPS)
        .filter_map(futures::future::ready)
        .collect()
        .await;
    for ((index, tag_index), digest, children, place, theirs) in found {
        let tag = &mut inventory.repositories[index].tags[tag_index];
        tag.children = children;
        tag.digest = Some(digest);
        let known = inventory.target.repositories.get_mut(&place);
        let known = known.and_then(|known| known.tags.get_mut(&tag.name));
        if let (Some(known), Some(theirs)) = (known, theirs) {
            known.digest = Some(theirs);
        }
    }
}

/// Finds the fallback indexes of the target that differ from the source's and lack nothing of it.
///
/// One that was merged differs for ever; without this look it would be merged again in each run.
pub(crate) async fn look_into_fallbacks(account: &Account, inventory: &mut Inventory) {
    let repositories = &inventory.repositories;
    let found: Vec<_> = stream::iter(differing(inventory, true))
        .map(|(index, tag_index)| async move {
            let repository = &repositories[index];
            let tag = &repository.tags[tag_index];
            let target = repository.target.as_ref().ok()?.clone();
            let ours = Reference {
                host: repository.host.clone(),
                repository: repository.name.clone(),
                version: tag.version.clone(),
            };
            let theirs = Reference {
                host: repository.target_host.clone(),
                repository: target,
                version: TagOrDigest::Tag(tag.name.clone()),
            };
            // What can't be read or merged fails in the copy, with its name.
            let all = lists_all(account, &ours, &theirs).await.ok()?;
            all.then(|| ((theirs.host, theirs.repository), tag.name.clone()))
        })
        .buffer_unordered(LOOK_UPS)
        .filter_map(futures::future::ready)
        .collect()
        .await;
    for (place, tag) in found {
        let known = inventory.target.repositories.get_mut(&place);
        if let Some(theirs) = known.and_then(|known| known.tags.get_mut(&tag)) {
            theirs.lists_all = true;
        }
    }
}

/// Whether the target's fallback index lists all that the source's does.
///
/// # Errors
/// [`CopyError`] if one of the two can't be read, or is no index.
pub(crate) async fn lists_all(
    account: &Account,
    ours: &Reference,
    theirs: &Reference,
) -> Result<bool, CopyError> {
    let read = async |of: &Reference| {
        account.registries.get(&of.host).manifest(&of.repository, &of.version).await
    };
    let (ours, at_target) = (read(ours).await?, read(theirs).await?);
    let merged = merge_fallback_indexes(&at_target.bytes, &ours.bytes)
        .map_err(|reason| CopyError::Fallback { tag: theirs.version.to_string(), reason })?;
    Ok(merged.is_none())
}

/// The tags that the target has with another digest.
fn differing(inventory: &Inventory, fallbacks: bool) -> Vec<TagIndex> {
    inventory
        .on_both_sides()
        .filter(|(_, ours, theirs)| theirs.digest.is_some() && ours.digest != theirs.digest)
        .filter(|(_, ours, _)| ours.is_fallback() == fallbacks)
        .map(|(place, _, _)| place)
        .collect()
}
