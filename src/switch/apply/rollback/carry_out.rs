//! The writing of a rollback: namespace by namespace, workloads first, then what they pull with.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use tokio_util::sync::CancellationToken;

use super::super::credentials_now::CredentialsNow;
use super::super::follow::follow;
use super::super::run::{ApplyEvent, ApplyOptions, Run, Watcher};
use super::super::suspects::Suspects;
use super::super::wait::wait_for;
use super::super::watched::Watched;
use super::super::written::WrittenObject;
use super::accounts::still_needed;
use super::plan::{RollbackPlan, RollbackStep, RollbackVerdict, back};
use super::surroundings::{self, Lists};
use crate::diagnostic::Diagnostic;
use crate::kubernetes::{Cluster, ClusterError};
use crate::switch::inventory::Inventory;
use crate::switch::report::{ObjectResult, Outcome, Report, ReportCommand, SCHEMA_VERSION};
use crate::workload::{ObjectPatch, PatchState};

/// Takes back what [`RollbackPlan::make`] found standing. Where a pod can't pull, nothing new is
/// begun.
pub async fn roll_back(
    cluster: &Cluster,
    plan: &RollbackPlan,
    options: &ApplyOptions,
    watcher: Watcher<'_>,
    stop: &CancellationToken,
) -> Report {
    let run = Run::new(cluster, options, watcher, stop);
    let (held, mut objects) = (CredentialsNow::default(), Vec::new());
    for steps in together(&plan.steps, options.wait) {
        let (accounts, workloads): (Vec<_>, Vec<_>) =
            steps.into_iter().partition(|step| step.is_account());
        objects.extend(run.side_by_side(workloads, |step| one(&run, &held, step)).await);
        // ServiceAccounts keep what the workloads' pods pull with until those are back, and longer
        // if something needs it: that is looked for once more.
        let is_undone = |step: &&&RollbackStep| step.verdict == RollbackVerdict::Undo;
        let undone = accounts.iter().filter(is_undone).filter(|_| !run.is_over());
        let namespaces = undone.map(|step| step.namespace().to_owned()).collect();
        let inventory = surroundings::read(cluster, &namespaces).await;
        for step in accounts {
            objects.push(match step.verdict {
                RollbackVerdict::Undo if !run.is_over() => {
                    settled(&run, step, put_back(&run, step, &inventory).await)
                }
                _ => one(&run, &held, step).await,
            });
        }
    }
    Report {
        schema_version: SCHEMA_VERSION,
        command: ReportCommand::Rollback,
        interrupted: stop.is_cancelled(),
        stopped: run.broken.load(Ordering::Relaxed),
        rollback_file: None,
        objects,
        without_dry_run: Vec::new(),
        unread: Vec::new(),
    }
}

/// The steps of each namespace. Where nothing is waited for, one namespace need not be over before
/// the next begins.
fn together(steps: &[RollbackStep], by_namespace: bool) -> Vec<Vec<&RollbackStep>> {
    let is_same = |one: &RollbackStep, other: &RollbackStep| {
        !by_namespace || one.namespace() == other.namespace()
    };
    steps.chunk_by(is_same).map(|steps| steps.iter().collect()).collect()
}

async fn one(run: &Run<'_>, held: &CredentialsNow, step: &RollbackStep) -> ObjectResult {
    let outcome = match &step.verdict {
        RollbackVerdict::Undo if run.is_over() => Outcome::NotTried,
        RollbackVerdict::Undo => undo(run, held, step).await,
        RollbackVerdict::Untouched => see_to_stuck(run, step).await,
        RollbackVerdict::Kept(why) => Outcome::Kept(why.clone()),
        RollbackVerdict::Failed(trouble) => Outcome::Failed(trouble.clone()),
        RollbackVerdict::Gone(why) => Outcome::Failed(Diagnostic::new(why.clone())),
        RollbackVerdict::ChangedSince(place) => Outcome::Failed(changed_since(place)),
    };
    settled(run, step, outcome)
}

fn settled(run: &Run<'_>, step: &RollbackStep, outcome: Outcome) -> ObjectResult {
    let done = ObjectResult { object: step.object.clone(), outcome };
    if step.verdict != RollbackVerdict::Untouched || done.outcome != Outcome::Unneeded {
        run.tell(ApplyEvent::Settled(&done));
    }
    done
}

fn changed_since(place: &str) -> Diagnostic {
    Diagnostic::new(format!("{place} has been changed since; not rolled back"))
        .with_hint("change it by hand if it still names TCR")
}

async fn undo(run: &Run<'_>, held: &CredentialsNow, step: &RollbackStep) -> Outcome {
    if let Some(lack) = held.lack(run.cluster, step.namespace(), &step.relies_on).await {
        return Outcome::Failed(lack);
    }
    let before = run.pods_before(&step.object).await;
    let written = match write(run, step).await {
        Ok(written) => written,
        Err(outcome) => return outcome,
    };
    let watched = Watched {
        object: &step.object,
        path: &step.entry.path,
        no_rollout: step.no_rollout.as_ref(),
        suspects: Suspects::Patched(&step.patch, before),
        written,
    };
    follow(run, &watched).await
}

/// A `ServiceAccount`, unless something still needs what it loses.
async fn put_back(run: &Run<'_>, step: &RollbackStep, inventory: &Inventory) -> Outcome {
    let lists = Lists::from([step.list()]);
    let account = (step.namespace(), step.object.name.as_str());
    if let Some(why) = still_needed(account, &lists, inventory, inventory.objects.iter()) {
        return Outcome::Kept(why);
    }
    match write(run, step).await {
        Ok(_) => {
            run.tell(ApplyEvent::Written(&step.object));
            Outcome::Written("a ServiceAccount has no pods".to_owned())
        }
        Err(outcome) => outcome,
    }
}

/// Writes; an object that has changed elsewhere since the plan is read once more.
async fn write(run: &Run<'_>, step: &RollbackStep) -> Result<WrittenObject, Outcome> {
    let path = &step.entry.path;
    let failed = |error: &ClusterError| Outcome::Failed(error.into());
    let error = match run.put(path, &step.patch).await {
        Ok(written) => return Ok(written),
        Err(error @ ClusterError::Changed { .. }) => error,
        Err(error) => return Err(failed(&error)),
    };
    let now = run.cluster.get(path).await.map_err(|error| failed(&error))?;
    match step.entry.patch.state_in(&now) {
        PatchState::Before => Err(Outcome::Unneeded),
        PatchState::Neither { pointer } => {
            Err(Outcome::Failed(changed_since(&pointer.to_string())))
        }
        PatchState::After if now["metadata"]["uid"] != step.entry.uid => Err(failed(&error)),
        PatchState::After => {
            let patch: ObjectPatch = back(&step.entry, Some(&now));
            run.put(path, &patch).await.map_err(|error| failed(&error))
        }
    }
}

/// An object that is back already may still have pods that hold it up.
async fn see_to_stuck(run: &Run<'_>, step: &RollbackStep) -> Outcome {
    let is_wanted = run.options.delete_stuck_pods && run.options.wait && !run.is_over();
    if !is_wanted || !step.object.rules().is_ordered() || step.no_rollout.is_some() {
        return Outcome::Unneeded;
    }
    let watched = Watched {
        object: &step.object,
        path: &step.entry.path,
        no_rollout: None,
        suspects: Suspects::Patched(&step.patch, Arc::default()),
        written: WrittenObject::default(),
    };
    match wait_for(run, &watched).await {
        Outcome::RolledOut => Outcome::RolledOut,
        Outcome::Broken(why) => Outcome::NotYet(why),
        outcome => outcome,
    }
}
