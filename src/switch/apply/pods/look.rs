//! One list of a namespace's pods for all who wait there.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use serde_json::Value;
use tokio::time::Instant;

use super::owners::Owners;
use super::seen_pod::SeenPod;
use crate::kubernetes::{Cluster, ListQuery, Resource};
use crate::workload::{ObjectRef, is_built_in_group};

/// How old a look may be.
const FRESH: Duration = Duration::from_secs(2);
/// A namespace whose list takes long is looked at less often: no more than this part of the time.
const PART_OF_THE_TIME: u32 = 4;

/// The pods of a namespace at one time.
#[derive(Debug, Default)]
pub(in crate::switch) struct Look {
    pub(in crate::switch) pods: Vec<SeenPod>,
}

/// Which pods are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::switch) enum Which {
    /// Those with a container that waits for something.
    Waiting,
    All,
}

/// The looks of a run.
#[derive(Default)]
pub(in crate::switch) struct PodLooks {
    namespaces: Mutex<HashMap<String, Arc<tokio::sync::Mutex<Latest>>>>,
    owners: Owners,
}

/// The latest look at a namespace.
#[derive(Default)]
struct Latest {
    look: Arc<Look>,
    which: Option<Which>,
    until: Option<Instant>,
}

impl Look {
    /// What to know of the pods of a workload that makes them one after the other: those that can't
    /// get their image may hold up the change that would fix them.
    pub(in crate::switch) fn stuck_of<'l>(
        &'l self,
        object: &'l ObjectRef,
        uid: &'l str,
    ) -> impl Iterator<Item = String> + 'l {
        let own = self.pods.iter().filter(|pod| pod.owners.iter().any(|owner| owner.is(uid)));
        own.filter_map(move |pod| {
            let (name, image) = (&pod.name, &pod.failures.first()?.image);
            let namespace = object.namespace.as_deref().unwrap_or_default();
            Some(format!(
                "pod {name} of {object} can't pull {image}, and may never be replaced by itself (kubernetes#67250): kubectl delete pod {name} -n {namespace} once {object} is changed, or --delete-stuck-pods"
            ))
        })
    }

    /// Whether this pod was there and could not get this image.
    pub(in crate::switch) fn had_failure(&self, uid: &str, image: &str) -> bool {
        let mut failures =
            self.pods.iter().filter(|pod| pod.uid == uid).flat_map(|pod| &pod.failures);
        failures.any(|failure| failure.image == image)
    }

    /// Whether this pod was there with this image.
    pub(in crate::switch) fn had_image(&self, uid: &str, image: &str) -> bool {
        let mut images = self.pods.iter().filter(|pod| pod.uid == uid).flat_map(|pod| &pod.images);
        images.any(|(known, _)| known == image)
    }
}

impl PodLooks {
    /// The pods of a namespace, as they were two seconds ago at most, or some more where there are
    /// very many. Who comes while they are listed waits for that list. Without the right to list them
    /// there are none to see; if the server doesn't answer, they are as they were.
    pub(in crate::switch) async fn look(
        &self,
        cluster: &Cluster,
        namespace: &str,
        which: Which,
    ) -> Arc<Look> {
        let latest = Arc::clone(self.namespaces.lock().entry(namespace.to_owned()).or_default());
        let mut latest = latest.lock().await;
        let is_fresh = latest.until.is_some_and(|until| Instant::now() < until);
        if is_fresh && latest.which >= Some(which) {
            return Arc::clone(&latest.look);
        }
        let which = latest.which.map_or(which, |known| known.max(which));
        let begin = Instant::now();
        if let Some(look) = list(cluster, namespace, which).await {
            latest.look = Arc::new(look);
            latest.which = Some(which);
        }
        latest.until = Some(Instant::now() + FRESH.max(begin.elapsed() * PART_OF_THE_TIME));
        Arc::clone(&latest.look)
    }

    /// All pods that a namespace has now, by `uid`, as far as they may be seen.
    pub(in crate::switch) async fn uids(cluster: &Cluster, namespace: &str) -> HashSet<String> {
        let mut uids = HashSet::new();
        let query = ListQuery { metadata_alone: true, ..ListQuery::default() };
        let pods = Resource::pods();
        let uid = |pod: Value| pod["metadata"]["uid"].as_str().map(str::to_owned);
        // Without the right to list them none is watched either.
        let _ = cluster
            .list(&pods, Some(namespace), &query, |page| {
                uids.extend(page.items.iter().filter_map(|item| uid(item.value().ok()?)));
            })
            .await;
        uids
    }

    /// Whether a pod was made by an object, directly or through others. Where that can't be told, it
    /// is taken for its work: a pod of a built-in kind always names its owner.
    pub(in crate::switch) async fn is_made_by(
        &self,
        cluster: &Cluster,
        pod: &SeenPod,
        (namespace, group, uid): (&str, &str, &str),
    ) -> bool {
        let led = self.owners.lead_to(cluster, namespace, &pod.owners, uid).await;
        led.unwrap_or(!is_built_in_group(group) || !pod.owners.is_empty())
    }
}

async fn list(cluster: &Cluster, namespace: &str, which: Which) -> Option<Look> {
    let mut look = Look::default();
    let pods = Resource::pods();
    let listed = cluster
        .list(&pods, Some(namespace), &ListQuery::default(), |page| {
            if page.is_first {
                look.pods.clear();
            }
            let wanted = |item: &&crate::kubernetes::ListItem<'_>| {
                which == Which::All || item.may_contain("\"waiting\"")
            };
            let wanted = page.items.iter().filter(wanted);
            look.pods.extend(wanted.filter_map(|item| Some(SeenPod::of(&item.value().ok()?))));
        })
        .await;
    listed.is_ok().then_some(look)
}
