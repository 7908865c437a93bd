//! How a job is: its own status, and what its pods have left there.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::Value;

use super::error::JobError;
use super::manifests::{CONTAINER, JobName};
use super::message::ShardMessage;
use crate::kubernetes::{Cluster, ListQuery, Resource, kind_and_name};
use crate::transfer::report::Summary;

/// A job as it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobState {
    /// Why the server calls it ended: `Complete`, `Failed` with its reason; `None` while it runs.
    pub ended: Option<String>,
    /// One for each index.
    pub shards: Vec<ShardState>,
}

/// How an index is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum IndexState {
    /// No pod yet, or one that has not started.
    Waiting,
    /// A pod runs.
    Running,
    /// A pod failed, and another will be tried.
    Retrying,
    /// It has ended well.
    Done,
    /// It is not tried again.
    Failed,
}

/// One index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ShardState {
    /// Its number.
    pub index: usize,
    /// How it is.
    pub state: IndexState,
    /// Pods that were started.
    pub pods: usize,
    /// The exit code of the last pod that has ended.
    pub exit_code: Option<i64>,
    /// What that pod has reported. Bytes are those of all its pods.
    pub report: Option<ShardMessage>,
    /// Why there is no report: what the pod said at its end, or what it waits for.
    pub said: Option<String>,
}

impl JobState {
    /// Whether nothing runs any more.
    #[must_use]
    pub fn has_ended(&self) -> bool {
        self.ended.is_some()
    }

    /// Shards that have ended well.
    #[must_use]
    pub fn done(&self) -> usize {
        self.shards.iter().filter(|shard| shard.state == IndexState::Done).count()
    }

    /// What all of them report.
    #[must_use]
    pub fn summary(&self) -> Summary {
        let mut sum = Summary::default();
        for report in self.shards.iter().filter_map(|shard| shard.report.as_ref()) {
            let of = &report.summary;
            sum.copied += of.copied;
            sum.equal += of.equal;
            sum.kept += of.kept;
            sum.conflict += of.conflict;
            sum.failed += of.failed;
            sum.skipped += of.skipped;
            sum.unread += of.unread;
            sum.bytes += of.bytes;
            sum.mounted_bytes += of.mounted_bytes;
            sum.present_bytes += of.present_bytes;
            sum.image_bytes += of.image_bytes;
        }
        sum
    }
}

/// Reads a job and its pods.
///
/// # Errors
/// [`JobError::NotFound`]; [`JobError::Foreign`] for a Job that this program hasn't made.
pub async fn read_state(
    cluster: &Cluster,
    namespace: &str,
    name: &JobName,
) -> Result<JobState, JobError> {
    let path = jobs().path(Some(namespace), Some(&name.to_string()));
    let job = cluster.find(&path).await?.ok_or_else(|| JobError::NotFound {
        name: name.to_string(),
        namespace: namespace.to_owned(),
    })?;
    if job["metadata"]["labels"]["app.kubernetes.io/managed-by"] != "ccr2tcr" {
        return Err(JobError::Foreign { what: kind_and_name(&job) });
    }
    let query = ListQuery { label_selector: Some(name.selector()), ..ListQuery::default() };
    let pods = cluster.list_all(&Resource::pods(), Some(namespace), &query).await?;
    Ok(state_of(&job, &pods))
}

