//! The server-side dry run of patches.

use std::collections::BTreeSet;
use std::sync::Arc;

use futures::{StreamExt as _, stream};

use super::error::ApplyError;
use super::object_write::{ObjectWrite, object_writes};
use super::refusals;
use super::run::{ApplyEvent, Run, tell_of_unproven};
use crate::diagnostic::Diagnostic;
use crate::kubernetes::{Cluster, ClusterError, Write};
use crate::switch::inventory::{Inventory, ScannedObject};
use crate::switch::plan::{PlanInputs, replan};
use crate::switch::prepare::PreparedSwitch;
use crate::switch::report::{ObjectResult, Outcome};
use crate::switch::terminating::terminating_namespaces;
use crate::workload::ObjectRef;

/// How many patches are sent at once.
const AT_ONCE: usize = 16;

/// A server-side dry run of every patch of a plan; returns those that the server refuses.
pub async fn dry_run(prepared: &PreparedSwitch) -> Vec<(ObjectRef, ClusterError)> {
    let PreparedSwitch { cluster, inventory, plan, .. } = prepared;
    let steps = object_writes(inventory, plan);
    stream::iter(&steps)
        .map(async |step| {
            let judged = cluster.patch(&step.path, &step.patch.forward(), Write::DryRun).await;
            judged.err().map(|error| (step.object.clone(), error))
        })
        .buffered(AT_ONCE)
        .filter_map(async |refused| refused)
        .collect()
        .await
}

/// The same, before writing: an object that has changed since it was read is read once more. Gives
/// what became of objects that need not, or can't, be written any more.
pub(super) async fn dry_run_all(
    run: &Run<'_>,
    steps: &mut Vec<ObjectWrite>,
    inventory: &Inventory,
    inputs: &PlanInputs<'_>,
) -> Result<Vec<ObjectResult>, ApplyError> {
    let mut settled = leave_terminating(run, steps).await;
    let judged: Vec<_> = stream::iter(std::mem::take(steps))
        .map(async |step| {
            if run.is_over() {
                return Ok(Reread::Write(step));
            }
            dry_run_one(run, step, inventory, inputs).await
        })
        .buffered(AT_ONCE)
        .collect()
        .await;
    let mut refused = Vec::new();
    for one in judged {
        match one {
            Ok(Reread::Write(step)) => steps.push(step),
            Ok(Reread::Settled(done)) => {
                run.tell(ApplyEvent::Settled(&done));
                settled.push(done);
            }
            Err(error) => refused.push(error),
        }
    }
    settled.extend(refusals::leave_out(run, steps, refused)?);
    tell_of_unproven(run.watcher, steps.iter().filter_map(|step| step.no_dry_run.as_deref()));
    Ok(settled)
}

/// Takes out what is in a namespace that is being deleted meanwhile: a change would be taken, and no
/// pod could follow it.
async fn leave_terminating(run: &Run<'_>, steps: &mut Vec<ObjectWrite>) -> Vec<ObjectResult> {
    let namespaces: BTreeSet<&str> = steps.iter().map(ObjectWrite::namespace).collect();
    let only = match namespaces.first() {
        Some(only) if namespaces.len() == 1 => Some((*only).to_owned()),
        _ => None,
    };
    let over = terminating_namespaces(run.cluster, only.as_deref()).await;
    let over: BTreeSet<String> =
        over.into_iter().filter(|name| namespaces.contains(name.as_str())).collect();
    for namespace in &over {
        run.tell(ApplyEvent::Terminating(namespace));
    }
    let left = steps.extract_if(.., |step| over.contains(step.namespace()));
    left.map(|step| ObjectResult { object: step.object, outcome: Outcome::Unneeded }).collect()
}

/// What an object that was read again needs.
pub(super) enum Reread {
    /// This change.
    Write(ObjectWrite),
    /// None, or none that can be made.
    Settled(ObjectResult),
}

async fn dry_run_one(
    run: &Run<'_>,
    step: ObjectWrite,
    inventory: &Inventory,
    inputs: &PlanInputs<'_>,
) -> Result<Reread, (ObjectRef, ClusterError)> {
    let object = step.object.clone();
    let step = match judge(run, step).await {
        Ok(step) => return Ok(Reread::Write(step)),
        Err((step, ClusterError::Changed { .. } | ClusterError::NotFound { .. })) => step,
        Err((_, error)) => return Err((object, error)),
    };
    let again = reread(run.cluster, &step, inventory, inputs).await;
    let step = match again.map_err(|error| (object.clone(), error))? {
        Reread::Write(step) => step,
        settled @ Reread::Settled(_) => return Ok(settled),
    };
    judge(run, step).await.map(Reread::Write).map_err(|(_, error)| (object, error))
}

/// Has the server check a change. With `allow_no_dry_run`, one that a webhook won't check passes, and
/// is marked.
async fn judge(
    run: &Run<'_>,
    step: ObjectWrite,
) -> Result<ObjectWrite, (ObjectWrite, ClusterError)> {
    match run.cluster.patch(&step.path, &step.patch.forward(), Write::DryRun).await {
        Ok(()) => Ok(step),
        Err(ClusterError::NoDryRun { webhook, .. }) if run.options.allow_no_dry_run => {
            Ok(ObjectWrite { no_dry_run: Some(webhook), ..step })
        }
        Err(error) => Err((step, error)),
    }
}

/// Reads an object that has been changed or deleted since, and plans again for it alone.
pub(super) async fn reread(
    cluster: &Cluster,
    step: &ObjectWrite,
    inventory: &Inventory,
    inputs: &PlanInputs<'_>,
) -> Result<Reread, ClusterError> {
    let settled = |outcome| Reread::Settled(ObjectResult { object: step.object.clone(), outcome });
    let object = match cluster.get(&step.path).await {
        Ok(object) => object,
        // A workload that is gone names CCR no more. Pods can't do without their ServiceAccount.
        Err(ClusterError::NotFound { .. }) if !step.is_account => {
            return Ok(settled(Outcome::Unneeded));
        }
        Err(error) => return Err(error),
    };
    if step.is_account {
        return Ok(match step.for_account(&object) {
            Some(step) => Reread::Write(step),
            None => settled(Outcome::Unneeded),
        });
    }
    let old = inventory.objects.iter().find(|found| found.object == step.object);
    let found = old.and_then(|old| {
        ScannedObject::of(&object, &Arc::clone(&old.resource), &inputs.renamer.names)
    });
    let Some((found, entry)) =
        found.and_then(|found| replan(&found, inventory, inputs).map(|entry| (found, entry)))
    else {
        return Ok(settled(Outcome::Unneeded));
    };
    Ok(match ObjectWrite::of_entry(&entry, &found.version) {
        Some(step) => Reread::Write(step),
        None if entry.is_left(false) => settled(Outcome::Failed(
            Diagnostic::new(format!(
                "it has changed since it was read, and is now {}",
                entry.verdict.word()
            ))
            .with_hint("run the command again to see why"),
        )),
        None => settled(Outcome::Unneeded),
    })
}
