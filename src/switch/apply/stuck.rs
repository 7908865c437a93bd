//! Pods that their `StatefulSet` never replaces by itself.
//!
//! A pod that isn't ready holds up the update that would fix it, for ever, after its template has
//! been changed back, too (kubernetes#67250).

use serde_json::Value;

use super::pods::SeenPod;
use super::pull_failure::PullFailure;
use super::run::{ApplyEvent, Run};
use super::watched::Watched;
use crate::kubernetes::{ClusterError, Resource};

/// The pods of a `StatefulSet` that can't get their image, and were made from another template than
/// the one that it has now, each with what it lacks.
pub(super) fn stuck_pods<'p>(
    object: &Value,
    pods: &'p [SeenPod],
) -> impl Iterator<Item = (&'p SeenPod, &'p PullFailure)> {
    let (metadata, status) = (&object["metadata"], &object["status"]);
    let uid = metadata["uid"].as_str().unwrap_or_default().to_owned();
    let revision = status["updateRevision"].as_str().unwrap_or_default().to_owned();
    let generation = |value: &Value| value.as_i64().unwrap_or(0);
    let is_seen = generation(&status["observedGeneration"]) >= generation(&metadata["generation"]);
    let partition = object["spec"]["updateStrategy"]["rollingUpdate"]["partition"].as_i64();
    pods.iter().filter_map(move |pod| {
        // Below the partition it would be made from the old template again.
        let ordinal = pod.name.rsplit('-').next().and_then(|number| number.parse::<i64>().ok());
        let is_due = ordinal.is_some_and(|ordinal| ordinal >= partition.unwrap_or(0));
        let is_old = !revision.is_empty() && !pod.revision.is_empty() && pod.revision != revision;
        let is_its = pod.owners.iter().any(|owner| owner.is(&uid));
        let is_stuck = is_seen && is_its && is_old && is_due && !pod.is_leaving;
        pod.failures.first().filter(|_| is_stuck).map(|failure| (pod, failure))
    })
}

/// Deletes pods that hold up their own replacement, if that is wanted.
///
/// # Errors
/// What to type instead.
pub(super) async fn delete_stuck(
    run: &Run<'_>,
    watched: &Watched<'_>,
    stuck: &[(SeenPod, PullFailure)],
) -> Result<(), String> {
    let namespace = watched.object.namespace.as_deref().unwrap_or_default();
    let instead = |(pod, failure): &(SeenPod, PullFailure), why: &str| {
        let PullFailure { image, .. } = failure;
        let name = &pod.name;
        format!(
            "pod {name} can't pull {image} and is never replaced{why} (kubernetes#67250): kubectl delete pod {name} -n {namespace}"
        )
    };
    for one in stuck {
        if !run.options.delete_stuck_pods {
            return Err(format!("{}, or use --delete-stuck-pods", instead(one, "")));
        }
        let path = Resource::pods().path(Some(namespace), Some(&one.0.name));
        match run.cluster.delete_same(&path, &one.0.uid).await {
            // Gone already, or made again.
            Ok(()) | Err(ClusterError::NotFound { .. } | ClusterError::Changed { .. }) => {
                let how_far =
                    format!("deleted pod {}, which could not pull {}", one.0.name, one.1.image);
                let object = watched.object;
                run.tell(ApplyEvent::Waiting { object, how_far: &how_far, is_long: true });
            }
            Err(error) => return Err(instead(one, &format!(", and can't be deleted ({error})"))),
        }
    }
    Ok(())
}
