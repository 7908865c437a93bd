//! Which object is meant: version, kind, namespace, name.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The name of one object in a cluster.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ObjectRef {
    /// `apps/v1`, or `v1` for the core group.
    pub api_version: String,
    /// `Deployment`
    pub kind: String,
    /// `None` for what belongs to the whole cluster.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// `web`
    pub name: String,
}

impl ObjectRef {
    /// The name of `object`; `None` if it lacks a version, a kind or a name.
    #[must_use]
    pub fn of(object: &Value) -> Option<Self> {
        let text = |value: &Value| {
            value.as_str().filter(|text| !text.is_empty()).map(std::borrow::ToOwned::to_owned)
        };
        let metadata = object.get("metadata")?;
        Some(Self {
            api_version: text(object.get("apiVersion")?)?,
            kind: text(object.get("kind")?)?,
            namespace: metadata.get("namespace").and_then(text),
            name: text(metadata.get("name")?)?,
        })
    }

    /// The API group, empty for the core group.
    #[must_use]
    pub fn group(&self) -> &str {
        group_of(&self.api_version)
    }
}

/// The part of an `apiVersion` in front of the slash.
pub(super) fn group_of(api_version: &str) -> &str {
    api_version.split_once('/').map_or("", |(group, _)| group)
}

/// As `kubectl -o name` has it: `deployment.apps/web`, `serviceaccount/default`.
impl fmt::Display for ObjectRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.kind.to_lowercase())?;
        if !self.group().is_empty() {
            write!(f, ".{}", self.group())?;
        }
        write!(f, "/{}", self.name)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_object_is_shown_as_kubectl_names_it() {
        let shown = |object: &Value| ObjectRef::of(object).unwrap().to_string();
        let web =
            json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}});
        assert_eq!(shown(&web), "deployment.apps/web");
        let account =
            json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "default"}});
        assert_eq!(shown(&account), "serviceaccount/default");
    }

    #[test]
    fn the_namespace_is_part_of_the_name_and_may_be_missing() {
        let object = json!({"apiVersion": "v1", "kind": "Pod",
            "metadata": {"name": "a", "namespace": "shop"}});
        let named = ObjectRef::of(&object).unwrap();
        assert_eq!((named.group(), named.namespace.as_deref()), ("", Some("shop")));
        let read: ObjectRef =
            serde_json::from_str(r#"{"apiVersion":"v1","kind":"Node","name":"n"}"#).unwrap();
        assert_eq!(read.namespace, None);
    }

    #[test]
    fn what_has_no_name_is_no_object() {
        for object in [
            json!(null),
            json!({"apiVersion": "v1", "kind": "Pod"}),
            json!({"apiVersion": "v1", "kind": "Pod", "metadata": 3}),
            json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": ""}}),
            json!({"apiVersion": 1, "kind": "Pod", "metadata": {"name": "a"}}),
            json!({"kind": "Pod", "metadata": {"name": "a"}}),
        ] {
            assert_eq!(ObjectRef::of(&object), None, "{object}");
        }
    }
}
