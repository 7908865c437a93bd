//! What is watched after a write, and when what is seen counts.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::pull_failure::PullFailure;
use super::run::Run;
use super::suspects::Suspects;
use super::written::WrittenObject;
use crate::switch::report::Outcome;
use crate::workload::ObjectRef;

/// The first look comes soon, later ones less often.
pub(super) const FIRST_LOOK: Duration = Duration::from_millis(250);
pub(super) const LATER_LOOKS: Duration = Duration::from_secs(2);
/// A registry may stumble once, and the kubelet tries again: a failed pull has to last this long.
const PATIENCE: Duration = Duration::from_secs(8);

/// An object that has just been written.
pub(in crate::switch) struct Watched<'a> {
    pub(in crate::switch) object: &'a ObjectRef,
    pub(in crate::switch) path: &'a str,
    /// Why its pods don't follow, or not in a way that is known; `None` if they do.
    pub(in crate::switch) no_rollout: Option<&'a String>,
    pub(in crate::switch) suspects: Suspects<'a>,
    /// As it was then.
    pub(in crate::switch) written: WrittenObject,
}

pub(super) fn broken(failure: &PullFailure) -> Outcome {
    let PullFailure { pod, image, why, .. } = failure;
    Outcome::Broken(format!("pod {pod} can't pull {image}: {why}"))
}

impl Run<'_> {
    /// Waits for the next look, unless the user wants to stop.
    pub(super) async fn pause(&self, pause: &mut Duration) {
        tokio::select! {
            () = sleep(*pause) => {}
            () = self.stop.cancelled() => {}
        }
        *pause = (*pause * 2).min(LATER_LOOKS);
    }
}

/// Something that has to be seen for a while before it counts.
#[derive(Default)]
pub(super) struct Lasting(Option<Instant>);

impl Lasting {
    /// What is seen now, once it has been seen for long enough without a break.
    pub(super) fn lasts<T>(&mut self, seen: Option<T>) -> Option<T> {
        if seen.is_none() {
            self.0 = None;
            return None;
        }
        let since = *self.0.get_or_insert_with(Instant::now);
        seen.filter(|_| since.elapsed() >= PATIENCE)
    }
}
