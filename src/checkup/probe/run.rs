//! Making a pod, waiting for what its node says, deleting it; deleting what is left of earlier runs.

use std::time::Duration;

use rand::Rng as _;
use serde_json::Value;

use super::group::Group;
use super::message::meaning;
use super::pod::{DEADLINE, LABEL, Pull, pod, pull};
use crate::kubernetes::{Cluster, ClusterError, ListQuery, Resource, Write};

/// How long between two looks.
const LOOK: Duration = Duration::from_millis(500);

/// What a node said.
#[derive(Debug)]
pub(in crate::checkup) enum Pulled {
    /// It has pulled the image.
    Yes,
    /// It can't, what that means, and what to do.
    No(String, String),
    /// It said nothing in time.
    Silent,
}

/// Deletes all pods of doctor in a namespace; says how many there were.
///
/// # Errors
/// As the cluster's. Pods that are gone meanwhile are none.
pub(in crate::checkup) async fn clean(
    cluster: &Cluster,
    namespace: &str,
) -> Result<usize, ClusterError> {
    let query = ListQuery {
        label_selector: Some(format!("{LABEL}=probe")),
        metadata_alone: true,
        ..ListQuery::default()
    };
    let left = cluster.list_all(&Resource::pods(), Some(namespace), &query).await?;
    for pod in &left {
        delete(cluster, namespace, pod).await?;
    }
    Ok(left.len())
}

/// Lets a node pull an image in a pod, which is gone afterwards.
///
/// # Errors
/// As the cluster's: for example if the pod isn't admitted.
pub(in crate::checkup) async fn pull_on(
    cluster: &Cluster,
    namespace: &str,
    group: &Group,
    image: &str,
) -> Result<Pulled, ClusterError> {
    let name = format!("ccr2tcr-doctor-{:08x}", rand::rng().random::<u32>());
    let pods = Resource::pods();
    let pod = pod(&name, &group.node, image);
    cluster.create(&pods.path(Some(namespace), None), &pod, Write::Real).await?;
    let path = pods.path(Some(namespace), Some(&name));
    let said = tokio::time::timeout(Duration::from_secs(DEADLINE), wait(cluster, &path)).await;
    let said = match said {
        Ok(Ok(Pull::Failed(message))) => {
            let message = event(cluster, namespace, &name).await.unwrap_or(message);
            let (means, hint) = meaning(&message, image);
            let hint = hint.replace("NAMESPACE", namespace);
            Ok(Pulled::No(format!("{means}: {}", one_line(&message)), hint))
        }
        Ok(Ok(_)) => Ok(Pulled::Yes),
        Ok(Err(error)) => Err(error),
        Err(_) => Ok(Pulled::Silent),
    };
    // Whatever was said.
    let made = cluster.get(&path).await;
    match made {
        Ok(made) => delete(cluster, namespace, &made).await?,
        Err(ClusterError::NotFound { .. }) => {}
        Err(error) => return Err(error),
    }
    said
}

async fn wait(cluster: &Cluster, path: &str) -> Result<Pull, ClusterError> {
    loop {
        match pull(&cluster.get(path).await?) {
            Pull::Waits => tokio::time::sleep(LOOK).await,
            said => return Ok(said),
        }
    }
}

/// The kubelet's own words: the pod's status soon says only that it waits before it tries again.
async fn event(cluster: &Cluster, namespace: &str, pod: &str) -> Option<String> {
    let query = ListQuery {
        field_selector: Some(format!("involvedObject.name={pod},reason=Failed")),
        ..ListQuery::default()
    };
    let events = Resource::core("Event", "events");
    let events = cluster.list_all(&events, Some(namespace), &query).await.ok()?;
    let message = |event: &Value| event.get("message").and_then(Value::as_str).map(str::to_owned);
    // "Error: ErrImagePull" is one, too; the longest says most.
    events.iter().filter_map(message).max_by_key(String::len)
}

async fn delete(cluster: &Cluster, namespace: &str, pod: &Value) -> Result<(), ClusterError> {
    let text = |pointer: &str| pod.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
    let path = Resource::pods().path(Some(namespace), Some(text("/metadata/name")));
    match cluster.delete_same(&path, text("/metadata/uid")).await {
        Err(ClusterError::NotFound { .. } | ClusterError::Changed { .. }) => Ok(()),
        deleted => deleted,
    }
}

fn one_line(message: &str) -> String {
    message.split_whitespace().collect::<Vec<_>>().join(" ")
}
