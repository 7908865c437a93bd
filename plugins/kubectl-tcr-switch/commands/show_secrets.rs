//! What is going to be done about pull secrets, on the screen.

use std::collections::BTreeSet;

use ccr2tcr::switch::{LeftAsIs, SecretChange, SecretStep, SecretSwitch, UnfitSecret, Unread};
use ccr2tcr::terminal::{Column, Printer, Table};
use serde_json::{Value, json};

use super::show;
use super::show_plan::at;

pub(super) fn table(steps: &[SecretStep]) -> Table {
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

/// What stays as it is, and why.
pub(super) fn left(printer: &Printer, left: &[LeftAsIs]) {
    for one in left {
        printer.warning(&format!("namespace {}: {}", one.namespace, one.message));
        if let Some(hint) = &one.hint {
            printer.hint(hint);
        }
    }
}

/// What to know of each change, and how many workloads restart.
pub(super) fn notes(printer: &Printer, steps: &[SecretStep]) {
    let notes = |step: &SecretStep| {
        let at = at(&step.object);
        step.notes.iter().map(|note| format!("{at}: {note}")).collect::<Vec<_>>()
    };
    for note in steps.iter().flat_map(notes).collect::<BTreeSet<_>>() {
        printer.note(&note);
    }
    let restarts = steps.iter().filter(|step| step.restarts_pods()).count();
    if restarts > 0 {
        let workloads = show::counted(restarts, "workload", "workloads");
        printer.warning(&format!("the pods of {workloads} restart, because a template changes"));
    }
}

/// The plan for programs.
pub(super) fn as_json(
    kind: &str,
    steps: &[SecretStep],
    left: &[LeftAsIs],
    unread: &[Unread],
) -> Value {
    let steps: Vec<Value> = steps
        .iter()
        .map(|step| {
            json!({
                "object": step.object, "change": word(&step.change),
                "restartsPods": step.restarts_pods(), "lists": lists(step),
                "notes": step.notes,
            })
        })
        .collect();
    let left: Vec<Value> = left
        .iter()
        .map(|one| json!({"namespace": one.namespace, "message": one.message, "hint": one.hint}))
        .collect();
    json!({
        "schemaVersion": 1, "kind": kind, "summary": {"changes": steps.len(), "left": left.len()},
        "changes": steps, "left": left, "unread": unread,
    })
}

/// The Secret that the user prefers, where another one is taken.
pub(super) fn unfit(printer: &Printer, unfit: &[UnfitSecret]) {
    let mut without = Vec::new();
    for one in unfit {
        let Some(why) = &one.why else {
            without.push(one.namespace.as_str());
            continue;
        };
        let instead: Vec<&str> = one.instead.iter().map(String::as_str).collect();
        let instead = match instead.as_slice() {
            [] => "and no other one is fit".to_owned(),
            names => format!("{} is taken instead", names.join(",")),
        };
        printer.warning(&format!(
            "namespace {}: Secret {}, which --secret-name names, can't be taken: {why}; {instead}",
            one.namespace, one.name
        ));
    }
    if let Some(first) = unfit.iter().find(|one| one.why.is_none()) {
        printer.warning(&format!(
            "there is no pull secret {}, which --secret-name names, in {}: others are taken where there are any",
            first.name,
            show::some(&without)
        ));
    }
}
