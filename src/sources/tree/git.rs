//! Asking Git, which may be missing, old, slow, or refuse.
//!
//! Nothing that a repository's own configuration names is run: no hooks, no monitor of the file
//! system, no filters. Nothing is written, the index included.

use std::ffi::{OsStr, OsString};
use std::io::{self, Read, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use super::TreeError;

/// How long a call may take; the first listing of a large tree on a network's disk takes minutes.
const LIMIT: Duration = Duration::from_secs(300);
/// How much of an error is kept, in bytes.
const SAID: u64 = 1024 * 1024;

/// Of the variables that tell Git which repository to use, all: the folder tells it here. A hook is
/// started with some of them.
pub(in crate::sources) const ELSEWHERE: &[&str] = &[
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_COMMON_DIR",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_NAMESPACE",
    "GIT_PREFIX",
    "GIT_LITERAL_PATHSPECS",
    "GIT_GLOB_PATHSPECS",
    "GIT_NOGLOB_PATHSPECS",
    "GIT_ICASE_PATHSPECS",
];

/// The program, in a folder.
#[derive(Debug, Clone)]
pub(in crate::sources) struct Git {
    program: OsString,
    folder: PathBuf,
    limit: Duration,
    settings: Vec<String>,
    input: Vec<u8>,
    variables: Vec<(&'static str, OsString)>,
}

/// How a call ended that gave all of its output.
#[derive(Debug)]
pub(in crate::sources) struct Ended {
    /// Its exit code; `None` if a signal ended it.
    pub(in crate::sources) code: Option<i32>,
    /// The start of what it said on standard error.
    pub(in crate::sources) said: String,
}

impl Git {
    /// Git in this folder.
    #[must_use]
    pub(in crate::sources) fn at(folder: &Path) -> Self {
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        Self {
            program: "git".into(),
            folder: folder.into(),
            limit: LIMIT,
            settings: Vec::new(),
            input: Vec::new(),
            variables: Vec::new(),
        }
    }

    /// The same with one more setting, `KEY=VALUE`.
    pub(super) fn set(&mut self, setting: String) {
        self.settings.push(setting);
    }

    /// The same with this on its standard input.
    pub(super) fn give(&mut self, input: Vec<u8>) {
        self.input = input;
    }

    /// The same with one more variable.
    pub(in crate::sources) fn tell(&mut self, variable: &'static str, value: impl Into<OsString>) {
        self.variables.push((variable, value.into()));
    }

    /// Runs it and hands out each piece of its output that ends in NUL.
    ///
    /// # Errors
    /// If Git is missing, refuses this repository, doesn't end in time, or ends with another code
    /// than 0.
    pub(in crate::sources) fn records(
        &self,
        arguments: &[impl AsRef<OsStr>],
        record: impl FnMut(&[u8]),
    ) -> Result<Ended, TreeError> {
        let ended = self.run(arguments, record)?;
        if ended.code == Some(0) { Ok(ended) } else { Err(self.refusal(&ended)) }
    }

    /// The same, whatever its exit code.
    ///
    /// # Errors
    /// If Git is missing or doesn't end in time.
    pub(in crate::sources) fn run(
        &self,
        arguments: &[impl AsRef<OsStr>],
        mut record: impl FnMut(&[u8]),
    ) -> Result<Ended, TreeError> {
        let end = Instant::now() + self.limit;
        let mut child = self.command(arguments).spawn().map_err(|error| self.missing(&error))?;
        let (sender, chunks) = sync_channel(8);
        let (said, errors) = sync_channel(1);
        if let Some(mut stdin) = child.stdin.take() {
            let input = self.input.clone();
            // Git that doesn't read its input says why.
            thread::spawn(move || stdin.write_all(&input));
        }
        // A thread whose pipe a grandchild holds open is left behind: it ends with the process.
        if let Some(output) = child.stdout.take() {
            thread::spawn(move || send(output, &sender));
        }
        if let Some(error) = child.stderr.take() {
            thread::spawn(move || said.send(start_of(error)));
        }
        let ended = take(&chunks, end, &mut record).and_then(|()| {
            let left = end.saturating_duration_since(Instant::now());
            let said = errors.recv_timeout(left).map_err(|_| Hangs)?;
            let code = wait(&mut child, end)?;
            Ok(Ended { code, said })
        });
        ended.map_err(|Hangs| {
            let _ = child.kill();
            let _ = child.wait();
            TreeError::GitHangs { folder: self.folder.clone(), seconds: self.limit.as_secs() }
        })
    }

    fn command(&self, arguments: &[impl AsRef<OsStr>]) -> Command {
        let mut command = Command::new(&self.program);
        command.arg("-C").arg(&self.folder).arg("--no-pager");
        // Empty is no monitor for every version; older ones run what else is set.
        for setting in ["core.fsmonitor=", "core.hooksPath=/dev/null"] {
            command.args(["-c", setting]);
        }
        for setting in &self.settings {
            command.args(["-c", setting]);
        }
        command.args(arguments);
        for name in ELSEWHERE {
            command.env_remove(name);
        }
        command
            .env("LC_ALL", "C")
            .env("GIT_OPTIONAL_LOCKS", "0")
            .env("GIT_TERMINAL_PROMPT", "0")
            // What a partial clone lacks would be fetched by programs of its configuration; older
            // versions know only of the second.
            .env("GIT_NO_LAZY_FETCH", "1")
            .env("GIT_ALLOW_PROTOCOL", "none")
            .stdin(if self.input.is_empty() { Stdio::null() } else { Stdio::piped() })
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .envs(self.variables.iter().map(|(name, value)| (name, value)));
        command
    }

    fn missing(&self, error: &io::Error) -> TreeError {
        let reason = match error.kind() {
            io::ErrorKind::NotFound => "there is no program `git`".to_owned(),
            _ => format!("git can't be run: {error}"),
        };
        TreeError::GitUnusable { folder: self.folder.clone(), reason }
    }

    /// What a failed call comes to.
    #[must_use]
    pub(super) fn refusal(&self, ended: &Ended) -> TreeError {
        let folder = self.folder.clone();
        let said = ended.said.trim();
        // "unsafe repository" is 2.35.2's word for it.
        if said.contains("dubious ownership") || said.contains("unsafe repository") {
            let named = said.split('\'').nth(1).map_or(folder, PathBuf::from);
            return TreeError::DubiousOwnership(named);
        }
        if said.contains("not a git repository") {
            return TreeError::GitUnusable { folder, reason: last_line(said) };
        }
        if said.contains("must be run in a work tree") {
            return TreeError::Bare(folder);
        }
        let said = match (said.is_empty(), ended.code) {
            (false, _) => last_line(said),
            (true, Some(code)) => format!("it ended with {code}"),
            (true, None) => "a signal ended it".to_owned(),
        };
        self.failed(said)
    }

    /// It failed, and said this.
    #[must_use]
    pub(super) fn failed(&self, said: String) -> TreeError {
        TreeError::GitFailed { folder: self.folder.clone(), said }
    }
}

/// The line that says why: what stands before are warnings.
fn last_line(said: &str) -> String {
    let fatal = said.lines().find(|line| line.starts_with("fatal:"));
    fatal.or(said.lines().last()).unwrap_or_default().to_owned()
}

/// Time is over.
struct Hangs;

/// Hands out what ends in NUL, until the output ends.
fn take(
    chunks: &Receiver<Vec<u8>>,
    end: Instant,
    record: &mut impl FnMut(&[u8]),
) -> Result<(), Hangs> {
    let mut rest: Vec<u8> = Vec::new();
    loop {
        let left = end.saturating_duration_since(Instant::now());
        let chunk = match chunks.recv_timeout(left) {
            Ok(chunk) => chunk,
            Err(RecvTimeoutError::Disconnected) => break,
            Err(RecvTimeoutError::Timeout) => return Err(Hangs),
        };
        let mut from = 0;
        for end in memchr::memchr_iter(0, &chunk) {
            if rest.is_empty() {
                record(&chunk[from..end]);
            } else {
                rest.extend_from_slice(&chunk[from..end]);
                record(&rest);
                rest.clear();
            }
            from = end + 1;
        }
        rest.extend_from_slice(&chunk[from..]);
    }
    if !rest.is_empty() {
        record(&rest);
    }
    Ok(())
}

fn send(mut output: impl Read, chunks: &SyncSender<Vec<u8>>) {
    loop {
        let mut chunk = vec![0; 64 * 1024];
        match output.read(&mut chunk) {
            Ok(0) => return,
            Ok(length) => {
                chunk.truncate(length);
                if chunks.send(chunk).is_err() {
                    return;
                }
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => return,
        }
    }
}

/// The first of what is said; the rest is read so that nobody waits for it.
fn start_of(mut error: impl Read) -> String {
    let mut said = Vec::new();
    let _ = error.by_ref().take(SAID).read_to_end(&mut said);
    let _ = io::copy(&mut error, &mut io::sink());
    String::from_utf8_lossy(&said).into_owned()
}

/// Waits for the end of a process whose output has ended, which is at once.
fn wait(child: &mut Child, end: Instant) -> Result<Option<i32>, Hangs> {
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Ok(status.code()),
            Ok(None) if Instant::now() < end => thread::sleep(Duration::from_millis(1)),
            Ok(None) => return Err(Hangs),
            Err(_) => return Ok(None),
        }
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    /// A script in place of Git.
    fn script(folder: &Path, lines: &str) -> Git {
        let program = folder.join("git");
        std::fs::write(&program, format!("#!/bin/sh\n{lines}\n")).unwrap();
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
        Git { program: program.into(), limit: Duration::from_secs(20), ..Git::at(folder) }
    }

    fn ask(git: &Git) -> Result<Vec<String>, TreeError> {
        let mut records = Vec::new();
        // A process that another test starts may hold the script open for writing.
        loop {
            let asked = git.records(&["x"], |record| {
                records.push(String::from_utf8_lossy(record).into_owned());
            });
            match asked {
                Err(TreeError::GitUnusable { reason, .. }) if reason.contains("busy") => {}
                asked => return asked.map(|_| records),
            }
        }
    }

    #[test]
    fn records_are_whole_however_they_come() {
        let folder = tempfile::tempdir().unwrap();
        let git =
            script(folder.path(), r"printf 'one\0tw'; sleep 0.1; printf 'o\0\0'; printf 'three'");
        assert_eq!(ask(&git).unwrap(), ["one", "two", "", "three"]);
        let git = script(folder.path(), r"head -c 300000 /dev/zero | tr '\0' a; printf '\0b\0'");
        let records = ask(&git).unwrap();
        assert_eq!((records.len(), records[0].len(), records[1].as_str()), (2, 300_000, "b"));
    }

    #[test]
    fn git_that_does_not_end_is_left() {
        let folder = tempfile::tempdir().unwrap();
        for lines in [
            "exec sleep 100",
            "sleep 100 & exit 0",
            "exec >&-; exec sleep 100",
            "exec 2>&-; sleep 100",
        ] {
            let git = Git { limit: Duration::from_millis(300), ..script(folder.path(), lines) };
            let begun = Instant::now();
            let error = ask(&git).unwrap_err();
            assert!(matches!(error, TreeError::GitHangs { .. }), "{lines}: {error}");
            assert!(begun.elapsed() < Duration::from_secs(5), "{lines}");
        }
    }

    #[test]
    fn much_on_standard_error_is_not_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let git = script(folder.path(), r"head -c 3000000 /dev/zero >&2; printf 'a\0'");
        assert_eq!(ask(&git).unwrap(), ["a"]);
    }

    #[test]
    fn what_git_says_becomes_what_to_do() {
        let folder = tempfile::tempdir().unwrap();
        let refused = |said: &str, code: u8| {
            let text = said.replace('\'', r"'\''");
            ask(&script(folder.path(), &format!("printf '%s' '{text}' >&2; exit {code}")))
                .unwrap_err()
        };
        let error = refused(
            "fatal: detected dubious ownership in repository at '/srv/it s'\nTo add an exception\n",
            128,
        );
        assert_eq!(error, TreeError::DubiousOwnership("/srv/it s".into()));
        assert_eq!(error.hint(), "git config --global --add safe.directory '/srv/it s'");
        let error = refused("fatal: unsafe repository ('/srv/a' is owned by someone else)\n", 128);
        assert_eq!(error.hint(), "git config --global --add safe.directory /srv/a");
        let error = refused("warning: x\nfatal: not a git repository: /nowhere\n", 128);
        assert!(
            matches!(&error, TreeError::GitUnusable { reason, .. } if reason.ends_with("/nowhere"))
        );
        let error = refused("fatal: this operation must be run in a work tree\n", 128);
        assert!(matches!(error, TreeError::Bare(_)));
        let error = refused("warning: x\nfatal: index file corrupt\nhint: y\n", 128);
        assert!(error.to_string().ends_with("fatal: index file corrupt"), "{error}");
        let error = refused("", 3);
        assert!(error.to_string().ends_with("it ended with 3"), "{error}");
        let git = Git { program: "/no/such/git".into(), ..Git::at(folder.path()) };
        let error = ask(&git).unwrap_err();
        assert!(error.to_string().ends_with("there is no program `git`"), "{error}");
        assert!(error.hint().contains("--allow-dirty"));
    }
}
