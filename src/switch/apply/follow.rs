//! How an object ends that has just been written.

use std::sync::atomic::Ordering;

use super::custom_watch::watch_custom;
use super::run::{ApplyEvent, Run};
use super::wait::wait_for;
use super::watched::Watched;
use crate::switch::report::Outcome;

/// How an object that has just been written ends. A pod that can't pull or start ends the whole run.
pub(in crate::switch) async fn follow(run: &Run<'_>, watched: &Watched<'_>) -> Outcome {
    run.tell(ApplyEvent::Written(watched.object));
    let has_pods_of_its_own = watched.object.rules().may_replace_pods(watched.object.group());
    let outcome = match watched.no_rollout {
        Some(why) if has_pods_of_its_own && run.options.wait => {
            watch_custom(run, watched, why).await
        }
        Some(why) => Outcome::Written(why.clone()),
        None if !run.options.wait => Outcome::Written("not waiting for its pods".to_owned()),
        None => wait_for(run, watched).await,
    };
    if matches!(outcome, Outcome::Broken(_)) {
        run.broken.store(true, Ordering::Relaxed);
    }
    outcome
}
