//! Taking a guard away.

use super::error::GuardError;
use super::state::{Parts, path_of, read_state, text};
use crate::kubernetes::{Cluster, ClusterError, Write, kind_and_name};

/// Deletes, or only for show, bindings, and the policies that have none left. Gives what
/// was deleted, as `validatingadmissionpolicy/NAME`.
///
/// # Errors
/// [`GuardError`]; what was deleted until then is gone, and a second run goes on with it.
pub async fn remove(
    cluster: &Cluster,
    parts: Parts<'_>,
    mode: Write,
) -> Result<Vec<String>, GuardError> {
    let state = read_state(cluster).await?;
    let (policies, bindings) = state.parts_of(parts);
    let mut deleted = Vec::new();
    for object in bindings.into_iter().chain(policies) {
        let version = text(&object["metadata"]["resourceVersion"]);
        let gone = match mode {
            Write::DryRun => cluster.delete_unchanged(&path_of(object), &version, mode).await,
            Write::Real => {
                cluster.delete_same(&path_of(object), &text(&object["metadata"]["uid"])).await
            }
        };
        match gone {
            Ok(()) | Err(ClusterError::NotFound { .. }) => deleted.push(kind_and_name(object)),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(deleted)
}
