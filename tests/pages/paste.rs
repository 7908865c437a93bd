//! A shell into which the commands of a page are pasted.

use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use super::{Compared, Session, shown_in};
use crate::support::{Sandbox, plugin, run};

/// Calls the plugin as docker does.
const DOCKER: &str = r#"#!/bin/sh
DOCKER_CLI_PLUGIN_ORIGINAL_CLI_COMMAND=$0 exec 'FILE' "$@"
"#;

/// A shell in the sandbox's folder. `docker` knows one plugin and nothing else.
pub(super) struct Shell {
    pub(super) sandbox: Sandbox,
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
        Self { sandbox, programs, tcr }
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

    /// Pastes the commands of a page that begin so.
    #[track_caller]
    pub(super) fn paste_those(&self, page: &str, begin: &str) {
        let sessions = shown_in(page);
        let those: Vec<&Session> = sessions
            .iter()
            .filter(|session| session.command.starts_with(begin) && !session.shown.is_empty())
            .collect();
        assert!(!those.is_empty(), "{page} shows nothing of {begin}");
        those.into_iter().for_each(|session| self.paste(page, session));
    }

    /// Runs one command as it stands in the page, and compares what it prints if something is shown.
    #[track_caller]
    fn paste(&self, page: &str, session: &Session) {
        let at = format!("{page}:{}: {}", session.at, session.command);
        // What a file holds is shown by `cat`; here the reader makes it.
        if let Some(name) = session.command.strip_prefix("cat ") {
            self.sandbox.file(name, &(session.shown.join("\n") + "\n"));
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
        let ended = run(self.sandbox.command("sh").env("PATH", path).args(["-c", &script]));
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
