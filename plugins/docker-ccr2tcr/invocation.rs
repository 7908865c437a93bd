//! What docker, or a shell, asked for: the command line before clap sees it.
//!
//! docker hands its own global flags over in front of the plugin's name; behind the name the same
//! letters are the plugin's (`cli/flags/options.go`, e2e `TestClashWithGlobalArgs`).

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

/// The word that docker calls the plugin by.
const NAME: &str = "ccr2tcr";

/// A command line, read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Invocation {
    pub(crate) call: PluginCall,
    pub(crate) docker: DockerFlags,
    /// Run by its own name rather than by docker.
    pub(crate) standalone: bool,
}

/// What is wanted.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum PluginCall {
    /// Run this: what stands behind the plugin's name.
    Command(Vec<OsString>),
    /// `docker help ccr2tcr …`: show the help of this command.
    Help(Vec<OsString>),
    /// A shell wants the last word completed.
    Complete(Vec<OsString>),
}

/// Those of docker's global flags that mean something here.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct DockerFlags {
    /// `--config DIR`: where the logins are stored.
    pub(crate) config: Option<PathBuf>,
    /// `-D`, `--debug`
    pub(crate) debug: bool,
    /// `-l`, `--log-level`
    pub(crate) log_level: Option<String>,
}

impl Invocation {
    /// Reads the arguments behind the program's name.
    pub(crate) fn parse(
        args: impl IntoIterator<Item = OsString>,
        variable: &dyn Fn(&str) -> Option<OsString>,
    ) -> Self {
        // `plugin.RunningStandalone` of docker/cli looks at the same variable.
        let standalone = variable("DOCKER_CLI_PLUGIN_ORIGINAL_CLI_COMMAND").is_none();
        let args: Vec<OsString> = args.into_iter().collect();
        let mut docker = DockerFlags::default();
        let mut rest = args.as_slice();
        while let Some(used) = docker.take(rest) {
            rest = &rest[used..];
        }
        Self { call: call(rest), docker, standalone }
    }

    /// How the user calls the plugin, for usage lines.
    pub(crate) fn program(&self) -> &'static str {
        if self.standalone { "docker-ccr2tcr" } else { "docker ccr2tcr" }
    }
}

fn call(args: &[OsString]) -> PluginCall {
    let Some((first, rest)) = args.split_first() else {
        return PluginCall::Command(Vec::new());
    };
    let behind_name = |words: &[OsString]| match words.split_first() {
        Some((name, behind)) if name == NAME => behind.to_vec(),
        _ => words.to_vec(),
    };
    match first.to_str() {
        // `docker ccr2tcr help sync`, as docker's own plugins have it.
        Some(NAME) if rest.first().is_some_and(|word| word == "help") => {
            PluginCall::Help(rest[1..].to_vec())
        }
        Some(NAME) => PluginCall::Command(rest.to_vec()),
        Some("help") => PluginCall::Help(behind_name(rest)),
        // `docker --help ccr2tcr sync` comes through as it is.
        Some("-h" | "--help") if rest.first().is_some_and(|word| word == NAME) => {
            PluginCall::Help(behind_name(rest))
        }
        Some("__complete" | "__completeNoDesc") => PluginCall::Complete(behind_name(rest)),
        _ => PluginCall::Command(args.to_vec()),
    }
}

impl DockerFlags {
    /// As many `-v` as docker's own log level amounts to.
    pub(crate) fn verbosity(&self) -> u8 {
        if self.debug || self.log_level.as_deref() == Some("debug") { 2 } else { 0 }
    }

    /// Takes one of docker's flags off the front: how many arguments it used, or `None` if there
    /// is none of them.
    fn take(&mut self, args: &[OsString]) -> Option<usize> {
        let first = args.first()?.to_str()?;
        let next = args.get(1);
        if let Some(long) = first.strip_prefix("--") {
            let (name, attached) = match long.split_once('=') {
                Some((name, value)) => (name, Some(OsStr::new(value))),
                None => (long, None),
            };
            match name {
                "debug" => self.debug = attached.is_none_or(is_true),
                "tls" | "tlsverify" => {}
                "config" | "context" | "host" | "log-level" | "tlscacert" | "tlscert"
                | "tlskey" => {
                    let value = attached.or(next.map(OsString::as_os_str))?;
                    self.set(name, value);
                    return Some(1 + usize::from(attached.is_none()));
                }
                _ => return None,
            }
            return Some(1);
        }
        self.take_cluster(first.strip_prefix('-').filter(|letters| !letters.is_empty())?, next)
    }

    // `-D`, `-l debug`, `-ldebug`, `-l=debug`, `-Dl debug`: the shapes that pflag reads.
    fn take_cluster(&mut self, letters: &str, next: Option<&OsString>) -> Option<usize> {
        let bytes = letters.as_bytes();
        let flags = bytes.iter().take_while(|&&letter| letter == b'D').count();
        let name = match bytes.get(flags) {
            None => {
                self.debug = true;
                return Some(1);
            }
            Some(b'=') if flags > 0 => {
                self.debug = is_true(OsStr::new(&letters[flags + 1..]));
                return Some(1);
            }
            Some(b'c') => "context",
            Some(b'H') => "host",
            Some(b'l') => "log-level",
            Some(_) => return None,
        };
        let attached = &letters[flags + 1..];
        let value = match attached.strip_prefix('=').unwrap_or(attached) {
            "" if attached.is_empty() => next?.as_os_str(),
            value => OsStr::new(value),
        };
        self.debug |= flags > 0;
        self.set(name, value);
        Some(1 + usize::from(attached.is_empty()))
    }

