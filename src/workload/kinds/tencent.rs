//! Tencent's own workloads: `TApp` of TKE, `StatefulSetPlus` of TKE's platforms, `GameDeployment`
//! and `GameStatefulSet` of `BlueKing`; and what TKE's addon for TCR has.

use serde_json::Value;

use super::apps::{count, replicas};
use super::kruise::{clone_set, stateful_set};
use super::rollout::{Progress, unseen, waiting};
use super::rules::{Holds, KindRules, Rollout};

const TENCENT: KindRules = KindRules { is_controller: true, ..KindRules::CUSTOM };

const LIKE_STATEFUL_SET: KindRules =
    KindRules { rollout: Rollout::Replaced(stateful_set), ..TENCENT };

pub(super) const KINDS: &[KindRules] = &[
    KindRules {
        groups: &["apps.tkestack.io"],
        kind: "TApp",
        rollout: Rollout::Replaced(tapp),
        // If nothing but images differs (tkestack/tapp's README).
        changes_in_place: |_| true,
        ..TENCENT
    },
    KindRules { groups: &["platform.stke"], kind: "StatefulSetPlus", ..LIKE_STATEFUL_SET },
    KindRules { groups: &["tkex.tencent.com"], kind: "StatefulSetPlus", ..LIKE_STATEFUL_SET },
    KindRules { groups: &["tkex.tencent.com"], kind: "GameStatefulSet", ..LIKE_STATEFUL_SET },
    KindRules {
        groups: &["tkex.tencent.com"],
        kind: "GameDeployment",
        rollout: Rollout::Replaced(clone_set),
        ..TENCENT
    },
    // Of TKE's addon `tcr`: it names a registry, and holds the password for it.
    KindRules {
        groups: &["tcr.tencentcloudcr.com"],
        kind: "ImagePullSecret",
        holds: Holds::Nothing,
        ..KindRules::CUSTOM
    },
];

/// It counts no new pods, but says of each instance how it is (tkestack/tapp `types.go`).
fn tapp(object: &Value) -> Progress {
    if let Some(waiting) = unseen(object) {
        return waiting;
    }
    let status = &object["status"];
    let instances = status["statuses"].as_object();
    let is_under_way = |one: &&Value| {
        matches!(one.as_str(), Some("NotCreated" | "Pending" | "Updating" | "Killing" | "Unknown"))
    };
    let under_way = instances.map_or(0, |all| all.values().filter(is_under_way).count());
    if under_way > 0 {
        return Progress::Waiting(format!("instances under way: {under_way}"));
    }
    let stopped = object["spec"]["statuses"]
        .as_object()
        .map_or(0, |all| all.values().filter(|one| *one == "Killed").count());
    let wanted = replicas(object) - i64::try_from(stopped).unwrap_or(0);
    let ready = count(status, "readyReplicas");
    if ready < wanted { waiting(ready, wanted, "are ready") } else { Progress::Complete }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_tapp_is_complete_when_no_instance_is_under_way() {
        let at = |second: &str, ready: i64| {
            tapp(&json!({
                "metadata": {"generation": 1},
                "spec": {"replicas": 3, "statuses": {"2": "Killed"}},
                "status": {"observedGeneration": 1, "readyReplicas": ready,
                           "statuses": {"0": "Running", "1": second, "2": "Killed"}},
            }))
        };
        assert_eq!(at("Running", 2), Progress::Complete);
        assert!(matches!(at("Updating", 2), Progress::Waiting(_)));
        assert!(matches!(at("Running", 1), Progress::Waiting(_)));
    }
}
