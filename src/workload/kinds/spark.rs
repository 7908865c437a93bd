//! The Spark operator, the group `sparkoperator.k8s.io`.

use serde_json::Value;

use super::ended::is_one_of;
use super::rules::{Accounts, KindRules, Pulls, Rollout};
use crate::workload::secret_list::ListForm;

const SPARK: KindRules =
    KindRules { groups: &["sparkoperator.k8s.io"], is_controller: true, ..KindRules::CUSTOM };

/// An executor without an account of its own runs under the driver's.
const APPLICATION: Pulls = Pulls {
    at: "spec",
    images: &[
        "./image",
        "./driver/image",
        "./driver/initContainers/*/image",
        "./driver/sidecars/*/image",
        "./executor/image",
        "./executor/initContainers/*/image",
        "./executor/sidecars/*/image",
    ],
    lists: &[("./imagePullSecrets", ListForm::Strings)],
    accounts: Accounts::At {
        first: &["./driver/serviceAccount"],
        others: &["./executor/serviceAccount"],
    },
};

pub(super) const KINDS: &[KindRules] = &[
    KindRules {
        kind: "SparkApplication",
        pulls: &[APPLICATION],
        instead_of_change: run_again,
        has_ended: |run| {
            is_one_of(&run["status"]["applicationState"]["state"], &["COMPLETED", "FAILED"])
        },
        rollout: Rollout::NotWaitedFor("its operator runs it again"),
        ..SPARK
    },
    KindRules {
        kind: "ScheduledSparkApplication",
        pulls: &[Pulls { at: "spec/template", ..APPLICATION }],
        rollout: Rollout::NotWaitedFor("its next run has the new image"),
        ..SPARK
    },
];

/// The operator ends what runs and submits it anew after any change of the spec (spark-operator#87),
/// which is what a service expects and a batch does not.
fn run_again(run: &Value) -> Option<&'static str> {
    let has_begun = run["status"]["applicationState"]["state"]
        .as_str()
        .is_some_and(|state| !matches!(state, "" | "SUSPENDED"));
    let is_service = run["spec"]["restartPolicy"]["type"] == "Always";
    (has_begun && !is_service).then_some(
        "it runs, and a change makes its operator end it and run it again: let it end, or submit it again with the new image",
    )
}