    fn set(&mut self, name: &str, value: &OsStr) {
        match name {
            "config" => self.config = Some(value.into()),
            "log-level" => self.log_level = Some(value.to_string_lossy().into_owned()),
            // Which daemon docker talks to is nothing to a plugin that talks to registries.
            _ => {}
        }
    }
}

// Go's strconv.ParseBool; docker has refused all else before it came here.
fn is_true(value: &OsStr) -> bool {
    matches!(value.to_str(), Some("1" | "t" | "T" | "TRUE" | "true" | "True"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<OsString> {
        line.split_whitespace().map(OsString::from).collect()
    }

    fn from_docker(line: &str) -> Invocation {
        Invocation::parse(words(line), &|name| {
            (name == "DOCKER_CLI_PLUGIN_ORIGINAL_CLI_COMMAND").then(|| "/usr/bin/docker".into())
        })
    }

    fn from_shell(line: &str) -> Invocation {
        Invocation::parse(words(line), &|_| None)
    }

    fn command(line: &str) -> PluginCall {
        PluginCall::Command(words(line))
    }

    // Seen in runs of docker 28.2.2.
    #[test]
    fn what_docker_hands_over_is_understood() {
        for (argv, call) in [
            ("ccr2tcr", command("")),
            ("ccr2tcr sync a b", command("sync a b")),
            ("-D --context default ccr2tcr sync -c x", command("sync -c x")),
            ("--config D -D --context default ccr2tcr sync -c x", command("sync -c x")),
            ("ccr2tcr sync -h", command("sync -h")),
            ("ccr2tcr sync ccr2tcr", command("sync ccr2tcr")),
            ("help ccr2tcr sync", PluginCall::Help(words("sync"))),
            ("help ccr2tcr", PluginCall::Help(words(""))),
            ("ccr2tcr help sync", PluginCall::Help(words("sync"))),
            ("ccr2tcr help", PluginCall::Help(words(""))),
            ("ccr2tcr sync help", command("sync help")),
            ("-D --help ccr2tcr sync", PluginCall::Help(words("sync"))),
            ("__complete ccr2tcr sync --o", PluginCall::Complete(words("sync --o"))),
            ("__completeNoDesc ccr2tcr sync --o", PluginCall::Complete(words("sync --o"))),
        ] {
            let invocation = from_docker(argv);
            assert_eq!(invocation.call, call, "{argv}");
            assert_eq!(invocation.program(), "docker ccr2tcr");
        }
    }

    #[test]
    fn docker_s_flags_are_read_in_every_spelling() {
        for argv in [
            "--config D -D -l info ccr2tcr x",
            "--config=D --debug --log-level=info ccr2tcr x",
            "--config D --debug=true -linfo ccr2tcr x",
            "--config D -Dl info ccr2tcr x",
            "--config D -Dlinfo ccr2tcr x",
            "--config D -Dl=info -H tcp://a:1 -H=tcp://b -Htcp://c ccr2tcr x",
            "--tls --tlsverify=false --tlscacert a --tlscert=b --tlskey c --host h -c ctx \
             --config D -Dl info ccr2tcr x",
        ] {
            let invocation = from_docker(argv);
            assert_eq!(invocation.call, command("x"), "{argv}");
            let docker = DockerFlags {
                config: Some("D".into()),
                debug: true,
                log_level: Some("info".into()),
            };
            assert_eq!(invocation.docker, docker, "{argv}");
        }
        assert!(!from_docker("--debug=false ccr2tcr x").docker.debug);
        assert!(!from_docker("ccr2tcr -D x").docker.debug, "behind the name it is ours");
    }

    #[test]
    fn alone_it_runs_with_and_without_its_name() {
        for argv in ["sync a", "ccr2tcr sync a", "-D sync a"] {
            let invocation = from_shell(argv);
            assert_eq!(invocation.call, command("sync a"), "{argv}");
            assert_eq!(invocation.program(), "docker-ccr2tcr");
        }
        assert_eq!(from_shell("--help").call, command("--help"));
        assert_eq!(from_shell("--version").call, command("--version"));
        assert_eq!(from_shell("help sync").call, PluginCall::Help(words("sync")));
        assert_eq!(from_shell("--config").call, command("--config"));
    }

    #[cfg(unix)]
    #[test]
    fn an_argument_that_is_not_unicode_stays_whole() {
        use std::os::unix::ffi::OsStringExt as _;
        let odd = OsString::from_vec(vec![0xff, b'a']);
        let args = vec![OsString::from("ccr2tcr"), odd.clone()];
        assert_eq!(Invocation::parse(args, &|_| None).call, PluginCall::Command(vec![odd]));
    }
}
