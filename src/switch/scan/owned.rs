//! `ReplicaSet`s: nearly all of them are the work of a controller, and most are history. What there
//! is to know of those is what their pods run. So their metadata is listed, which tells, and the few
//! others are read one by one.

use std::pin::pin;

use futures::future::{Either, select};
use futures::{StreamExt as _, stream};
use tokio::sync::Notify;

use super::kinds::Part;
use super::samples::Samples;
use super::{Gathered, Reader};
use crate::kubernetes::{ClusterError, ListItem, ListQuery, Listed};
use crate::switch::running::{ListedMetadata, Makers, is_node};

/// How many objects of a kind are read at once.
pub(super) const AT_ONCE: usize = 16;

/// Of so many objects at most one is read by itself. That costs the server about as much as six
/// objects of a list do (0.8 ms of CPU, API server v1.36), and the way to it is to be worth it, too.
const ONE_IN: usize = 20;

/// How many of a list's objects are read one by one at most. A single round of them takes no longer
/// than the page that they would be in.
fn few_of(objects: usize) -> usize {
    AT_ONCE.max(objects / ONE_IN)
}

/// A list that doesn't say how long it is must have shown so many objects to be given up.
const SURE: usize = 2_000;

/// What there is in a list.
#[derive(Default)]
pub(super) struct Rest {
    /// Of those without a controller.
    pub(super) names: Vec<Name>,
    /// Of pods with one.
    pub(super) samples: Samples,
    makers: Makers,
    /// How many objects there were, with all others.
    pub(super) looked_at: usize,
}

impl Rest {
    /// How many objects are to be read by themselves.
    fn singles(&self) -> usize {
        self.names.len() + self.samples.len()
    }

    /// Whether each pod is read, and none stands for others.
    pub(super) fn is_each(&self) -> bool {
        self.samples.len() == self.samples.pods()
    }
}

pub(super) struct Name {
    pub(super) namespace: String,
    pub(super) name: String,
}

/// How a look through a kind's metadata ends.
pub(super) enum Look {
    /// What is to be read one by one, of a whole list.
    Few(Rest, Listed),
    /// The kind is to be listed in full.
    Many,
    /// Listing it in full would end so, too.
    Failed(ClusterError),
}

impl Reader<'_> {
    /// Reads one kind without what a controller has made.
    pub(super) async fn read_unowned(
        &self,
        part: &Part,
    ) -> (Gathered, Result<Listed, ClusterError>) {
        match self.look_through(part, self.query(part), few_of).await {
            Look::Failed(error) => return (Gathered::default(), Err(error)),
            Look::Few(Rest { names, makers, .. }, listed) => {
                if let Some(gathered) = self.one_by_one(part, &names).await {
                    return (Gathered { makers, ..gathered }, Ok(listed));
                }
            }
            Look::Many => {}
        }
        self.read_whole(part).await
    }

    /// Looks through the metadata of a list. `few_of` says how many of all its objects may be read
    /// one by one.
    pub(super) async fn look_through(
        &self,
        part: &Part,
        query: ListQuery,
        few_of: fn(usize) -> usize,
    ) -> Look {
        let query = ListQuery { metadata_alone: true, ..query };
        let namespace = self.scope.namespace.as_deref();
        let mut rest = Rest::default();
        let too_many = Notify::new();
        let outcome = {
            let listing = self.cluster.list(&part.resource, namespace, &query, |page| {
                if page.is_first {
                    rest = Rest::default();
                }
                rest.looked_at += page.items.len();
                for item in &page.items {
                    self.look_at(part, item, &mut rest);
                }
                let more = page.remaining.and_then(|more| usize::try_from(more).ok());
                let all = rest.looked_at.saturating_add(more.unwrap_or(0));
                let is_sure = more.is_some() || rest.looked_at >= SURE;
                if is_sure && rest.singles() > few_of(all) {
                    too_many.notify_one();
                }
            });
            match select(pin!(too_many.notified()), pin!(listing)).await {
                Either::Left(_) => return Look::Many,
                Either::Right((outcome, _)) => outcome,
            }
        };
        match outcome {
            Ok(listed) if rest.singles() <= few_of(rest.looked_at) => Look::Few(rest, listed),
            Err(error) if is_final(&error, &rest) => Look::Failed(error),
            // Too many, or what was asked for is what this server, or a proxy before it, can't give.
            _ => Look::Many,
        }
    }

    fn look_at(&self, part: &Part, item: &ListItem<'_>, rest: &mut Rest) {
        let Some(metadata) = ListedMetadata::of(item.text()) else { return };
        if metadata.name.is_empty() || self.scope.leaves_out(&metadata.namespace) {
            return;
        }
        match metadata.owner.clone() {
            Some(owner) if part.is_pods() && !is_node(&owner) => rest.samples.add(owner, metadata),
            Some(_) if !part.is_pods() => rest.makers.add(&part.resource.kind, metadata),
            _ => {
                let ListedMetadata { namespace, name, .. } = metadata;
                rest.names.push(Name { namespace, name });
            }
        }
    }

    /// Reads these objects. `None` if one of them can't be read: who may list need not be allowed
    /// to get.
    pub(super) async fn one_by_one(&self, part: &Part, names: &[Name]) -> Option<Gathered> {
        let read = async |Name { namespace, name }: &Name| {
            self.cluster.get(&part.resource.path(Some(namespace), Some(name))).await
        };
        let mut answers = stream::iter(names).map(read).buffer_unordered(AT_ONCE);
        let mut gathered = Gathered::default();
        while let Some(answer) = answers.next().await {
            match answer {
                Ok(object) => self.keep(part, &object, &mut gathered),
                // It has gone since.
                Err(ClusterError::NotFound { .. }) => {}
                Err(_) => return None,
            }
        }
        Some(gathered)
    }
}

/// Whether a list in full would fail, too, and hold no more than what came.
fn is_final(error: &ClusterError, rest: &Rest) -> bool {
    match error {
        ClusterError::Unauthorized { .. }
        | ClusterError::Unreachable { .. }
        | ClusterError::Certificate { .. }
        | ClusterError::ExecPlugin { .. }
        | ClusterError::Forbidden { .. }
        | ClusterError::NotFound { .. } => true,
        // A silent server isn't waited for twice. One that fell silent has given pages before.
        ClusterError::Timeout { .. } => rest.looked_at == 0,
        _ => false,
    }
}

#[cfg(test)]
mod tests;
