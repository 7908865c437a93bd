//! Pods: those without a controller are objects of their own, all others are what workloads run.

use futures::{StreamExt as _, stream};

use crate::kubernetes::{ClusterError, ListItem, ListQuery, Listed};
use crate::switch::apply::pull_failures;
use crate::switch::inventory::{PodSample, WaitingPod};
use crate::switch::running::{ListedMetadata, ListedPod, is_node};
use crate::workload::{ObjectRef, positions};

use super::kinds::Part;
use super::owned::{AT_ONCE, Look, Rest};
use super::sieve::names_host;
use super::{Gathered, Reader, Scope};

/// What runs, or is about to.
const LIVE: &str = "status.phase!=Succeeded,status.phase!=Failed";

/// Up to so many pods, all are read: they are one page.
const READ_ALL: usize = 500;

/// Which pods of a list are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Which {
    All,
    /// Those that a controller has made.
    Made,
    /// Those that nothing has made but a user, or a kubelet.
    Bare,
}

/// How many of so many pods are read one by one at most. One costs the server as much as three pods
/// of a list (0.5 ms of CPU, API server v1.36), and a pod's metadata as much as a third of one.
fn few_of(pods: usize) -> usize {
    AT_ONCE.max(pods / 5)
}

impl Reader<'_> {
    /// Reads the live pods: one of each owner and revision where that is enough and costs less than
    /// a list of all. Selectors are for workloads and for pods without one: the pods of a workload
    /// need not have its labels.
    pub(super) async fn read_pods(&self, part: &Part) -> (Gathered, Result<Listed, ClusterError>) {
        let Scope { all_pods, waiting_pods, ref addon_for, .. } = *self.scope;
        if self.scope.has_selectors() {
            let (mut gathered, listed) = self.list_pods(part, Which::Made).await;
            if listed.is_err() {
                return (gathered, listed);
            }
            let (bare, listed) = self.list_pods(part, Which::Bare).await;
            gathered.append(bare);
            return (gathered, listed);
        }
        if !all_pods && !waiting_pods && addon_for.is_none() {
            match self.look_through(part, self.live(part, Which::All), few_of).await {
                Look::Failed(error) => return (Gathered::default(), Err(error)),
                Look::Few(rest, listed) if rest.looked_at > READ_ALL || rest.is_each() => {
                    if let Some(gathered) = self.read_samples(part, rest).await {
                        return (gathered, Ok(listed));
                    }
                }
                Look::Few(..) | Look::Many => {}
            }
        }
        self.list_pods(part, Which::All).await
    }

    fn live(&self, part: &Part, which: Which) -> ListQuery {
        let mut query = match which {
            Which::All | Which::Bare => self.query(part),
            Which::Made => ListQuery { chunk_size: self.scope.chunk_size, ..ListQuery::default() },
        };
        let given = query.field_selector.take().map(|given| format!("{given},"));
        query.field_selector = Some(given.unwrap_or_default() + LIVE);
        query
    }

    async fn list_pods(
        &self,
        part: &Part,
        which: Which,
    ) -> (Gathered, Result<Listed, ClusterError>) {
        let query = self.live(part, which);
        let mut gathered = Gathered::default();
        let namespace = self.scope.namespace.as_deref();
        let listed = self.cluster.list(&part.resource, namespace, &query, |page| {
            if page.is_first {
                gathered = Gathered::default();
            }
            for item in &page.items {
                if self.scope.waiting_pods && which != Which::Bare {
                    self.take_waiting(item, &mut gathered);
                }
                self.take_on_host(item, which, &mut gathered);
                self.take_pod(part, item, which, &mut gathered);
            }
        });
        let listed = listed.await;
        (gathered, listed)
    }

    /// Reads one pod of each group, and those without a controller. `None` if one can't be read:
    /// who may list need not be allowed to get.
    async fn read_samples(&self, part: &Part, rest: Rest) -> Option<Gathered> {
        let mut gathered = self.one_by_one(part, &rest.names).await?;
        let (read, pods) = (rest.samples.len(), rest.samples.pods());
        let mut samples = stream::iter(rest.samples.into_groups())
            .map(async |(owner, sample)| {
                let namespace = owner.namespace.clone();
                for name in sample.names() {
                    let path = part.resource.path(namespace.as_deref(), Some(name));
                    match self.cluster.get(&path).await {
                        Ok(object) => return Ok(Some((owner, sample.pods, object))),
                        // It has gone since.
                        Err(ClusterError::NotFound { .. }) => {}
                        Err(error) => return Err(error),
                    }
                }
                Ok(None)
            })
            .buffer_unordered(AT_ONCE);
        while let Some(sample) = samples.next().await {
            let Some((owner, pods, object)) = sample.ok()? else { continue };
            if let Some(pod) = ListedPod::of_value(&object).filter(ListedPod::is_live) {
                self.take_made((pod, pods), &owner, &mut gathered, |gathered| {
                    self.keep(part, &object, gathered);
                });
            }
        }
        gathered.sampled = (read < pods).then_some(PodSample { pods, read });
        Some(gathered)
    }

    fn take_pod(&self, part: &Part, item: &ListItem<'_>, which: Which, gathered: &mut Gathered) {
        let names_ccr = self.sieve.names_ccr(item);
        if !names_ccr && !self.scope.all_with_pods && !self.sieve.lets_through(item) {
            return;
        }
        let Some(ListedMetadata { owner, namespace, .. }) = ListedMetadata::of(item.text()) else {
            return;
        };
        if self.scope.leaves_out(&namespace) {
            return;
        }
        let Some(owner) = owner.filter(|owner| !is_node(owner)) else {
            if which != Which::Made {
                self.keep_item(part, item, gathered);
            }
            return;
        };
        // What else is to be known of a pod that is made from a template stands in that.
        if which == Which::Bare || !(names_ccr || is_made_by_custom_kind(&owner)) {
            return;
        }
        let Some(pod) = ListedPod::of(item.text()).filter(ListedPod::is_live) else { return };
        self.take_made((pod, 1), &owner, gathered, |gathered| {
            self.keep_item(part, item, gathered);
        });
    }

    /// Takes in a pod that a controller has made, which stands for so many.
    fn take_made(
        &self,
        (pod, pods): (ListedPod, usize),
        owner: &ObjectRef,
        gathered: &mut Gathered,
        keep: impl FnOnce(&mut Gathered),
    ) {
        let is_first = gathered.pods.add(pod, owner, pods, self.names);
        if is_first && is_made_by_custom_kind(owner) {
            let before = gathered.objects.len();
            keep(gathered);
            for found in &mut gathered.objects[before..] {
                found.stands_for_pods = true;
            }
        }
    }

    /// Takes note of a pod that pulls from the host that the addon is to serve.
    fn take_on_host(&self, item: &ListItem<'_>, which: Which, gathered: &mut Gathered) {
        let Some(host) = self.scope.addon_for.as_ref().filter(|host| names_host(item, host)) else {
            return;
        };
        // The page was read as JSON, so each of its items is.
        let (Some(metadata), Ok(pod)) = (ListedMetadata::of(item.text()), item.value()) else {
            return;
        };
        // A kubelet's own pods have no account.
        let is_static = metadata.owner.as_ref().is_some_and(is_node);
        let is_asked_for = match which {
            Which::All => true,
            Which::Made => metadata.owner.is_some(),
            Which::Bare => metadata.owner.is_none(),
        };
        let is_out = metadata.is_leaving || self.scope.leaves_out(&metadata.namespace);
        if is_asked_for && !is_static && !is_out {
            gathered.on_host.add(metadata, &positions(&pod, self.names), host);
        }
    }

    fn take_waiting(&self, item: &ListItem<'_>, gathered: &mut Gathered) {
        if !item.may_contain("\"waiting\"") {
            return;
        }
        // The page was read as JSON, so each of its items is.
        let Ok(pod) = item.value() else { return };
        let namespace = pod["metadata"]["namespace"].as_str().unwrap_or_default();
        if self.scope.leaves_out(namespace) {
            return;
        }
        let failures = pull_failures(&pod).into_iter();
        gathered.waiting.extend(
            failures.map(|failure| WaitingPod { namespace: namespace.to_owned(), failure }),
        );
    }
}

/// Whether it isn't known where the template of a pod with this owner is, if there is one: then one
/// of its pods stands for it where logins are concerned.
fn is_made_by_custom_kind(owner: &ObjectRef) -> bool {
    !owner.rules().is_controller
}
