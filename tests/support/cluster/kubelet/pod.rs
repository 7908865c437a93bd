//! The care for one pod, from binding to deletion.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::watch;

use super::containers::{Memory, State};
use super::provide::provide;
use super::{Surroundings, nodes, process, status};
use crate::support::cluster::api::MERGE;

/// An annotation for pods of a Job that must not come to their end.
const RUNS_ON: &str = "runs-on";

/// Sees to a pod whenever it has changed, and again while something is missing.
pub(super) async fn care_for(surroundings: Arc<Surroundings>, mut pod: watch::Receiver<Value>) {
    let mut memory = Memory::default();
    loop {
        let current = pod.borrow_and_update().clone();
        let turn = surroundings.turns.acquire().await;
        let again = see_to(&surroundings, &current, &mut memory).await;
        drop(turn);
        let pause = async {
            match again {
                Some(pause) => tokio::time::sleep(pause).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            changed = pod.changed() => if changed.is_err() { return },
            () = pause => {}
        }
    }
}

/// Does what can be done now; when to look again although the pod hasn't changed.
async fn see_to(on: &Surroundings, pod: &Value, memory: &mut Memory) -> Option<Duration> {
    let (metadata, spec) = (&pod["metadata"], &pod["spec"]);
    let namespace = metadata["namespace"].as_str()?;
    let path = format!("/api/v1/namespaces/{namespace}/pods/{}", metadata["name"].as_str()?);
    let soon = Some(Duration::from_millis(200));
    if metadata["deletionTimestamp"].is_string() {
        let only = json!({"gracePeriodSeconds": 0, "preconditions": {"uid": metadata["uid"]}});
        let _ = on.api.send("DELETE", &path, Some(("application/json", &only))).await;
        return soon;
    }
    if matches!(pod["status"]["phase"].as_str(), Some("Succeeded" | "Failed")) {
        return None;
    }
    let Some(node) = spec["nodeName"].as_str() else {
        if spec["schedulingGates"].is_array() {
            return None;
        }
        let turn = on.next.fetch_add(1, Ordering::Relaxed);
        let node = nodes::choose(pod, turn)?;
        let binding = json!({
            "metadata": {"name": metadata["name"], "uid": metadata["uid"]},
            "target": {"kind": "Node", "name": node},
        });
        let _ = on
            .api
            .send("POST", &format!("{path}/binding"), Some(("application/json", &binding)))
            .await;
        // When it is bound it has changed.
        return soon;
    };
    if !nodes::is_ours(node) {
        return None;
    }
    if on.rules.is_frozen(namespace) {
        return soon;
    }
    if memory.address.is_empty() {
        let turn = on.next.fetch_add(1, Ordering::Relaxed);
        memory.address =
            format!("10.{}.{}.{}", 128 + (turn >> 16) % 64, (turn >> 8) % 256, turn % 256);
    }
    if memory.has_run {
        return None;
    }
    let states = provide(on, pod, memory).await;
    let program = on.rules.program(namespace);
    let is_done = program.is_none()
        && owner(pod) == Some("Job")
        && metadata["annotations"][RUNS_ON] != "true";
    let status = status::status(pod, &states, is_done, memory);
    if memory.written != status {
        let patch = json!({"metadata": {"uid": metadata["uid"]}, "status": status});
        let sent = on.api.send("PATCH", &format!("{path}/status"), Some((MERGE, &patch))).await;
        if !sent.is_ok_and(|reply| reply.status == 200) {
            return soon;
        }
        memory.written = status;
    }
    let runs = states.iter().all(|(_, state)| matches!(state, State::Runs(_)));
    if let Some(program) = program.filter(|_| runs) {
        memory.has_run = true;
        let status = process::run(on, pod, &program, memory).await;
        let patch = json!({"metadata": {"uid": metadata["uid"]}, "status": status});
        let sent = on.api.send("PATCH", &format!("{path}/status"), Some((MERGE, &patch))).await;
        sent.unwrap().good();
        return None;
    }
    let lacks = states.iter().any(|(_, state)| matches!(state, State::Waits(..)));
    memory.failures = if lacks { memory.failures + 1 } else { 0 };
    // A real kubelet's pauses grow to five minutes.
    lacks.then(|| Duration::from_millis(100 << memory.failures.min(4)))
}

fn owner(pod: &Value) -> Option<&str> {
    let owners = pod["metadata"]["ownerReferences"].as_array();
    owners?.iter().find(|owner| owner["controller"] == true)?["kind"].as_str()
}
