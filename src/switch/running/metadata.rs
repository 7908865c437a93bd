//! The metadata of a listed object, read without what stands behind it.

use std::borrow::Cow;
use std::fmt;

use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::workload::ObjectRef;

/// What of it tells where an object comes from.
#[derive(Debug, Clone, Default)]
pub(in crate::switch) struct ListedMetadata {
    pub(in crate::switch) namespace: String,
    pub(in crate::switch) name: String,
    /// Its controller owner. Of the same namespace, or of none.
    pub(in crate::switch) owner: Option<ObjectRef>,
    /// When it was made, in UTC: `2026-01-31T23:59:59Z`.
    pub(in crate::switch) created: String,
    /// Whether it is being deleted.
    pub(in crate::switch) is_leaving: bool,
    /// Which template a pod was made from: `pod-template-hash` and the like.
    pub(in crate::switch) revision: Option<String>,
    /// `pod-template-generation`, of a `DaemonSet`'s pod.
    pub(in crate::switch) template_generation: Option<String>,
    /// `deployment.kubernetes.io/revision`, of a `ReplicaSet`.
    pub(in crate::switch) deployment_revision: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Fields {
    namespace: Option<String>,
    name: String,
    owner_references: Option<Vec<OwnerReference>>,
    creation_timestamp: Option<String>,
    deletion_timestamp: Option<IgnoredAny>,
    labels: Option<Labels>,
    annotations: Option<Annotations>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OwnerReference {
    #[serde(default)]
    api_version: String,
    kind: String,
    name: String,
    #[serde(default)]
    controller: bool,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Labels {
    #[serde(rename = "pod-template-hash")]
    replica_set: Option<String>,
    #[serde(rename = "rollouts-pod-template-hash")]
    rollout: Option<String>,
    #[serde(rename = "controller-revision-hash")]
    controller_revision: Option<String>,
    #[serde(rename = "pod-template-generation")]
    generation: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Annotations {
    #[serde(rename = "deployment.kubernetes.io/revision")]
    revision: Option<String>,
}

impl ListedMetadata {
    /// Reads it from the text of an object. `None` if there is none, or if it isn't as a server
    /// writes it.
    pub(in crate::switch) fn of(object: &str) -> Option<Self> {
        let mut found = None;
        // Go writes it before spec and status, which need not be looked through then.
        let read = serde_json::Deserializer::from_str(object).deserialize_map(UpTo(&mut found));
        drop(read);
        found
    }
}

impl<'de> Deserialize<'de> for ListedMetadata {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let fields = Fields::deserialize(deserializer)?;
        let namespace = fields.namespace.unwrap_or_default();
        let mut owners = fields.owner_references.into_iter().flatten();
        let owner = owners.find(|owner| owner.controller).map(|owner| ObjectRef {
            api_version: owner.api_version,
            kind: owner.kind,
            namespace: Some(namespace.clone()).filter(|namespace| !namespace.is_empty()),
            name: owner.name,
        });
        let labels = fields.labels.unwrap_or_default();
        Ok(Self {
            namespace,
            name: fields.name,
            owner,
            created: fields.creation_timestamp.unwrap_or_default(),
            is_leaving: fields.deletion_timestamp.is_some(),
            revision: labels.replica_set.or(labels.rollout).or(labels.controller_revision),
            template_generation: labels.generation,
            deployment_revision: fields.annotations.unwrap_or_default().revision,
        })
    }
}

/// Whether an owner is a node: then the pod is one that the kubelet has from a file, shown.
pub(in crate::switch) fn is_node(owner: &ObjectRef) -> bool {
    owner.kind == "Node" && owner.group().is_empty()
}

/// Reads up to `metadata`, and ends the reading there.
struct UpTo<'a>(&'a mut Option<ListedMetadata>);

impl<'de> Visitor<'de> for UpTo<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<Cow<'de, str>>()? {
            if key == "metadata" {
                *self.0 = Some(map.next_value()?);
                return Ok(());
            }
            map.next_value::<IgnoredAny>()?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metadata_is_read_and_no_more() {
        let read = ListedMetadata::of(
            r#"{"kind": "x", "metadata": {"name": "a", "namespace": "shop", "labels":
            {"app": "a", "pod-template-hash": "5d"}, "ownerReferences": [
            {"apiVersion": "v1", "kind": "Node", "name": "n"},
            {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "a-5d", "controller": true}]},
            "spec": this is no JSON"#,
        )
        .unwrap();
        assert_eq!((read.name.as_str(), read.namespace.as_str()), ("a", "shop"));
        assert_eq!(read.owner.unwrap().to_string(), "replicaset.apps/a-5d");
        assert_eq!(read.revision.as_deref(), Some("5d"));
        assert!(!read.is_leaving);
    }

    #[test]
    fn what_is_null_or_missing_is_nothing() {
        let text = r#"{"metadata": {"name": "a", "labels": null, "ownerReferences": null,
            "deletionTimestamp": "2026-01-01T00:00:00Z"}}"#;
        let read = ListedMetadata::of(text).unwrap();
        assert!(read.owner.is_none() && read.revision.is_none() && read.is_leaving);
        assert!(ListedMetadata::of(r#"{"spec": {}}"#).is_none());
        assert!(ListedMetadata::of("[]").is_none());
    }
}
