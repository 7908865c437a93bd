//! Who may pull from the namespaces that a run makes. Pure.

use std::collections::BTreeSet;

use super::model::{MissingNamespace, RepositoryCopy};
use crate::image::Host;
use crate::transfer::inventory::{Inventory, SourceRepository};

/// The namespaces that the copies need and the target lacks.
pub(super) fn missing_namespaces(
    inventory: &Inventory,
    repositories: &[RepositoryCopy],
) -> Vec<MissingNamespace> {
    let Some(existing) = &inventory.target.namespaces else { return Vec::new() };
    let needed: BTreeSet<&str> = repositories
        .iter()
        .filter(|repository| repository.tags.iter().any(|tag| tag.action.writes()))
        // A list of images may go to other registries too.
        .filter(|repository| inventory.target.host.as_ref() == Some(&repository.target_host))
        .map(|repository| repository.target.namespace())
        .filter(|name| !existing.contains_key(*name))
        .collect();
    needed.into_iter().map(|name| missing(name, inventory)).collect()
}

fn missing(name: &str, inventory: &Inventory) -> MissingNamespace {
    // What is left out this time moves into the same namespace the next time.
    let (public, private): (Vec<&SourceRepository>, Vec<_>) = inventory
        .repositories
        .iter()
        .chain(&inventory.left_out)
        .filter(|repository| {
            repository.target.as_ref().is_ok_and(|target| target.namespace() == name)
        })
        .partition(|repository| repository.public == Some(true));
    let from: BTreeSet<(&Host, &str)> =
        public.iter().map(|repository| (&repository.host, repository.name.namespace())).collect();
    let closed =
        !private.is_empty() || from.iter().any(|(host, name)| holds_unseen(inventory, host, name));
    MissingNamespace {
        name: name.to_owned(),
        public: !closed && !public.is_empty(),
        public_today: public
            .iter()
            .filter(|_| closed)
            .map(|repository| format!("{}/{}", repository.host, repository.name))
            .collect(),
    }
}

/// Whether a namespace of CCR may hold repositories that were not listed, and so may be private.
fn holds_unseen(inventory: &Inventory, host: &Host, namespace: &str) -> bool {
    let listed = inventory
        .repositories
        .iter()
        .chain(&inventory.left_out)
        .filter(|repository| repository.host == *host && repository.name.namespace() == namespace)
        .count() as u64;
    inventory.facts.not_whole.contains(host)
        || inventory
            .facts
            .source_namespaces
            .iter()
            .any(|known| known.host == *host && known.name == namespace && known.counted > listed)
}
