//! Deals repositories out to shards. Pure.
//!
//! Longest processing time first: the heaviest repository goes to the shard that is done soonest
//! with it. A layer that a shard has already costs nothing there, so that repositories which share
//! layers come together as far as that doesn't make a shard longer than the others.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashSet};

use super::load::Load;
use crate::diagnostic::{counted, human_bytes};
use crate::image::Digest;

/// The repositories of one shard.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shard {
    /// Their places in the plan, ascending.
    pub places: BTreeSet<usize>,
    /// Their names.
    pub names: Vec<String>,
    /// Tags to be copied.
    pub images: u64,
    /// Bytes by the API, each repository's for itself.
    pub bytes: u64,
    /// What it costs, with shared layers once.
    weight: u64,
}

/// Repositories dealt out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Packed {
    /// None is empty.
    pub shards: Vec<Shard>,
    /// What is to be known of it.
    pub remarks: Vec<String>,
}

/// Deals repositories out to `count` shards, or to fewer if there are fewer repositories.
#[must_use]
pub fn pack(loads: &[Load], count: usize) -> Packed {
    let mut order: Vec<&Load> = loads.iter().collect();
    order.sort_by_key(|load| (Reverse(load.weight), load.place));
    let mut shards = vec![Shard::default(); count.min(loads.len())];
    let mut held: Vec<HashSet<&Digest>> = vec![HashSet::new(); shards.len()];
    for load in order {
        let cost = |held: &HashSet<&Digest>| {
            let layers = load.layers.iter().filter(|(digest, _)| held.contains(digest));
            let shared = layers.fold(0u64, |sum, (_, size)| sum.saturating_add(*size));
            // Each repository costs something, or all that is known to be shared would be one heap.
            load.weight.saturating_sub(shared).max(load.images)
        };
        let end = |place: &usize| shards[*place].weight.saturating_add(cost(&held[*place]));
        let Some(place) = (0..shards.len()).min_by_key(end) else { break };
        let end = end(&place);
        let shard = &mut shards[place];
        shard.weight = end;
        shard.places.insert(load.place);
        shard.names.push(load.name.clone());
        shard.images += load.images;
        shard.bytes = shard.bytes.saturating_add(load.bytes);
        held[place].extend(load.layers.iter().map(|(digest, _)| digest));
    }
    shards.retain(|shard| !shard.places.is_empty());
    let remarks = remarks(loads, count, shards.len());
    Packed { shards, remarks }
}

/// Tenths of an even share, from which on a repository is told as a bound.
const WORTH_TELLING: u128 = 11;

fn remarks(loads: &[Load], wished: usize, made: usize) -> Vec<String> {
    let mut remarks = Vec::new();
    if (1..wished).contains(&made) {
        let repositories = counted(loads.len(), "repository has", "repositories have");
        let shards = counted(made, "shard", "shards");
        remarks.push(format!(
            "{repositories} something to copy, and each stays whole: {shards} instead of {wished}"
        ));
    }
    let total = loads.iter().fold(0u64, |sum, load| sum.saturating_add(load.weight));
    let share = |load: &Load| u128::from(load.weight) * 100 / u128::from(total.max(1));
    if let Some(largest) = loads.iter().max_by_key(|load| load.weight)
        && made > 1
        && u128::from(largest.weight) * made as u128 * 10 > u128::from(total) * WORTH_TELLING
    {
        let most = total.div_ceil(largest.weight.max(1));
        remarks.push(format!(
            "1 repository, {}, has {} % of the work ({}) and stays whole: no number of shards is faster than it, and more than {most} gain nothing",
            largest.name,
            share(largest),
            human_bytes(largest.bytes),
        ));
    }
    remarks
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn load(place: usize, weight: u64, layers: &[(&str, u64)]) -> Load {
        let layers = layers.iter().map(|(name, size)| (Digest::of(name.as_bytes()), *size));
        let name = format!("shop/{place}");
        Load { place, name, images: 1, bytes: weight, weight, layers: layers.collect() }
    }

    proptest! {
        #[test]
        fn each_repository_is_in_one_shard_whole(
            weights in prop::collection::vec((0u64..1 << 40, 0u8..4), 0..60),
            count in 1usize..12,
        ) {
            let base = |kind: u8| (["a", "b", "c", "d"][usize::from(kind)], 1 << 20);
            let loads: Vec<Load> = weights
                .iter()
                .enumerate()
                .map(|(place, (weight, kind))| load(place, *weight, &[base(*kind)]))
                .collect();
            let packed = pack(&loads, count);
            let mut places: Vec<usize> =
                packed.shards.iter().flat_map(|shard| shard.places.clone()).collect();
            places.sort_unstable();
            prop_assert_eq!(places, (0..loads.len()).collect::<Vec<_>>());
            prop_assert_eq!(packed.shards.len(), count.min(loads.len()));
            prop_assert_eq!(
                packed.shards.iter().map(|shard| shard.bytes).sum::<u64>(),
                loads.iter().map(|load| load.bytes).sum::<u64>()
            );
            // Graham: no shard is longer than the mean and the largest together.
            let total: u64 = loads.iter().map(|load| load.weight.max(1)).sum();
            let largest = loads.iter().map(|load| load.weight.max(1)).max().unwrap_or(0);
            for shard in &packed.shards {
                prop_assert!(shard.weight <= total / packed.shards.len() as u64 + largest);
            }
        }
    }

    #[test]
    fn what_shares_layers_comes_together() {
        let loads = [
            load(0, 100, &[("debian", 90)]),
            load(1, 100, &[("alpine", 90)]),
            load(2, 95, &[("alpine", 90)]),
            load(3, 95, &[("debian", 90)]),
        ];
        let places: Vec<Vec<usize>> = pack(&loads, 2)
            .shards
            .into_iter()
            .map(|shard| shard.places.into_iter().collect())
            .collect();
        assert_eq!(places, [vec![0, 3], vec![1, 2]]);
    }

    #[test]
    fn a_base_that_all_share_makes_no_heap() {
        let loads: Vec<Load> =
            (0..8).map(|place| load(place, 1000 + place as u64, &[("debian", 300)])).collect();
        let packed = pack(&loads, 4);
        assert!(packed.shards.iter().all(|shard| shard.places.len() == 2));
        assert!(packed.remarks.is_empty(), "none is a bound: {:?}", packed.remarks);
    }

    #[test]
    fn a_repository_with_most_of_the_bytes_is_a_bound() {
        let mut loads: Vec<Load> = (1..11).map(|place| load(place, 1 << 30, &[])).collect();
        loads.push(load(0, 90 << 30, &[]));
        let packed = pack(&loads, 8);
        assert_eq!(packed.shards.iter().map(|shard| shard.places.len()).max(), Some(2));
        assert_eq!(
            packed.remarks,
            [
                "1 repository, shop/0, has 90 % of the work (90.0 GiB) and stays whole: no number of shards is faster than it, and more than 2 gain nothing"
            ]
        );
        assert_eq!(pack(&loads[..10], 5).remarks, [""; 0]);
    }

    #[test]
    fn there_are_no_more_shards_than_repositories() {
        let packed = pack(&[load(0, 5, &[]), load(1, 5, &[])], 8);
        assert_eq!(packed.shards.len(), 2);
        assert_eq!(
            packed.remarks,
            ["2 repositories have something to copy, and each stays whole: 2 shards instead of 8"]
        );
        assert_eq!(pack(&[], 3), Packed::default());
    }
}
