//! What uses Secrets that are to be deleted: read kind by kind, only where that matters.
//!
//! A scan keeps what names CCR or lists pull secrets; a Secret may be mounted by what does neither.

use std::collections::{BTreeMap, BTreeSet};

use futures::{StreamExt as _, stream};
use serde_json::Value;

use super::secret_mentions::{holds_string, secret_mentions};
use crate::kubernetes::{Cluster, ClusterError, ListItem, ListQuery, Resource};
use crate::switch::terminating::is_being_deleted;
use crate::workload::{Holds, KindRules, ObjectRef, Pointer, is_made_from_template};

/// How many lists are read at once.
const AT_ONCE: usize = 8;
/// In so many namespaces each is listed by itself; in more, all are listed at once.
const FEW: usize = 4;

/// By namespace and name of the Secret.
pub(super) type SecretKey = (String, String);

/// An object that uses a Secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SecretUser {
    pub(super) object: ObjectRef,
    /// Where it names it.
    pub(super) pointer: Pointer,
}

/// Who uses which Secret.
#[derive(Debug, Clone, Default)]
pub(super) struct SecretUsers {
    users: BTreeMap<SecretKey, Vec<SecretUser>>,
    /// Kinds that could not be listed, and why.
    pub(super) unread: Vec<(String, String)>,
}

impl SecretUsers {
    /// Those of one Secret.
    pub(super) fn of(&self, key: &SecretKey) -> impl Iterator<Item = &SecretUser> {
        self.users.get(key).into_iter().flatten()
    }

    #[cfg(test)]
    pub(super) fn add(&mut self, key: SecretKey, user: SecretUser) {
        self.users.entry(key).or_default().push(user);
    }
}

/// Finds out who uses Secrets.
pub(super) struct SecretUserSearch<'a> {
    cluster: &'a Cluster,
    resources: Vec<Resource>,
}

impl<'a> SecretUserSearch<'a> {
    /// `whole_cluster` takes in what lies in no namespace.
    ///
    /// # Errors
    /// [`ClusterError`] if the kinds that there are can't be read.
    pub(super) async fn new(
        cluster: &'a Cluster,
        whole_cluster: bool,
    ) -> Result<Self, ClusterError> {
        let discovery = cluster.discover().await?;
        let is_searched = |resource: &&Resource| {
            let rules = KindRules::find(&resource.group, &resource.kind);
            (resource.namespaced || whole_cluster)
                && rules.is_listed_in(&resource.group)
                && rules.holds != Holds::Logins
                && !resource.group.ends_with("metrics.k8s.io")
        };
        let resources = discovery.listable().filter(is_searched).cloned().collect();
        Ok(Self { cluster, resources })
    }

    /// Reads all that may use one of these.
    ///
    /// # Errors
    /// [`ClusterError`] if the server can't be asked; a kind that may not be listed is no error.
    pub(super) async fn read(
        &self,
        secrets: &BTreeSet<SecretKey>,
    ) -> Result<SecretUsers, ClusterError> {
        let namespaces: BTreeSet<&str> =
            secrets.iter().map(|(namespace, _)| namespace.as_str()).collect();
        let mut lists: Vec<(&Resource, Option<&str>)> = Vec::new();
        for resource in &self.resources {
            match resource.namespaced && namespaces.len() <= FEW {
                true => lists.extend(namespaces.iter().map(|name| (resource, Some(*name)))),
                false => lists.push((resource, None)),
            }
        }
        let read: Vec<_> = stream::iter(lists)
            .map(|(resource, namespace)| async move {
                (resource, self.list(resource, namespace, secrets).await)
            })
            .buffer_unordered(AT_ONCE)
            .collect()
            .await;
        let mut found = SecretUsers::default();
        for (resource, users) in read {
            match users {
                Ok(users) => {
                    for (key, user) in users {
                        found.users.entry(key).or_default().push(user);
                    }
                }
                // It went away together with its objects.
                Err(ClusterError::NotFound { .. }) => {}
                Err(error) if error.is_about_one_object() => {
                    found.unread.push((resource.full_name(), error.to_string()));
                }
                Err(error) => return Err(error),
            }
        }
        for users in found.users.values_mut() {
            users.sort_by(|one, other| one.object.cmp(&other.object));
        }
        Ok(found)
    }

    async fn list(
        &self,
        resource: &Resource,
        namespace: Option<&str>,
        secrets: &BTreeSet<SecretKey>,
    ) -> Result<Vec<(SecretKey, SecretUser)>, ClusterError> {
        let mut users = Vec::new();
        let query = ListQuery::default();
        self.cluster
            .list(resource, namespace, &query, |page| {
                if page.is_first {
                    users.clear();
                }
                for item in &page.items {
                    users.extend(users_in(item, secrets));
                }
            })
            .await?;
        Ok(users)
    }
}

