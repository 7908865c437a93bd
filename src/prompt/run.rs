//! Running a command until it is done, or until the user quits at once.

use std::io;
use std::time::Duration;

use super::Stop;
use crate::terminal::Printer;

/// How long the second Ctrl-C waits for the command to end by itself.
const IN_ORDER: Duration = Duration::from_millis(500);

/// 128 and SIGINT, as shells count.
const INTERRUPTED: i32 = 130;

/// Why a command could not begin.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// No threads can be started.
    #[error("can't start the asynchronous runtime")]
    Runtime(#[source] io::Error),
    /// Ctrl-C would have no effect.
    #[error("can't listen for signals")]
    Signals(#[source] io::Error),
}

/// Runs `work` on a runtime of its own. `listen` connects the [`Stop`] to signals;
/// `left_at_once` is the outcome if the user quits at once.
///
/// # Errors
/// [`RunError`], before `work` has begun.
pub fn run<T>(
    printer: &Printer,
    listen: impl FnOnce(&Stop) -> io::Result<()>,
    work: impl AsyncFnOnce(&Stop) -> T,
    left_at_once: T,
) -> Result<T, RunError> {
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime.enable_all().build().map_err(RunError::Runtime)?;
    let result = runtime.block_on(async {
        let stop = Stop::default();
        listen(&stop).map_err(RunError::Signals)?;
        tokio::spawn(announce(stop.clone(), printer.clone()));
        tokio::spawn(leave_at_once(stop.clone()));
        Ok(tokio::select! {
            // The work first: it may have something to say at the end.
            biased;
            result = work(&stop) => result,
            () = stop.hard.cancelled() => left_at_once,
        })
    });
    // After a second Ctrl-C nothing that blocks is waited for.
    runtime.shutdown_background();
    result
}

/// `work` may hang in a call that can't be given up: in writing to a pipe that nobody reads.
#[allow(clippy::exit, reason = "the thread that would return the exit code is the one that hangs")]
async fn leave_at_once(stop: Stop) {
    stop.hard.cancelled().await;
    tokio::time::sleep(IN_ORDER).await;
    std::process::exit(INTERRUPTED);
}

async fn announce(stop: Stop, printer: Printer) {
    stop.soft.cancelled().await;
    // The terminal may take nothing now: on a thread of its own, so that the next Ctrl-C is heard.
    tokio::task::spawn_blocking(move || {
        printer.note("stopping: finishing what has begun; Ctrl-C again quits at once");
    });
}
