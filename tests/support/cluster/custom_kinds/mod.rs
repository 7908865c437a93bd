//! Kinds that operators bring along: their definitions, and objects of them.
//!
//! Groups, versions, scopes, plurals and field names are the real ones; the schemas allow anything.
//! No operator runs: what one would have written into `status` stands in the example.

mod definition;
mod examples;
mod table;

use serde_json::Value;

use super::Cluster;

pub(crate) use definition::CustomKind;
pub(crate) use examples::{cluster_wide_examples, ended, examples, fixed};
pub(crate) use table::ALL;

impl Cluster {
    /// Makes the server serve these kinds; `ALL` for all.
    #[track_caller]
    pub(crate) fn install_kinds(&self, kinds: &[CustomKind]) {
        let base = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
        for kind in kinds {
            let reply = self.api().post(base, &kind.definition());
            assert!(matches!(reply.status, 201 | 409), "{}", reply.body);
        }
        for kind in kinds {
            let path = kind.path(None);
            self.wait_until(&path, || self.api().get(&path).status == 200);
        }
    }

    /// Creates an object of one of these kinds with its status, in the namespace if its kind has
    /// namespaces; gives its path.
    #[track_caller]
    pub(crate) fn create_custom(&self, namespace: &str, object: &Value) -> String {
        let kind = CustomKind::of(object);
        let mut object = object.clone();
        if kind.is_namespaced {
            object["metadata"]["namespace"] = namespace.into();
        }
        self.api().post(&kind.path(Some(namespace)), &object).good();
        let name = object["metadata"]["name"].as_str().unwrap();
        let path = format!("{}/{name}", kind.path(Some(namespace)));
        if kind.has_status && object["status"].is_object() {
            let status = serde_json::json!({"status": object["status"]});
            self.api().merge(&format!("{path}/status"), &status).good();
        }
        path
    }
}
