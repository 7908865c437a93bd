//! What a rollback would do. Programs get the report.

use ccr2tcr::switch::{RollbackPlan, RollbackVerdict};
use ccr2tcr::terminal::{Column, Table, View};
use serde::Serialize;

/// A plan to roll back.
#[derive(Serialize)]
pub(crate) struct RollbackView<'a> {
    #[serde(skip)]
    pub(crate) plan: &'a RollbackPlan,
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
        let verdict = match &step.verdict {
            RollbackVerdict::Undo => "roll back".to_owned(),
            RollbackVerdict::Untouched => "unchanged".to_owned(),
            RollbackVerdict::ChangedSince(place) => {
                format!("changed since at {place}: not rolled back")
            }
            RollbackVerdict::Kept(why) => format!("kept: {why}"),
            RollbackVerdict::Gone(why) => why.clone(),
            RollbackVerdict::Failed(trouble) => trouble.message.clone(),
        };
        let namespace = step.object.namespace.as_deref().unwrap_or_default();
        table.row([namespace, &step.object.to_string(), &verdict]);
    }
    table
}
