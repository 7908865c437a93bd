//! A run: how its steps are done, and what has come of them so far.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::error::StepError;
use super::report::{Outcome, Report, StepReport};
use super::step::Step;

/// How steps are done.
pub struct Options<'a> {
    /// How long each step may take.
    pub timeout: Duration,
    /// Stops the run.
    pub stop: CancellationToken,
    /// Is told of each step once it is over.
    pub told: &'a dyn Fn(&StepReport),
}

/// A run so far.
pub(super) struct Run<'a> {
    pub(super) report: Report,
    pub(super) told: &'a dyn Fn(&StepReport),
}

impl Run<'_> {
    /// Adds what came of a step.
    pub(super) fn note(
        &mut self,
        step: &Step,
        outcome: Result<Outcome, StepError>,
        took: Duration,
    ) {
        self.report.interrupted |= matches!(outcome, Err(StepError::Interrupted));
        let outcome = outcome.unwrap_or_else(Outcome::Failed);
        let report = StepReport { step: step.clone(), outcome, took };
        (self.told)(&report);
        self.report.steps.push(report);
    }

    /// What keeps a step from being tried: an earlier one of the same VPC, or of any if the run was
    /// stopped or can't note any more what it does.
    pub(super) fn failed_before(&self, step: &Step) -> Option<String> {
        let is_in_the_way = |report: &&StepReport| match &report.outcome {
            Outcome::Failed(StepError::Interrupted | StepError::Undo(_)) => true,
            Outcome::Failed(_) => report.step.vpc() == step.vpc() || step.is_public(),
            _ => false,
        };
        self.report.steps.iter().find(is_in_the_way).map(|report| report.step.to_string())
    }
}
