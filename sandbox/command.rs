//! Running the command, and what signals do meanwhile.

use std::ffi::OsString;
use std::os::unix::process::ExitStatusExt as _;
use std::process::ExitStatus;

use anyhow::{Context as _, Result};
use tokio::process::Command;
use tokio::signal::unix::{SignalKind, signal};

/// Runs the command to its end; its exit code, or 128 and the number of the signal that ended it.
///
/// SIGINT is left to the command, which the terminal sends it to as well; SIGTERM is handed on.
pub(crate) async fn run(command: &[OsString], variables: &[(&'static str, String)]) -> Result<u8> {
    let (program, arguments) = command.split_first().context("no command")?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut hang_up = signal(SignalKind::hangup())?;
    let mut child = Command::new(program)
        .args(arguments)
        .envs(variables.iter().map(|(name, value)| (name, value)))
        .spawn()
        .with_context(|| format!("can't start {}", program.display()))?;
    loop {
        tokio::select! {
            status = child.wait() => return Ok(exit_code(status?)),
            // Like SIGINT, it comes from the terminal, and reaches the command as well.
            _ = hang_up.recv() => {}
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {
                if let Some(id) = child.id() {
                    // The standard library sends no signal but SIGKILL; a shell has `kill` built in.
                    let script = format!("kill -TERM {id}");
                    Command::new("sh").args(["-c", &script]).status().await?;
                }
            }
        }
    }
}

fn exit_code(status: ExitStatus) -> u8 {
    let signal = status.signal().map(|signal| 128 + signal);
    let code = status.code().or(signal).unwrap_or(1);
    u8::try_from(code).unwrap_or(1)
}

/// Waits for SIGINT, SIGTERM or the end of standard input.
pub(crate) async fn wait_for_the_end() -> Result<()> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut hang_up = signal(SignalKind::hangup())?;
    let (ended, end_of_input) = tokio::sync::oneshot::channel();
    // A thread of its own, which is not waited for: reading may never end.
    std::thread::spawn(move || {
        let _ = std::io::copy(&mut std::io::stdin().lock(), &mut std::io::sink());
        let _ = ended.send(());
    });
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
        _ = hang_up.recv() => {}
        _ = end_of_input => {}
    }
    Ok(())
}
