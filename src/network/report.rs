//! What a run has done: an entry for each step.

use std::time::Duration;

use super::error::StepError;
use super::step::Step;

/// What came of a step.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// This run did it.
    Done,
    /// It was so already.
    Existed,
    /// It isn't done.
    Failed(StepError),
}

/// A step and what came of it.
#[derive(Debug, Clone)]
pub struct StepReport {
    /// The step.
    pub step: Step,
    /// What came of it.
    pub outcome: Outcome,
    /// How long it took.
    pub took: Duration,
}

/// What came of all steps.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// In the order in which they were done.
    pub steps: Vec<StepReport>,
    /// What to know besides.
    pub notices: Vec<String>,
    /// Whether the run was stopped.
    pub interrupted: bool,
}

impl Report {
    /// Whether every step is done.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        !self.interrupted
            && self.steps.iter().all(|step| !matches!(step.outcome, Outcome::Failed(_)))
    }
}
