//! Namespaces that are being deleted: nothing new runs in them, so nothing there is changed.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::kubernetes::{Cluster, ListQuery, Resource};

/// Those that are being deleted, of all or of this one alone. Who may not look at namespaces sees
/// none: then the server's refusals tell.
pub(super) async fn terminating_namespaces(
    cluster: &Cluster,
    only: Option<&str>,
) -> BTreeSet<String> {
    let resource = Resource { namespaced: false, ..Resource::core("Namespace", "namespaces") };
    let mut found = BTreeSet::new();
    if let Some(name) = only {
        let namespace = cluster.get(&resource.path(None, Some(name))).await;
        if namespace.is_ok_and(|namespace| is_being_deleted(&namespace)) {
            found.insert(name.to_owned());
        }
        return found;
    }
    let query = ListQuery { metadata_alone: true, ..ListQuery::default() };
    let listed = cluster
        .list(&resource, None, &query, |page| {
            if page.is_first {
                found.clear();
            }
            let deleted = page.items.iter().filter(|item| item.may_contain(DELETION));
            for namespace in deleted.filter_map(|item| item.value().ok()) {
                if let Some(name) = namespace["metadata"]["name"].as_str()
                    && is_being_deleted(&namespace)
                {
                    found.insert(name.to_owned());
                }
            }
        })
        .await;
    listed.map(|_| found).unwrap_or_default()
}

const DELETION: &str = "deletionTimestamp";

/// Whether an object goes away as soon as its finalizers let it.
pub(super) fn is_being_deleted(object: &Value) -> bool {
    object["metadata"][DELETION].is_string()
}
