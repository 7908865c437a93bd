//! The main command, and `apply`: plan, show, ask, switch, watch.

use std::path::PathBuf;
use std::time::Duration;

use ccr2tcr::switch::{ApplyError, ApplyEvent, ApplyOptions, SwitchPlan, apply, judge};
use ccr2tcr::terminal::Printer;

use super::look::{self, Looked};
use super::show::yaml;
use super::show_report::WayBack;
use super::{show, show_plan, show_report};
use crate::cli::{DryRun, PlanFormat, SwitchArgs, WaitArgs};
use crate::exit::ExitCode;
use ccr2tcr::prompt::Stop;

/// As good as without end, and still a time that can be added to now.
const WITHOUT_END: Duration = Duration::from_secs(365 * 24 * 3600);

pub(crate) async fn run(
    args: SwitchArgs,
    stop: &Stop,
    printer: &Printer,
) -> anyhow::Result<ExitCode> {
    let planned = tokio::select! {
        planned = look::plan(&args.plan, &args.target, printer) => planned?,
        () = stop.soft.cancelled() => return Ok(ExitCode::Interrupted),
    };
    let (looked, plan) = match planned {
        Ok(planned) => planned,
        Err(code) => return Ok(code),
    };
    let is_left = plan.leaves_something(true) || show::hides_images(&plan.unread);
    // What programs read is one document: the plan, or what was done.
    let is_for_programs = matches!(args.output, PlanFormat::Json | PlanFormat::Yaml);
    let only_plan = args.write.dry_run != DryRun::None;
    let shown = match only_plan || !is_for_programs {
        true => show_plan::data(printer, &plan, args.output, &args.target),
        false => Ok(()),
    };
    show::broken_secrets(printer, &looked.inventory);
    show_plan::talk(printer, &plan, &looked, &args.target);
    let left = |is_left| if is_left { ExitCode::Left } else { ExitCode::Done };
    if only_plan {
        let mut code = left(is_left || plan.changes_anything());
        if args.write.dry_run == DryRun::Server {
            code = judged(&looked, &plan, printer).await.unwrap_or(code);
        }
        return Ok(code.after(shown)?);
    }
    if !plan.changes_anything() {
        return Ok(left(is_left).after(shown)?);
    }
    shown?;
    if !args.write.yes {
        let objects = show::counted(plan.switched().count(), "object", "objects");
        let instead = "--yes switches without asking, --dry-run only shows the plan";
        let question = format!("switch {objects}?");
        if let Err(code) = show::agreed(printer, stop, &question, instead).await {
            return Ok(code);
        }
    }
    carry_out(&args, &looked, &plan, is_left, stop, printer).await
}

async fn carry_out(
    args: &SwitchArgs,
    looked: &Looked,
    plan: &SwitchPlan,
    is_left: bool,
    stop: &Stop,
    printer: &Printer,
) -> anyhow::Result<ExitCode> {
    let options = apply_options(&args.wait, args.rollback_file.clone());
    let way_back = WayBack::new(&args.target.connection);
    let watcher = |event: ApplyEvent<'_>| {
        way_back.hear(event);
        show_report::event(printer, event);
    };
    let known = looked.known();
    let applied =
        apply(&looked.cluster, &looked.inventory, plan, &known, &options, &watcher, &stop.soft);
    let report = tokio::select! {
        applied = applied => match applied {
            Ok(report) => report,
            Err(error) => return Ok(not_begun(printer, &error)),
        },
        () = stop.hard.cancelled() => return Ok(way_back.left_at_once(printer)),
    };
    let shown = match args.output {
        PlanFormat::Json => printer.json(&report),
        PlanFormat::Yaml => yaml(printer, &report),
        _ => Ok(()),
    };
    let mut code = show_report::end(printer, &report, is_left, &args.target.connection);
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
    Ok(code.after(shown)?)
}

/// What the server says of each change; `None` if it takes them all.
async fn judged(looked: &Looked, plan: &SwitchPlan, printer: &Printer) -> Option<ExitCode> {
    let refused = judge(&looked.cluster, &looked.inventory, plan).await;
    tell_refused(printer, &refused);
    if refused.is_empty() {
        printer.note("the API server takes every change (server dry run)");
        return None;
    }
    Some(ExitCode::Error)
}

pub(super) fn tell_refused(
    printer: &Printer,
    refused: &[(ccr2tcr::workload::ObjectRef, ccr2tcr::kubernetes::ClusterError)],
) {
    for (_, error) in refused {
        printer.error(&error.to_string(), &[""; 0], Some(&error.hint()));
    }
}

pub(super) fn not_begun(printer: &Printer, error: &ApplyError) -> ExitCode {
    match error {
        ApplyError::Refused { refused, .. } => {
            tell_refused(printer, refused);
            printer.error(
                &error.to_string(),
                &[""; 0],
                Some("mend what is refused, or leave it out: -l SELECTOR, --exclude-namespace"),
            );
        }
        ApplyError::RollbackFile(file) => {
            printer.error(&error.to_string(), &[""; 0], Some(file.hint()));
        }
    }
    ExitCode::Error
}

/// How changes are carried out, by the flags.
pub(super) fn apply_options(wait: &WaitArgs, rollback_file: Option<PathBuf>) -> ApplyOptions {
    ApplyOptions {
        wait: wait.waits(),
        timeout: wait.limit().unwrap_or(WITHOUT_END),
        concurrency: wait.concurrency.get().into(),
        rollback_file,
    }
}
