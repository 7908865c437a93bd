//! Which instance serves which region: those that exist first, then replicas, then new instances.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::data::{PlanWish, PlannedRegion, Reach};
use crate::fleet::model::{Fleet, FleetInstance};
use crate::fleet::tier::Tier;
use crate::tencent::{Area, Region};

/// An instance that is, or is to be.
pub(super) struct Seat<'a> {
    pub(super) existing: Option<&'a FleetInstance>,
    pub(super) name: Option<String>,
    pub(super) region: Region,
    /// The VPCs of the clusters that it serves, in all of its regions.
    pub(super) vpcs: BTreeSet<String>,
    pub(super) new_replicas: BTreeSet<Region>,
    /// Whether the others are copied to from it.
    pub(super) is_main: bool,
}

/// The regions that have clusters, without what the plan adds.
fn regions(fleet: &Fleet) -> Vec<PlannedRegion> {
    let mut regions: BTreeMap<&Region, PlannedRegion> = BTreeMap::new();
    for found in &fleet.clusters {
        let region = regions.entry(&found.region).or_insert_with(|| PlannedRegion {
            region: found.region.clone(),
            clusters: Vec::new(),
            nodes: None,
            vpcs: BTreeSet::new(),
            reach: Reach::Link,
            instance: 0,
        });
        let cluster = &found.cluster;
        let state = match cluster.status.as_str() {
            status if status.eq_ignore_ascii_case("Running") => String::new(),
            status => format!(", {status}"),
        };
        region.clusters.push(format!("{} ({}{state})", cluster.id, cluster.name));
        region.nodes = [region.nodes, cluster.nodes].into_iter().flatten().reduce(|a, b| a + b);
        region.vpcs.extend(Some(cluster.vpc.clone()).filter(|vpc| !vpc.is_empty()));
    }
    // The largest first: the instance that serves it is the main one, unless another is named.
    let mut regions: Vec<PlannedRegion> = regions.into_values().collect();
    regions.sort_by_key(|region| Reverse((region.nodes, region.vpcs.len())));
    regions
}

/// Regions that one instance can serve, with replicas: a replica doesn't cross the border (1141), and
/// of what is apart it isn't known.
fn are_together(one: &Region, other: &Region) -> bool {
    one == other || (one.area() == other.area() && one.area() != Area::Apart)
}

/// The instances, the main one first, and which of them serves each region.
pub(super) fn seats<'a>(fleet: &'a Fleet, wish: &PlanWish) -> (Vec<Seat<'a>>, Vec<PlannedRegion>) {
    let mut regions = regions(fleet);
    let mut seats = vec![main(fleet, &regions, wish)];
    for region in &mut regions {
        let (place, reach) = serving(&seats, region, fleet, wish).unwrap_or_else(|| {
            seats.push(other(&seats, region, fleet));
            (seats.len() - 1, Reach::Link)
        });
        (region.instance, region.reach) = (place, reach);
        let seat = &mut seats[place];
        seat.vpcs.extend(region.vpcs.iter().cloned());
        if reach == Reach::NewReplica {
            seat.new_replicas.insert(region.region.clone());
        }
    }
    (seats, regions)
}

/// Whether rules of the main instance copy to the others: it has them, or may get the edition for it.
pub(super) fn has_rules(seats: &[Seat<'_>], wish: &PlanWish) -> bool {
    let held = seats.first().and_then(|seat| Tier::of(&seat.existing?.instance.kind));
    held.max(wish.largest.or(Some(Tier::Premium))) > Some(Tier::Basic)
}

/// Which of the instances serves the region, if one of those that the plan has does.
fn serving(
    seats: &[Seat<'_>],
    region: &PlannedRegion,
    fleet: &Fleet,
    wish: &PlanWish,
) -> Option<(usize, Reach)> {
    let region = &region.region;
    let find = |is: &dyn Fn(&Seat<'_>) -> bool| seats.iter().position(is);
    let has_replica =
        |seat: &Seat<'_>| seat.existing.is_some_and(|held| held.replicas.contains(region));
    if let Some(place) = find(&|seat| seat.region == *region) {
        return Some((place, Reach::Link));
    }
    if let Some(place) = find(&has_replica) {
        return Some((place, Reach::Replica));
    }
    let has_instance = fleet.instances.iter().any(|held| held.instance.region == *region);
    let may_replicate = wish.largest.is_none_or(|largest| largest == Tier::Premium);
    if has_instance || !may_replicate {
        return None;
    }
    find(&|seat| are_together(&seat.region, region)).map(|place| (place, Reach::NewReplica))
}

/// The instance that everything is copied to first: the named one, else the one that reaches most
/// VPCs, else a new one in the largest region.
fn main<'a>(fleet: &'a Fleet, regions: &[PlannedRegion], wish: &PlanWish) -> Seat<'a> {
    let named = wish.main.as_deref();
    let reached = |held: &FleetInstance| -> usize {
        let is_here = |region: &&PlannedRegion| {
            region.region == held.instance.region || held.replicas.contains(&region.region)
        };
        regions.iter().filter(is_here).map(|region| region.vpcs.len()).sum()
    };
    let rank = |held: &&FleetInstance| {
        let is_named = Some(held.instance.name.as_str()) == named;
        let tier = Tier::of(&held.instance.kind);
        (
            is_named,
            held.instance.is_running(),
            reached(held),
            tier,
            Reverse(held.instance.name.clone()),
        )
    };
    let ccr = || fleet.ccr.first().map(|ccr| ccr.region.clone());
    let largest = || regions.first().map(|region| region.region.clone());
    match fleet.instances.iter().max_by_key(rank) {
        Some(held) => Seat { is_main: true, ..existing(held) },
        None => Seat {
            is_main: true,
            ..new(
                largest().or_else(ccr).unwrap_or_else(Region::guangzhou),
                named.map(str::to_owned),
            )
        },
    }
}

/// Another one, for a region that none of the instances serves.
fn other<'a>(seats: &[Seat<'_>], region: &PlannedRegion, fleet: &'a Fleet) -> Seat<'a> {
    let region = &region.region;
    let here = fleet.instances.iter().filter(|held| held.instance.region == *region);
    match here.max_by_key(|held| (Tier::of(&held.instance.kind), Reverse(&held.instance.name))) {
        Some(held) => existing(held),
        None => {
            let main = seats.first().and_then(|seat| seat.name.as_ref());
            new(region.clone(), main.map(|main| format!("{main}-{}", region.city())))
        }
    }
}

fn existing(held: &FleetInstance) -> Seat<'_> {
    Seat {
        existing: Some(held),
        ..new(held.instance.region.clone(), Some(held.instance.name.clone()))
    }
}

fn new<'a>(region: Region, name: Option<String>) -> Seat<'a> {
    Seat {
        existing: None,
        name,
        region,
        vpcs: BTreeSet::new(),
        new_replicas: BTreeSet::new(),
        is_main: false,
    }
}
