//! Running a command and taking what it prints, with limits.

use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::{Duration, Instant};

use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::process::{Child, Command};
use tokio_util::sync::CancellationToken;

use super::error::ProveError;
use super::request::Limits;
use crate::sources::tree::ELSEWHERE;

/// How much is kept of what a command says on standard error, in bytes: the end of it.
const SAID: usize = 8 * 1024;
/// How long a command has to end after it was asked to, and its output after it has ended.
const GRACE: Duration = Duration::from_secs(2);

/// What a command printed.
#[derive(Debug)]
pub(super) struct Rendering {
    /// On standard output.
    pub(super) output: Vec<u8>,
    /// The end of what it said on standard error.
    pub(super) said: String,
    /// How it ended.
    pub(super) end: End,
    /// How long it took.
    pub(super) time: Duration,
}

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// By itself.
    Status(ExitStatus),
    /// It took too long.
    TooLong,
    /// It printed too much.
    TooMuch,
}

/// Runs a line of a shell in a folder.
///
/// Its environment is this process's, for helm's repositories and the like, without what names a Git
/// repository. It gets no input.
///
/// # Errors
/// If there is no shell, or the user wants to stop: then nothing that it started runs any more, but
/// what has left its process group.
pub(super) async fn render(
    line: &str,
    folder: &Path,
    limits: &Limits,
    stop: &CancellationToken,
) -> Result<Rendering, ProveError> {
    let start = Instant::now();
    let mut child = shell(line, folder).spawn().map_err(ProveError::Shell)?;
    let group = Group::of(&child);
    let (mut output, mut said, full) = (Vec::new(), Vec::new(), CancellationToken::new());
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let end = {
        let reading = async {
            tokio::join!(first(stdout, &mut output, limits.output, &full), last(stderr, &mut said));
        };
        let ending = async {
            let end = tokio::select! {
                biased;
                () = stop.cancelled() => Err(ProveError::Stopped),
                () = full.cancelled() => Ok(End::TooMuch),
                () = tokio::time::sleep(limits.time) => Ok(End::TooLong),
                status = child.wait() => status.map(End::Status).map_err(ProveError::Shell),
            };
            if !matches!(end, Ok(End::Status(_))) {
                group.ask_to_end();
                let _ = tokio::time::timeout(GRACE, child.wait()).await;
            }
            end
        };
        tokio::pin!(reading, ending);
        let (end, is_read) = tokio::select! {
            end = &mut ending => (end, tokio::time::timeout(GRACE, &mut reading).await.is_ok()),
            () = &mut reading => (ending.await, true),
        };
        // What it left behind must not write to the copy any more.
        group.kill();
        if !is_read {
            let _ = tokio::time::timeout(GRACE, &mut reading).await;
        }
        end?
    };
    let said = String::from_utf8_lossy(&said).into_owned();
    Ok(Rendering { output, said, end, time: start.elapsed() })
}

fn shell(line: &str, folder: &Path) -> Command {
    let mut command = Command::new("sh");
    command.arg("-c").arg(line).current_dir(folder).env("PWD", folder).env_remove("OLDPWD");
    for name in ELSEWHERE {
        command.env_remove(name);
    }
    // Git looks for no repository above the copy.
    let temporary = std::env::temp_dir();
    let ceiling = temporary.canonicalize().unwrap_or(temporary);
    command.env("GIT_CEILING_DIRECTORIES", ceiling);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    #[cfg(unix)]
    command.process_group(0);
    command
}

/// Reads up to so many bytes.
async fn first(
    pipe: Option<impl AsyncRead + Unpin>,
    read: &mut Vec<u8>,
    limit: usize,
    full: &CancellationToken,
) {
    let Some(pipe) = pipe else { return };
    // Whatever can't be read any more was not printed.
    let _ = pipe.take(limit as u64 + 1).read_to_end(read).await;
    if read.len() > limit {
        full.cancel();
    }
}

/// Reads everything and keeps the end.
async fn last(pipe: Option<impl AsyncRead + Unpin>, read: &mut Vec<u8>) {
    let Some(mut pipe) = pipe else { return };
    while let Ok(1..) = pipe.read_buf(read).await {
        if read.len() > 2 * SAID {
            read.drain(..read.len() - SAID);
        }
    }
    read.drain(..read.len().saturating_sub(SAID));
}

/// All processes that a command has started and that have not left its group. They end with this.
struct Group {
    #[cfg(unix)]
    leader: Option<rustix::process::Pid>,
}

#[cfg(unix)]
impl Group {
    fn of(child: &Child) -> Self {
        let id = child.id().and_then(|id| id.try_into().ok());
        Self { leader: id.and_then(rustix::process::Pid::from_raw) }
    }

    fn ask_to_end(&self) {
        self.signal(rustix::process::Signal::TERM);
    }

    fn kill(&self) {
        self.signal(rustix::process::Signal::KILL);
    }

    fn signal(&self, signal: rustix::process::Signal) {
        if let Some(leader) = self.leader {
            // Where nobody is left, there is nothing to do.
            let _ = rustix::process::kill_process_group(leader, signal);
        }
    }
}

#[cfg(unix)]
impl Drop for Group {
    fn drop(&mut self) {
        self.kill();
    }
}

#[cfg(not(unix))]
impl Group {
    fn of(_: &Child) -> Self {
        Self {}
    }

    fn ask_to_end(&self) {}

    fn kill(&self) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_not_told_which_repository_it_was_called_from() {
        let command = shell("true", Path::new("/"));
        let set: Vec<_> = command.as_std().get_envs().collect();
        for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"] {
            assert!(set.contains(&(name.as_ref(), None)), "{name}");
        }
        assert!(set.iter().all(|(name, _)| *name != "GIT_SSH_COMMAND"), "for remote bases");
    }
}
