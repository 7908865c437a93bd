//! From inventory to plan.

use std::collections::HashSet;

use super::accounts::Additions;
use super::credentials::Credentials;
use super::entry::{Draft, draft};
use super::problem::SwitchProblems;
use super::{Entry, SwitchOptions, SwitchPlan, Verdict, wanted};
use crate::image::Reference;
use crate::proof::{TargetState, Targets};
use crate::switch::inventory::{Inventory, ScannedObject};
use crate::workload::{Manager, Renamer};

/// What is known besides the cluster when a plan is made.
pub struct Known<'a> {
    /// What names become.
    pub renamer: &'a Renamer,
    /// What the user wants.
    pub options: &'a SwitchOptions,
    /// What is known of the new references.
    pub targets: &'a Targets,
}

impl Known<'_> {
    pub(super) fn state(&self, new: &Reference) -> TargetState {
        self.targets.state(new)
    }
}

/// Decides what becomes of each object.
///
/// # Errors
/// [`SwitchProblems`] if two repositories would be one in TCR.
pub fn make_plan(inventory: &Inventory, known: &Known<'_>) -> Result<SwitchPlan, SwitchProblems> {
    wanted(inventory, known.renamer).check()?;
    let mut additions = Additions::default();
    let mut entries = Vec::new();
    let mut tencents = 0;
    let named: HashSet<(&str, &str, &str)> = inventory
        .objects
        .iter()
        .filter(|found| found.is_on_ccr())
        .map(|found| (found.namespace(), found.object.kind.as_str(), found.object.name.as_str()))
        .collect();
    for found in &inventory.objects {
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
        let Some(Draft { entry, additions: wants }) = draft(found, inventory, known) else {
            continue;
        };
        if entry.verdict == Verdict::Switch {
            for (account, secret) in wants {
                additions.add(found.namespace(), &account, &secret);
            }
        }
        entries.push(entry);
    }
    entries.sort_by(|one, other| key(one).cmp(&key(other)));
    Ok(SwitchPlan {
        target: known.renamer.target.clone(),
        accounts: additions.into_entries(inventory),
        entries,
        tencents,
        unread: inventory.unread.clone(),
    })
}

/// Decides anew for one object that has changed since the plan was made; everything else is as it
/// was. `None` if it names CCR no more.
#[must_use]
pub(in crate::switch) fn replan(
    found: &ScannedObject,
    inventory: &Inventory,
    known: &Known<'_>,
) -> Option<Entry> {
    draft(found, inventory, known).map(|draft| draft.entry)
}

fn key(entry: &Entry) -> (&str, &str, &str) {
    (entry.namespace(), &entry.object.kind, &entry.object.name)
}

/// The public ones among the targets, remembered for one plan.
pub(super) fn credentials<'a>(
    inventory: &'a Inventory,
    known: &'a Known<'_>,
    is_public: &'a dyn Fn(&Reference) -> bool,
) -> Credentials<'a> {
    Credentials { inventory, renamer: known.renamer, options: known.options, is_public }
}
