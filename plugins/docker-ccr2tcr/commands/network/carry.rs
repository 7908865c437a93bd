//! A plan that is shown, agreed to, carried out and reported.

use ccr2tcr::diagnostic::{human_duration, shell_word};
use ccr2tcr::network::{Options, Outcome, Plan, Report, StepReport, UndoFile, carry_out};
use ccr2tcr::prompt::{Stop, confirm};
use ccr2tcr::tencent::Enterprise;
use ccr2tcr::terminal::{Printer, render};

use crate::cli::NetworkWriteArgs;
use crate::exit::ExitCode;
use crate::views::{NetworkPlanView, NetworkReportView};

/// What is to be done.
pub(super) struct Change {
    pub(super) plan: Plan,
    pub(super) undo: UndoFile,
    pub(super) question: String,
}

pub(super) async fn carry(
    change: Change,
    enterprise: &Enterprise,
    args: &NetworkWriteArgs,
    stop: &Stop,
    printer: &Printer,
) -> anyhow::Result<ExitCode> {
    let Change { plan, mut undo, question } = change;
    for note in &plan.notes {
        printer.note(note);
    }
    for notice in &plan.notices {
        printer.warning(notice);
    }
    if undo.is_there() {
        let file = undo.path().display();
        printer.note(&format!("goes on with a run that was not finished: {file}"));
    }
    let view = NetworkPlanView::of(&plan);
    if args.dry_run || args.output.is_for_people() {
        let shown = render(printer, args.output.into(), &view);
        let code = if plan.changes_anything() { ExitCode::Left } else { ExitCode::Done };
        let code = code.after(shown)?;
        if args.dry_run {
            return Ok(code);
        }
    }
    if plan.changes_anything()
        && let Err(code) = agreed(args, stop, printer, &question).await
    {
        let shown = match args.output.is_for_people() {
            true => Ok(()),
            false => render(printer, args.output.into(), &view),
        };
        return Ok(code.after(shown)?);
    }
    let told = |step: &StepReport| tell(printer, step);
    let options = Options { timeout: args.timeout, stop: stop.soft.clone(), told: &told };
    let report = carry_out(enterprise, &plan, &mut undo, &options).await;
    let ended = end(&report, &undo, args, printer);
    if undo.is_there() && !undo.did().is_empty() {
        let file = shell_word(&undo.path().display().to_string());
        printer.note(&format!("to take it back: docker ccr2tcr network rollback {file}"));
    }
    ended
}

/// Asks, unless the user has agreed already.
pub(super) async fn agreed(
    args: &NetworkWriteArgs,
    stop: &Stop,
    printer: &Printer,
    question: &str,
) -> Result<(), ExitCode> {
    if args.yes {
        return Ok(());
    }
    let asked = confirm(printer, stop, question, "--yes changes it without asking").await;
    asked.map_err(ExitCode::from)
}

/// Says what came of a step, as soon as it is over.
pub(super) fn tell(printer: &Printer, report: &StepReport) {
    let StepReport { step, outcome, took } = report;
    match outcome {
        Outcome::Done => printer.note(&format!("done: {step} ({})", human_duration(*took))),
        Outcome::Existed => {}
        Outcome::Failed(error) => {
            let message = format!("can't {step}: {error}");
            printer.error(&message, &[""; 0], error.hint().as_deref());
            printer.explain(error.common());
        }
    }
}

/// Shows the report, and says how the run ended.
pub(super) fn end(
    report: &Report,
    undo: &UndoFile,
    args: &NetworkWriteArgs,
    printer: &Printer,
) -> anyhow::Result<ExitCode> {
    for notice in &report.notices {
        printer.warning(notice);
    }
    let file = undo.is_there().then(|| undo.path());
    let shown = match args.output.is_for_people() {
        true => Ok(()),
        false => render(printer, args.output.into(), &NetworkReportView::of(report, file)),
    };
    let code = match (report.interrupted, report.is_clean()) {
        (true, _) => ExitCode::Interrupted,
        (false, true) => ExitCode::Done,
        (false, false) => ExitCode::Left,
    };
    Ok(code.after(shown)?)
}
