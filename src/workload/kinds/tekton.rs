//! Tekton Pipelines, the group `tekton.dev`.

use serde_json::Value;

use super::rules::{Accounts, KindRules, Pulls, Rollout};
use crate::workload::secret_list::ListForm;

const TEKTON: KindRules =
    KindRules { groups: &["tekton.dev"], is_controller: true, ..KindRules::CUSTOM };

/// What runs are made from has neither a list nor an account: the run has.
const OF_RUN: Pulls = Pulls {
    at: "spec",
    images: &["./steps/*/image", "./stepTemplate/image", "./sidecars/*/image"],
    lists: &[],
    accounts: Accounts::OfRun,
};

const NEXT_RUN: Rollout = Rollout::NotWaitedFor("its next run has the new image");

pub(super) const KINDS: &[KindRules] = &[
    KindRules { kind: "Task", pulls: &[OF_RUN], rollout: NEXT_RUN, ..TEKTON },
    KindRules {
        kind: "StepAction",
        pulls: &[Pulls { images: &["./image"], ..OF_RUN }],
        rollout: NEXT_RUN,
        ..TEKTON
    },
    KindRules {
        kind: "Pipeline",
        pulls: &[Pulls {
            images: &[
                "./tasks/*/taskSpec/steps/*/image",
                "./finally/*/taskSpec/steps/*/image",
                "./tasks/*/taskSpec/**",
                "./finally/*/taskSpec/**",
            ],
            ..OF_RUN
        }],
        rollout: NEXT_RUN,
        ..TEKTON
    },
    KindRules {
        kind: "TaskRun",
        pulls: &[Pulls {
            at: "spec",
            images: &["./taskSpec/**"],
            lists: &[("./podTemplate/imagePullSecrets", ListForm::Names)],
            accounts: Accounts::At { first: &["./serviceAccountName"], others: &[] },
        }],
        // Their webhook compares the whole spec, ended or not.
        instead_of_change: |_| {
            Some(
                "the spec of a TaskRun can't be changed: let it end, or cancel it and run it again",
            )
        },
        has_ended: run_is_done,
        ..TEKTON
    },
    KindRules {
        kind: "PipelineRun",
        pulls: &[Pulls {
            at: "spec",
            images: &["./pipelineSpec/**"],
            lists: &[
                ("./taskRunTemplate/podTemplate/imagePullSecrets", ListForm::Names),
                ("./podTemplate/imagePullSecrets", ListForm::Names),
            ],
            accounts: Accounts::At {
                first: &["./taskRunTemplate/serviceAccountName", "./serviceAccountName"],
                others: &["./taskRunSpecs/*/serviceAccountName"],
            },
        }],
        instead_of_change: |_| {
            Some(
                "the spec of a PipelineRun can't be changed: let it end, or cancel it and run it again",
            )
        },
        has_ended: run_is_done,
        ..TEKTON
    },
];

/// The condition `Succeeded` is decided (knative `apis.Condition`).
fn run_is_done(run: &Value) -> bool {
    let is_decided = |condition: &Value| {
        condition["type"] == "Succeeded"
            && matches!(condition["status"].as_str(), Some("True" | "False"))
    };
    let conditions = run["status"]["conditions"].as_array();
    run["status"]["completionTime"].is_string()
        || conditions.is_some_and(|all| all.iter().any(is_decided))
}
