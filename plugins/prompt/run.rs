//! Running a command until it is done, or until somebody wants to leave at once.

use std::io;

use anyhow::Context as _;
use ccr2tcr::terminal::Printer;

use super::Stop;

/// Runs `work` on a runtime of its own. `listen` makes the [`Stop`] hear who wants to stop;
/// `left_at_once` is the outcome for whoever didn't wait.
pub(crate) fn run<T>(
    printer: &Printer,
    listen: impl FnOnce(&Stop) -> io::Result<()>,
    work: impl AsyncFnOnce(&Stop) -> anyhow::Result<T>,
    left_at_once: T,
) -> anyhow::Result<T> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("can't start the asynchronous runtime")?;
    let result = runtime.block_on(async {
        let stop = Stop::default();
        listen(&stop).context("can't listen for signals")?;
        tokio::spawn(announce(stop.clone(), printer.clone()));
        tokio::select! {
            // The work first: it may have a last word for whoever leaves at once.
            biased;
            result = work(&stop) => result,
            () = stop.hard.cancelled() => Ok(left_at_once),
        }
    });
    // Whoever asked twice doesn't wait for what blocks.
    runtime.shutdown_background();
    result
}

async fn announce(stop: Stop, printer: Printer) {
    stop.soft.cancelled().await;
    printer.note("stopping: what has begun is finished; Ctrl-C again leaves at once");
}
