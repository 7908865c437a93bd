//! What to do, as lines to paste.

use std::fmt::Write as _;

use super::data::{InstancePlan, PlanStep, PlanWish};
use super::seats::{Seat, has_rules};
use crate::diagnostic::shell_word;
use crate::fleet::names::NamePlan;
use crate::fleet::tier::Tier;

/// The word that stands for a name which is for a person to choose: it is one of all customers'.
const NO_NAME: &str = "NAME";

fn name(seat: &Seat<'_>) -> String {
    shell_word(seat.name.as_deref().unwrap_or(NO_NAME))
}

pub(super) fn steps(
    seats: &[Seat<'_>],
    plan: &InstancePlan,
    names: &NamePlan,
    wish: &PlanWish,
) -> Vec<PlanStep> {
    let mut steps = Vec::new();
    let mut step = |what: String, command: String, costs_money: bool| {
        steps.push(PlanStep { what, command, costs_money });
    };
    let largest = wish.largest.unwrap_or(Tier::Premium);
    let flags = &wish.flags;
    for (seat, planned) in seats.iter().zip(&plan.instances) {
        let (label, region) = (planned.label(), shell_word(seat.region.as_str()));
        let needs = planned.needs.unwrap_or(Tier::Premium).min(largest);
        let Some(held) = seat.existing else {
            let called = name(seat);
            step(
                match &seat.name {
                    Some(_) => format!(
                        "create {label} in {region}, {needs} edition; another name if it is taken"
                    ),
                    None => format!(
                        "create an instance in {region}, {needs} edition; {NO_NAME} is yours to choose"
                    ),
                },
                format!(
                    "tccli tcr CreateInstance --region {region} --RegistryName {called} --RegistryType {needs}"
                ),
                true,
            );
            continue;
        };
        // An edition that isn't known here may be larger than any of these.
        if Tier::of(&held.instance.kind).is_some_and(|tier| tier < needs) {
            step(
                format!(
                    "upgrade {label} from {} to {needs}, which has no way back",
                    held.instance.kind
                ),
                format!(
                    "tccli tcr ModifyInstance --region {region} --RegistryId {} --RegistryType {needs}",
                    shell_word(&held.instance.id)
                ),
                true,
            );
        }
    }
    for (seat, planned) in seats.iter().zip(&plan.instances) {
        let id = seat.existing.map_or("ID".to_owned(), |held| shell_word(&held.instance.id));
        for replica in &seat.new_replicas {
            step(
                format!("create a replica of {} in {replica}", planned.label()),
                format!(
                    "tccli tcr CreateReplicationInstance --region {} --RegistryId {id} --ReplicationRegionName {}",
                    shell_word(seat.region.as_str()),
                    shell_word(replica.as_str())
                ),
                true,
            );
        }
    }
    for region in &plan.regions {
        let Some(seat) = seats.get(region.instance) else { continue };
        let is_linked = |vpc: &&String| seat.existing.is_some_and(|held| held.links.contains(*vpc));
        let mut vpcs = String::new();
        for vpc in region.vpcs.iter().filter(|vpc| !is_linked(vpc)) {
            let _ = write!(vpcs, " --vpc {}", shell_word(vpc));
        }
        if !vpcs.is_empty() {
            step(
                format!("link the VPCs of the clusters in {} to {}", region.region, name(seat)),
                format!("docker ccr2tcr network apply --tcr-name {}{vpcs}{flags}", name(seat)),
                false,
            );
        }
    }
    for (seat, mapping) in seats.iter().zip(&plan.mappings) {
        let named = match seat.name {
            Some(_) => String::new(),
            None => format!(" --tcr-name {NO_NAME}"),
        };
        step(
            format!("see what a copy into it would do, with {}", mapping.file),
            format!(
                "docker ccr2tcr sync --dry-run --mapping {}{named}{flags}",
                shell_word(&wish.folder.join(&mapping.file).display().to_string())
            ),
            false,
        );
    }
    if has_rules(seats, wish) {
        rules(seats, names, flags, &mut step);
    }
    steps
}

/// What is pushed to the main instance later is copied to the others.
fn rules(
    seats: &[Seat<'_>],
    names: &NamePlan,
    flags: &str,
    step: &mut impl FnMut(String, String, bool),
) {
    let Some((main, others)) = seats.split_first() else { return };
    for other in others {
        let covered = |namespace: &String| {
            let to = other.existing.map(|held| held.instance.id.as_str());
            let known = main.existing.iter().flat_map(|held| &held.rules);
            to.is_some_and(|to| known.filter(|it| it.enabled).any(|it| it.copies(namespace, to)))
        };
        if names.namespaces.iter().all(covered) {
            continue;
        }
        let (from, to) = (name(main), name(other));
        step(
            format!("copy later pushes from {from} to {to}, once both have been copied to"),
            format!("docker ccr2tcr replicate --tcr-name {from} --to {to}{flags}"),
            false,
        );
    }
}
