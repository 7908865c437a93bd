//! Volcano, the group `batch.volcano.sh`.

use super::ended::is_one_of;
use super::rules::{KindRules, Rollout};

const VOLCANO: KindRules =
    KindRules { groups: &["batch.volcano.sh"], is_controller: true, ..KindRules::CUSTOM };

pub(super) const KINDS: &[KindRules] = &[
    KindRules {
        kind: "Job",
        // Its webhook allows changes of `minAvailable` and `tasks[].replicas` alone.
        instead_of_change: |_| {
            Some(
                "the tasks of a Volcano Job can't be changed: let it end, or delete and recreate it",
            )
        },
        has_ended: |job| {
            is_one_of(&job["status"]["state"]["phase"], &["Completed", "Failed", "Terminated"])
        },
        ..VOLCANO
    },
    KindRules {
        kind: "CronJob",
        rollout: Rollout::NotWaitedFor("its next Job has the new template"),
        ..VOLCANO
    },
];
