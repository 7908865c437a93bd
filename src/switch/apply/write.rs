//! Writing: namespace by namespace, `ServiceAccount`s first, a bounded number of workloads at once.

use std::collections::BTreeSet;
use std::path::PathBuf;

use tokio::sync::Mutex;

use super::credentials_now::CredentialsNow;
use super::dry_run::{Reread, reread};
use super::follow::follow;
use super::object_write::ObjectWrite;
use super::refusals::without;
use super::rollback_file::{RollbackFile, RollbackFileError};
use super::run::{ApplyEvent, Run};
use super::suspects::Suspects;
use super::watched::Watched;
use super::written::WrittenObject;
use crate::kubernetes::ClusterError;
use crate::switch::inventory::Inventory;
use crate::switch::plan::PlanInputs;
use crate::switch::report::{ObjectResult, Outcome};
use crate::workload::ObjectRef;

/// How often an object is planned again at most that others change all the time.
const ATTEMPTS: u32 = 3;

struct Writer<'a, 'b> {
    run: &'a Run<'b>,
    inventory: &'a Inventory,
    inputs: &'a PlanInputs<'a>,
    file: Mutex<RollbackFile>,
    path: PathBuf,
    credentials: CredentialsNow,
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
    let (file, credentials) = (Mutex::new(file), CredentialsNow::default());
    let writer = Writer { run, inventory, inputs, file, path, credentials };
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
        let mut done = self.all(accounts, |step| self.step(step)).await;
        let is_lacking =
            |done: &&ObjectResult| !matches!(done.outcome, Outcome::Written(_) | Outcome::Unneeded);
        let key = |object: &ObjectRef| {
            (object.namespace.clone().unwrap_or_default(), object.name.clone())
        };
        let lacking: BTreeSet<(String, String)> =
            done.iter().filter(is_lacking).map(|done| key(&done.object)).collect();
        let lacking = &lacking;
        let write = |step: ObjectWrite| async move {
            let lacks =
                |name: &&String| lacking.contains(&(step.namespace().into(), (*name).clone()));
            match step.needs_accounts.iter().find(lacks).cloned() {
                Some(account) => self.settle(step, Outcome::Failed(without(&account))),
                None => self.step(step).await,
            }
        };
        done.extend(self.all(workloads, write).await);
        done
    }

    async fn all<F: Future<Output = ObjectResult>>(
        &self,
        steps: Vec<ObjectWrite>,
        write: impl Fn(ObjectWrite) -> F,
    ) -> Vec<ObjectResult> {
        let (unproven, proven): (Vec<ObjectWrite>, Vec<ObjectWrite>) =
            steps.into_iter().partition(|step| step.no_dry_run.is_some());
        let mut done = self.run.side_by_side(proven, &write).await;
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
        let before = self.run.pods_before(&step.object).await;
        let (step, written) = match self.write(step).await {
            Ok(written) => written,
            Err(done) => return done,
        };
        let watched = Watched {
            object: &step.object,
            path: &step.path,
            no_rollout: step.no_rollout.as_ref(),
            suspects: Suspects::Patched(&step.patch, before),
            written,
        };
        let outcome = follow(self.run, &watched).await;
        self.settle(step, outcome)
    }

    /// Writes one object. One that has changed, or gone, since its dry run is read once more, and what
    /// it needs then must be there.
    async fn write(
        &self,
        mut step: ObjectWrite,
    ) -> Result<(ObjectWrite, WrittenObject), ObjectResult> {
        let mut attempts = 1;
        loop {
            let (cluster, relied_on) = (self.run.cluster, &step.relies_on);
            let lack = self.credentials.lack(cluster, step.namespace(), relied_on).await;
            if let Some(lack) = lack {
                return Err(self.settle(step, Outcome::Failed(lack)));
            }
            let error = match self.run.put(&step.path, &step.patch).await {
                Ok(written) => return Ok((step, written)),
                Err(error) => error,
            };
            let is_other =
                matches!(error, ClusterError::Changed { .. } | ClusterError::NotFound { .. });
            if !is_other || attempts == ATTEMPTS {
                return Err(self.settle(step, Outcome::Failed((&error).into())));
            }
            attempts += 1;
            step = match reread(cluster, &step, self.inventory, self.inputs).await {
                Ok(Reread::Write(again)) => again,
                Ok(Reread::Settled(done)) => {
                    self.run.tell(ApplyEvent::Settled(&done));
                    return Err(done);
                }
                Err(error) => return Err(self.settle(step, Outcome::Failed((&error).into()))),
            };
            // The rollback file must hold the change that is really made.
            if let Err(error) = self.save(&step).await {
                return Err(self.settle(step, Outcome::Failed((&error).into())));
            }
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
