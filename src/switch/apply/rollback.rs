//! Rolling a switch back: each change is undone where it still stands; an object that has been changed
//! since is reported.

use std::sync::atomic::AtomicBool;

use futures::{StreamExt as _, stream};
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use super::rollback_file::{RollbackEntry, RollbackFile};
use super::run::{ApplyEvent, ApplyOptions, Run, Watcher, cluster_id};
use super::wait::{Suspects, wait_for};
use crate::diagnostic::Diagnostic;
use crate::kubernetes::{Cluster, ClusterError, Write};
use crate::switch::report::{ObjectResult, Outcome, Report, ReportCommand, SCHEMA_VERSION};
use crate::workload::{Holds, ObjectRef, PatchState, held};

/// How many objects are looked at at once.
const AT_ONCE: usize = 16;

/// What a rollback would do.
#[derive(Debug, Clone)]
pub struct RollbackPlan {
    /// One for each entry of the file, in the order in which they would be written: workloads
    /// first, what they pull with last.
    pub steps: Vec<RollbackStep>,
}

/// One object.
#[derive(Debug, Clone)]
pub struct RollbackStep {
    /// Which one.
    pub object: ObjectRef,
    /// What is to be done.
    pub verdict: RollbackVerdict,
    entry: RollbackEntry,
    /// Whether its pods follow by themselves.
    replaces_pods: bool,
}

/// What is to be done with one object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RollbackVerdict {
    /// The change stands: it is undone.
    Undo,
    /// It was never changed, or has been rolled back.
    Untouched,
    /// Somebody has changed it since; where it differs.
    ChangedSince(String),
    /// It is gone, or another one of this name was made.
    Gone(String),
    /// It can't be read, or the server refuses the change.
    Failed(Diagnostic),
}

/// Why a file can't be used on a cluster.
#[derive(Debug, thiserror::Error)]
#[error("the rollback file belongs to another cluster: it was written for {server}")]
pub struct WrongCluster {
    /// The API server's address in the file.
    pub server: String,
}

impl RollbackPlan {
    /// Looks at each object of the file, and sends a server-side dry run of what would be written.
    ///
    /// # Errors
    /// [`WrongCluster`] if the file is of another cluster.
    pub async fn make(cluster: &Cluster, file: &RollbackFile) -> Result<Self, WrongCluster> {
        let here = cluster_id(cluster).await;
        let differs = match (file.cluster.as_str(), here.as_str()) {
            ("", _) | (_, "") => file.server != cluster.server(),
            (known, here) => known != here,
        };
        if differs {
            return Err(WrongCluster { server: file.server.clone() });
        }
        let steps = stream::iter(file.entries.iter().rev())
            .map(async |entry| {
                let (object, entry) = (entry.object.clone(), entry.clone());
                let (verdict, replaces_pods) = match cluster.get(&entry.path).await {
                    Ok(now) => {
                        let replaces_pods = object.rules().replaces_pods() && held(&now).is_none();
                        (verdict(cluster, &entry, &now).await, replaces_pods)
                    }
                    Err(error) => (unread(&error), false),
                };
                RollbackStep { object, verdict, entry, replaces_pods }
            })
            .buffered(AT_ONCE)
            .collect()
            .await;
        Ok(Self { steps })
    }

    /// Whether anything would be written.
    #[must_use]
    pub fn changes_anything(&self) -> bool {
        self.steps.iter().any(|step| step.verdict == RollbackVerdict::Undo)
    }
}

fn unread(error: &ClusterError) -> RollbackVerdict {
    match error {
        ClusterError::NotFound { .. } => RollbackVerdict::Gone("it no longer exists".to_owned()),
        error => RollbackVerdict::Failed(error.into()),
    }
}

