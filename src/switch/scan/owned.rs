//! Pods and `ReplicaSet`s: nearly all of them are the work of a controller that is read itself, and
//! of no further interest. So their metadata is listed, which tells, and the few others are read
//! one by one.
//!
//! What a controller is that is read itself is said in `kinds`.

use std::pin::pin;

use futures::future::{Either, select};
use futures::{StreamExt as _, stream};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::Notify;

use super::kinds::Part;
use super::{Gathered, Reader};
use crate::kubernetes::{ClusterError, ListItem, ListQuery, Listed};
use crate::workload::is_made_from_template;

/// How many objects of a kind are read at once.
const AT_ONCE: usize = 16;

/// Of so many objects at most one is read by itself. That costs the server about as much as six
/// objects of a list do (0.8 ms of CPU, API server v1.36), and the way to it is to be worth it, too.
const ONE_IN: usize = 20;

/// How many of a list's objects are read one by one at most. A single round of them takes no longer
/// than the page that they would be in.
fn few_of(objects: usize) -> usize {
    AT_ONCE.max(objects / ONE_IN)
}

/// What there is in a list but for what is read with its owner.
#[derive(Default)]
struct Rest {
    names: Vec<Name>,
    /// How many objects there were, with all others.
    looked_at: usize,
}

struct Name {
    namespace: String,
    name: String,
}

/// How a look through a kind's metadata ends.
enum Look {
    /// These, of a whole list, are to be read one by one.
    Few(Vec<Name>, Listed),
    /// The kind is to be listed in full.
    Many,
    /// Listing it in full would end so, too.
    Failed(ClusterError),
}

/// Those fields of an object that tell; a list of whole objects has others.
#[derive(Deserialize)]
struct Outline {
    metadata: OwnedMetadata,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OwnedMetadata {
    name: String,
    #[serde(default)]
    namespace: String,
    /// As it is, so that there is one reading of it.
    #[serde(default)]
    owner_references: Value,
}

impl Reader<'_> {
    /// Reads one kind without what is read with its owner.
    pub(super) async fn read_unowned(
        &self,
        part: &Part,
    ) -> (Gathered, Result<Listed, ClusterError>) {
        match self.look_through(part).await {
            Look::Failed(error) => return (Gathered::default(), Err(error)),
            Look::Few(names, listed) => {
                if let Some(gathered) = self.one_by_one(part, &names).await {
                    return (gathered, Ok(listed));
                }
            }
            Look::Many => {}
        }
        self.read_whole(part).await
    }

    async fn look_through(&self, part: &Part) -> Look {
        let query = ListQuery { metadata_alone: true, ..self.query(part) };
        let namespace = self.scope.namespace.as_deref();
        let mut rest = Rest::default();
        let too_many = Notify::new();
        let outcome = {
            let listing = self.cluster.list(&part.resource, namespace, &query, |page| {
                if page.is_first {
                    rest = Rest::default();
                }
                rest.looked_at += page.items.len();
                rest.names.extend(page.items.iter().filter_map(|item| self.unowned(item)));
                // Where the server doesn't say how many there are, the end has to be waited for.
                let all = page.remaining.and_then(|more| usize::try_from(more).ok());
                let all = all.map(|more| rest.looked_at.saturating_add(more));
                if all.is_some_and(|all| rest.names.len() > few_of(all)) {
                    too_many.notify_one();
                }
            });
            match select(pin!(too_many.notified()), pin!(listing)).await {
                Either::Left(_) => return Look::Many,
                Either::Right((outcome, _)) => outcome,
            }
        };
        match outcome {
            Ok(listed) if rest.names.len() <= few_of(rest.looked_at) => {
                Look::Few(rest.names, listed)
            }
            Err(error) if is_final(&error, &rest) => Look::Failed(error),
            // Too many, or what was asked for is what this server, or a proxy before it, can't give.
            _ => Look::Many,
        }
    }

    /// The name of an object that has to be read itself, if it has one.
    fn unowned(&self, item: &ListItem<'_>) -> Option<Name> {
        let Outline { metadata } = serde_json::from_str(item.text()).ok()?;
        let OwnedMetadata { name, namespace, owner_references } = metadata;
        let outline = json!({"metadata": {"ownerReferences": owner_references}});
        let is_wanted = !name.is_empty()
            && !self.scope.leaves_out(&namespace)
            && !is_made_from_template(&outline);
        is_wanted.then_some(Name { namespace, name })
    }

    /// Reads these objects. `None` if one of them can't be read: who may list need not be allowed
    /// to get.
    async fn one_by_one(&self, part: &Part, names: &[Name]) -> Option<Gathered> {
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
