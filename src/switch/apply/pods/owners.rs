//! What made a pod: followed from owner to owner, as its `ownerReferences` say.
//!
//! Labels are no proof: any pod may have them, and selectors of custom kinds stand anywhere.

use std::collections::HashMap;

use parking_lot::Mutex;
use serde_json::Value;
use tokio::sync::OnceCell;

use crate::kubernetes::{Cluster, ClusterError, Discovery, Resource};

/// From a pod to what a user has written there are rarely more than three steps.
const LEVELS: usize = 5;

/// An entry of `ownerReferences`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::switch) struct Owner {
    pub(super) api_version: String,
    pub(super) kind: String,
    pub(super) name: String,
    pub(super) uid: String,
}

impl Owner {
    /// All owners of an object, whether they are its controller or not.
    pub(super) fn all_of(object: &Value) -> Vec<Self> {
        let all = object["metadata"]["ownerReferences"].as_array().into_iter().flatten();
        all.map(|owner| {
            let text = |key: &str| owner[key].as_str().unwrap_or_default().to_owned();
            Self {
                api_version: text("apiVersion"),
                kind: text("kind"),
                name: text("name"),
                uid: text("uid"),
            }
        })
        .collect()
    }

    pub(in crate::switch::apply) fn is(&self, uid: &str) -> bool {
        self.uid == uid
    }

    fn group(&self) -> &str {
        self.api_version.split_once('/').map_or("", |(group, _)| group)
    }
}

/// The owners of owners, each read once a run.
#[derive(Default)]
pub(super) struct Owners {
    /// By `uid`; `None` if they can't be read.
    known: Mutex<HashMap<String, Option<Vec<Owner>>>>,
    kinds: OnceCell<Option<Discovery>>,
}

impl Owners {
    /// Whether one of `owners`, or one of theirs, is the object with this `uid`. `None` if they can't
    /// be followed to their end.
    pub(super) async fn lead_to(
        &self,
        cluster: &Cluster,
        namespace: &str,
        owners: &[Owner],
        uid: &str,
    ) -> Option<bool> {
        let mut level = owners.to_vec();
        let mut is_known = !owners.is_empty();
        for _ in 0..LEVELS {
            if level.iter().any(|owner| owner.is(uid)) {
                return Some(true);
            }
            let mut next = Vec::new();
            for owner in &level {
                match self.above(cluster, namespace, owner).await {
                    Some(owners) => next.extend(owners),
                    None => is_known = false,
                }
            }
            level = next;
        }
        is_known.then_some(false)
    }

    /// The owners of an owner.
    async fn above(&self, cluster: &Cluster, namespace: &str, owner: &Owner) -> Option<Vec<Owner>> {
        if let Some(known) = self.known.lock().get(&owner.uid) {
            return known.clone();
        }
        let found = match self.path(cluster, namespace, owner).await {
            Some(path) => match cluster.get(&path).await {
                Ok(object) if object["metadata"]["uid"] == owner.uid => {
                    Some(Owner::all_of(&object))
                }
                // Its owner has gone, or was made again.
                Ok(_) | Err(ClusterError::NotFound { .. }) => Some(Vec::new()),
                Err(_) => None,
            },
            None => None,
        };
        self.known.lock().insert(owner.uid.clone(), found.clone());
        found
    }

    async fn path(&self, cluster: &Cluster, namespace: &str, owner: &Owner) -> Option<String> {
        // What stands between nearly all pods and what made them needs no look at all kinds.
        if owner.kind == "ReplicaSet" && owner.group() == "apps" {
            let kind = Resource {
                group: "apps".to_owned(),
                ..Resource::core("ReplicaSet", "replicasets")
            };
            return Some(kind.path(Some(namespace), Some(&owner.name)));
        }
        let kinds = self.kinds.get_or_init(async || cluster.discover().await.ok()).await;
        let kind = kinds.as_ref()?.kind(owner.group(), &owner.kind)?;
        Some(kind.path(Some(namespace), Some(&owner.name)))
    }
}
