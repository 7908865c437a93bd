//! `docker ccr2tcr usage`: who still pulls from CCR, as far as that was seen.

use std::path::PathBuf;
use std::time::Duration;

use ccr2tcr::account::CcrSide;
use ccr2tcr::diagnostic::human_duration;
use ccr2tcr::environment::Environment;
use ccr2tcr::kubernetes::ConnectionSettings;
use ccr2tcr::tencent::earliest_event;
use ccr2tcr::terminal::{Printer, render};
use ccr2tcr::transfer::{Report, Stop};
use ccr2tcr::usage::{
    Earlier, OwnRuns, ReportedRun, UsageInputs, Verdict, addresses, read_counts, read_usage, users,
};
use jiff::Timestamp;

use super::problems;
use crate::cli::UsageArgs;
use crate::exit::ExitCode;
use crate::views::UsageView;

pub(crate) async fn run(
    args: UsageArgs,
    stop: &Stop,
    printer: &Printer,
) -> anyhow::Result<ExitCode> {
    let earlier = match args.compare.as_deref().map(Earlier::read).transpose() {
        Ok(earlier) => earlier.map(|earlier| (earlier.counted_at, earlier.pull_counts)),
        Err(error) => return Ok(problems::plain(printer, &error.to_string(), Some(error.hint()))),
    };
    if args.since >= Timestamp::now() {
        let message = "--since is in the future";
        return Ok(problems::plain(
            printer,
            message,
            Some("give an age, such as 30d, or a past date"),
        ));
    }
    let runs = match own_runs(&args.report, printer) {
        Ok(runs) => runs,
        Err(code) => return Ok(code),
    };
    let environment = Environment::from_process();
    let ccr = match stop.unless_asked(CcrSide::open(&args.settings, &environment)).await {
        Some(Ok(ccr)) => ccr,
        Some(Err(error)) => return Ok(problems::account(printer, &error)),
        None => return Ok(problems::interrupted(printer, "anything was read")),
    };
    let Some(own) = stop.unless_asked(own(runs, &args, &ccr)).await else {
        return Ok(problems::interrupted(printer, "anything was read"));
    };
    let before = match args.watch {
        None => earlier,
        Some(length) => match stop.unless_asked(read_counts(&ccr)).await {
            None => return Ok(problems::interrupted(printer, "the counts were read")),
            Some(counts) => {
                wait(length, stop, printer).await;
                Some(counts)
            }
        },
    };
    let clusters: Vec<ConnectionSettings> = args
        .kube_context
        .iter()
        .map(|context| ConnectionSettings {
            context: Some(context.clone()),
            kubeconfig: args.kubeconfig.clone(),
            ..ConnectionSettings::default()
        })
        .collect();
    let inputs = UsageInputs {
        ccr: &ccr,
        settings: &args.settings,
        clusters: &clusters,
        since: since(args.since, printer),
        own: &own,
        before,
    };
    // Ctrl-C has ended the wait of --watch; what is read then is read all the same.
    let usage = match args.watch {
        Some(_) => Some(read_usage(inputs).await),
        None => stop.unless_asked(read_usage(inputs)).await,
    };
    let Some(usage) = usage else {
        return Ok(problems::interrupted(printer, "everything was read"));
    };
    for unread in &usage.unread {
        printer.warning(&format!("could not read {}: {}", unread.what, unread.why.message));
        if let Some(hint) = &unread.why.hint {
            printer.hint(hint);
        }
    }
    let shown = render(printer, args.output.into(), &UsageView::new(&usage));
    let code = match (args.fail_if_used, usage.verdict) {
        (true, Verdict::Used | Verdict::NotProven) => ExitCode::Left,
        _ => ExitCode::Done,
    };
    Ok(code.after(shown)?)
}

/// From when on there can be events.
fn since(wanted: Timestamp, printer: &Printer) -> Timestamp {
    let earliest = earliest_event(Timestamp::now());
    if wanted < earliest {
        let day = earliest.strftime("%Y-%m-%d");
        printer.note(&format!("CloudAudit keeps 90 days: it is asked from {day} on"));
    }
    wanted.max(earliest)
}

fn own_runs(reports: &[PathBuf], printer: &Printer) -> Result<Vec<ReportedRun>, ExitCode> {
    let mut runs = Vec::new();
    for path in reports {
        let report = Report::read(path)
            .map_err(|error| problems::plain(printer, &error.to_string(), Some(error.hint())))?;
        match ReportedRun::of(&report) {
            Some(run) => runs.push(run),
            None => printer.warning(&format!(
                "{} doesn't say when its run was: its pulls can't be told apart",
                path.display()
            )),
        }
    }
    Ok(runs)
}

/// What tells this program's pulls. Nothing is asked if there are no reports.
async fn own(runs: Vec<ReportedRun>, args: &UsageArgs, ccr: &CcrSide) -> OwnRuns {
    if runs.is_empty() {
        return OwnRuns::default();
    }
    let (users, mut addresses) = tokio::join!(users(ccr), addresses(ccr));
    addresses.extend(args.own_address.iter().map(ToString::to_string));
    OwnRuns { runs, users, addresses }
}

async fn wait(length: Duration, stop: &Stop, printer: &Printer) {
    printer.note(&format!("the counts of pulls are read again in {}", human_duration(length)));
    let _ = tokio::time::timeout(length, stop.asked()).await;
}