/// How a job is, by its own status and its pods.
fn state_of(job: &Value, pods: &[Value]) -> JobState {
    let (spec, status) = (&job["spec"], &job["status"]);
    let conditions = status["conditions"].as_array().into_iter().flatten();
    let ended = conditions
        .filter(|one| one["status"] == "True")
        .find(|one| one["type"] == "Complete" || one["type"] == "Failed")
        .map(|one| match one["reason"].as_str() {
            Some(reason) if one["type"] == "Failed" => format!("Failed: {reason}"),
            _ => one["type"].as_str().unwrap_or_default().to_owned(),
        });
    let uid = &job["metadata"]["uid"];
    let mut by_index: BTreeMap<usize, Vec<&Value>> = BTreeMap::new();
    for pod in pods {
        let owners = pod["metadata"]["ownerReferences"].as_array().into_iter().flatten();
        let index = &pod["metadata"]["annotations"]["batch.kubernetes.io/job-completion-index"];
        let index = index.as_str().and_then(|index| index.parse().ok());
        if let Some(index) = index.filter(|_| owners.clone().any(|owner| owner["uid"] == *uid)) {
            by_index.entry(index).or_default().push(pod);
        }
    }
    let (done, failed) = (numbers(&status["completedIndexes"]), numbers(&status["failedIndexes"]));
    let count = spec["completions"].as_u64().and_then(|count| count.try_into().ok()).unwrap_or(0);
    let shards = (0..count).map(|index| {
        let mut pods = by_index.remove(&index).unwrap_or_default();
        pods.sort_by_key(|pod| pod["metadata"]["creationTimestamp"].as_str().unwrap_or_default());
        let known = match (done.contains(&index), failed.contains(&index)) {
            (true, _) => Some(IndexState::Done),
            (_, true) => Some(IndexState::Failed),
            // The budget for all is spent.
            _ if ended.is_some() => Some(IndexState::Failed),
            _ => None,
        };
        shard(index, &pods, known)
    });
    JobState { shards: shards.collect(), ended }
}

fn shard(index: usize, pods: &[&Value], known: Option<IndexState>) -> ShardState {
    let state = known.unwrap_or_else(|| match pods.last().and_then(|pod| phase(pod)) {
        Some("Running") => IndexState::Running,
        Some("Failed") => IndexState::Retrying,
        _ if pods.len() > 1 => IndexState::Retrying,
        _ => IndexState::Waiting,
    });
    let (mut report, mut exit_code, mut said) = (None::<ShardMessage>, None, None);
    let mut bytes = 0;
    // Of an index that ran twice, what ended well counts.
    let (well, others): (Vec<&&Value>, Vec<&&Value>) =
        pods.iter().partition(|pod| phase(pod) == Some("Succeeded"));
    for pod in others.into_iter().chain(well) {
        match ended(pod) {
            Some(ended) => {
                exit_code = ended["exitCode"].as_i64().or(exit_code);
                let message = ended["message"].as_str().unwrap_or_default();
                report = serde_json::from_str(message).ok();
                bytes += report.as_ref().map_or(0, |report| report.summary.bytes);
                said = report.is_none().then(|| last_words(ended, message));
            }
            None if said.is_none() => said = waits_for(pod),
            None => {}
        }
    }
    if let Some(report) = &mut report {
        report.summary.bytes = bytes;
    }
    ShardState { index, state, pods: pods.len(), exit_code, report, said }
}

fn phase(pod: &Value) -> Option<&str> {
    pod["status"]["phase"].as_str()
}

fn container(pod: &Value) -> Option<&Value> {
    let containers = pod["status"]["containerStatuses"].as_array()?;
    containers.iter().find(|container| container["name"] == CONTAINER)
}

fn ended(pod: &Value) -> Option<&Value> {
    container(pod).map(|container| &container["state"]["terminated"]).filter(|it| it.is_object())
}

/// The error among the last lines of its log, else how the container ended: `OOMKilled`.
fn last_words(ended: &Value, message: &str) -> String {
    let error = message.lines().find(|line| line.starts_with("error:"));
    let reason = ended["reason"].as_str().unwrap_or("it left no report");
    error.map_or_else(|| reason.to_owned(), |line| line.trim_start_matches("error: ").to_owned())
}

fn waits_for(pod: &Value) -> Option<String> {
    let waiting = &container(pod)?["state"]["waiting"];
    let reason = waiting["reason"].as_str()?;
    Some(match waiting["message"].as_str() {
        Some(message) => format!("{reason}: {message}"),
        None => reason.to_owned(),
    })
}

/// `0,2-4` as the Job's status has it.
fn numbers(text: &Value) -> BTreeSet<usize> {
    let parts = text.as_str().unwrap_or_default().split(',');
    parts
        .filter_map(|part| {
            let (first, last) = part.split_once('-').unwrap_or((part, part));
            Some(first.parse::<usize>().ok()?..=last.parse().ok()?)
        })
        .flatten()
        .collect()
}

