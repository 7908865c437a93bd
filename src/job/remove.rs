//! Deleting what a job consists of.

use super::error::JobError;
use super::manifests::JobName;
use super::state::{jobs, path_of};
use crate::kubernetes::{Cluster, ClusterError, ListQuery, Resource, kind_and_name};

/// Deletes the Job with its pods, the lists and the logins, by their label. Gives what was deleted, as
/// `job/NAME`. A Secret that the user named is none of them.
///
/// # Errors
/// [`JobError`]; what was deleted until then is gone, and a second run goes on with it.
pub async fn remove(
    cluster: &Cluster,
    namespace: &str,
    name: &JobName,
) -> Result<Vec<String>, JobError> {
    let query = ListQuery { label_selector: Some(name.selector()), ..ListQuery::default() };
    let mut deleted = Vec::new();
    for kind in [jobs(), Resource::core("ConfigMap", "configmaps"), Resource::secrets()] {
        let query = ListQuery { metadata_alone: kind.kind == "Secret", ..query.clone() };
        for mut object in cluster.list_all(&kind, Some(namespace), &query).await? {
            // Metadata alone comes as a kind of its own.
            object["kind"] = kind.kind.as_str().into();
            let uid = object["metadata"]["uid"].as_str().unwrap_or_default().to_owned();
            match cluster.delete_same(&path_of(&object), &uid).await {
                Ok(()) | Err(ClusterError::NotFound { .. }) => deleted.push(kind_and_name(&object)),
                Err(error) => return Err(error.into()),
            }
        }
    }
    Ok(deleted)
}
