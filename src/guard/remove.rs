//! Taking a guard away.

use serde_json::Value;

use super::error::GuardError;
use super::state::{kind, read_state, shown};
use crate::kubernetes::{Cluster, ClusterError};

/// Deletes the bindings of one namespace, or all, and the policies if no binding is left. Gives what
/// was deleted, as `validatingadmissionpolicy/NAME`.
///
/// # Errors
/// [`GuardError`]; what was deleted until then is gone, and a second run goes on with it.
pub async fn remove(cluster: &Cluster, namespace: Option<&str>) -> Result<Vec<String>, GuardError> {
    let state = read_state(cluster).await?;
    let (policies, bindings) = state.parts_of(namespace);
    let mut deleted = Vec::new();
    for object in bindings.into_iter().chain(policies) {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let name = text(&object["metadata"]["name"]);
        let path = kind(&text(&object["kind"])).path(None, Some(&name));
        match cluster.delete_same(&path, &text(&object["metadata"]["uid"])).await {
            Ok(()) | Err(ClusterError::NotFound { .. }) => deleted.push(shown(object)),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(deleted)
}
