//! What is to be done about the network, and what was done.

use std::path::Path;

use ccr2tcr::network::{Outcome, Plan, PlannedStep, Report, Step, StepVerdict};
use ccr2tcr::terminal::{Column, Table, View};
use serde::Serialize;

/// The version of the JSON forms.
const SCHEMA_VERSION: u32 = 1;

/// What `--dry-run` prints.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NetworkPlanView<'a> {
    kind: &'static str,
    /// What was chosen.
    notes: &'a [String],
    /// What to know before.
    notices: &'a [String],
    schema_version: u32,
    steps: Vec<PlannedStepView<'a>>,
}

#[derive(Serialize)]
struct PlannedStepView<'a> {
    #[serde(flatten)]
    step: &'a Step,
    verdict: &'static str,
}

impl<'a> NetworkPlanView<'a> {
    pub(crate) fn of(plan: &'a Plan) -> Self {
        let view = |planned: &'a PlannedStep| PlannedStepView {
            step: &planned.step,
            verdict: match planned.verdict {
                StepVerdict::Do => "do",
                StepVerdict::Wait => "wait",
                StepVerdict::Exists => "doneAlready",
            },
        };
        Self {
            kind: "networkPlan",
            notes: &plan.notes,
            notices: &plan.notices,
            schema_version: SCHEMA_VERSION,
            steps: plan.steps.iter().map(view).collect(),
        }
    }
}

impl View for NetworkPlanView<'_> {
    fn table(&self, _wide: bool) -> Option<Table> {
        let mut table = Table::new([Column::text("verdict"), Column::text("step")]);
        for view in &self.steps {
            let verdict = if view.verdict == "doneAlready" { "done already" } else { view.verdict };
            table.row([verdict, &view.step.to_string()]);
        }
        Some(table)
    }
}

/// What a run prints for programs.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NetworkReportView<'a> {
    interrupted: bool,
    kind: &'static str,
    notices: &'a [String],
    schema_version: u32,
    steps: Vec<StepView<'a>>,
    /// For `network rollback`; absent if nothing was changed.
    undo_file: Option<&'a Path>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct StepView<'a> {
    #[serde(flatten)]
    step: &'a Step,
    outcome: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<&'a str>,
}

impl<'a> NetworkReportView<'a> {
    pub(crate) fn of(report: &'a Report, undo_file: Option<&'a Path>) -> Self {
        let steps = report.steps.iter().map(|report| {
            let (outcome, error) = match &report.outcome {
                Outcome::Done => ("done", None),
                Outcome::Existed => ("doneAlready", None),
                Outcome::Failed(error) => ("failed", Some(error)),
            };
            StepView {
                step: &report.step,
                outcome,
                error: error.map(ToString::to_string),
                hint: error.and_then(ccr2tcr::network::StepError::hint),
                request_id: error.and_then(ccr2tcr::network::StepError::request_id),
            }
        });
        Self {
            interrupted: report.interrupted,
            kind: "networkReport",
            notices: &report.notices,
            schema_version: SCHEMA_VERSION,
            steps: steps.collect(),
            undo_file,
        }
    }
}

impl View for NetworkReportView<'_> {
    fn table(&self, _wide: bool) -> Option<Table> {
        None
    }
}
