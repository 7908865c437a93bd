//! A switch: server-side dry run of every patch, the rollback file, then the writing.

use std::path::PathBuf;
use std::sync::atomic::Ordering;

use tokio_util::sync::CancellationToken;

use super::error::ApplyError;
use super::object_write::{ObjectWrite, object_writes};
use super::rollback_file::{RollbackEntry, RollbackFile};
use super::run::{ApplyEvent, ApplyOptions, Run, Watcher, cluster_id};
use super::{dry_run, write};
use crate::switch::plan::SwitchPlan;
use crate::switch::prepare::PreparedSwitch;
use crate::switch::report::{
    ObjectResult, Outcome, Report, ReportCommand, SCHEMA_VERSION, WithoutDryRun,
};

/// Carries a plan out.
///
/// Cancellation is looked at between objects: what is being written is finished, and what isn't
/// begun is reported as not tried.
///
/// # Errors
/// [`ApplyError`], if nothing was written: a patch is refused, or the rollback file can't be made.
pub async fn execute(
    prepared: &PreparedSwitch,
    options: &ApplyOptions,
    watcher: Watcher<'_>,
    stop: &CancellationToken,
) -> Result<Report, ApplyError> {
    let PreparedSwitch { cluster, inventory, plan, .. } = prepared;
    let inputs = &prepared.inputs();
    let run = Run::new(cluster, options, watcher, stop);
    let mut steps = object_writes(inventory, plan);
    run.tell(ApplyEvent::DryRun(steps.len()));
    let mut done = dry_run::dry_run_all(&run, &mut steps, inventory, inputs).await?;
    if run.is_over() || steps.is_empty() {
        done.extend(untried(&steps));
        return Ok(report(&run, plan, done, None));
    }
    let without_dry_run = without_dry_run(&steps);
    let entries: Vec<RollbackEntry> = steps.iter().map(ObjectWrite::rollback_entry).collect();
    let cluster_id = cluster_id(cluster).await;
    let file = RollbackFile::new(cluster.server(), &cluster_id, entries);
    let path = file.save(options.rollback_file.as_deref())?;
    run.tell(ApplyEvent::Saved(&path));
    done.extend(write::write_all(&run, steps, inventory, inputs, (file, path.clone())).await);
    Ok(Report { without_dry_run, ..report(&run, plan, done, Some(&path)) })
}

fn without_dry_run(steps: &[ObjectWrite]) -> Vec<WithoutDryRun> {
    let unproven = |step: &ObjectWrite| {
        let webhook = step.no_dry_run.clone()?;
        Some(WithoutDryRun { object: step.object.clone(), webhook })
    };
    steps.iter().filter_map(unproven).collect()
}

fn untried(steps: &[ObjectWrite]) -> Vec<ObjectResult> {
    let done = |step: &ObjectWrite| ObjectResult {
        object: step.object.clone(),
        outcome: Outcome::NotTried,
    };
    steps.iter().map(done).collect()
}

fn report(
    run: &Run<'_>,
    plan: &SwitchPlan,
    objects: Vec<ObjectResult>,
    file: Option<&PathBuf>,
) -> Report {
    Report {
        schema_version: SCHEMA_VERSION,
        command: ReportCommand::Apply,
        interrupted: run.stop.is_cancelled(),
        stopped: run.broken.load(Ordering::Relaxed),
        rollback_file: file.map(|path| path.display().to_string()),
        objects,
        without_dry_run: Vec::new(),
        unread: plan.unread.clone(),
    }
}
