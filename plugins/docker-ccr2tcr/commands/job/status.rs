//! `job status` and `job remove`.

use ccr2tcr::diagnostic::counted;
use ccr2tcr::job::{IndexState, read_state, remove as delete};
use ccr2tcr::kubernetes::Cluster;
use ccr2tcr::prompt::{Stop, confirm};
use ccr2tcr::terminal::{Printer, render};

use super::shared::failed;
use crate::cli::{JobStatusArgs, RemoveJobArgs};
use crate::exit::ExitCode;
use crate::views::JobStatusView;

/// Images that are named of those that are left.
const SHOWN: usize = 20;

pub(super) async fn run(args: JobStatusArgs, printer: &Printer) -> anyhow::Result<ExitCode> {
    let cluster = match Cluster::connect(&args.place.connection()).await {
        Ok(cluster) => cluster,
        Err(error) => return Ok(failed(printer, &error.into())),
    };
    let namespace = cluster.default_namespace();
    let state = match read_state(&cluster, namespace, &args.place.name).await {
        Ok(state) => state,
        Err(error) => return Ok(failed(printer, &error)),
    };
    let view = JobStatusView::new(args.place.name.to_string(), namespace, &state);
    let shown = render(printer, args.output.into(), &view);
    let reports = || state.shards.iter().filter_map(|shard| shard.report.as_ref());
    let left = reports().flat_map(|report| &report.left);
    for image in left.clone().take(SHOWN) {
        printer.error(&image.source, &[&image.message], None);
    }
    let count = left.count().saturating_sub(SHOWN) as u64
        + reports().map(|report| report.more).sum::<u64>();
    if count > 0 {
        printer.note(&format!("and {count} more"));
    }
    let done = state.done();
    let shards = counted(state.shards.len(), "shard", "shards");
    let failures = state.shards.iter().filter(|shard| shard.state == IndexState::Failed).count();
    printer.heading(&match &state.ended {
        Some(ended) if failures > 0 => {
            format!("{ended}: {done} of {shards} done, {failures} failed")
        }
        Some(ended) => format!("{ended}: {done} of {shards} done"),
        None => format!("running: {done} of {shards} done"),
    });
    if state.has_ended() {
        let flags = args.place.flags();
        printer.hint(&format!(
            "docker ccr2tcr verify has the last word; another job does what is left; docker ccr2tcr job remove{flags} deletes this one with its logins"
        ));
    }
    let code = if done == state.shards.len() { ExitCode::Done } else { ExitCode::Left };
    Ok(code.after(shown)?)
}

pub(super) async fn remove(
    args: RemoveJobArgs,
    stop: &Stop,
    printer: &Printer,
) -> anyhow::Result<ExitCode> {
    let cluster = match Cluster::connect(&args.place.connection()).await {
        Ok(cluster) => cluster,
        Err(error) => return Ok(failed(printer, &error.into())),
    };
    let namespace = cluster.default_namespace();
    let name = &args.place.name;
    let question = format!(
        "delete job {name} with its pods, lists and logins in namespace {namespace} of {}?",
        cluster.words()
    );
    if !args.yes
        && let Err(answer) = confirm(printer, stop, &question, "--yes deletes without asking").await
    {
        return Ok(answer.into());
    }
    match delete(&cluster, namespace, name).await {
        Ok(deleted) if deleted.is_empty() => printer.note("nothing of a job is there"),
        Ok(deleted) => deleted.iter().for_each(|what| printer.note(&format!("{what}: deleted"))),
        Err(error) => return Ok(failed(printer, &error)),
    }
    Ok(ExitCode::Done)
}
