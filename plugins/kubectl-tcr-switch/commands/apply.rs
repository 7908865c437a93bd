//! The main command, and `apply`: plan, show, ask, switch, watch.

use ccr2tcr::diagnostic::counted;
use ccr2tcr::prompt::Stop;
use ccr2tcr::switch::{ApplyEvent, PreparedSwitch, Unread, dry_run, execute, prepare_plan};
use ccr2tcr::terminal::{Printer, render};

use super::show_report::RollbackHint;
use super::{place, problems, refused, show, show_plan, show_report};
use crate::cli::{DryRun, SwitchArgs};
use crate::exit::ExitCode;
use crate::render::render_plan;
use crate::views::{PlanView, ReportView};

pub(crate) async fn run(
    args: SwitchArgs,
    stop: &Stop,
    printer: &Printer,
) -> anyhow::Result<ExitCode> {
    let inputs = args.common.inputs_without(&args.plan.exclude.exclude_object);
    let noted = tokio::select! {
        noted = prepare_plan(&inputs, args.plan.options()) => noted,
        () = stop.soft.cancelled() => return Ok(ExitCode::Interrupted),
    };
    show::notices(printer, &noted.notices);
    let mut prepared = match noted.result {
        Ok(prepared) => prepared,
        Err(error) => return problems::prepare(printer, error),
    };
    let is_tried = args.write.dry_run == DryRun::Server;
    let refused = if is_tried { dry_run(&prepared).await } else { Vec::new() };
    prepared.plan.refuse(&refused, args.refusals.allow_no_dry_run);
    let plan = &prepared.plan;
    let hides_images = plan.unread.iter().any(Unread::may_hide_images);
    let is_left = plan.leaves_something(true) || hides_images;
    // What programs read is one document: what was done, or the plan if nothing was.
    let only_plan = args.write.dry_run != DryRun::None || !plan.changes_anything();
    let show_plan = || {
        let view = PlanView::new(&prepared, &noted.notices, &args.common);
        render_plan(printer, args.output, &view)
    };
    let is_document = args.output.document().is_some();
    let shown = if only_plan || !is_document { show_plan() } else { Ok(()) };
    show::broken_secrets(printer, &prepared.inventory);
    show_plan::talk(printer, &prepared, &args.common);
    let left = |is_left| if is_left { ExitCode::Left } else { ExitCode::Done };
    if only_plan {
        let mut code = left(is_left || plan.changes_anything());
        if is_tried {
            code = refused::after_dry_run(printer, &refused, &args.refusals).unwrap_or(code);
        }
        return Ok(code.after(shown)?);
    }
    shown?;
    let plan_after = |code: ExitCode| code.after(if is_document { show_plan() } else { Ok(()) });
    if !args.write.yes {
        let objects = counted(plan.switched().count(), "object", "objects");
        let place = place::of(plan.switched().map(|entry| &entry.object), prepared.cluster());
        let instead = "use --yes to switch without asking, or --dry-run to only show the plan";
        let question = format!("switch {objects}{place}?");
        if let Err(code) = show::agreed(printer, stop, &question, instead).await {
            return Ok(plan_after(code)?);
        }
    }
    match carry_out(&args, &prepared, is_left, stop, printer).await? {
        Ok(code) => Ok(code),
        Err(NothingWritten(code)) => Ok(plan_after(code)?),
    }
}

/// How a run ends that did not come to its first write.
struct NothingWritten(ExitCode);

async fn carry_out(
    args: &SwitchArgs,
    prepared: &PreparedSwitch,
    is_left: bool,
    stop: &Stop,
    printer: &Printer,
) -> anyhow::Result<Result<ExitCode, NothingWritten>> {
    let mut options = args.wait.options(args.rollback_file.clone(), &args.refusals);
    let rollback_hint = RollbackHint::new(&args.common.connection);
    let watcher = |event: ApplyEvent<'_>| {
        rollback_hint.hear(event);
        show_report::event(printer, event);
    };
    let report = loop {
        let done = tokio::select! {
            done = execute(prepared, &options, &watcher, &stop.soft) => done,
            () = stop.hard.cancelled() => return Ok(Ok(rollback_hint.aborted(printer))),
        };
        match done {
            Ok(report) => break report,
            Err(error) => {
                if let Err(code) = refused::goes_on(printer, stop, args.write.yes, &error).await {
                    return Ok(Err(NothingWritten(code)));
                }
                options.skip_refused = true;
            }
        }
    };
    let shown = match args.output.document() {
        Some(format) => render(printer, format, &ReportView(&report)),
        None => Ok(()),
    };
    let mut code = show_report::end(printer, &report, is_left, &args.common.connection);
    if let Some(path) = &args.report {
        let written = serde_json::to_vec_pretty(&report)
            .map_err(std::io::Error::other)
            .and_then(|text| std::fs::write(path, text));
        if let Err(error) = written {
            printer.error(
                &format!("the report {} can't be written: {error}", path.display()),
                &[""; 0],
                None,
            );
            code = ExitCode::Left;
        }
    }
    Ok(Ok(code.after(shown)?))
}
