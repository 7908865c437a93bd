//! The group `apps`. Rollouts are read as `kubectl rollout status` does it (kubectl
//! `pkg/polymorphichelpers/rollout_status.go`).

use serde_json::Value;

use super::rollout::{PODS_STAY, Progress, available, unseen, waiting};
use super::rules::{Holds, KindRules, Rollout, partition};

const APPS: KindRules = KindRules {
    groups: &["apps"],
    holds: Holds::PodSpec(&["spec", "template", "spec"]),
    is_controller: true,
    ..KindRules::CUSTOM
};

/// Where old files have some kinds.
const AND_EXTENSIONS: &[&str] = &["apps", "extensions"];

pub(super) const KINDS: &[KindRules] = &[
    KindRules {
        kind: "Deployment",
        groups: AND_EXTENSIONS,
        rollout: Rollout::Replaced(deployment),
        is_numerous: true,
        ..APPS
    },
    KindRules {
        kind: "DaemonSet",
        groups: AND_EXTENSIONS,
        rollout: Rollout::Replaced(daemon_set),
        ..APPS
    },
    KindRules { kind: "StatefulSet", rollout: Rollout::Replaced(stateful_set), ..APPS },
    KindRules {
        kind: "ReplicaSet",
        groups: AND_EXTENSIONS,
        rollout: Rollout::NotWaitedFor(PODS_STAY),
        is_mostly_owned: true,
        is_numerous: true,
        ..APPS
    },
];

fn deployment(object: &Value) -> Progress {
    if let Some(waiting) = unseen(object) {
        return waiting;
    }
    let status = &object["status"];
    if let Some(why) = deadline_exceeded(status) {
        return Progress::Failed(why);
    }
    let (updated, wanted) = (count(status, "updatedReplicas"), replicas(object));
    if updated < wanted {
        return match refused_pods(status) {
            Some(why) => Progress::Waiting(format!("no pod can be created: {why}")),
            None => waiting(updated, wanted, "are new"),
        };
    }
    let old = count(status, "replicas") - updated;
    if old > 0 {
        return Progress::Waiting(format!("old pods still run: {old}"));
    }
    available(count(status, "availableReplicas"), wanted)
}

pub(super) fn daemon_set(object: &Value) -> Progress {
    if let Some(waiting) = unseen(object) {
        return waiting;
    }
    let status = &object["status"];
    let wanted = count(status, "desiredNumberScheduled");
    let updated = count(status, "updatedNumberScheduled");
    if updated < wanted {
        return waiting(updated, wanted, "are new");
    }
    available(count(status, "numberAvailable"), wanted)
}

pub(super) fn stateful_set(object: &Value) -> Progress {
    if let Some(waiting) = unseen(object) {
        return waiting;
    }
    let status = &object["status"];
    // Pods below the partition stay as they are.
    let partition = i64::try_from(partition(object)).unwrap_or(i64::MAX);
    let (ready, wanted) = (count(status, "readyReplicas"), replicas(object));
    if ready < wanted {
        return waiting(ready, wanted, "are ready");
    }
    let (updated, due) = (count(status, "updatedReplicas"), (wanted - partition).max(0));
    if updated < due {
        return waiting(updated, due, "are new");
    }
    if status["updateRevision"] == status["currentRevision"] {
        return Progress::Complete;
    }
    match wanted.min(partition) {
        0 => Progress::Waiting("the last pods change".to_owned()),
        held => Progress::Held(format!(
            "{due} of {wanted} pods are new; its partition holds back {held}, which change when the partition is lowered"
        )),
    }
}

pub(super) fn replicas(object: &Value) -> i64 {
    object["spec"]["replicas"].as_i64().unwrap_or(1)
}

pub(super) fn count(status: &Value, name: &str) -> i64 {
    status[name].as_i64().unwrap_or(0)
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_deployment_is_complete_when_all_its_pods_are_new_and_available() {
        let at = |seen: i64, updated: i64, all: i64, available: i64| {
            deployment(&json!({
                "metadata": {"generation": 2}, "spec": {"replicas": 3},
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
            "metadata": {"generation": 1}, "spec": {},
            "status": {"observedGeneration": 1, "conditions": [
                {"type": "Progressing", "reason": "ProgressDeadlineExceeded", "message": "too long"}
            ]},
        });
        assert_eq!(deployment(&object), Progress::Failed("too long".to_owned()));
    }

    #[test]
    fn a_stateful_set_waits_for_the_pods_above_its_partition() {
        let at = |partition: i64, updated: i64| {
            stateful_set(&json!({
                "metadata": {"generation": 1},
                "spec": {"replicas": 3, "updateStrategy": {"rollingUpdate": {"partition": partition}}},
                "status": {"observedGeneration": 1, "readyReplicas": 3, "updatedReplicas": updated,
                           "updateRevision": "b", "currentRevision": if updated == 3 { "b" } else { "a" }},
            }))
        };
        assert_eq!(at(0, 3), Progress::Complete);
        assert!(matches!(at(0, 2), Progress::Waiting(_)));
        assert!(matches!(at(2, 1), Progress::Held(why) if why.contains("holds back 2")));
        assert_eq!(at(2, 3), Progress::Complete);
    }

    #[test]
    fn a_daemon_set_waits_for_every_node() {
        let at = |updated: i64, available: i64| {
            daemon_set(&json!({
                "metadata": {"generation": 1}, "spec": {},
                "status": {"observedGeneration": 1, "desiredNumberScheduled": 2,
                           "updatedNumberScheduled": updated, "numberAvailable": available},
            }))
        };
        assert_eq!(at(2, 2), Progress::Complete);
        assert!(matches!(at(1, 2), Progress::Waiting(_)));
        assert!(matches!(at(2, 1), Progress::Waiting(_)));
    }
}