/// Jobs.
pub(super) fn jobs() -> Resource {
    Resource { group: "batch".to_owned(), ..Resource::core("Job", "jobs") }
}

/// Where an object of a job is.
pub(super) fn path_of(object: &Value) -> String {
    let kind = object["kind"].as_str().unwrap_or_default();
    let resource = match kind {
        "Job" => jobs(),
        kind => Resource::core(kind, &format!("{}s", kind.to_lowercase())),
    };
    let metadata = &object["metadata"];
    resource.path(metadata["namespace"].as_str(), metadata["name"].as_str())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::IndexState::{Done, Failed, Retrying, Running, Waiting};
    use super::*;

    fn pod(index: usize, created: u32, phase: &str, state: &Value) -> Value {
        json!({
            "metadata": {
                "ownerReferences": [{"uid": "u"}],
                "annotations": {"batch.kubernetes.io/job-completion-index": index.to_string()},
                "creationTimestamp": format!("2026-01-01T00:00:{created:02}Z"),
            },
            "status": {"phase": phase, "containerStatuses": [{"name": CONTAINER, "state": state}]},
        })
    }

    fn ended(code: i64, message: &str) -> Value {
        json!({"terminated": {"exitCode": code, "reason": "Error", "message": message}})
    }

    fn report(copied: u64, equal: u64, bytes: u64) -> String {
        let summary = json!({"copied": copied, "equal": equal, "bytes": bytes});
        json!({"summary": summary, "more": 0}).to_string()
    }

    #[test]
    fn each_index_has_its_state_and_its_report() {
        let job = json!({
            "metadata": {"uid": "u"},
            "spec": {"completions": 7},
            "status": {"completedIndexes": "0-1", "failedIndexes": "3"},
        });
        let waiting = json!({"waiting": {"reason": "ErrImagePull", "message": "not found"}});
        let mut stranger = pod(6, 1, "Failed", &ended(1, ""));
        stranger["metadata"]["ownerReferences"][0]["uid"] = json!("before");
        let pods = [
            // Killed, then done by a second pod.
            pod(0, 1, "Failed", &ended(137, "")),
            pod(0, 9, "Succeeded", &ended(0, &report(3, 7, 30))),
            // Ran twice: the later pod's failure doesn't count.
            pod(1, 1, "Succeeded", &ended(0, &report(5, 0, 50))),
            pod(1, 2, "Failed", &ended(1, &report(1, 0, 10))),
            pod(2, 1, "Failed", &ended(2, "Plan\nerror: no login\nhint: x")),
            pod(3, 1, "Failed", &ended(137, "")),
            pod(4, 1, "Running", &json!({"running": {}})),
            pod(5, 1, "Pending", &waiting),
            stranger,
        ];
        let state = state_of(&job, &pods);
        let states: Vec<IndexState> = state.shards.iter().map(|shard| shard.state).collect();
        assert_eq!(states, [Done, Done, Retrying, Failed, Running, Waiting, Waiting]);
        let said: Vec<_> = state.shards.iter().map(|shard| shard.said.as_deref()).collect();
        let words = [Some("no login"), Some("Error"), None, Some("ErrImagePull: not found"), None];
        assert_eq!(said[2..], words);
        assert_eq!(state.shards[1].exit_code, Some(0));
        let summary = state.summary();
        assert_eq!((summary.copied, summary.equal, summary.bytes), (8, 7, 90));
        assert!(!state.has_ended());
        assert_eq!(state.shards[6].pods, 0, "another job's pod");
    }

    #[test]
    fn a_job_that_was_ended_leaves_nothing_waiting() {
        let failed = json!({"type": "Failed", "status": "True", "reason": "PodFailurePolicy"});
        let job = json!({
            "metadata": {"uid": "u"},
            "spec": {"completions": 2},
            "status": {"completedIndexes": "1", "conditions": [failed]},
        });
        let state = state_of(&job, &[]);
        assert_eq!(state.ended.as_deref(), Some("Failed: PodFailurePolicy"));
        let states: Vec<IndexState> = state.shards.iter().map(|shard| shard.state).collect();
        assert_eq!(states, [Failed, Done]);
    }
}
