//! What `secrets copy` and `secrets prune` have in common: show the plan, dry run or ask, carry out.

use std::collections::BTreeSet;
use std::path::PathBuf;

use ccr2tcr::diagnostic::counted;
use ccr2tcr::prompt::Stop;
use ccr2tcr::switch::{ApplyEvent, LeftAsIs, Noted, PrepareError, PreparedSecrets, SecretStep};
use ccr2tcr::terminal::{OutputFormat, Printer, render};

use super::show_report::{self, RollbackHint};
use super::{place, problems, refused, show};
use crate::cli::{ChangeArgs, DryRun, is_document};
use crate::exit::ExitCode;
use crate::views::{ReportView, SecretChangesView, at};

/// Goes on with what was prepared.
pub(super) async fn run(
    prepared: Noted<PreparedSecrets, PrepareError>,
    args: ChangeArgs,
    secrets_backup: Option<PathBuf>,
    stop: &Stop,
    printer: &Printer,
) -> anyhow::Result<ExitCode> {
    show::notices(printer, &prepared.notices);
    let mut prepared = match prepared.result {
        Ok(prepared) => prepared,
        Err(error) => return problems::prepare(printer, error),
    };
    if let Some(path) = &secrets_backup {
        printer.warning(&format!(
            "{} will hold the Secrets that are deleted, with their passwords",
            path.display()
        ));
    }
    if let Some(code) = agree(&prepared, &args, stop, printer).await? {
        return Ok(code);
    }
    let created = prepared.create_login().await;
    show::notices(printer, &created.notices);
    if let Err(error) = created.result {
        return problems::prepare(printer, error);
    }
    let connection = &args.common.connection;
    let rollback_hint = RollbackHint::new(connection);
    let watcher = |event: ApplyEvent<'_>| {
        rollback_hint.hear(event);
        show_report::event(printer, event);
    };
    let mut options = args.wait.options(args.rollback_file, &args.refusals);
    options.secrets_backup = secrets_backup;
    let report = loop {
        let done = tokio::select! {
            done = prepared.execute(&options, &watcher, &stop.soft) => done,
            () = stop.hard.cancelled() => return Ok(rollback_hint.aborted(printer)),
        };
        match done {
            Ok(report) => break report,
            Err(error) => {
                if let Err(code) = refused::goes_on(printer, stop, args.write.yes, &error).await {
                    return Ok(plan_after(code, &prepared, args.output.into(), printer)?);
                }
                options.skip_refused = true;
            }
        }
    };
    if let Some(path) = options.secrets_backup.filter(|path| path.exists()) {
        printer.warning(&format!(
            "{} holds passwords that anybody who reads it can use: keep it from others, and delete it once it is not needed",
            path.display()
        ));
    }
    let shown = render(printer, args.output.into(), &ReportView(&report));
    Ok(show_report::end(printer, &report, prepared.is_left, connection).after(shown)?)
}

/// Shows the plan, and asks. `Some` is how the run ends, if it ends here.
async fn agree(
    prepared: &PreparedSecrets,
    args: &ChangeArgs,
    stop: &Stop,
    printer: &Printer,
) -> anyhow::Result<Option<ExitCode>> {
    let is_empty = prepared.steps.is_empty();
    let only_plan = args.write.dry_run != DryRun::None || is_empty;
    let format: OutputFormat = args.output.into();
    // What programs read is one document: the plan, or what was done.
    let shown = match only_plan || !is_document(format) {
        true => render(printer, format, &SecretChangesView::new(prepared)),
        false => Ok(()),
    };
    show::unread(printer, &prepared.inventory.unread, &args.common.connection);
    show::broken_secrets(printer, &prepared.inventory);
    left(printer, &prepared.left);
    notes(printer, &prepared.steps);
    show::notices(printer, &prepared.notices);
    if only_plan {
        let refused = match args.write.dry_run == DryRun::Server && !is_empty {
            true => refused::after_dry_run(printer, &prepared.dry_run().await, &args.refusals),
            false => None,
        };
        let is_left = prepared.is_left || !is_empty;
        let code = refused.unwrap_or(if is_left { ExitCode::Left } else { ExitCode::Done });
        return Ok(Some(code.after(shown)?));
    }
    shown?;
    if args.write.yes {
        return Ok(None);
    }
    let changes = counted(prepared.steps.len(), "change", "changes");
    let place = place::of(prepared.steps.iter().map(|step| &step.object), prepared.cluster());
    let question = format!("make {changes}{place}?");
    let instead = "use --yes to apply without asking, or --dry-run to only show the plan";
    match show::agreed(printer, stop, &question, instead).await {
        Ok(()) => Ok(None),
        Err(code) => Ok(Some(plan_after(code, prepared, format, printer)?)),
    }
}

/// What programs read is one document: where nothing was done, the plan.
fn plan_after(
    code: ExitCode,
    prepared: &PreparedSecrets,
    format: OutputFormat,
    printer: &Printer,
) -> std::io::Result<ExitCode> {
    code.after(match is_document(format) {
        true => render(printer, format, &SecretChangesView::new(prepared)),
        false => Ok(()),
    })
}

/// What stays as it is, and why.
fn left(printer: &Printer, left: &[LeftAsIs]) {
    for one in left {
        printer.warning(&format!("namespace {}: {}", one.namespace, one.diagnostic.message));
        if let Some(hint) = &one.diagnostic.hint {
            printer.hint(hint);
        }
    }
}

/// What to know of each change, and how many workloads restart.
fn notes(printer: &Printer, steps: &[SecretStep]) {
    let notes = |step: &SecretStep| {
        let at = at(&step.object);
        step.notes.iter().map(|note| format!("{at}: {note}")).collect::<Vec<_>>()
    };
    for note in steps.iter().flat_map(notes).collect::<BTreeSet<_>>() {
        printer.note(&note);
    }
    let restarts = steps.iter().filter(|step| step.restarts_pods()).count();
    if restarts > 0 {
        let workloads = counted(restarts, "workload", "workloads");
        printer.warning(&format!("the pods of {workloads} restart, because a template changes"));
    }
}