fn users_in(item: &ListItem<'_>, secrets: &BTreeSet<SecretKey>) -> Vec<(SecretKey, SecretUser)> {
    if !secrets.iter().any(|(_, name)| item.may_contain(name)) {
        return Vec::new();
    }
    item.value().map(|object| users_of(&object, secrets)).unwrap_or_default()
}

/// The Secrets that an object uses, or that what it makes will.
fn users_of(object: &Value, secrets: &BTreeSet<SecretKey>) -> Vec<(SecretKey, SecretUser)> {
    let Some(object_ref) = ObjectRef::of(object) else { return Vec::new() };
    if (object_ref.rules().has_ended)(object) || is_being_deleted(object) || is_history(object) {
        return Vec::new();
    }
    let namespace = object_ref.namespace.as_deref();
    let is_here = |(known, _): &&SecretKey| match namespace {
        Some(namespace) => known == namespace,
        None => holds_string(object, known),
    };
    let here: Vec<&SecretKey> = secrets.iter().filter(is_here).collect();
    let names: BTreeSet<&str> = here.iter().map(|(_, name)| name.as_str()).collect();
    let follows = is_made_from_template(object);
    let mut users = Vec::new();
    for mention in secret_mentions(object, object_ref.group(), &names) {
        // What it is made from has the list, too, and its images are none of CCR's.
        if follows && mention.pointer.as_str().contains("/imagePullSecrets/") {
            continue;
        }
        let user = SecretUser { object: object_ref.clone(), pointer: mention.pointer };
        let keys = here.iter().filter(|(_, name)| *name == mention.name);
        users.extend(keys.map(|key| ((*key).clone(), user.clone())));
    }
    users
}

/// A revision that no pod is of any more.
fn is_history(object: &Value) -> bool {
    object["kind"] == "ReplicaSet"
        && object["metadata"]["ownerReferences"].is_array()
        && object["spec"]["replicas"] == 0
        && object["status"]["replicas"].as_u64().unwrap_or_default() == 0
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn users(object: &Value) -> Vec<String> {
        let secrets = BTreeSet::from([("shop".to_owned(), "old".to_owned())]);
        let users = users_of(object, &secrets);
        users.iter().map(|(_, user)| format!("{} {}", user.object, user.pointer)).collect()
    }

    fn job(owner: Option<&str>, status: &Value) -> Value {
        let owner = owner.map(|kind| {
            json!([{"apiVersion": "batch/v1", "kind": kind, "name": "o", "controller": true}])
        });
        json!({
            "apiVersion": "batch/v1", "kind": "Job", "status": status,
            "metadata": {"namespace": "shop", "name": "build", "ownerReferences": owner},
            "spec": {"template": {"spec": {
                "imagePullSecrets": [{"name": "old"}],
                "volumes": [{"name": "v", "secret": {"secretName": "old"}}],
            }}},
        })
    }

    #[test]
    fn a_job_that_runs_uses_what_it_mounts_and_one_that_has_ended_nothing() {
        let volume = "job.batch/build /spec/template/spec/volumes/0/secret/secretName";
        assert_eq!(users(&job(Some("CronJob"), &json!({}))), [volume]);
        assert_eq!(users(&job(None, &json!({}))).len(), 2);
        let complete = json!({"conditions": [{"type": "Complete", "status": "True"}]});
        assert_eq!(users(&job(None, &complete)), [""; 0]);
    }

    #[test]
    fn an_old_revision_uses_nothing() {
        let set = |replicas: u32| {
            json!({
                "apiVersion": "apps/v1", "kind": "ReplicaSet", "spec": {
                    "replicas": replicas,
                    "template": {"spec": {"volumes": [{"secret": {"secretName": "old"}}]}},
                },
                "metadata": {"namespace": "shop", "name": "web-1", "ownerReferences": [
                    {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web", "controller": true}
                ]},
            })
        };
        assert_eq!((users(&set(0)).len(), users(&set(1)).len()), (0, 1));
    }

    #[test]
    fn what_lies_in_no_namespace_has_to_name_it() {
        let store = |namespace: &str| {
            json!({
                "apiVersion": "x.io/v1", "kind": "ClusterStore", "metadata": {"name": "s"},
                "spec": {"auth": {"secretRef": {"name": "old", "namespace": namespace}}},
            })
        };
        assert_eq!(users(&store("shop")), ["clusterstore.x.io/s /spec/auth/secretRef/name"]);
        assert_eq!(users(&store("dev")), [""; 0]);
    }
}
