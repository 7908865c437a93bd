//! Having the server judge patches without effect.

use std::sync::Arc;

use futures::{StreamExt as _, stream};

use super::error::ApplyError;
use super::run::{ApplyEvent, Run};
use super::steps::{Step, steps};
use crate::kubernetes::{Cluster, ClusterError, Write};
use crate::switch::inventory::{Inventory, ScannedObject};
use crate::switch::plan::{Known, SwitchPlan, replan};
use crate::switch::report::{Done, Outcome, Trouble};
use crate::workload::ObjectRef;

/// How many patches are judged at once.
const AT_ONCE: usize = 16;

/// Has the server judge every patch of a plan; gives those that it refuses.
pub async fn judge(
    cluster: &Cluster,
    inventory: &Inventory,
    plan: &SwitchPlan,
) -> Vec<(ObjectRef, ClusterError)> {
    let steps = steps(inventory, plan);
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
pub(super) async fn judge_all(
    run: &Run<'_>,
    steps: &mut Vec<Step>,
    inventory: &Inventory,
    known: &Known<'_>,
) -> Result<Vec<Done>, ApplyError> {
    let all = steps.len();
    let judged: Vec<_> = stream::iter(std::mem::take(steps))
        .map(async |step| {
            if run.is_over() {
                return Ok(Again::Step(step));
            }
            judge_one(run.cluster, step, inventory, known).await
        })
        .buffered(AT_ONCE)
        .collect()
        .await;
    let (mut refused, mut settled) = (Vec::new(), Vec::new());
    for one in judged {
        match one {
            Ok(Again::Step(step)) => steps.push(step),
            Ok(Again::Settled(done)) => {
                run.tell(ApplyEvent::Settled(&done));
                settled.push(done);
            }
            Err(error) => refused.push(error),
        }
    }
    if refused.is_empty() { Ok(settled) } else { Err(ApplyError::Refused { refused, all }) }
}

/// What an object that was read again needs.
pub(super) enum Again {
    /// This change.
    Step(Step),
    /// None, or none that can be made.
    Settled(Done),
}

async fn judge_one(
    cluster: &Cluster,
    step: Step,
    inventory: &Inventory,
    known: &Known<'_>,
) -> Result<Again, (ObjectRef, ClusterError)> {
    let object = step.object.clone();
    match cluster.patch(&step.path, &step.patch.forward(), Write::DryRun).await {
        Ok(()) => return Ok(Again::Step(step)),
        Err(ClusterError::Changed { .. } | ClusterError::NotFound { .. }) => {}
        Err(error) => return Err((object, error)),
    }
    let again = reread(cluster, &step, inventory, known).await;
    let step = match again.map_err(|error| (object.clone(), error))? {
        Again::Step(step) => step,
        settled @ Again::Settled(_) => return Ok(settled),
    };
    match cluster.patch(&step.path, &step.patch.forward(), Write::DryRun).await {
        Ok(()) => Ok(Again::Step(step)),
        Err(error) => Err((object, error)),
    }
}

/// Reads an object that somebody has changed or deleted, and decides anew for it alone.
pub(super) async fn reread(
    cluster: &Cluster,
    step: &Step,
    inventory: &Inventory,
    known: &Known<'_>,
) -> Result<Again, ClusterError> {
    let settled = |outcome| Again::Settled(Done { object: step.object.clone(), outcome });
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
            Some(step) => Again::Step(step),
            None => settled(Outcome::Unneeded),
        });
    }
    let old = inventory.objects.iter().find(|found| found.object == step.object);
    let found = old.and_then(|old| {
        ScannedObject::of(&object, &Arc::clone(&old.resource), &known.renamer.names)
    });
    let Some((found, entry)) =
        found.and_then(|found| replan(&found, inventory, known).map(|entry| (found, entry)))
    else {
        return Ok(settled(Outcome::Unneeded));
    };
    Ok(match Step::of_entry(&entry, &found.version) {
        Some(step) => Again::Step(step),
        None if entry.is_left(false) => settled(Outcome::Failed(Trouble {
            message: format!(
                "it was changed since it was read, and is now {}",
                entry.verdict.word()
            ),
            hint: Some("run it again to see why".to_owned()),
        })),
        None => settled(Outcome::Unneeded),
    })
}
