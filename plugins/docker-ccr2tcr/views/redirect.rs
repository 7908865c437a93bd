//! What `network redirect` prints: the plan with what stands against it, and what was done.

use ccr2tcr::diagnostic::Diagnostic;
use ccr2tcr::redirect::{Compared, Done, Goal, Obstacle, Prepared, Step};
use ccr2tcr::terminal::{Column, Table, View};
use serde::Serialize;

/// The version of the JSON form.
const SCHEMA_VERSION: u32 = 1;

/// The plan, and the run if there was one.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RedirectView<'a> {
    vpc: &'a str,
    goal: Goal,
    /// CCR's host.
    host: String,
    /// The link's address, which it leads to.
    address: Option<&'a str>,
    steps: &'a [Step],
    obstacles: Vec<ObstacleView<'a>>,
    compared: Option<&'a Compared>,
    #[serde(skip_serializing_if = "Option::is_none")]
    done: Option<&'a Done>,
    kind: &'static str,
    schema_version: u32,
}

/// What stands against it.
#[derive(Serialize)]
struct ObstacleView<'a> {
    #[serde(flatten)]
    obstacle: &'a Obstacle,
    #[serde(flatten)]
    diagnostic: Diagnostic,
}

impl<'a> RedirectView<'a> {
    pub(crate) fn of(prepared: &'a Prepared, vpc: &'a str, goal: Goal) -> Self {
        let view =
            |obstacle: &'a Obstacle| ObstacleView { obstacle, diagnostic: obstacle.diagnostic() };
        Self {
            vpc,
            goal,
            host: prepared.ccr().to_string(),
            address: prepared.address(),
            steps: &prepared.steps,
            obstacles: prepared.obstacles.iter().map(view).collect(),
            compared: prepared.compared.as_ref(),
            done: None,
            kind: "redirect",
            schema_version: SCHEMA_VERSION,
        }
    }

    /// The same after a run.
    pub(crate) fn with(self, done: &'a Done) -> Self {
        Self { done: Some(done), ..self }
    }
}

impl View for RedirectView<'_> {
    fn table(&self, _wide: bool) -> Option<Table> {
        let mut table = Table::new(["step", "what"].map(Column::text));
        for (number, step) in (1..).zip(self.steps) {
            table.row([&number.to_string(), &step.to_string()]);
        }
        (!self.steps.is_empty()).then_some(table)
    }
}
