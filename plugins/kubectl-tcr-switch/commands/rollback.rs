//! `rollback`: undoing what a run has changed.

use ccr2tcr::diagnostic::counted;
use ccr2tcr::kubernetes::Cluster;
use ccr2tcr::switch::{
    ApplyEvent, RollbackFile, RollbackOptions, RollbackPlan, RollbackVerdict, roll_back,
};
use ccr2tcr::terminal::{OutputFormat, Printer, render};

use super::show_report::{self, RollbackHint};
use super::{place, problems, show};
use crate::cli::{DryRun, RefusalArgs, RollbackArgs, is_document};
use crate::exit::ExitCode;
use crate::views::{ReportView, RollbackView};
use ccr2tcr::prompt::Stop;

pub(crate) async fn run(
    args: RollbackArgs,
    stop: &Stop,
    printer: &Printer,
) -> anyhow::Result<ExitCode> {
    let file = match RollbackFile::read(&args.file, args.allow_edited) {
        Ok(file) => file,
        Err(error) => {
            problems::plain(printer, &error.to_string(), Some(error.hint()));
            return Ok(ExitCode::Error);
        }
    };
    let cluster = Cluster::connect(&args.connection).await?;
    let options = RollbackOptions { allow_unproven_login: args.allow_unproven_login };
    let plan = match RollbackPlan::make(&cluster, &file, options).await {
        Ok(plan) => plan,
        Err(error) => {
            problems::plain(
                printer,
                &error.to_string(),
                Some("select its cluster: --context NAME"),
            );
            return Ok(ExitCode::Error);
        }
    };
    for notice in &plan.notices {
        printer.warning(notice);
    }
    let format: OutputFormat = args.output.into();
    // What programs read is one document: what was done, or the plan.
    let only_plan = args.write.dry_run != DryRun::None;
    if only_plan || !is_document(format) {
        render(printer, format, &RollbackView::new(&plan))?;
    }
    let is_bad = |step: &ccr2tcr::switch::RollbackStep| {
        !matches!(step.verdict, RollbackVerdict::Undo | RollbackVerdict::Untouched)
    };
    let is_left = plan.steps.iter().any(is_bad);
    if only_plan {
        let would = is_left || plan.changes_anything();
        return Ok(if would { ExitCode::Left } else { ExitCode::Done });
    }
    if !args.write.yes && plan.changes_anything() {
        let instead = "--yes rolls back without asking";
        let undone = plan.steps.iter().filter(|step| step.verdict == RollbackVerdict::Undo);
        let objects = counted(undone.clone().count(), "object", "objects");
        let place = place::of(undone.map(|step| &step.object), &cluster);
        let question = format!("roll back {objects}{place}?");
        if let Err(code) = show::agreed(printer, stop, &question, instead).await {
            let view = is_document(format).then(|| RollbackView::new(&plan));
            let shown = view.map_or(Ok(()), |view| render(printer, format, &view));
            return Ok(code.after(shown)?);
        }
    }
    let options = args.wait.options(None, &RefusalArgs::default());
    let rollback_hint = RollbackHint::of(args.file, &args.connection);
    let watcher = |event: ApplyEvent<'_>| show_report::event(printer, event);
    let report = tokio::select! {
        report = roll_back(&cluster, &plan, &options, &watcher, &stop.soft) => report,
        () = stop.hard.cancelled() => return Ok(rollback_hint.aborted(printer)),
    };
    let shown = render(printer, format, &ReportView(&report));
    Ok(show_report::end(printer, &report, is_left, &args.connection).after(shown)?)
}
