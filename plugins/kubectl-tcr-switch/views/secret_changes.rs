//! What `secrets copy` and `secrets prune` plan.

use ccr2tcr::switch::{
    LeftAsIs, PreparedSecrets, ReportCommand, SecretChange, SecretStep, SecretSwitch, Unread,
};
use ccr2tcr::terminal::{Column, Table, View};
use ccr2tcr::workload::ObjectRef;
use serde::Serialize;

const SCHEMA_VERSION: u32 = 1;

/// A plan, as `-o json` prints it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SecretChangesView<'a> {
    changes: Vec<ChangeView<'a>>,
    /// `secretsCopyPlan` or `secretsPrunePlan`
    kind: &'static str,
    /// What stays as it is, and why.
    left: &'a [LeftAsIs],
    /// 1
    schema_version: u32,
    summary: Summary,
    /// What could not be listed.
    unread: &'a [Unread],
    #[serde(skip)]
    steps: &'a [SecretStep],
}

#[derive(Serialize)]
struct Summary {
    changes: usize,
    left: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ChangeView<'a> {
    /// `create`, `renew`, `change` or `delete`
    change: &'static str,
    lists: &'a [SecretSwitch],
    notes: &'a [String],
    object: &'a ObjectRef,
    restarts_pods: bool,
}

impl<'a> SecretChangesView<'a> {
    pub(crate) fn new(prepared: &'a PreparedSecrets) -> Self {
        let PreparedSecrets { steps, left, .. } = prepared;
        let change = |step: &'a SecretStep| ChangeView {
            change: word(&step.change),
            lists: lists(step),
            notes: &step.notes,
            object: &step.object,
            restarts_pods: step.restarts_pods(),
        };
        Self {
            changes: steps.iter().map(change).collect(),
            kind: match prepared.command {
                ReportCommand::SecretsPrune => "secretsPrunePlan",
                _ => "secretsCopyPlan",
            },
            left,
            schema_version: SCHEMA_VERSION,
            summary: Summary { changes: steps.len(), left: left.len() },
            unread: &prepared.inventory.unread,
            steps,
        }
    }
}

impl View for SecretChangesView<'_> {
    fn table(&self, _: bool) -> Option<Table> {
        (!self.steps.is_empty()).then(|| table(self.steps))
    }
}

fn table(steps: &[SecretStep]) -> Table {
    let mut table = Table::new(["namespace", "object", "plan", "pull secrets"].map(Column::text));
    for step in steps {
        let secrets: Vec<String> = lists(step).iter().map(switch).collect();
        table.row([
            step.namespace(),
            &step.object.to_string(),
            word(&step.change),
            &secrets.join("; "),
        ]);
    }
    table
}

fn word(change: &SecretChange) -> &'static str {
    match change {
        SecretChange::Create => "create",
        SecretChange::Renew { .. } => "renew",
        SecretChange::Lists { .. } => "change",
        SecretChange::Delete { .. } => "delete",
    }
}

fn lists(step: &SecretStep) -> &[SecretSwitch] {
    match &step.change {
        SecretChange::Lists { lists, .. } => lists,
        _ => &[],
    }
}

fn switch(list: &SecretSwitch) -> String {
    let names = |names: &[String]| match names.is_empty() {
        true => "(none)".to_owned(),
        false => names.join(","),
    };
    format!("{} → {}", names(&list.old), names(&list.new))
}
