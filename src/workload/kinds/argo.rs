//! Argo Rollouts and Argo Workflows, both in the group `argoproj.io`.

use serde_json::Value;

use super::apps::{count, replicas};
use super::ended::is_one_of;
use super::rollout::{Progress, available, waiting};
use super::rules::{Accounts, KindRules, Pulls, Rollout};

const ARGO: KindRules =
    KindRules { groups: &["argoproj.io"], is_controller: true, ..KindRules::CUSTOM };

const NEXT_RUN: Rollout = Rollout::NotWaitedFor("its next Workflow has the new image");

/// A Workflow has one list for the pods of all its templates; each may have an account of its own
/// (Argo Workflows, `workflow_types.go`).
const WORKFLOW: Pulls = Pulls {
    at: "spec",
    images: &[
        "./templates/*/container/image",
        "./templates/*/script/image",
        "./templates/*/initContainers/*/image",
        "./templates/*/sidecars/*/image",
        "./templates/*/steps/*/*/inline/script/image",
        "./templates/*/dag/tasks/*/inline/script/image",
        "./templates/**",
        "./templateDefaults/**",
    ],
    accounts: Accounts::At {
        first: &["./serviceAccountName"],
        others: &["./templates/*/serviceAccountName", "./templateDefaults/serviceAccountName"],
    },
    ..Pulls::POD_SPEC
};

pub(super) const KINDS: &[KindRules] = &[
    KindRules { kind: "Rollout", rollout: Rollout::Replaced(rollout), ..ARGO },
    KindRules {
        kind: "Workflow",
        pulls: &[WORKFLOW],
        instead_of_change: |workflow| {
            workflow["status"]["phase"].as_str().filter(|phase| !phase.is_empty()).map(|_| {
                "a Workflow that has begun keeps its templates: let it end, or submit it again with the new image"
            })
        },
        has_ended: |workflow| {
            is_one_of(&workflow["status"]["phase"], &["Succeeded", "Failed", "Error"])
        },
        rollout: Rollout::NotWaitedFor("its pods begin with the new image"),
        ..ARGO
    },
    KindRules { kind: "WorkflowTemplate", pulls: &[WORKFLOW], rollout: NEXT_RUN, ..ARGO },
    KindRules { kind: "ClusterWorkflowTemplate", pulls: &[WORKFLOW], rollout: NEXT_RUN, ..ARGO },
    KindRules {
        kind: "CronWorkflow",
        pulls: &[Pulls { at: "spec/workflowSpec", ..WORKFLOW }],
        rollout: NEXT_RUN,
        ..ARGO
    },
    KindRules {
        kind: "AnalysisRun",
        has_ended: |run| {
            let ends = ["Successful", "Failed", "Error", "Inconclusive"];
            is_one_of(&run["status"]["phase"], &ends)
        },
        ..ARGO
    },
];

/// As `kubectl argo rollouts status` reads it: by the phase, once the controller has seen the change
/// (Argo Rollouts, `utils/rollout/rolloututil.go`).
fn rollout(object: &Value) -> Progress {
    let status = &object["status"];
    // A string here, the hash of the spec in versions before 1.0.
    let seen = status["observedGeneration"].as_str().and_then(|seen| seen.parse::<i64>().ok());
    let generation = object["metadata"]["generation"].as_i64().unwrap_or(0);
    if seen.is_some_and(|seen| seen < generation) {
        return Progress::Waiting("the controller has not seen the change yet".to_owned());
    }
    let message = status["message"].as_str().unwrap_or("it is degraded").to_owned();
    let (updated, wanted) = (count(status, "updatedReplicas"), replicas(object));
    match status["phase"].as_str() {
        Some("Degraded") => Progress::Failed(message),
        Some("Paused") => Progress::Held(
            "its strategy waits for someone: kubectl argo rollouts promote".to_owned(),
        ),
        Some("Healthy") | None if updated >= wanted => {
            available(count(status, "availableReplicas"), wanted)
        }
        _ => waiting(updated, wanted, "are new"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_rollout_is_told_by_its_phase() {
        let at = |seen: &str, phase: &str, updated: i64| {
            rollout(&json!({
                "metadata": {"generation": 2}, "spec": {"replicas": 2},
                "status": {"observedGeneration": seen, "phase": phase, "message": "too long",
                           "updatedReplicas": updated, "availableReplicas": 2},
            }))
        };
        assert_eq!(at("2", "Healthy", 2), Progress::Complete);
        assert!(
            matches!(at("1", "Healthy", 2), Progress::Waiting(why) if why.contains("not seen"))
        );
        assert!(
            matches!(at("2", "Progressing", 1), Progress::Waiting(why) if why.contains("1 of 2"))
        );
        assert!(matches!(at("2", "Paused", 1), Progress::Held(_)));
        assert_eq!(at("2", "Degraded", 1), Progress::Failed("too long".to_owned()));
        assert_eq!(at("6f4d9", "Healthy", 2), Progress::Complete, "an old controller's hash");
    }
}
