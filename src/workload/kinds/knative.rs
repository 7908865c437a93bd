//! Knative Serving, the group `serving.knative.dev`.

use serde_json::Value;

use super::rollout::{Progress, unseen};
use super::rules::{KindRules, Rollout};

const KNATIVE: KindRules =
    KindRules { groups: &["serving.knative.dev"], is_controller: true, ..KindRules::CUSTOM };

pub(super) const KINDS: &[KindRules] = &[
    KindRules {
        kind: "Service",
        instead_of_change: named_revision,
        rollout: Rollout::Replaced(ready),
        stays: |service| {
            let targets = service["spec"]["traffic"].as_array()?;
            let is_pinned =
                |target: &Value| target["revisionName"].is_string() && target["percent"] != 0;
            targets.iter().any(is_pinned).then_some(
                "its traffic goes to a named revision, which keeps the old image: change spec.traffic",
            )
        },
        ..KNATIVE
    },
    KindRules {
        kind: "Configuration",
        instead_of_change: named_revision,
        rollout: Rollout::Replaced(ready),
        ..KNATIVE
    },
    KindRules {
        kind: "Revision",
        instead_of_change: |_| {
            Some(
                "a Revision can't be changed: change its Service or Configuration, which makes a new one",
            )
        },
        ..KNATIVE
    },
];

/// Its webhook refuses a change of a template with a name (`Saw the following changes without a name
/// change`).
fn named_revision(object: &Value) -> Option<&'static str> {
    object["spec"]["template"]["metadata"]["name"].as_str().map(|_| {
        "its revision has a name, spec.template.metadata.name: change that and the image in one go"
    })
}

/// Ready, and the latest revision is what is ready.
fn ready(object: &Value) -> Progress {
    if let Some(waiting) = unseen(object) {
        return waiting;
    }
    let status = &object["status"];
    let conditions = status["conditions"].as_array().map(Vec::as_slice).unwrap_or_default();
    let ready = conditions.iter().find(|condition| condition["type"] == "Ready");
    let text = |key: &str| ready.and_then(|ready| ready[key].as_str()).unwrap_or_default();
    match text("status") {
        "True" if status["latestCreatedRevisionName"] == status["latestReadyRevisionName"] => {
            Progress::Complete
        }
        "False" => Progress::Failed(format!("{}: {}", text("reason"), text("message"))),
        _ => Progress::Waiting("its new revision is not ready".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_service_is_complete_when_its_latest_revision_is_ready() {
        let at = |status: &str, latest: &str| {
            ready(&json!({
                "metadata": {"generation": 1},
                "status": {"observedGeneration": 1,
                    "conditions": [{"type": "Ready", "status": status, "reason": "RevisionFailed",
                                    "message": "can't fetch"}],
                    "latestCreatedRevisionName": latest, "latestReadyRevisionName": "web-1"},
            }))
        };
        assert_eq!(at("True", "web-1"), Progress::Complete);
        assert!(matches!(at("True", "web-2"), Progress::Waiting(_)));
        assert!(matches!(at("Unknown", "web-2"), Progress::Waiting(_)));
        assert!(
            matches!(at("False", "web-2"), Progress::Failed(why) if why.contains("can't fetch"))
        );
    }
}
