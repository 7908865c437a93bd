//! Whether a changed workload has come up, and whether a pod of it can't.
//!
//! By reading again and again: that needs no right to watch, and works for all three kinds.

use serde_json::Value;

/// How far a workload has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Progress {
    /// All its pods are new, and ready.
    Complete,
    /// Not yet; how far.
    Waiting(String),
    /// It never will by itself.
    Failed(String),
}

/// Reads the status of a Deployment, `StatefulSet` or `DaemonSet`, as `kubectl rollout status` does
/// (kubectl `pkg/polymorphichelpers/rollout_status.go`).
#[must_use]
pub(super) fn progress(object: &Value) -> Progress {
    let (spec, status) = (&object["spec"], &object["status"]);
    let generation = object["metadata"]["generation"].as_i64().unwrap_or(0);
    if status["observedGeneration"].as_i64().unwrap_or(0) < generation {
        return Progress::Waiting("the controller has not seen the change yet".to_owned());
    }
    let count = |name: &str| status[name].as_i64().unwrap_or(0);
    let wanted = match object["kind"].as_str() {
        Some("DaemonSet") => count("desiredNumberScheduled"),
        _ => spec["replicas"].as_i64().unwrap_or(1),
    };
    match object["kind"].as_str() {
        Some("Deployment") => {
            if let Some(why) = deadline_exceeded(status) {
                return Progress::Failed(why);
            }
            let updated = count("updatedReplicas");
            if updated < wanted {
                return match refused_pods(status) {
                    Some(why) => Progress::Waiting(format!("no pod can be made: {why}")),
                    None => waiting(updated, wanted, "are new"),
                };
            }
            let old = count("replicas") - updated;
            if old > 0 {
                return Progress::Waiting(format!("old pods still run: {old}"));
            }
            available(count("availableReplicas"), wanted)
        }
        Some("DaemonSet") => {
            let updated = count("updatedNumberScheduled");
            if updated < wanted {
                return waiting(updated, wanted, "are new");
            }
            available(count("numberAvailable"), wanted)
        }
        Some("StatefulSet") => {
            // Pods below the partition stay as they are.
            let partition =
                spec["updateStrategy"]["rollingUpdate"]["partition"].as_i64().unwrap_or(0);
            let ready = count("readyReplicas");
            if ready < wanted {
                return waiting(ready, wanted, "are ready");
            }
            let (updated, due) = (count("updatedReplicas"), (wanted - partition).max(0));
            if updated < due {
                return waiting(updated, due, "are new");
            }
            let same = status["updateRevision"] == status["currentRevision"];
            match same || partition > 0 {
                true => Progress::Complete,
                false => Progress::Waiting("the last pods change".to_owned()),
            }
        }
        _ => Progress::Complete,
    }
}

fn available(available: i64, wanted: i64) -> Progress {
    if available < wanted {
        waiting(available, wanted, "are available")
    } else {
        Progress::Complete
    }
}

fn waiting(have: i64, want: i64, what: &str) -> Progress {
    Progress::Waiting(format!("{have} of {want} pods {what}"))
}

fn deadline_exceeded(status: &Value) -> Option<String> {
    let exceeded = |condition: &&Value| {
        condition["type"] == "Progressing" && condition["reason"] == "ProgressDeadlineExceeded"
    };
    let condition = status["conditions"].as_array()?.iter().find(exceeded)?;
    Some(condition["message"].as_str().unwrap_or("its progress deadline is over").to_owned())
}

/// What the API server says of new pods, if it refuses them: a quota that is used up, say.
fn refused_pods(status: &Value) -> Option<&str> {
    let fails =
        |condition: &&Value| condition["type"] == "ReplicaFailure" && condition["status"] == "True";
    status["conditions"].as_array()?.iter().find(fails)?["message"].as_str()
}

/// A container that can't get its image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PullFailure {
    /// The pod.
    pub pod: String,
    /// The container.
    pub container: String,
    /// The image.
    pub image: String,
    /// The kubelet's word and message.
    pub why: String,
}

/// The containers of a pod that wait for an image that the kubelet could not get.
#[must_use]
pub fn pull_failures(pod: &Value) -> Vec<PullFailure> {
    let name = pod["metadata"]["name"].as_str().unwrap_or_default();
    let lists = ["initContainerStatuses", "containerStatuses", "ephemeralContainerStatuses"];
    let all = lists.iter().filter_map(|list| pod["status"][list].as_array()).flatten();
    all.filter_map(|container| {
        let waiting = &container["state"]["waiting"];
        let reason = waiting["reason"].as_str()?;
        is_about_the_image(reason).then(|| {
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            let message = text(&waiting["message"]);
            PullFailure {
                pod: name.to_owned(),
                container: text(&container["name"]),
                image: text(&container["image"]),
                why: match message.as_str() {
                    "" => reason.to_owned(),
                    message => format!("{reason}: {message}"),
                },
            }
        })
    })
    .collect()
}

