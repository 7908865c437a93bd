//! `OpenKruise`, the group `apps.kruise.io`.

use serde_json::Value;

use super::apps::{count, replicas};
use super::ended::{has_condition, is_one_of};
use super::rollout::{PODS_STAY, Progress, replaced};
use super::rules::{Accounts, KindRules, Pulls, Rollout};
use crate::workload::secret_list::ListForm;

const KRUISE: KindRules =
    KindRules { groups: &["apps.kruise.io"], is_controller: true, ..KindRules::CUSTOM };

/// The node's daemon pulls with these Secrets; no pod, and so no account, is involved.
const PULL_JOB: Pulls = Pulls {
    at: "spec",
    images: &["./image", "./images/*"],
    lists: &[("./pullSecrets", ListForm::Strings)],
    accounts: Accounts::Unknown,
};

const NODES_PULL: Rollout = Rollout::NotWaitedFor("nodes pull the new image");

pub(super) const KINDS: &[KindRules] = &[
    KindRules { kind: "CloneSet", rollout: Rollout::Replaced(clone_set), ..KRUISE },
    KindRules { kind: "StatefulSet", rollout: Rollout::Replaced(stateful_set), ..KRUISE },
    KindRules { kind: "DaemonSet", rollout: Rollout::Replaced(daemon_set), ..KRUISE },
    KindRules {
        kind: "SidecarSet",
        // A pod without a list of its own keeps its account's, which the set doesn't know.
        pulls: &[Pulls {
            at: "spec",
            images: &["./containers/*/image", "./initContainers/*/image"],
            accounts: Accounts::Unknown,
            ..Pulls::POD_SPEC
        }],
        rollout: Rollout::NotWaitedFor("pods get the new sidecar as the set's updateStrategy says"),
        is_controller: false,
        ..KRUISE
    },
    KindRules {
        kind: "ImagePullJob",
        pulls: &[PULL_JOB],
        has_ended: pull_has_ended,
        rollout: NODES_PULL,
        ..KRUISE
    },
    KindRules {
        kind: "ImageListPullJob",
        pulls: &[PULL_JOB],
        has_ended: pull_has_ended,
        rollout: NODES_PULL,
        ..KRUISE
    },
    KindRules {
        kind: "BroadcastJob",
        has_ended: |job| {
            has_condition(job, &["Complete", "Failed"])
                || is_one_of(&job["status"]["phase"], &["completed", "failed"])
        },
        rollout: Rollout::NotWaitedFor(PODS_STAY),
        ..KRUISE
    },
    KindRules {
        kind: "AdvancedCronJob",
        rollout: Rollout::NotWaitedFor("its next job has the new template"),
        ..KRUISE
    },
    KindRules {
        kind: "UnitedDeployment",
        rollout: Rollout::NotWaitedFor("the workloads of its subsets follow"),
        ..KRUISE
    },
];

fn pull_has_ended(job: &Value) -> bool {
    job["status"]["completionTime"].is_string()
}

/// As `kubectl kruise rollout status` reads it.
pub(super) fn clone_set(object: &Value) -> Progress {
    let wanted = replicas(object);
    replaced(object, wanted, kept(&object["spec"]["updateStrategy"]["partition"], wanted))
}

pub(super) fn stateful_set(object: &Value) -> Progress {
    let wanted = replicas(object);
    let partition = &object["spec"]["updateStrategy"]["rollingUpdate"]["partition"];
    replaced(object, wanted, kept(partition, wanted))
}

fn daemon_set(object: &Value) -> Progress {
    let status = &object["status"];
    let wanted = count(status, "desiredNumberScheduled");
    let partition = &object["spec"]["updateStrategy"]["rollingUpdate"]["partition"];
    replaced(object, wanted, kept(partition, wanted))
}

/// How many of the pods a partition, a number or a share of all, keeps as they are.
fn kept(partition: &Value, wanted: i64) -> i64 {
    let share = partition.as_str().and_then(|text| text.strip_suffix('%')?.parse::<i64>().ok());
    // The share is rounded up (OpenKruise, `util.CalculatePartitionReplicas`).
    let kept = share.map(|share| (wanted * share + 99) / 100).or_else(|| partition.as_i64());
    kept.unwrap_or(0).clamp(0, wanted)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn pods_behind_a_partition_keep_the_old_image() {
        let at = |partition: Value, updated: i64, available: i64| {
            clone_set(&json!({
                "metadata": {"generation": 1},
                "spec": {"replicas": 4, "updateStrategy": {"partition": partition}},
                "status": {"observedGeneration": 1, "updatedReplicas": updated,
                           "availableReplicas": available},
            }))
        };
        assert_eq!(at(json!(0), 4, 4), Progress::Complete);
        assert!(matches!(at(json!(0), 4, 3), Progress::Waiting(_)));
        assert!(matches!(at(json!(null), 3, 4), Progress::Waiting(_)));
        assert!(matches!(at(json!("30%"), 1, 4), Progress::Waiting(_)));
        assert!(matches!(at(json!("30%"), 2, 4), Progress::Held(why) if why.contains("2 of 4")));
        assert!(matches!(at(json!("100%"), 0, 4), Progress::Held(_)));
    }
}
