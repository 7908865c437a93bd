//! Checking the API's listings against the registries.
//!
//! A second run trusts the digests of both listings, which is what makes it cheap. A sample of
//! them is checked at the registries each run; if one disagrees, none is trusted.

use futures::StreamExt as _;
use futures::stream;

use super::model::{Inventory, SourceTag, TagIndex};
use crate::account::Account;
use crate::image::{Digest, RepositoryName, TagOrDigest};
use crate::registry::{Registry, RegistryError};

/// Tags that are checked, at most.
const SAMPLE: usize = 8;

/// Look-ups under way at once when no listing is trusted.
const LOOK_UPS: usize = 16;

/// Checks a sample of the tags that are equal by the listings, and corrects all of them by the
/// registries if one isn't. Returns what the user should be told.
///
/// # Errors
/// [`RegistryError`] if a registry can't be used at all: unreachable, not trusted, login refused.
pub(crate) async fn check_listings(
    account: &Account,
    inventory: &mut Inventory,
) -> Result<Option<String>, RegistryError> {
    let equal = equal_tags(inventory);
    // Spread over the account: a listing may be stale in one corner of it.
    let step = equal.len().div_ceil(SAMPLE).max(1);
    let sample: Vec<TagIndex> = equal.iter().copied().step_by(step).collect();
    let looked_up = look_up(account, inventory, sample).await?;
    let disagreement = looked_up.iter().find(|found| !found.agrees(inventory));
    let Some(found) = disagreement else { return Ok(None) };
    let (repository, tag) = found.names(inventory);
    let warning = format!(
        "the API's listing says that {repository}:{tag} is equal on both sides, and the registries say otherwise; every tag is looked up at the registries instead"
    );
    for found in look_up(account, inventory, equal).await? {
        found.correct(inventory);
    }
    Ok(Some(warning))
}

fn equal_tags(inventory: &Inventory) -> Vec<TagIndex> {
    inventory
        .on_both_sides()
        .filter(|(_, ours, theirs)| ours.digest.is_some() && ours.digest == theirs.digest)
        .map(|(place, _, _)| place)
        .collect()
}

struct SampledTag {
    place: TagIndex,
    source: Option<Digest>,
    target: Option<Digest>,
}

impl SampledTag {
    fn tag<'a>(&self, inventory: &'a Inventory) -> &'a SourceTag {
        &inventory.repositories[self.place.0].tags[self.place.1]
    }

    fn agrees(&self, inventory: &Inventory) -> bool {
        let listed = &self.tag(inventory).digest;
        self.source == *listed && self.target == *listed
    }

    fn names(&self, inventory: &Inventory) -> (RepositoryName, String) {
        let repository = inventory.repositories[self.place.0].name.clone();
        (repository, self.tag(inventory).name.to_string())
    }

    fn correct(self, inventory: &mut Inventory) {
        let repository = &mut inventory.repositories[self.place.0];
        let tag = &mut repository.tags[self.place.1];
        tag.digest = self.source;
        let Ok(target) = &repository.target else { return };
        let place = (repository.target_host.clone(), target.clone());
        let Some(known) = inventory.target.repositories.get_mut(&place) else { return };
        match (self.target, known.tags.get_mut(&tag.name)) {
            (None, _) => {
                known.tags.remove(&tag.name);
            }
            (digest, Some(theirs)) => theirs.digest = digest,
            (_, None) => {}
        }
    }
}

async fn look_up(
    account: &Account,
    inventory: &Inventory,
    places: Vec<TagIndex>,
) -> Result<Vec<SampledTag>, RegistryError> {
    stream::iter(places)
        .map(|place| async move {
            let repository = &inventory.repositories[place.0];
            let tag = &repository.tags[place.1];
            let source = account.registries.get(&repository.host);
            let source = digest_at(&source, &repository.name, &tag.version).await?;
            let target = match &repository.target {
                Ok(name) => {
                    let registry = account.registries.get(&repository.target_host);
                    digest_at(&registry, name, &TagOrDigest::Tag(tag.name.clone())).await?
                }
                Err(_) => None,
            };
            Ok(SampledTag { place, source, target })
        })
        .buffer_unordered(LOOK_UPS)
        .collect::<Vec<_>>()
        .await
        .into_iter()
        .collect()
}

async fn digest_at(
    registry: &Registry,
    repository: &RepositoryName,
    version: &TagOrDigest,
) -> Result<Option<Digest>, RegistryError> {
    match registry.head_manifest(repository, version).await {
        Ok(head) => Ok(head.and_then(|head| head.digest)),
        Err(error) if error.is_fatal() => Err(error),
        // One tag that can't be read shows that the listing can't be trusted for it.
        Err(_) => Ok(None),
    }
}
