//! The server-side dry run of patches.

use std::sync::Arc;

use futures::{StreamExt as _, stream};

use super::error::ApplyError;
use super::object_write::{ObjectWrite, object_writes};
use super::run::{ApplyEvent, Run};
use crate::diagnostic::Diagnostic;
use crate::kubernetes::{Cluster, ClusterError, Write};
use crate::switch::inventory::{Inventory, ScannedObject};
use crate::switch::plan::{PlanInputs, replan};
use crate::switch::prepare::PreparedSwitch;
use crate::switch::report::{ObjectResult, Outcome};
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
    let all = steps.len();
    let judged: Vec<_> = stream::iter(std::mem::take(steps))
        .map(async |step| {
            if run.is_over() {
                return Ok(Reread::Write(step));
            }
            dry_run_one(run.cluster, step, inventory, inputs).await
        })
        .buffered(AT_ONCE)
        .collect()
        .await;
    let (mut refused, mut settled) = (Vec::new(), Vec::new());
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
    if refused.is_empty() { Ok(settled) } else { Err(ApplyError::Refused { refused, all }) }
}

/// What an object that was read again needs.
pub(super) enum Reread {
    /// This change.
    Write(ObjectWrite),
    /// None, or none that can be made.
    Settled(ObjectResult),
}

async fn dry_run_one(
    cluster: &Cluster,
    step: ObjectWrite,
    inventory: &Inventory,
    inputs: &PlanInputs<'_>,
) -> Result<Reread, (ObjectRef, ClusterError)> {
    let object = step.object.clone();
    match cluster.patch(&step.path, &step.patch.forward(), Write::DryRun).await {
        Ok(()) => return Ok(Reread::Write(step)),
        Err(ClusterError::Changed { .. } | ClusterError::NotFound { .. }) => {}
        Err(error) => return Err((object, error)),
    }
    let again = reread(cluster, &step, inventory, inputs).await;
    let step = match again.map_err(|error| (object.clone(), error))? {
        Reread::Write(step) => step,
        settled @ Reread::Settled(_) => return Ok(settled),
    };
    match cluster.patch(&step.path, &step.patch.forward(), Write::DryRun).await {
        Ok(()) => Ok(Reread::Write(step)),
        Err(error) => Err((object, error)),
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
