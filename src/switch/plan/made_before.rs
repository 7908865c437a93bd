//! Pods that were made before their `ServiceAccount` got the Secret of TKE's TCR addon: an account's
//! list is copied into a pod when that is made, so they run only for as long as their node has the
//! image.

use std::collections::HashSet;

use super::credentials::Credentials;
use super::switch_plan::{ObjectPlan, Verdict};
use crate::switch::inventory::Inventory;
use crate::switch::running::PodsOnHost;
use crate::workload::{ObjectRef, PodSpec};

/// Those of the inventory that the plan doesn't replace.
pub(super) fn pods_made_before(
    credentials: &Credentials<'_>,
    objects: &[ObjectPlan],
) -> Vec<PodsOnHost> {
    let inventory = credentials.inventory;
    let is_replaced =
        |entry: &&ObjectPlan| entry.verdict == Verdict::Switch && entry.no_rollout.is_none();
    let replaced: HashSet<_> =
        objects.iter().filter(is_replaced).map(|entry| name(&entry.object)).collect();
    let with_lists: HashSet<_> = with_a_list(inventory).map(name).collect();
    let is_before = |pods: &&PodsOnHost| {
        let workload = pods.owner.as_ref().map(name);
        workload.is_none_or(|name| !replaced.contains(&name) && !with_lists.contains(&name))
            && credentials.lack_addons(pods)
    };
    inventory.on_host.iter().filter(is_before).cloned().collect()
}

/// The workloads whose template has a list: their pods are no other than they will be.
fn with_a_list(inventory: &Inventory) -> impl Iterator<Item = &ObjectRef> {
    let has_list = |spec: &PodSpec| spec.own_pull_secrets().is_some();
    let found = inventory.objects.iter().filter(|found| !found.stands_for_pods);
    found
        .filter(move |found| found.positions.pod_specs.iter().any(has_list))
        .map(|found| &found.object)
}

/// The version of a kind doesn't matter.
fn name(object: &ObjectRef) -> (Option<&str>, &str, &str, &str) {
    (object.namespace.as_deref(), object.group(), &object.kind, &object.name)
}
