//! Waiting for a workload's new pods: by reading it and the pods of its namespace again and again.

use std::collections::HashSet;
use std::time::Duration;

use serde_json::Value;
use tokio::time::Instant;

use super::pods::{SeenPod, Which};
use super::pull_failure::PullFailure;
use super::run::{ApplyEvent, Run};
use super::stuck::{delete_stuck, stuck_pods};
use super::watched::{FIRST_LOOK, Lasting, Watched, broken};
use crate::kubernetes::ClusterError;
use crate::switch::report::Outcome;
use crate::workload::{KindRules, Progress};

/// From then on people want to know what is waited for.
const LONG: Duration = Duration::from_secs(5);
/// Waits until the rollout is over, a pod can't pull, the limit is reached or the user asks to
/// stop.
pub(super) async fn wait_for(run: &Run<'_>, watched: &Watched<'_>) -> Outcome {
    let begin = Instant::now();
    let end = begin + run.options.timeout;
    let mut pause = FIRST_LOOK;
    let (mut failing, mut stuck) = (Lasting::default(), Lasting::default());
    let (mut told, mut was_long) = (String::new(), false);
    let mut deleted = HashSet::new();
    loop {
        let mut pods = OwnPods::default();
        let how_far = match run.cluster.get(watched.path).await {
            Ok(object) => match watched.written.progress(&object) {
                Progress::Complete => return Outcome::RolledOut,
                Progress::Failed(why) if watched.written.was_stuck() => {
                    return Outcome::NotYet(format!("{why}; it wasn't ready before either"));
                }
                Progress::Failed(why) => return Outcome::Broken(why),
                Progress::Held(why) => return Outcome::Written(why),
                Progress::Waiting(how_far) => {
                    pods = OwnPods::look(run, watched, &object).await;
                    how_far
                }
            },
            Err(
                error @ (ClusterError::NotFound { .. }
                | ClusterError::Forbidden { .. }
                | ClusterError::Unauthorized { .. }),
            ) => return Outcome::NotYet(format!("can't read it any more: {error}")),
            // A server that restarts is back before the limit, and the pods go on meanwhile.
            Err(error) => format!("it can't be read: {error}"),
        };
        let is_long = begin.elapsed() >= LONG;
        if how_far != told || is_long != was_long {
            run.tell(ApplyEvent::Waiting { object: watched.object, how_far: &how_far, is_long });
            (told, was_long) = (how_far, is_long);
        }
        if let Some(failure) = failing.lasts(pods.failure) {
            return broken(&failure);
        }
        pods.stuck.retain(|(pod, _)| !deleted.contains(&pod.uid));
        if let Some(stuck) = stuck.lasts(Some(pods.stuck).filter(|stuck| !stuck.is_empty())) {
            match delete_stuck(run, watched, &stuck).await {
                Ok(()) => deleted.extend(stuck.into_iter().map(|(pod, _)| pod.uid)),
                Err(why) => return Outcome::NotYet(why),
            }
        }
        if Instant::now() >= end {
            let limit = run.options.timeout.as_secs();
            return Outcome::NotYet(format!("not rolled out within {limit} s: {told}"));
        }
        if run.is_over() {
            return Outcome::NotYet(format!("stopped waiting: {told}"));
        }
        run.pause(&mut pause).await;
    }
}

/// What the pods of a workload lack.
#[derive(Default)]
struct OwnPods {
    /// One that the change has broken.
    failure: Option<PullFailure>,
    /// Those that will never be replaced.
    stuck: Vec<(SeenPod, PullFailure)>,
}

impl OwnPods {
    async fn look(run: &Run<'_>, watched: &Watched<'_>, object: &Value) -> Self {
        let metadata = &object["metadata"];
        let text = |key: &str| metadata[key].as_str().unwrap_or_default();
        let look = run.pods.look(run.cluster, text("namespace"), Which::Waiting).await;
        let mut found = Self::default();
        if KindRules::of(object).is_ordered() {
            let stuck = stuck_pods(object, &look.pods);
            found.stuck = stuck.map(|(pod, failure)| (pod.clone(), failure.clone())).collect();
        }
        let maker = (text("namespace"), watched.object.group(), text("uid"));
        for pod in &look.pods {
            let Some(failure) = watched.suspects.failure(pod) else { continue };
            let is_stuck = found.stuck.iter().any(|(stuck, _)| stuck.uid == pod.uid);
            if !is_stuck && run.pods.is_made_by(run.cluster, pod, maker).await {
                found.failure = Some(failure.clone());
                break;
            }
        }
        found
    }
}
