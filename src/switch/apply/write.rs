//! Writing: namespace by namespace, `ServiceAccount`s first, a bounded number of workloads at once.

use std::collections::BTreeSet;
use std::path::PathBuf;

use tokio::sync::Mutex;

use super::dry_run::{Reread, reread};
use super::object_write::ObjectWrite;
use super::refusals::without;
use super::rollback_file::{RollbackFile, RollbackFileError};
use super::run::{ApplyEvent, Run};
use super::wait::{Suspects, follow};
use crate::kubernetes::{ClusterError, Write};
use crate::switch::inventory::Inventory;
use crate::switch::plan::PlanInputs;
use crate::switch::report::{ObjectResult, Outcome};
use crate::workload::PatchState;

struct Writer<'a, 'b> {
    run: &'a Run<'b>,
    inventory: &'a Inventory,
    inputs: &'a PlanInputs<'a>,
    file: Mutex<RollbackFile>,
    path: PathBuf,
}

/// Writes all steps; one entry for each. Where nothing is waited for, one namespace need not be over
/// before the next begins.
pub(super) async fn write_all(
    run: &Run<'_>,
    steps: Vec<ObjectWrite>,
    inventory: &Inventory,
    inputs: &PlanInputs<'_>,
    (file, path): (RollbackFile, PathBuf),
) -> Vec<ObjectResult> {
    let writer = Writer { run, inventory, inputs, file: Mutex::new(file), path };
    let mut done = Vec::with_capacity(steps.len());
    let mut rest = steps.into_iter().peekable();
    while let Some(first) = rest.next() {
        let namespace = first.namespace().to_owned();
        let mut together = vec![first];
        let belongs = |step: &ObjectWrite| !run.options.wait || step.namespace() == namespace;
        while let Some(step) = rest.next_if(belongs) {
            together.push(step);
        }
        done.extend(writer.together(together).await);
    }
    done
}

impl Writer<'_, '_> {
    async fn together(&self, steps: Vec<ObjectWrite>) -> Vec<ObjectResult> {
        let (accounts, workloads): (Vec<ObjectWrite>, Vec<ObjectWrite>) =
            steps.into_iter().partition(|step| step.is_account);
        let mut done = Vec::new();
        let mut lacking = BTreeSet::new();
        for account in accounts {
            let key = (account.namespace().to_owned(), account.object.name.clone());
            let ended = self.step(account).await;
            if !matches!(ended.outcome, Outcome::Written(_) | Outcome::Unneeded) {
                lacking.insert(key);
            }
            done.push(ended);
        }
        let lacking = &lacking;
        let write = |step: ObjectWrite| async move {
            let lacks =
                |name: &&String| lacking.contains(&(step.namespace().into(), (*name).clone()));
            match step.needs_accounts.iter().find(lacks).cloned() {
                Some(account) => self.settle(step, Outcome::Failed(without(&account))),
                None => self.step(step).await,
            }
        };
        let (unproven, proven): (Vec<ObjectWrite>, Vec<ObjectWrite>) =
            workloads.into_iter().partition(|step| step.no_dry_run.is_some());
        done.extend(self.run.side_by_side(proven, write).await);
        // Nobody knows whether the server takes these, so each waits for the one before it.
        for step in unproven {
            done.push(write(step).await);
        }
        done
    }

    async fn step(&self, step: ObjectWrite) -> ObjectResult {
        if self.run.is_over() {
            return self.settle(step, Outcome::NotTried);
        }
        let step = match self.write(step).await {
            Ok(step) => step,
            Err(done) => return done,
        };
        let (at, suspects) = ((&step.object, step.path.as_str()), Suspects::Patched(&step.patch));
        let outcome = follow(self.run, at, step.no_rollout.as_ref(), &suspects).await;
        self.settle(step, outcome)
    }

    /// Writes one object. One that has changed, or gone, since its dry run is read once more.
    async fn write(&self, step: ObjectWrite) -> Result<ObjectWrite, ObjectResult> {
        let error = match self.put(&step).await {
            Ok(()) => return Ok(step),
            Err(error) => error,
        };
        if !matches!(error, ClusterError::Changed { .. } | ClusterError::NotFound { .. }) {
            return Err(self.settle(step, Outcome::Failed((&error).into())));
        }
        let again = match reread(self.run.cluster, &step, self.inventory, self.inputs).await {
            Ok(Reread::Write(again)) => again,
            Ok(Reread::Settled(done)) => {
                self.run.tell(ApplyEvent::Settled(&done));
                return Err(done);
            }
            Err(error) => return Err(self.settle(step, Outcome::Failed((&error).into()))),
        };
        // The rollback file must hold the change that is really made.
        if let Err(error) = self.save(&again).await {
            return Err(self.settle(again, Outcome::Failed((&error).into())));
        }
        match self.put(&again).await {
            Ok(()) => Ok(again),
            Err(error) => Err(self.settle(again, Outcome::Failed((&error).into()))),
        }
    }

    /// Writes; reads the object again where it is unknown whether the write was done.
    async fn put(&self, step: &ObjectWrite) -> Result<(), ClusterError> {
        let cluster = self.run.cluster;
        let written = cluster.patch(&step.path, &step.patch.forward(), Write::Real).await;
        let Err(error) = written else { return Ok(()) };
        if !error.may_have_been_done() {
            return Err(error);
        }
        match cluster.get(&step.path).await {
            Ok(object) if step.patch.state_in(&object) == PatchState::After => Ok(()),
            _ => Err(error),
        }
    }

    async fn save(&self, step: &ObjectWrite) -> Result<(), RollbackFileError> {
        let mut file = self.file.lock().await;
        file.set(step.rollback_entry());
        file.replace(&self.path)
    }

    fn settle(&self, step: ObjectWrite, outcome: Outcome) -> ObjectResult {
        let done = ObjectResult { object: step.object, outcome };
        self.run.tell(ApplyEvent::Settled(&done));
        done
    }
}
