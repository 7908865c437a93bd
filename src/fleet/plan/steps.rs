//! What to do, as lines to paste, and the mapping files that they name.

use std::fmt::Write as _;

use serde::Serialize;

use super::seats::Seat;
use super::{InstancePlan, PlanWish};
use crate::diagnostic::shell_word;
use crate::fleet::model::Fleet;
use crate::fleet::names::NamePlan;
use crate::fleet::tier::Tier;

/// Something to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PlanStep {
    /// What it is.
    pub what: String,
    /// The line to paste.
    pub command: String,
    /// Whether Tencent bills it.
    pub costs_money: bool,
}

/// A mapping file for one instance.
#[derive(Debug, Clone, Serialize)]
pub struct MappingText {
    /// What the file is called.
    pub file: String,
    /// What is in it.
    pub content: String,
}

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
                format!("create {label} in {region}, {needs} edition; another name if it is taken"),
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
    for (seat, planned) in seats.iter().zip(&plan.instances) {
        let missing = seat
            .vpcs
            .iter()
            .filter(|vpc| !seat.existing.is_some_and(|held| held.links.contains(*vpc)));
        let vpcs: String = missing.map(|vpc| format!(" --vpc {}", shell_word(vpc))).collect();
        if !vpcs.is_empty() {
            step(
                format!("link the VPCs of the clusters to {}", planned.label()),
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
    if largest > Tier::Basic {
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

/// A mapping file for each instance: the same names everywhere, for rules keep namespaces.
pub(super) fn mappings(seats: &[Seat<'_>], names: &NamePlan, fleet: &Fleet) -> Vec<MappingText> {
    seats.iter().map(|seat| mapping(seat, names, fleet)).collect()
}

fn mapping(seat: &Seat<'_>, names: &NamePlan, fleet: &Fleet) -> MappingText {
    // JSON's texts are YAML's, too.
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    let region = quoted(seat.region.as_str());
    let mut content = String::from("# Written by docker ccr2tcr instances plan.\nversion: 1\n");
    let tcr = match &seat.name {
        Some(name) => format!("{{name: {}, region: {region}}}", quoted(name)),
        None => format!("{{region: {region}}} # and the name, once there is one"),
    };
    let _ = writeln!(content, "tcr: {tcr}");
    let regions: Vec<String> = fleet.ccr.iter().map(|ccr| quoted(ccr.region.as_str())).collect();
    if !regions.is_empty() {
        let _ = writeln!(content, "ccr: {{regions: [{}]}}", regions.join(", "));
    }
    if !names.mapping.is_empty() {
        content.push_str("map:\n");
    }
    for rule in names.mapping.rules() {
        let (from, to) = rule.sides();
        let _ = writeln!(content, "  - {{from: {}, to: {}}}", quoted(&from), quoted(&to));
    }
    let excludes: Vec<String> =
        names.mapping.excludes().iter().map(|pattern| quoted(pattern.as_str())).collect();
    if !excludes.is_empty() {
        let _ = writeln!(content, "exclude: [{}]", excludes.join(", "));
    }
    // It becomes a part of a path.
    let is_plain = |name: &&str| name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    let stem = seat.name.as_deref().filter(is_plain).unwrap_or(seat.region.as_str());
    MappingText { file: format!("{}.yaml", stem.replace('/', "-")), content }
}
