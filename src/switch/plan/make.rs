//! From inventory to plan.

use std::collections::HashSet;

use super::collisions::NameCollisions;
use super::credentials::Credentials;
use super::inputs::PlanInputs;
use super::made_before::pods_made_before;
use super::new_references::new_references;
use super::object::{DraftedObject, draft};
use super::service_accounts::SecretAdditions;
use super::switch_plan::{ObjectPlan, SwitchPlan, Verdict};
use crate::image::Reference;
use crate::switch::inventory::{Inventory, ScannedObject};
use crate::workload::Manager;

/// Decides what becomes of each object.
///
/// # Errors
/// [`NameCollisions`] if two repositories would be one in TCR.
pub(crate) fn make_plan(
    inventory: &Inventory,
    inputs: &PlanInputs<'_>,
) -> Result<SwitchPlan, NameCollisions> {
    new_references(inventory, inputs.renamer).check()?;
    let mut additions = SecretAdditions::default();
    let mut objects = Vec::new();
    let mut tencents = 0;
    let named: HashSet<(&str, &str, &str)> = inventory
        .objects
        .iter()
        .filter(|found| found.is_on_ccr())
        .map(|found| (found.namespace(), found.object.kind.as_str(), found.object.name.as_str()))
        .collect();
    for found in inventory.objects.iter().filter(|found| !found.stands_for_pods) {
        // What an owner that is seen itself has made changes with it. An owner is of the same
        // namespace, or of none.
        if let Some(Manager::Owner { kind, name }) = &found.manager
            && [found.namespace(), ""]
                .into_iter()
                .any(|namespace| named.contains(&(namespace, kind.as_str(), name.as_str())))
        {
            continue;
        }
        tencents += found.tencents();
        let Some(DraftedObject { entry, additions: wants }) = draft(found, inventory, inputs)
        else {
            continue;
        };
        if entry.verdict == Verdict::Switch {
            for (account, secret) in wants {
                additions.add(found.namespace(), &account, &secret);
            }
        }
        objects.push(entry);
    }
    objects.sort_by(|one, other| key(one).cmp(&key(other)));
    let PlanInputs { renamer, options, proven } = *inputs;
    let is_public = |new: &Reference| proven.is_public(new);
    let credentials = Credentials { inventory, renamer, options, is_public: &is_public };
    Ok(SwitchPlan {
        made_before: pods_made_before(&credentials, &objects),
        target: inputs.renamer.target.clone(),
        service_accounts: additions.into_entries(inventory),
        objects,
        running: inventory.pods.iter().filter(|pods| pods.differ()).cloned().collect(),
        tencents,
        unread: inventory.unread.clone(),
    })
}

/// Plans again for one object that has changed since the plan was made; everything else is as it
/// was. `None` if it names CCR no more.
#[must_use]
pub(in crate::switch) fn replan(
    found: &ScannedObject,
    inventory: &Inventory,
    inputs: &PlanInputs<'_>,
) -> Option<ObjectPlan> {
    draft(found, inventory, inputs).map(|draft| draft.entry)
}

fn key(entry: &ObjectPlan) -> (&str, &str, &str) {
    (entry.namespace(), &entry.object.kind, &entry.object.name)
}
