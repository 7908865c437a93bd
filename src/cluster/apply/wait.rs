//! Waiting for a workload's new pods: by reading it and its pods again and again.

use std::time::Duration;

use serde_json::Value;
use tokio::time::{Instant, sleep};
use url::form_urlencoded::byte_serialize;

use super::{ApplyEvent, Run, Step};
use crate::cluster::report::Outcome;
use crate::cluster::rollout::{Progress, PullFailure, progress, pull_failures, selector};

/// The first look comes soon, later ones less often.
const FIRST_LOOK: Duration = Duration::from_millis(250);
const LATER_LOOKS: Duration = Duration::from_secs(2);
/// A registry may stumble once, and the kubelet tries again: a failed pull has to last this long.
const PATIENCE: Duration = Duration::from_secs(8);

/// Waits until the rollout is over, a pod can't pull an image that the step brings, the limit is
/// reached or the user asks to stop.
pub(in crate::cluster) async fn wait_for(run: &Run<'_>, step: &Step) -> Outcome {
    let end = Instant::now() + run.wish.timeout;
    let mut pause = FIRST_LOOK;
    let mut failing_since: Option<Instant> = None;
    let mut told = String::new();
    loop {
        let object = match run.cluster.get(&step.path).await {
            Ok(object) => object,
            Err(error) => return Outcome::NotYet(format!("it can't be read any more: {error}")),
        };
        match progress(&object) {
            Progress::Complete => return Outcome::RolledOut,
            Progress::Failed(why) => return Outcome::Broken(why),
            Progress::Waiting(how_far) => {
                if how_far != told {
                    run.tell(ApplyEvent::Waiting(&step.object, &how_far));
                    told = how_far;
                }
            }
        }
        match failure(run, step, &object).await {
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
                run.wish.timeout.as_secs()
            ));
        }
        if run.is_over() {
            return Outcome::NotYet(format!("not waited for to its end: {told}"));
        }
        tokio::select! {
            () = sleep(pause) => {}
            () = run.stop.cancelled() => {}
        }
        pause = (pause * 2).min(LATER_LOOKS);
    }
}

/// A pod of the workload that can't pull one of the new images. Without the right to list pods
/// there is none to see; the limit still ends the wait.
async fn failure(run: &Run<'_>, step: &Step, object: &Value) -> Option<PullFailure> {
    let selector = selector(object)?;
    let query: String = byte_serialize(selector.as_bytes()).collect();
    let namespace = step.namespace();
    let path = format!("/api/v1/namespaces/{namespace}/pods?limit=500&labelSelector={query}");
    let pods = run.cluster.get(&path).await.ok()?;
    let pods = pods["items"].as_array()?;
    let is_new = |failure: &PullFailure| step.brings(&failure.image);
    pods.iter().flat_map(pull_failures).find(is_new)
}
