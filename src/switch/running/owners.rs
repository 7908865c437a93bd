//! Reading the owners of pods that differ from what a scan has found.

use std::collections::{HashMap, HashSet};

use futures::{StreamExt as _, stream};

use super::compare::{OwnerNow, drafts};
use super::groups::PodGroups;
use super::makers::Makers;
use super::pods::RunningPods;
use crate::kubernetes::{Cluster, ClusterError, Discovery};
use crate::switch::inventory::ScannedObject;
use crate::workload::{CcrNames, ObjectRef};

/// How many owners are read at once.
const AT_ONCE: usize = 16;

/// The pods with images in CCR, by namespace, owner and name: each group compared with its owner.
/// With selectors, the pods of what they select.
pub(in crate::switch) async fn compare_with_owners(
    (cluster, discovery): (&Cluster, &Discovery),
    groups: PodGroups,
    makers: &Makers,
    objects: &[ScannedObject],
    names: &CcrNames,
    has_selectors: bool,
) -> Vec<RunningPods> {
    let mut drafts = drafts(groups, makers, objects);
    if has_selectors {
        drafts.retain(|draft| makers.is_selected(&draft.pods.owner));
    }
    let unclear: HashSet<ObjectRef> = drafts
        .iter()
        .filter(|draft| draft.pods.differ())
        .map(|draft| draft.pods.owner.clone())
        .collect();
    let owners: HashMap<ObjectRef, OwnerNow> = stream::iter(unclear)
        .map(async |owner| {
            let now = read(cluster, discovery, &owner).await;
            (owner, now)
        })
        .buffer_unordered(AT_ONCE)
        .collect()
        .await;
    let judged = drafts.into_iter().map(|draft| {
        let owner = owners.get(&draft.pods.owner);
        draft.judged(owner, names)
    });
    let mut pods: Vec<RunningPods> = judged.collect();
    pods.sort_by(|one, other| order(one).cmp(&order(other)));
    pods
}

async fn read(cluster: &Cluster, discovery: &Discovery, owner: &ObjectRef) -> OwnerNow {
    let Some(resource) = discovery.kind(owner.group(), &owner.kind) else {
        return OwnerNow::Unreadable;
    };
    match cluster.get(&resource.path(owner.namespace.as_deref(), Some(&owner.name))).await {
        Ok(object) => OwnerNow::Read(object),
        Err(ClusterError::NotFound { .. }) => OwnerNow::Gone,
        // That nothing is known of it is part of what is said of its pods.
        Err(_) => OwnerNow::Unreadable,
    }
}

fn order(pods: &RunningPods) -> (Option<&str>, &str, &str, &[String]) {
    let ObjectRef { namespace, kind, name, .. } = &pods.owner;
    (namespace.as_deref(), kind, name, &pods.names)
}
