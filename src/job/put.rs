//! Writing a job's objects.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::error::JobError;
use super::manifests::{JobFields, JobName, JobSettings, manifests, secret};
use super::remove::remove;
use super::state::{jobs, path_of, read_state};
use crate::kubernetes::{Cluster, ClusterError, Resource, Write, kind_and_name};
use crate::secret::Secret;

/// How long the pods of an earlier job may take to go.
const GONE: Duration = Duration::from_secs(120);
const PAUSE: Duration = Duration::from_millis(300);

/// Which of the newer fields this server keeps: it is asked by a dry run, its version tells nothing
/// about gates that are closed.
///
/// # Errors
/// [`JobError`]; the user may not create jobs.
pub async fn ask_fields(cluster: &Cluster, settings: &JobSettings) -> Result<JobFields, JobError> {
    let tried = |fields| {
        let mut objects = manifests(settings, &["-".to_owned()], fields)?;
        let mut job = objects.pop().unwrap_or_default();
        job["metadata"]["name"] = json!(format!("{}-asks", settings.name));
        Ok::<_, JobError>(job)
    };
    let collection = jobs().path(Some(&settings.namespace), None);
    let kept = cluster.preview_create(&collection, &tried(JobFields::ALL)?).await?;
    let has = |field: &str| kept["spec"].get(field).is_some_and(|value| !value.is_null());
    Ok(JobFields {
        retries_by_index: has("backoffLimitPerIndex"),
        failure_policy: has("podFailurePolicy"),
    })
}

/// Looks whether a Secret that the user names can be what shards log in with: pods would wait for one
/// that isn't there. Who may not read it is believed.
///
/// # Errors
/// [`JobError::Secret`] if it isn't there, or of another type.
pub async fn look_at_secret(
    cluster: &Cluster,
    namespace: &str,
    name: &str,
) -> Result<(), JobError> {
    let wrong = |why| Err(JobError::Secret { name: name.to_owned(), why });
    match cluster.find(&Resource::secrets().path(Some(namespace), Some(name))).await {
        Ok(Some(secret)) if secret["type"] == "kubernetes.io/dockerconfigjson" => Ok(()),
        Ok(Some(_)) => wrong("is of another type than kubernetes.io/dockerconfigjson"),
        Ok(None) => wrong("isn't there"),
        Err(ClusterError::Forbidden { .. }) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// Refuses a job of this name that runs.
///
/// # Errors
/// [`JobError::Runs`], or [`JobError::Foreign`] for one that isn't ours.
pub async fn refuse_running(
    cluster: &Cluster,
    namespace: &str,
    name: &JobName,
) -> Result<(), JobError> {
    match read_state(cluster, namespace, name).await {
        Ok(state) if !state.has_ended() => Err(JobError::Runs {
            name: name.to_string(),
            namespace: namespace.to_owned(),
            done: state.done(),
            shards: state.shards.len(),
        }),
        Ok(_) | Err(JobError::NotFound { .. }) => Ok(()),
        Err(error) => Err(error),
    }
}

/// Creates the objects, in the place of those of an earlier job of the same name that has ended.
/// Gives what was written, as `job/NAME`.
///
/// # Errors
/// [`JobError`]; what was written until then is there, and is replaced by the next run.
pub async fn put(
    cluster: &Cluster,
    settings: &JobSettings,
    objects: &[Value],
    logins: Option<&Secret>,
) -> Result<Vec<String>, JobError> {
    refuse_running(cluster, &settings.namespace, &settings.name).await?;
    remove(cluster, &settings.namespace, &settings.name).await?;
    let secret = logins.map(|logins| secret(settings, logins));
    let mut written = Vec::new();
    for object in secret.iter().chain(objects) {
        wait_until_gone(cluster, object).await?;
        match cluster.create_at(&path_of(object), object, Write::Real).await {
            Ok(()) => written.push(kind_and_name(object)),
            Err(ClusterError::AlreadyExists { .. }) => {
                return Err(JobError::Foreign { what: kind_and_name(object) });
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(written)
}

/// Waits for an object that is being deleted; one that isn't stays, for the server to tell.
async fn wait_until_gone(cluster: &Cluster, object: &Value) -> Result<(), JobError> {
    let begin = Instant::now();
    while let Some(there) = cluster.find(&path_of(object)).await? {
        if there["metadata"]["deletionTimestamp"].is_null() {
            break;
        }
        if begin.elapsed() > GONE {
            return Err(JobError::NotGone { what: kind_and_name(object) });
        }
        tokio::time::sleep(PAUSE).await;
    }
    Ok(())
}
