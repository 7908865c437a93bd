//! What an instance needs, and the smallest edition that allows it.

use std::collections::BTreeSet;

use super::data::{PlannedInstance, Requirement};
use super::seats::Seat;
use crate::fleet::names::NamePlan;
use crate::fleet::tier::{Limits, Tier};

pub(super) const NAMESPACES: &str = "namespaces";
pub(super) const LINKS: &str = "VPC links";

/// What an instance is planned to be. `others` are the instances that rules of the main one copy to.
pub(super) fn planned(seat: &Seat<'_>, others: usize, names: &NamePlan) -> PlannedInstance {
    let held = seat.existing;
    let tier = held.and_then(|held| Tier::of(&held.instance.kind));
    // What it has in use is allowed, whatever the tables say.
    let required = |what, used: usize, needed: usize, limit: fn(Limits) -> u64| {
        let (used, needed) = (used as u64, needed as u64);
        let have = tier.map(|tier| limit(tier.limits()).max(used));
        let smallest = Tier::smallest(|allows| limit(allows) >= needed);
        let met = have.is_some_and(|have| have >= needed);
        let edition = if met { tier.min(smallest).or(tier) } else { smallest };
        let have = have.filter(|have| *have != Limits::ANY);
        Requirement { what, have, needed, met, edition }
    };
    let none = BTreeSet::new();
    let counted = |what, held: Option<&BTreeSet<String>>, more: &BTreeSet<String>, limit| {
        let held = held.unwrap_or(&none);
        required(what, held.len(), more.union(held).count(), limit)
    };
    let mut requirements = vec![
        counted(NAMESPACES, held.map(|held| &held.namespaces), &names.namespaces, |it| {
            it.namespaces
        }),
        counted("repositories", held.map(|held| &held.repositories), &names.repositories, |it| {
            it.repositories
        }),
        counted(LINKS, held.map(|held| &held.links), &seat.vpcs, |it| it.links),
    ];
    let old_replicas = held.map_or(0, |held| held.replicas.len());
    let replicas = old_replicas + seat.new_replicas.len();
    if replicas > 0 {
        requirements.push(required("replicas", old_replicas, replicas, |it| it.replicas));
    }
    if seat.is_main && others > 0 {
        requirements.push(required("instances fed by rules", 0, others, |it| it.rules));
    }
    let needs = requirements
        .iter()
        .map(|it| it.edition)
        .try_fold(Tier::Basic, |most, tier| tier.map(|tier| most.max(tier)));
    PlannedInstance {
        name: seat.name.clone(),
        id: held.map(|held| held.instance.id.clone()),
        region: seat.region.clone(),
        edition: held.map(|held| held.instance.kind.to_string()),
        needs,
        requirements,
        new_replicas: seat.new_replicas.iter().cloned().collect(),
    }
}
