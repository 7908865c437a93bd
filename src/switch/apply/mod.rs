//! Carrying a plan out: judged by the server first, saved for the way back, then written namespace
//! by namespace, and watched.
//!
//! Nothing is written before every patch has passed the server's dry-run and the rollback file is
//! on disk.

mod dry_run;
mod error;
mod rollback;
mod rollback_file;
mod rollout;
mod steps;
mod wait;
mod write;

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures::{StreamExt as _, stream};
use tokio_util::sync::CancellationToken;

use super::inventory::Inventory;
use super::plan::{Known, SwitchPlan};
use super::report::{Done, Outcome, Report, SCHEMA_VERSION};
use crate::kubernetes::Cluster;
use crate::workload::ObjectRef;

pub use dry_run::judge;
pub use error::ApplyError;
pub use rollback::{RollbackPlan, RollbackStep, RollbackVerdict, WrongCluster, roll_back};
pub use rollback_file::{RollbackEntry, RollbackFile, RollbackFileError};
pub use rollout::{PullFailure, pull_failures};
pub(super) use steps::{Step, steps};
pub(super) use wait::{Suspects, follow, pods_of};
pub(super) use write::trouble;

/// How a plan is carried out.
#[derive(Debug, Clone)]
pub struct ApplyWish {
    /// Whether rollouts are waited for.
    pub wait: bool,
    /// How long for each.
    pub timeout: Duration,
    /// How many workloads change at once, at least one.
    pub concurrency: usize,
    /// The file that takes the switch back, which must not be there yet. `None`: one with a new name
    /// in this folder.
    pub rollback_file: Option<PathBuf>,
}

/// Something that happened.
#[derive(Debug, Clone, Copy)]
pub enum ApplyEvent<'a> {
    /// So many patches are put to the server, without effect.
    Judging(usize),
    /// The rollback file is on disk.
    Saved(&'a std::path::Path),
    /// An object is written.
    Written(&'a ObjectRef),
    /// How far the rollout of an object is.
    Waiting {
        /// Whose.
        object: &'a ObjectRef,
        /// In words.
        how_far: &'a str,
        /// Whether it has been waited for so long that people want to know.
        is_long: bool,
    },
    /// An object is done, one way or another.
    Settled(&'a Done),
}

/// Somebody who watches. Called from many tasks; must not block.
pub type Watcher<'a> = &'a (dyn Fn(ApplyEvent<'_>) + Send + Sync);

/// What a run has in common.
pub(super) struct Run<'a> {
    pub(super) cluster: &'a Cluster,
    pub(super) wish: &'a ApplyWish,
    pub(super) watcher: Watcher<'a>,
    pub(super) stop: &'a CancellationToken,
    /// Set when a pod can't pull: nothing new is begun.
    pub(super) broken: AtomicBool,
}

impl Run<'_> {
    pub(super) fn is_over(&self) -> bool {
        self.stop.is_cancelled() || self.broken.load(Ordering::Relaxed)
    }

    pub(super) fn tell(&self, event: ApplyEvent<'_>) {
        (self.watcher)(event);
    }

    /// Does this with each of them, as many at once as the user wishes; what came of it, in their
    /// order. One that takes long doesn't keep those behind it from beginning.
    pub(super) async fn side_by_side<T, F: Future<Output = Done>>(
        &self,
        all: Vec<T>,
        work: impl Fn(T) -> F,
    ) -> Vec<Done> {
        let mut done: Vec<(usize, Done)> = stream::iter(all.into_iter().enumerate())
            .map(|(place, one)| {
                let ended = work(one);
                async move { (place, ended.await) }
            })
            .buffer_unordered(self.wish.concurrency.max(1))
            .collect()
            .await;
        done.sort_by_key(|(place, _)| *place);
        done.into_iter().map(|(_, ended)| ended).collect()
    }
}

/// Carries a plan out.
///
/// A wish to stop is heard between objects: what is being written is finished, and what isn't
/// begun is reported as not tried.
///
/// # Errors
/// [`ApplyError`], if nothing was written: a patch is refused, or the rollback file can't be made.
pub async fn apply(
    cluster: &Cluster,
    inventory: &Inventory,
    plan: &SwitchPlan,
    known: &Known<'_>,
    wish: &ApplyWish,
    watcher: Watcher<'_>,
    stop: &CancellationToken,
) -> Result<Report, ApplyError> {
    let run = Run { cluster, wish, watcher, stop, broken: AtomicBool::new(false) };
    let mut steps = steps(inventory, plan);
    run.tell(ApplyEvent::Judging(steps.len()));
    let mut done = dry_run::judge_all(&run, &mut steps, inventory, known).await?;
    if run.is_over() || steps.is_empty() {
        done.extend(untried(&steps));
        return Ok(report(&run, plan, done, None));
    }
    let entries: Vec<RollbackEntry> = steps.iter().map(Step::rollback_entry).collect();
    let cluster_id = cluster_id(cluster).await;
    let file = RollbackFile::new(cluster.server(), &cluster_id, entries);
    let path = file.save(wish.rollback_file.as_deref())?;
    run.tell(ApplyEvent::Saved(&path));
    done.extend(write::write_all(&run, steps, inventory, known, (file, path.clone())).await);
    Ok(report(&run, plan, done, Some(&path)))
}

/// `uid` of `kube-system`, which tells one cluster from another whatever its address; empty if it
/// can't be read.
pub(super) async fn cluster_id(cluster: &Cluster) -> String {
    let namespace = cluster.get("/api/v1/namespaces/kube-system").await;
    namespace
        .ok()
        .and_then(|object| object["metadata"]["uid"].as_str().map(str::to_owned))
        .unwrap_or_default()
}

fn untried(steps: &[Step]) -> Vec<Done> {
    let done = |step: &Step| Done { object: step.object.clone(), outcome: Outcome::NotTried };
    steps.iter().map(done).collect()
}

fn report(run: &Run<'_>, plan: &SwitchPlan, objects: Vec<Done>, file: Option<&PathBuf>) -> Report {
    Report {
        schema_version: SCHEMA_VERSION,
        command: "apply",
        interrupted: run.stop.is_cancelled(),
        stopped: run.broken.load(Ordering::Relaxed),
        rollback_file: file.map(|path| path.display().to_string()),
        objects,
        unread: plan.unread.clone(),
    }
}