// kubernetes pkg/kubelet/images/types.go.
fn is_about_the_image(reason: &str) -> bool {
    matches!(
        reason,
        "ErrImagePull"
            | "ImagePullBackOff"
            | "ImageInspectError"
            | "ErrImageNeverPull"
            | "InvalidImageName"
            | "RegistryUnavailable"
            | "SignatureValidationFailed"
    )
}

/// A label selector as a query has it; `None` if it selects everything or can't be written so.
#[must_use]
pub(super) fn selector(object: &Value) -> Option<String> {
    let labels = object["spec"]["selector"]["matchLabels"].as_object()?;
    let terms: Vec<String> = labels
        .iter()
        .filter_map(|(key, value)| value.as_str().map(|value| format!("{key}={value}")))
        .collect();
    (!terms.is_empty()).then(|| terms.join(","))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_deployment_is_complete_when_all_its_pods_are_new_and_available() {
        let at = |seen: i64, updated: i64, all: i64, available: i64| {
            progress(&json!({
                "kind": "Deployment", "metadata": {"generation": 2}, "spec": {"replicas": 3},
                "status": {"observedGeneration": seen, "updatedReplicas": updated,
                           "replicas": all, "availableReplicas": available},
            }))
        };
        assert_eq!(at(2, 3, 3, 3), Progress::Complete);
        assert!(matches!(at(1, 3, 3, 3), Progress::Waiting(why) if why.contains("not seen")));
        assert!(matches!(at(2, 1, 4, 3), Progress::Waiting(why) if why == "1 of 3 pods are new"));
        assert!(matches!(at(2, 3, 4, 3), Progress::Waiting(why) if why == "old pods still run: 1"));
        assert!(matches!(at(2, 3, 3, 2), Progress::Waiting(why) if why.contains("2 of 3")));
    }

    #[test]
    fn a_deployment_whose_deadline_is_over_has_failed() {
        let object = json!({
            "kind": "Deployment", "metadata": {"generation": 1}, "spec": {},
            "status": {"observedGeneration": 1, "conditions": [
                {"type": "Progressing", "reason": "ProgressDeadlineExceeded", "message": "too long"}
            ]},
        });
        assert_eq!(progress(&object), Progress::Failed("too long".to_owned()));
    }

    #[test]
    fn a_stateful_set_waits_for_the_pods_above_its_partition() {
        let at = |partition: i64, updated: i64| {
            progress(&json!({
                "kind": "StatefulSet", "metadata": {"generation": 1},
                "spec": {"replicas": 3, "updateStrategy": {"rollingUpdate": {"partition": partition}}},
                "status": {"observedGeneration": 1, "readyReplicas": 3, "updatedReplicas": updated,
                           "updateRevision": "b", "currentRevision": if updated == 3 { "b" } else { "a" }},
            }))
        };
        assert_eq!(at(0, 3), Progress::Complete);
        assert!(matches!(at(0, 2), Progress::Waiting(_)));
        assert_eq!(at(2, 1), Progress::Complete);
    }

    #[test]
    fn a_daemon_set_waits_for_every_node() {
        let at = |updated: i64, available: i64| {
            progress(&json!({
                "kind": "DaemonSet", "metadata": {"generation": 1}, "spec": {},
                "status": {"observedGeneration": 1, "desiredNumberScheduled": 2,
                           "updatedNumberScheduled": updated, "numberAvailable": available},
            }))
        };
        assert_eq!(at(2, 2), Progress::Complete);
        assert!(matches!(at(1, 2), Progress::Waiting(_)));
        assert!(matches!(at(2, 1), Progress::Waiting(_)));
    }

    #[test]
    fn only_trouble_with_an_image_counts_as_such() {
        let pod = json!({"metadata": {"name": "p"}, "status": {
            "initContainerStatuses": [{"name": "i", "image": "x", "state": {"waiting": {"reason": "PodInitializing"}}}],
            "containerStatuses": [
                {"name": "a", "image": "x", "state": {"waiting": {"reason": "ErrImagePull", "message": "401"}}},
                {"name": "b", "image": "x", "state": {"waiting": {"reason": "CrashLoopBackOff"}}},
                {"name": "c", "image": "x", "state": {"running": {}}},
            ],
        }});
        let failures = pull_failures(&pod);
        assert_eq!(failures.len(), 1);
        assert_eq!(
            (failures[0].container.as_str(), failures[0].why.as_str()),
            ("a", "ErrImagePull: 401")
        );
        assert!(pull_failures(&json!({"status": 3})).is_empty());
    }
}
