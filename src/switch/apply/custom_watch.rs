//! Watching the pods of a kind whose rollouts are not known: what follows is up to its controller,
//! but a pod that it makes with the new image, and that can't get it, is seen.

use std::time::Duration;

use tokio::time::Instant;

use super::pods::Which;
use super::run::{ApplyEvent, Run};
use super::watched::{FIRST_LOOK, Lasting, Watched, broken};
use crate::switch::report::Outcome;

/// How long a controller may take to make the first new pod: as long as an old pod has to end, of
/// which there is one at a time, and a little more.
const FIRST_POD: Duration = Duration::from_secs(20);
/// The same where no pod runs the old image: there is none that it would replace.
const FIRST_POD_OF_ALL: Duration = Duration::from_secs(5);

/// What a look has found of an object's pods.
#[derive(Default)]
struct Seen {
    /// With the new image, and whether all of them have started it.
    new: Option<bool>,
    has_old: bool,
    failure: Option<super::pull_failure::PullFailure>,
}

/// Waits until the pods that the object has made since have started its new images, or one can't
/// get them. `why` says why more isn't waited for.
pub(super) async fn watch_custom(run: &Run<'_>, watched: &Watched<'_>, why: &str) -> Outcome {
    let begin = Instant::now();
    let mut pause = FIRST_LOOK;
    let (mut failing, mut has_old) = (Lasting::default(), false);
    loop {
        let seen = look(run, watched).await;
        has_old |= seen.has_old;
        if let Some(failure) = failing.lasts(seen.failure) {
            return broken(&failure);
        }
        let limit = if has_old { FIRST_POD } else { FIRST_POD_OF_ALL };
        match seen.new {
            Some(true) => {
                return Outcome::Written(format!("{why}; its new pods have their images"));
            }
            None if begin.elapsed() >= limit.min(run.options.timeout) => {
                let waited = begin.elapsed().as_secs();
                return Outcome::Written(format!("{why}; no new pod of it within {waited} s"));
            }
            Some(false) if begin.elapsed() >= run.options.timeout => {
                let limit = run.options.timeout.as_secs();
                return Outcome::NotYet(format!("its new pods have not started within {limit} s"));
            }
            _ => {}
        }
        if run.is_over() {
            return Outcome::NotYet("stopped waiting for its pods".to_owned());
        }
        let how_far = "its new pods are looked for";
        run.tell(ApplyEvent::Waiting { object: watched.object, how_far, is_long: false });
        run.pause(&mut pause).await;
    }
}

async fn look(run: &Run<'_>, watched: &Watched<'_>) -> Seen {
    let mut seen = Seen::default();
    // What lies in no namespace may have its pods in any: they are not looked for.
    let Some(namespace) = watched.object.namespace.as_deref() else { return seen };
    let maker = (namespace, watched.object.group(), watched.written.uid());
    let look = run.pods.look(run.cluster, namespace, Which::All).await;
    for pod in &look.pods {
        let brought = watched.suspects.brought_to(pod);
        let is_old = watched.suspects.is_to_follow(pod);
        if (brought.is_none() && !is_old) || !run.pods.is_made_by(run.cluster, pod, maker).await {
            continue;
        }
        seen.has_old |= is_old;
        if let Some(has_started) = brought {
            seen.new = Some(seen.new.unwrap_or(true) && has_started);
            seen.failure = seen.failure.or_else(|| watched.suspects.failure(pod).cloned());
        }
    }
    seen
}
