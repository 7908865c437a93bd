//! What a rollback would do.

use ccr2tcr::switch::{RollbackPlan, RollbackStep, RollbackVerdict};
use ccr2tcr::terminal::{Column, Table, View};
use ccr2tcr::workload::ObjectRef;
use serde::Serialize;

const SCHEMA_VERSION: u32 = 1;

/// A plan to roll back, as `-o json` prints it where nothing is done.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RollbackView<'a> {
    /// `rollbackPlan`
    kind: &'static str,
    objects: Vec<StepView<'a>>,
    /// 1
    schema_version: u32,
    #[serde(skip)]
    plan: &'a RollbackPlan,
}

#[derive(Serialize)]
struct StepView<'a> {
    object: &'a ObjectRef,
    /// In words.
    plan: String,
    /// Whether it would be put back.
    undo: bool,
}

impl<'a> RollbackView<'a> {
    pub(crate) fn new(plan: &'a RollbackPlan) -> Self {
        let objects = plan.steps.iter().map(|step| StepView {
            object: &step.object,
            plan: words(step),
            undo: step.verdict == RollbackVerdict::Undo,
        });
        Self {
            kind: "rollbackPlan",
            objects: objects.collect(),
            schema_version: SCHEMA_VERSION,
            plan,
        }
    }
}

impl View for RollbackView<'_> {
    fn table(&self, _: bool) -> Option<Table> {
        Some(table(self.plan))
    }
}

fn table(plan: &RollbackPlan) -> Table {
    let mut table =
        Table::new([Column::text("namespace"), Column::text("object"), Column::text("plan")]);
    for step in &plan.steps {
        let namespace = step.object.namespace.as_deref().unwrap_or_default();
        table.row([namespace, &step.object.to_string(), &words(step)]);
    }
    table
}

fn words(step: &RollbackStep) -> String {
    match &step.verdict {
        RollbackVerdict::Undo => "roll back".to_owned(),
        RollbackVerdict::Untouched => "unchanged".to_owned(),
        RollbackVerdict::ChangedSince(place) => {
            format!("changed since at {place}: not rolled back")
        }
        RollbackVerdict::Kept(why) => format!("kept: {why}"),
        RollbackVerdict::Gone(why) => why.clone(),
        RollbackVerdict::Failed(trouble) => trouble.message.clone(),
    }
}
