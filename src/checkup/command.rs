//! What `doctor` does in both plugins: chooses checks, runs them, tells.

use std::time::Instant;

use tokio_util::sync::CancellationToken;

use super::args::{CheckupArgs, FailOn};
use super::check::Check;
use super::ground::Ground;
use super::run::run as run_checks;
use super::select::select;
use super::view::{DoctorView, ListView, SummaryView};
use crate::diagnostic::{counted, human_duration};
use crate::prompt::problems;
use crate::terminal::{Printer, render, unless_closed};

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DoctorEnd {
    /// Nothing failed.
    Fine,
    /// Something did, or warned if that counts.
    Found,
    /// Nothing was looked at.
    CouldNotStart,
    /// It was stopped.
    Interrupted,
}

/// Looks at everything that `args` name.
///
/// # Errors
/// If stdout can't be written to.
pub async fn run(
    args: &CheckupArgs,
    ground: &Ground,
    stop: &CancellationToken,
    printer: &Printer,
) -> anyhow::Result<DoctorEnd> {
    let with_clusters = args.list || !ground.clusters.is_empty();
    let checks = match select(&args.only, with_clusters) {
        Ok(checks) => checks,
        Err(error) => {
            problems::plain(printer, &error.to_string(), Some("--list names them all"));
            return Ok(DoctorEnd::CouldNotStart);
        }
    };
    if args.list {
        unless_closed(render(printer, args.output.into(), &ListView::new(&checks)))?;
        return Ok(DoctorEnd::Fine);
    }
    if ground.clusters.is_empty()
        && let Some(check) = checks.iter().find(|check| check.is_of_a_cluster())
    {
        let message = format!("{} is about a cluster, and none is named", check.id);
        problems::plain(printer, &message, Some("name one with --kube-context"));
        return Ok(DoctorEnd::CouldNotStart);
    }
    look(args, ground, &checks, stop, printer).await
}

async fn look(
    args: &CheckupArgs,
    ground: &Ground,
    checks: &[&'static Check],
    stop: &CancellationToken,
    printer: &Printer,
) -> anyhow::Result<DoctorEnd> {
    let begin = Instant::now();
    let outcomes = tokio::select! {
        outcomes = run_checks(ground, checks) => outcomes,
        () = stop.cancelled() => {
            printer.note("interrupted; nothing was changed");
            return Ok(DoctorEnd::Interrupted);
        }
    };
    let took = begin.elapsed();
    let view = DoctorView::new(outcomes, ground.effort(), took);
    unless_closed(render(printer, args.output.into(), &view))?;
    let SummaryView { fail, warn, .. } = view.summary;
    printer.heading(&format!(
        "{}; {} and {} in {}",
        summary(&view.summary),
        counted(view.effort.api_calls, "API call", "API calls"),
        counted(view.effort.registry_requests, "registry request", "registry requests"),
        human_duration(took)
    ));
    let found = fail > 0 || (args.fail_on == FailOn::Warn && warn > 0);
    Ok(if found { DoctorEnd::Found } else { DoctorEnd::Fine })
}

fn summary(of: &SummaryView) -> String {
    let parts = [
        (of.fail, "failed"),
        (of.warn, "warned"),
        (of.not_proven, "not proven"),
        (of.skipped, "skipped"),
        (of.ok, "ok"),
    ];
    let told = parts.iter().filter(|(count, _)| *count > 0);
    told.map(|(count, word)| format!("{count} {word}")).collect::<Vec<_>>().join(", ")
}
