//! Which new references a switch needs: what has to be proven before a plan can be made.

use std::collections::{BTreeMap, BTreeSet};

use crate::image::{Host, Reference, RepositoryName};
use crate::switch::inventory::Inventory;
use crate::workload::{ImageClass, Renamer};

/// The distinct references of a switch, each with what it is now.
#[derive(Debug, Clone, Default)]
pub(crate) struct NewReferences {
    /// The new reference, and the one in CCR that it stands for.
    pub references: BTreeMap<Reference, Reference>,
    /// The repositories in CCR that each new repository stands for; more than one is a collision.
    pub(super) repositories: BTreeMap<RepositoryName, BTreeSet<(Host, String)>>,
}

/// Every reference that the objects of `inventory` would need in TCR.
#[must_use]
pub(crate) fn new_references(inventory: &Inventory, renamer: &Renamer) -> NewReferences {
    let mut wanted = NewReferences::default();
    // What has ended pulls nothing any more.
    for found in inventory.objects.iter().filter(|found| !found.is_finished) {
        for position in found.images() {
            let ImageClass::Switched(image) = &position.class else { continue };
            let from = (image.old.host.clone(), image.old.repository.as_str().to_owned());
            let repository = image.repository.clone();
            wanted.repositories.entry(repository).or_default().insert(from);
            wanted.references.insert(renamer.new_reference(image), image.old.clone().resolve());
        }
    }
    wanted
}
