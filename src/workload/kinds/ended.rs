//! When a run has ended: what the rules of kinds of runs share.

use serde_json::Value;

/// Fields of a status that are written when a run is over.
const TIMES: [&str; 5] =
    ["completionTime", "completionTimestamp", "finishedAt", "endTime", "terminationTime"];

/// Words of operators for a run that is over.
const ENDS: [&str; 9] = [
    "succeeded",
    "successful",
    "complete",
    "completed",
    "finished",
    "failed",
    "error",
    "errored",
    "cancelled",
];

/// Whether an object of an unknown kind is a run that is over: it says when that was, and how.
/// Neither alone tells: what runs on has a last failure, or a last backup, too.
pub(super) fn run_has_ended(object: &Value) -> bool {
    let status = &object["status"];
    TIMES.iter().any(|key| status[*key].is_string())
        && (["phase", "state", "jobStatus"].iter().any(|key| is_end(&status[*key]))
            || has_condition(object, &["Complete", "Completed", "Succeeded", "Failed"]))
}

fn is_end(word: &Value) -> bool {
    word.as_str().is_some_and(|word| ENDS.contains(&word.to_lowercase().as_str()))
}

/// Whether one of these conditions is true.
pub(super) fn has_condition(object: &Value, types: &[&str]) -> bool {
    let holds = |condition: &Value| {
        condition["status"] == "True"
            && condition["type"].as_str().is_some_and(|one| types.contains(&one))
    };
    object["status"]["conditions"].as_array().is_some_and(|all| all.iter().any(holds))
}

/// Whether a text of the status is one of these.
pub(super) fn is_one_of(word: &Value, words: &[&str]) -> bool {
    word.as_str().is_some_and(|word| words.contains(&word))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_run_of_an_unknown_kind_has_ended_if_it_says_when_and_how() {
        let ended = |status: &Value| run_has_ended(&json!({"status": status}));
        let time = "2026-01-01T00:00:00Z";
        assert!(ended(&json!({"endTime": time, "jobStatus": "SUCCEEDED"})));
        assert!(ended(&json!({"completionTime": time,
            "conditions": [{"type": "Failed", "status": "True"}]})));
        assert!(!ended(&json!({"completionTime": time, "phase": "Running"})));
        assert!(!ended(&json!({"phase": "Failed"})), "it may be tried again");
        assert!(!ended(&json!({"completionTime": time,
            "conditions": [{"type": "Failed", "status": "False"}]})));
    }
}
