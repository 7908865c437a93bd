//! What is going to be done about pull secrets, on the screen; and doing it.

use ccr2tcr::cluster::{
    ConnectionSettings, LeftAsIs, SecretChange, SecretRun, SecretStep, SecretSwitch, Unread,
};
use ccr2tcr::terminal::{Column, Printer, Table};
use serde_json::{Value, json};

use super::apply::{not_begun, tell_refused};
use super::show;
use super::show_report;
use crate::cli::VerdictFormat;
use crate::exit::ExitCode;
use crate::prompt::Stop;

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

/// Says what the server refuses; whether that is nothing.
pub(super) async fn judged(run: &SecretRun<'_>, steps: &[SecretStep], printer: &Printer) -> bool {
    let refused = run.judge(steps).await;
    tell_refused(printer, &refused);
    if refused.is_empty() {
        printer.note("the API server takes every change (server dry run)");
    }
    refused.is_empty()
}

/// Asks whether secrets may be changed. `Err` is how the run ends if not.
pub(super) async fn agreed(printer: &Printer, stop: &Stop, question: &str) -> Result<(), ExitCode> {
    let instead = "--yes asks nothing, --dry-run only shows the plan";
    show::agreed(printer, stop, question, instead).await
}

/// Carries the steps out, and says how that went.
pub(super) async fn carry_out(
    run: &SecretRun<'_>,
    command: &'static str,
    steps: &[SecretStep],
    unread: &[Unread],
    (output, is_left): (VerdictFormat, bool),
    connection: &ConnectionSettings,
    printer: &Printer,
) -> anyhow::Result<ExitCode> {
    let report = match run.carry_out(command, steps, unread).await {
        Ok(report) => report,
        Err(error) => return Ok(not_begun(printer, &error)),
    };
    let shown = match output {
        VerdictFormat::Text => Ok(()),
        VerdictFormat::Json => printer.json(&report),
        VerdictFormat::Yaml => show::yaml(printer, &report),
    };
    Ok(show_report::end(printer, &report, is_left, connection).after(shown)?)
}
