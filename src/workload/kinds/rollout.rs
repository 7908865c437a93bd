//! How far a rollout is: what the rules of all kinds share.

use serde_json::Value;

/// Why a controller that only creates pods is not waited for.
pub(super) const PODS_STAY: &str = "pods that run stay as they are until they are deleted";

/// Why a `CronJob` is not waited for.
pub(super) const NEXT_JOB: &str = "its next Job has the new template";

/// How far a workload has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Progress {
    /// All its pods are new, and ready.
    Complete,
    /// Not yet; how far.
    Waiting(String),
    /// As far as it goes by itself; what the rest waits for.
    Held(String),
    /// It never will by itself.
    Failed(String),
}

/// What to wait for first: the status is older than the change.
pub(super) fn unseen(object: &Value) -> Option<Progress> {
    let generation = object["metadata"]["generation"].as_i64().unwrap_or(0);
    let seen = object["status"]["observedGeneration"].as_i64().unwrap_or(0);
    (seen < generation)
        .then(|| Progress::Waiting("the controller has not seen the change yet".to_owned()))
}

/// The last thing to wait for.
pub(super) fn available(available: i64, wanted: i64) -> Progress {
    if available < wanted {
        waiting(available, wanted, "are available")
    } else {
        Progress::Complete
    }
}

/// `3 of 5 pods are new`
pub(super) fn waiting(have: i64, want: i64, what: &str) -> Progress {
    Progress::Waiting(format!("{have} of {want} pods {what}"))
}

/// How far a workload is whose status counts new pods as most do, if so many of them keep the old
/// template for now.
pub(super) fn replaced(object: &Value, wanted: i64, kept: i64) -> Progress {
    if let Some(waiting) = unseen(object) {
        return waiting;
    }
    let status = &object["status"];
    let count = |names: &[&str]| names.iter().find_map(|name| status[*name].as_i64()).unwrap_or(0);
    let (updated, due) = (count(&["updatedReplicas", "updatedNumberScheduled"]), wanted - kept);
    if updated < due {
        return waiting(updated, due, "are new");
    }
    let ready = count(&["availableReplicas", "numberAvailable", "readyReplicas"]);
    match available(ready, wanted) {
        Progress::Complete if kept > 0 => Progress::Held(format!(
            "{kept} of {wanted} pods keep the old image behind its partition"
        )),
        progress => progress,
    }
}
