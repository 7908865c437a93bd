//! `docker ccr2tcr verify`: compare both sides, change nothing.

use std::sync::Arc;
use std::time::Instant;

use ccr2tcr::account::Account;
use ccr2tcr::environment::Environment;
use ccr2tcr::terminal::{Printer, render};
use ccr2tcr::transfer::{Depth, Stop, SyncError, verify};

use super::select::Choice;
use super::watch::Watch;
use super::{problems, tell_report};
use crate::cli::VerifyArgs;
use crate::exit::{ExitCode, RunEnd};
use crate::views::ReportView;

pub(crate) async fn run(
    args: VerifyArgs,
    stop: &Stop,
    printer: &Printer,
) -> anyhow::Result<RunEnd> {
    let began = Instant::now();
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
    let depth = if args.deep { Depth::Deep } else { Depth::Tags };
    let watch = Arc::new(Watch::of_verify(args.progress, &account.registries, printer));
    let compared = verify(&account, &choice.options, depth, watch.clone(), stop).await;
    watch.finish();
    problems::tell_logins(printer, &account);
    let report = match compared {
        Ok(report) => report,
        Err(error) => return Ok(problems::could_not_start(printer, &error).into()),
    };
    tell_report::notices(printer, &report);
    tell_report::failures(printer, &report);
    let written = args.report.as_deref().map(|path| report.write(path)).transpose();
    let view = ReportView { report: &report, took: began.elapsed(), legacy_summary: false };
    let shown = render(printer, args.output.into(), &view);
    written?;
    let code = ExitCode::of(&report).after(shown)?;
    Ok(RunEnd::with(code, report))
}