async fn verdict(cluster: &Cluster, entry: &RollbackEntry, object: &Value) -> RollbackVerdict {
    if object["metadata"]["uid"].as_str().is_some_and(|uid| uid != entry.uid) {
        return RollbackVerdict::Gone("it has been deleted and recreated since".to_owned());
    }
    match entry.patch.state_in(object) {
        PatchState::Before => RollbackVerdict::Untouched,
        PatchState::Neither { pointer } => RollbackVerdict::ChangedSince(pointer.to_string()),
        PatchState::After => {
            let judged = cluster.patch(&entry.path, &entry.patch.reverse(), Write::DryRun).await;
            match judged {
                Ok(()) => RollbackVerdict::Undo,
                Err(error) => RollbackVerdict::Failed((&error).into()),
            }
        }
    }
}

/// Takes back what [`RollbackPlan::make`] found standing.
pub async fn roll_back(
    cluster: &Cluster,
    plan: &RollbackPlan,
    options: &ApplyOptions,
    watcher: Watcher<'_>,
    stop: &CancellationToken,
) -> Report {
    let run = Run { cluster, options, watcher, stop, broken: AtomicBool::new(false) };
    let undo = plan.steps.iter().filter(|step| step.verdict == RollbackVerdict::Undo);
    // ServiceAccounts keep what the workloads' pods pull with until those are back.
    let (accounts, workloads): (Vec<_>, Vec<_>) =
        undo.partition(|step| step.object.rules().holds == Holds::PullSecrets);
    let mut objects = run.side_by_side(workloads, |step| undo_one(&run, step)).await;
    for step in accounts {
        objects.push(undo_one(&run, step).await);
    }
    for step in &plan.steps {
        let outcome = match &step.verdict {
            RollbackVerdict::Undo => continue,
            RollbackVerdict::Untouched => Outcome::Unneeded,
            RollbackVerdict::Failed(trouble) => Outcome::Failed(trouble.clone()),
            RollbackVerdict::Gone(why) => Outcome::Failed(Diagnostic::new(why.clone())),
            RollbackVerdict::ChangedSince(place) => Outcome::Failed(
                Diagnostic::new(format!("{place} has been changed since; not rolled back"))
                    .with_hint("change it by hand if it still names TCR"),
            ),
        };
        let done = ObjectResult { object: step.object.clone(), outcome };
        if matches!(done.outcome, Outcome::Failed(_)) {
            run.tell(ApplyEvent::Settled(&done));
        }
        objects.push(done);
    }
    Report {
        schema_version: SCHEMA_VERSION,
        command: ReportCommand::Rollback,
        interrupted: stop.is_cancelled(),
        stopped: false,
        rollback_file: None,
        objects,
        without_dry_run: Vec::new(),
        unread: Vec::new(),
    }
}

async fn undo_one(run: &Run<'_>, step: &RollbackStep) -> ObjectResult {
    let done = |outcome| ObjectResult { object: step.object.clone(), outcome };
    let ended = if run.stop.is_cancelled() {
        done(Outcome::NotTried)
    } else {
        done(write_back(run, step).await)
    };
    run.tell(ApplyEvent::Settled(&ended));
    ended
}

async fn write_back(run: &Run<'_>, step: &RollbackStep) -> Outcome {
    let entry = &step.entry;
    let written = run.cluster.patch(&entry.path, &entry.patch.reverse(), Write::Real).await;
    match written {
        Ok(()) => {}
        Err(error) if error.may_have_been_done() => match run.cluster.get(&entry.path).await {
            Ok(object) if entry.patch.state_in(&object) == PatchState::Before => {}
            _ => return Outcome::Failed((&error).into()),
        },
        Err(error) => return Outcome::Failed((&error).into()),
    }
    run.tell(ApplyEvent::Written(&step.object));
    if !step.replaces_pods || !run.options.wait {
        return Outcome::Written("not waiting for its pods".to_owned());
    }
    let back = entry.patch.reversed();
    wait_for(run, (&entry.object, &entry.path), &Suspects::Patched(&back)).await
}
