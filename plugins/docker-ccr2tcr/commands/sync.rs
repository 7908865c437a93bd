//! `docker ccr2tcr sync`: plan, show, copy, report.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use ccr2tcr::account::{Account, RequiredApis};
use ccr2tcr::environment::Environment;
use ccr2tcr::job::write_message;
use ccr2tcr::terminal::{Printer, render};
use ccr2tcr::transfer::report::{UnreadPart, UnreadResult};
use ccr2tcr::transfer::{
    Limits, PreparedPlan, Report, Stop, SyncError, Trust, execute, prepare_plan,
};

use super::select::Choice;
use super::watch::Watch;
use super::{old_line, problems, tell_plan, tell_report};
use crate::cli::SyncArgs;
use crate::exit::{ExitCode, RunEnd};
use crate::legacy::{Legacy, LegacyRule};
use crate::views::{PlanView, ReportView};

pub(crate) async fn run(
    mut args: SyncArgs,
    legacy: Option<Legacy>,
    stop: &Stop,
    printer: &Printer,
) -> anyhow::Result<RunEnd> {
    let began = Instant::now();
    if let Some(legacy) = &legacy {
        old_line::apply(legacy, &mut args.settings);
    }
    // Found out now, not after six hours.
    if let Some(code) = tell_report::refuse_file(printer, args.report.as_deref()) {
        return Ok(code.into());
    }
    let chosen = stop.unless_asked(Choice::of(&args.select, &args.settings)).await;
    let Some(chosen) = chosen else {
        return Ok(problems::could_not_start(printer, &SyncError::Interrupted).into());
    };
    let mut choice = chosen?;
    let asked = choice.ask_clusters(&args.used, &args.settings, stop, printer).await;
    if let Err(code) = asked {
        return Ok(code.into());
    }
    choice.options.no_last_look = args.no_last_look;
    choice.options.allow_public = args.allow_public;
    if let Some(path) = &args.retry_from
        && let Some(code) = retry(path, &mut choice, printer)
    {
        return Ok(code.into());
    }
    let rules = legacy.as_ref().and_then(|legacy| legacy.rules.as_ref());
    if rules.is_some() {
        choice.need = RequiredApis::None;
    }
    let environment = Environment::from_process();
    let opening = Account::open(&args.settings, &environment, choice.need);
    let account = match stop.unless_asked(opening).await {
        Some(Ok(account)) => account,
        Some(Err(error)) => return Ok(problems::account(printer, &error).into()),
        None => return Ok(problems::could_not_start(printer, &SyncError::Interrupted).into()),
    };
    for notice in &account.notices {
        printer.note(notice);
    }
    choice.exclude_as(&account);
    let planning = prepare(&account, choice, rules, printer);
    let planned = stop.unless_asked(planning).await.unwrap_or(Err(SyncError::Interrupted));
    problems::tell_logins(printer, &account);
    let planned = match planned {
        Ok(planned) => planned,
        Err(error) => return Ok(problems::could_not_start(printer, &error).into()),
    };
    if args.dry_run {
        let shown = render(printer, args.output.into(), &PlanView::of(&planned.plan));
        tell_plan::summary(printer, &planned.plan);
        tell_plan::notices(printer, &planned.plan);
        let totals = &planned.plan.totals;
        let something =
            totals.to_copy + totals.to_complete + totals.conflicts + totals.unreadable > 0;
        tell_report::items(printer, &planned.failed);
        let failed = planned.failed.iter().any(|item| item.error.is_some());
        let unread = failed || !planned.plan.unread.is_empty();
        let code = if something || unread { ExitCode::Left } else { ExitCode::Done };
        return Ok(code.after(shown)?.into());
    }
    tell_plan::summary(printer, &planned.plan);
    tell_plan::notices(printer, &planned.plan);

    let watch = Arc::new(Watch::of_sync(args.progress, &account.registries, printer));
    let mut limits = Limits { bytes_per_second: args.limit_rate, ..Limits::default() };
    if let Some(jobs) = args.jobs {
        (limits.blobs, limits.more_small_blobs) = (jobs.into(), 0);
    }
    let told = planned.plan.notices.clone();
    let done = execute(&account, planned, limits, watch.clone(), stop).await;
    watch.finish();
    problems::tell_logins(printer, &account);
    let report = match done {
        Ok(report) => report,
        Err(error) => return Ok(problems::could_not_start(printer, &error).into()),
    };
    for notice in report.warnings.iter().filter(|notice| !told.contains(notice)) {
        printer.warning(&notice.message);
    }
    let code = end(&report, &args, legacy.is_some(), began, printer)?;
    Ok(RunEnd::with(code, report))
}

/// Limits the choice to what a report left over. `Some` is how the run ends if that is nothing.
fn retry(path: &Path, choice: &mut Choice, printer: &Printer) -> Option<ExitCode> {
    let report = match Report::read(path) {
        Ok(report) => report,
        Err(error) => {
            return Some(problems::plain(printer, &error.to_string(), Some(error.hint())));
        }
    };
    let undescribed = report.repositories.iter().filter(|entry| entry.error.is_some()).count();
    if undescribed > 0 {
        printer.warning(&format!(
            "--retry-from copies images; descriptions that are still to be copied ({undescribed}) need `docker ccr2tcr sync` without it"
        ));
    }
    let of_clusters = |unread: &&UnreadResult| unread.scope == UnreadPart::Cluster;
    let in_clusters = report.unread.iter().filter(of_clusters).count();
    if in_clusters > 0 {
        printer.warning(&format!(
            "--retry-from copies images; what clusters use and could not be read ({in_clusters}) needs `docker ccr2tcr sync --in-use` again"
        ));
    }
    if choice.retry(&report) {
        return None;
    }
    let more = undescribed + in_clusters > 0;
    let images = if more { " for images" } else { "" };
    printer.note(&format!("nothing is left to do in {}{images}", path.display()));
    Some(if more { ExitCode::Left } else { ExitCode::Done })
}

/// The plan, and what was asked for and can't be planned.
async fn prepare(
    account: &Account,
    mut choice: Choice,
    rules: Option<&Vec<LegacyRule>>,
    printer: &Printer,
) -> Result<PreparedPlan, SyncError> {
    let mut failed = choice.failed;
    if let Some(rules) = rules {
        let expanded = old_line::expand(rules, account).await;
        for repository in expanded.empty {
            printer.warning(&format!("{repository} has no tags: nothing to copy"));
        }
        choice.options.images = Some(expanded.lines);
        failed = expanded.failed;
    }
    let mut planned = prepare_plan(account, &choice.options, Trust::Sampled).await?;
    planned.failed.extend(failed);
    Ok(planned)
}

fn end(
    report: &Report,
    args: &SyncArgs,
    is_old_line: bool,
    began: Instant,
    printer: &Printer,
) -> anyhow::Result<ExitCode> {
    tell_report::failures(printer, report);
    let written = args.report.as_deref().map(|path| report.write(path));
    let left = args.termination_log.as_deref().map(|path| (path, write_message(path, report)));
    if let Some((path, Err(error))) = left {
        printer.warning(&format!("can't write to {}: {error}", path.display()));
    }
    let legacy_summary = args.legacy_summary || is_old_line;
    let view = ReportView { report, took: began.elapsed(), legacy_summary };
    let shown = render(printer, args.output.into(), &view);
    let mut code = ExitCode::of(report);
    if let Some(Err(error)) = written {
        printer.error(&error.to_string(), &[""; 0], Some(error.hint()));
        printer.explain(error.common());
        code = ExitCode::Left;
    }
    Ok(code.after(shown)?)
}
