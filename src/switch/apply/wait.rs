//! Waiting for a workload's new pods: by reading it and its pods again and again.

use std::collections::HashSet;
use std::sync::atomic::Ordering;
use std::time::Duration;

use serde_json::Value;
use tokio::time::{Instant, sleep};
use url::form_urlencoded::byte_serialize;

use super::pull_failure::{PullFailure, pull_failures};
use super::run::{ApplyEvent, Run};
use crate::kubernetes::ClusterError;
use crate::switch::report::Outcome;
use crate::workload::{KindRules, ObjectPatch, ObjectRef, Progress};

/// The first look comes soon, later ones less often.
const FIRST_LOOK: Duration = Duration::from_millis(250);
const LATER_LOOKS: Duration = Duration::from_secs(2);
/// From then on people want to know what is waited for.
const LONG: Duration = Duration::from_secs(5);
/// A registry may stumble once, and the kubelet tries again: a failed pull has to last this long.
const PATIENCE: Duration = Duration::from_secs(8);

/// Whose failure to pull is the fault of a change.
pub(in crate::switch) enum Suspects<'a> {
    /// Pods with an image that this patch brings.
    Patched(&'a ObjectPatch),
    /// Pods that were not there before it, by `uid`.
    PodsBut(&'a HashSet<String>),
}

impl Suspects<'_> {
    fn include(&self, pod: &Value, failure: &PullFailure) -> bool {
        match self {
            Self::Patched(patch) => {
                let mut brought = patch.changes.iter().filter_map(|change| change.new.as_ref());
                brought.any(|new| *new == failure.image)
            }
            Self::PodsBut(old) => !old.contains(uid(pod)),
        }
    }
}

/// How an object that has just been written ends: waited for, unless `no_rollout` says why not. A
/// pod that can't pull or start ends the whole run.
pub(in crate::switch) async fn follow(
    run: &Run<'_>,
    (object, path): (&ObjectRef, &str),
    no_rollout: Option<&String>,
    suspects: &Suspects<'_>,
) -> Outcome {
    run.tell(ApplyEvent::Written(object));
    let outcome = match no_rollout {
        Some(why) => Outcome::Written(why.clone()),
        None if !run.options.wait => Outcome::Written("not waiting for its pods".to_owned()),
        None => wait_for(run, (object, path), suspects).await,
    };
    if matches!(outcome, Outcome::Broken(_)) {
        run.broken.store(true, Ordering::Relaxed);
    }
    outcome
}

/// Waits until the rollout is over, a pod can't pull, the limit is reached or the user asks to
/// stop.
pub(in crate::switch) async fn wait_for(
    run: &Run<'_>,
    (object_ref, path): (&ObjectRef, &str),
    suspects: &Suspects<'_>,
) -> Outcome {
    let begin = Instant::now();
    let end = begin + run.options.timeout;
    let mut pause = FIRST_LOOK;
    let mut failing_since: Option<Instant> = None;
    let (mut told, mut was_long) = (String::new(), false);
    loop {
        let (how_far, failure) = match run.cluster.get(path).await {
            Ok(object) => match KindRules::of(&object).progress(&object) {
                Progress::Complete => return Outcome::RolledOut,
                Progress::Failed(why) => return Outcome::Broken(why),
                Progress::Waiting(how_far) => (how_far, failure(run, &object, suspects).await),
            },
            Err(
                error @ (ClusterError::NotFound { .. }
                | ClusterError::Forbidden { .. }
                | ClusterError::Unauthorized { .. }),
            ) => return Outcome::NotYet(format!("can't read it any more: {error}")),
            // A server that restarts is back before the limit, and the pods go on meanwhile.
            Err(error) => (format!("it can't be read: {error}"), None),
        };
        let is_long = begin.elapsed() >= LONG;
        if how_far != told || is_long != was_long {
            run.tell(ApplyEvent::Waiting { object: object_ref, how_far: &how_far, is_long });
            (told, was_long) = (how_far, is_long);
        }
        match failure {
            Some(failure) => {
                let since = *failing_since.get_or_insert_with(Instant::now);
                if since.elapsed() >= PATIENCE {
                    let PullFailure { pod, image, why, .. } = failure;
                    return Outcome::Broken(format!("pod {pod} can't pull {image}: {why}"));
                }
            }
            None => failing_since = None,
        }
        if Instant::now() >= end {
            return Outcome::NotYet(format!(
                "not rolled out within {} s: {told}",
                run.options.timeout.as_secs()
            ));
        }
        if run.is_over() {
            return Outcome::NotYet(format!("stopped waiting: {told}"));
        }
        tokio::select! {
            () = sleep(pause) => {}
            () = run.stop.cancelled() => {}
        }
        pause = (pause * 2).min(LATER_LOOKS);
    }
}

/// A pod of the workload that can't pull. Without the right to list pods there is none to see; the
/// limit still ends the wait.
async fn failure(run: &Run<'_>, object: &Value, suspects: &Suspects<'_>) -> Option<PullFailure> {
    let pods = pods(run, object).await;
    let failures = |pod: &Value| {
        let all = pull_failures(pod).into_iter();
        all.filter(|failure| suspects.include(pod, failure)).collect::<Vec<_>>()
    };
    pods.iter().flat_map(failures).next()
}

/// The pods that a workload has now, by `uid`, as far as they may be seen.
pub(in crate::switch) async fn pods_of(run: &Run<'_>, path: &str) -> HashSet<String> {
    let Ok(object) = run.cluster.get(path).await else { return HashSet::new() };
    pods(run, &object).await.iter().map(|pod| uid(pod).to_owned()).collect()
}

async fn pods(run: &Run<'_>, object: &Value) -> Vec<Value> {
    let Some(selector) = KindRules::of(object).pod_selector(object) else { return Vec::new() };
    let query: String = byte_serialize(selector.as_bytes()).collect();
    let namespace = object["metadata"]["namespace"].as_str().unwrap_or_default();
    let path = format!("/api/v1/namespaces/{namespace}/pods?limit=500&labelSelector={query}");
    let listed = run.cluster.get(&path).await;
    listed.ok().and_then(|pods| pods["items"].as_array().cloned()).unwrap_or_default()
}

fn uid(pod: &Value) -> &str {
    pod["metadata"]["uid"].as_str().unwrap_or_default()
}
