//! A shell into which the commands of a page are pasted.

use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use super::{Compared, Session, shown_in};
use crate::support::{Sandbox, plugin, run};

/// Calls the plugin as docker does.
const DOCKER: &str = r#"#!/bin/sh
DOCKER_CLI_PLUGIN_ORIGINAL_CLI_COMMAND=$0 exec 'FILE' "$@"
"#;

/// A shell with the sandbox for its Tencent Cloud. `docker` knows one plugin and nothing else.
pub(super) struct Shell {
    pub(super) sandbox: Sandbox,
    /// Where commands are pasted: the sandbox's, unless it is changed.
    pub(super) folder: PathBuf,
    programs: tempfile::TempDir,
    /// What the pages call TCR's registry.
    tcr: &'static str,
}

impl Shell {
    pub(super) fn new(sandbox: Sandbox, tcr: &'static str) -> Self {
        let programs = tempfile::tempdir().unwrap();
        let docker = programs.path().join("docker");
        std::fs::write(&docker, DOCKER.replace("FILE", plugin())).unwrap();
        std::fs::set_permissions(&docker, std::fs::Permissions::from_mode(0o755)).unwrap();
        std::os::unix::fs::symlink(plugin(), programs.path().join("docker-ccr2tcr")).unwrap();
        let folder = sandbox.folder().to_owned();
        Self { sandbox, folder, programs, tcr }
    }

    /// Pastes the commands of a page in their order. Of those that are left out, each needs to be there:
    /// its beginning, a line that it shows (or nothing), and why.
    #[track_caller]
    pub(super) fn paste_all(&self, page: &str, left_out: &[(&str, &str, &str)]) {
        let mut used = vec![false; left_out.len()];
        for session in shown_in(page) {
            let is_meant = |(begin, line, _): &(&str, &str, &str)| {
                session.command.starts_with(begin)
                    && (line.is_empty() || session.shown.iter().any(|shown| shown.contains(line)))
            };
            match left_out.iter().position(is_meant) {
                Some(place) => used[place] = true,
                None => self.paste(page, &session),
            }
        }
        for (used, entry) in used.iter().zip(left_out) {
            assert!(used, "{page} doesn't have {entry:?}");
        }
    }

    /// Pastes the first command of a page that begins so and shows something.
    #[track_caller]
    pub(super) fn paste_the_first(&self, page: &str, begin: &str) {
        let is_meant =
            |session: &Session| session.command.starts_with(begin) && !session.shown.is_empty();
        let session = shown_in(page).into_iter().find(is_meant);
        self.paste(page, &session.unwrap_or_else(|| panic!("{page} shows nothing of {begin}")));
    }

    /// Runs one command as it stands in the page, and compares what it prints if something is shown.
    #[track_caller]
    fn paste(&self, page: &str, session: &Session) {
        let at = format!("{page}:{}: {}", session.at, session.command);
        // What a file holds is shown by `cat`; here the reader makes it.
        if let Some(name) = session.command.strip_prefix("cat ") {
            std::fs::write(self.folder.join(name), session.shown.join("\n") + "\n").unwrap();
            return;
        }
        let names =
            [(self.sandbox.ccr(), "ccr.ccs.tencentyun.com"), (self.sandbox.tcr(), self.tcr)];
        let mut command = session.command.clone();
        for (host, name) in names {
            command = command.replace(name, host);
        }
        let path = std::env::var_os("PATH").unwrap_or_default();
        let first = PathBuf::from(self.programs.path());
        let folders = std::iter::once(first).chain(std::env::split_paths(&path));
        let path = std::env::join_paths(folders).unwrap();
        let script = format!("exec 2>&1\n{command}");
        let mut shell = self.sandbox.command("sh");
        let ended = run(shell.current_dir(&self.folder).env("PATH", path).args(["-c", &script]));
        let is_refused = session.shown.first().is_some_and(|line| line.starts_with("error:"));
        assert!(
            is_refused || !matches!(ended.code, 2 | 125 | 126 | 127),
            "{at} ends with {}:\n{}",
            ended.code,
            ended.stdout
        );
        if !session.shown.is_empty() {
            Compared::new(&ended.stdout, &names).shows(&at, &session.shown);
        }
    }
}
