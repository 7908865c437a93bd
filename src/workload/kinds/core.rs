//! The core group.

use serde_json::Value;

use super::rollout::PODS_STAY;
use super::rules::{Holds, KindRules, Rollout};

const CORE: KindRules = KindRules { groups: &[""], ..KindRules::CUSTOM };

pub(super) const KINDS: &[KindRules] = &[
    KindRules {
        kind: "Pod",
        holds: Holds::PodSpec(&["spec"]),
        instead_of_change: |_| {
            Some(
                "nothing recreates a Pod without a controller: delete it and create it with the new image",
            )
        },
        has_ended: pod_has_ended,
        // A driver of Spark makes the Pods of its executors.
        is_controller: true,
        is_mostly_owned: true,
        is_numerous: true,
        ..CORE
    },
    KindRules { kind: "PodTemplate", holds: Holds::PodSpec(&["template", "spec"]), ..CORE },
    KindRules {
        kind: "ReplicationController",
        holds: Holds::PodSpec(&["spec", "template", "spec"]),
        rollout: Rollout::NotWaitedFor(PODS_STAY),
        is_controller: true,
        ..CORE
    },
    KindRules { kind: "ServiceAccount", holds: Holds::PullSecrets, ..CORE },
    KindRules { kind: "Secret", holds: Holds::Logins, ..CORE },
    KindRules { kind: "ConfigMap", holds: Holds::Texts, ..CORE },
];

fn pod_has_ended(pod: &Value) -> bool {
    matches!(pod["status"]["phase"].as_str(), Some("Succeeded" | "Failed"))
}
