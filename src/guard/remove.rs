//! Taking a guard away.

use super::error::GuardError;
use super::state::{path_of, read_state, shown, text};
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
        match cluster.delete_same(&path_of(object), &text(&object["metadata"]["uid"])).await {
            Ok(()) | Err(ClusterError::NotFound { .. }) => deleted.push(shown(object)),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(deleted)
}
