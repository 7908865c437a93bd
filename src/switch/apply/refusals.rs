//! What the server refuses in a dry run: what it costs, and whether the rest may go on.

use std::collections::BTreeSet;

use super::error::{ApplyError, Refusals};
use super::object_write::ObjectWrite;
use super::run::{ApplyEvent, Run};
use crate::diagnostic::Diagnostic;
use crate::kubernetes::ClusterError;
use crate::switch::report::{ObjectResult, Outcome};
use crate::workload::ObjectRef;

/// The first error that is about the server or the login, and so about every object.
pub(in crate::switch) fn fatal(refused: &[(ObjectRef, ClusterError)]) -> Option<&ClusterError> {
    refused.iter().map(|(_, error)| error).find(|error| !error.is_about_one_object())
}

/// What became of a change that the server refuses.
pub(in crate::switch) fn outcome(error: &ClusterError) -> Outcome {
    Outcome::Refused(error.into())
}

/// Leaves out what the server refuses, and what can't be done without it; `steps` are those that
/// it accepts.
///
/// # Errors
/// [`ApplyError`] if nothing may be left out, or the server itself can't be asked any more.
pub(super) fn leave_out(
    run: &Run<'_>,
    steps: &mut Vec<ObjectWrite>,
    refused: Vec<(ObjectRef, ClusterError)>,
) -> Result<Vec<ObjectResult>, ApplyError> {
    if refused.is_empty() {
        return Ok(Vec::new());
    }
    if let Some(error) = fatal(&refused) {
        return Err(ApplyError::Unanswered(error.clone()));
    }
    let all = steps.len() + refused.len();
    let (dependents, idle) = Dependents::of(&refused).take_from(steps);
    if !run.options.skip_refused {
        let dependents = dependents.into_iter().map(|(step, _)| step.object).collect();
        return Err(ApplyError::Refused(Refusals { refused, dependents, all }));
    }
    let refused = refused
        .into_iter()
        .map(|(object, error)| ObjectResult { object, outcome: outcome(&error) });
    let dependents = dependents.into_iter().map(|(step, account)| ObjectResult {
        object: step.object,
        outcome: Outcome::Refused(without(&account)),
    });
    let idle = idle
        .into_iter()
        .map(|step| ObjectResult { object: step.object, outcome: Outcome::Unneeded });
    let left: Vec<ObjectResult> = refused.chain(dependents).chain(idle).collect();
    for done in &left {
        run.tell(ApplyEvent::Settled(done));
    }
    Ok(left)
}

/// Why a workload stays as it is whose `ServiceAccount` could not be given a pull secret.
pub(super) fn without(account: &str) -> Diagnostic {
    Diagnostic::new(format!(
        "its pods need a pull secret that could not be added to ServiceAccount {account}"
    ))
}

/// `ServiceAccount`s that stay as they are, by namespace and name.
struct Dependents(BTreeSet<(String, String)>);

impl Dependents {
    fn of(refused: &[(ObjectRef, ClusterError)]) -> Self {
        let accounts = refused.iter().filter(|(object, _)| is_account(object));
        Self(accounts.map(|(object, _)| key(object, &object.name)).collect())
    }

    /// Takes out the workloads that need one of them, each with its name, and the accounts that
    /// nothing needs any more.
    fn take_from(
        &self,
        steps: &mut Vec<ObjectWrite>,
    ) -> (Vec<(ObjectWrite, String)>, Vec<ObjectWrite>) {
        let mut dependents = Vec::new();
        let mut rest = Vec::with_capacity(steps.len());
        for step in std::mem::take(steps) {
            let lacks = |name: &&String| self.0.contains(&key(&step.object, name));
            match step.needs_accounts.iter().find(lacks).cloned() {
                Some(account) => dependents.push((step, account)),
                None => rest.push(step),
            }
        }
        let needed: BTreeSet<(String, String)> = rest
            .iter()
            .flat_map(|step| step.needs_accounts.iter().map(|name| key(&step.object, name)))
            .collect();
        let is_idle = |step: &ObjectWrite| {
            step.is_account && !needed.contains(&key(&step.object, &step.object.name))
        };
        let (idle, rest) = rest.into_iter().partition(is_idle);
        *steps = rest;
        (dependents, idle)
    }
}

fn is_account(object: &ObjectRef) -> bool {
    object.kind == "ServiceAccount" && object.group().is_empty()
}

fn key(object: &ObjectRef, name: &str) -> (String, String) {
    (object.namespace.clone().unwrap_or_default(), name.to_owned())
}
