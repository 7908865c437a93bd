//! What the API server has to know of a kind.

use serde_json::{Value, json};

use super::table::ALL;

/// A kind that a `CustomResourceDefinition` brings.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CustomKind {
    pub(crate) group: &'static str,
    pub(crate) version: &'static str,
    pub(crate) kind: &'static str,
    pub(crate) plural: &'static str,
    pub(crate) short_names: &'static [&'static str],
    pub(crate) is_namespaced: bool,
    /// Whether its status is a resource of its own.
    pub(crate) has_status: bool,
}

impl CustomKind {
    /// The kind of an object.
    #[track_caller]
    pub(crate) fn of(object: &Value) -> Self {
        let version = object["apiVersion"].as_str().unwrap();
        let kind = object["kind"].as_str().unwrap();
        let is_it = |known: &&Self| known.kind == kind && known.api_version() == version;
        *ALL.iter().find(is_it).unwrap_or_else(|| panic!("no row for {version} {kind}"))
    }

    /// `argoproj.io/v1alpha1`
    pub(crate) fn api_version(&self) -> String {
        format!("{}/{}", self.group, self.version)
    }

    /// Where its objects are: all, or those of a namespace.
    pub(crate) fn path(&self, namespace: Option<&str>) -> String {
        let namespace = namespace.filter(|_| self.is_namespaced);
        let within = namespace.map(|name| format!("namespaces/{name}/")).unwrap_or_default();
        format!("/apis/{}/{within}{}", self.api_version(), self.plural)
    }

    /// The `CustomResourceDefinition`.
    pub(super) fn definition(&self) -> Value {
        let any = json!({"type": "object", "x-kubernetes-preserve-unknown-fields": true});
        let schema = json!({"type": "object", "properties": {"spec": any, "status": any}});
        let mut version = json!({
            "name": self.version, "served": true, "storage": true,
            "schema": {"openAPIV3Schema": schema},
        });
        if self.has_status {
            version["subresources"] = json!({"status": {}});
        }
        json!({
            "metadata": {
                "name": format!("{}.{}", self.plural, self.group),
                // Asked for by the server where a group ends in `.k8s.io`.
                "annotations": {"api-approved.kubernetes.io": "unapproved, of a test"},
            },
            "spec": {
                "group": self.group,
                "scope": if self.is_namespaced { "Namespaced" } else { "Cluster" },
                "names": {
                    "kind": self.kind, "plural": self.plural, "shortNames": self.short_names,
                    "singular": self.kind.to_lowercase(),
                },
                "versions": [version],
            },
        })
    }
}
