//! What `doctor` does in both plugins: chooses checks, runs them, tells.

use std::time::{Duration, Instant};

use tokio_util::sync::CancellationToken;

use super::args::{CheckupArgs, FailOn};
use super::check::Check;
use super::ground::Ground;
use super::probe::clean;
use super::run::run as run_checks;
use super::select::{MAKES_PODS, select};
use super::view::{DoctorView, ListView, SummaryView};
use crate::diagnostic::{counted, human_duration};
use crate::prompt::problems;
use crate::terminal::{Printer, render, unless_closed};

/// How long the deletion of pods may take.
const CLEAN_LIMIT: Duration = Duration::from_secs(10);

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
    let with_pods = args.list || ground.probe_in.is_some();
    let mut checks = match select(&args.only, with_clusters, with_pods) {
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
    if ground.probe_in.is_none() && checks.iter().any(|check| check.id == MAKES_PODS) {
        let hint = "kubectl tcr-switch doctor --probe-nodes -n NAMESPACE";
        let only = args.only.iter().any(|id| id == MAKES_PODS);
        if only {
            let message = format!("{MAKES_PODS} makes pods, and is not run without --probe-nodes");
            problems::plain(printer, &message, Some(hint));
            return Ok(DoctorEnd::CouldNotStart);
        }
        checks.retain(|check| check.id != MAKES_PODS);
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
        outcomes = run_checks(ground, checks) => Some(outcomes),
        () = stop.cancelled() => None,
    };
    let left = delete_pods(ground, outcomes.is_none()).await;
    let Some(outcomes) = outcomes else {
        printer.note("interrupted; nothing was changed");
        tell_left(printer, left);
        return Ok(DoctorEnd::Interrupted);
    };
    tell_left(printer, left);
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

/// Deletes the pods of a probe, also of one that was stopped half-way. Gives what could not be
/// deleted.
async fn delete_pods(ground: &Ground, is_stopped: bool) -> Option<String> {
    let namespace = ground.probe_in.as_ref()?;
    for cluster in ground.clusters.iter().filter_map(|of| of.cluster.peek()) {
        // A pod that was asked for at the moment of Ctrl-C may come a moment later.
        let again = is_stopped.then_some(Duration::from_millis(700));
        for pause in [Some(Duration::ZERO), again].into_iter().flatten() {
            tokio::time::sleep(pause).await;
            let cleaned = tokio::time::timeout(CLEAN_LIMIT, clean(cluster, namespace)).await;
            let why = match cleaned {
                Ok(Ok(_)) => continue,
                Ok(Err(error)) => error.to_string(),
                Err(_) => "no answer in time".to_owned(),
            };
            return Some(format!("pods of doctor may be left in {namespace}: {why}"));
        }
    }
    None
}

fn tell_left(printer: &Printer, left: Option<String>) {
    if let Some(left) = left {
        printer.warning(&left);
        printer.hint("kubectl delete pods -l ccr2tcr-doctor=probe");
    }
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
