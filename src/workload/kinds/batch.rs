//! The group `batch`.

use serde_json::Value;

use super::rollout::NEXT_JOB;
use super::rules::{Holds, KindRules, Rollout};

const BATCH: KindRules = KindRules { groups: &["batch"], is_controller: true, ..KindRules::CUSTOM };

pub(super) const KINDS: &[KindRules] = &[
    KindRules {
        kind: "Job",
        holds: Holds::PodSpec(&["spec", "template", "spec"]),
        instead_of_change: |_| {
            Some("the template of a Job can't be changed: let it end, or delete and recreate it")
        },
        has_ended: job_has_ended,
        ..BATCH
    },
    KindRules {
        kind: "CronJob",
        holds: Holds::PodSpec(&["spec", "jobTemplate", "spec", "template", "spec"]),
        rollout: Rollout::NotWaitedFor(NEXT_JOB),
        ..BATCH
    },
];

fn job_has_ended(job: &Value) -> bool {
    let is_end = |condition: &Value| {
        matches!(condition["type"].as_str(), Some("Complete" | "Failed"))
            && condition["status"] == "True"
    };
    job["status"]["conditions"].as_array().is_some_and(|all| all.iter().any(is_end))
}
