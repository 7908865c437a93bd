//! Running programs and looking at what they said.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output};

/// The plugin, as built for this test run.
pub(crate) fn plugin() -> &'static str {
    env!("CARGO_BIN_EXE_docker-ccr2tcr")
}

/// kubectl's plugin, as built for this test run.
pub(crate) fn kubectl_plugin() -> &'static str {
    env!("CARGO_BIN_EXE_kubectl-tcr_switch")
}

/// A command with nothing of this process's environment but what programs can't do without.
pub(crate) fn tool(program: &str) -> Command {
    let mut command = Command::new(program);
    let path = std::env::var_os("PATH").unwrap_or_default();
    command.env_clear().env("PATH", path).env("LANG", "C.UTF-8");
    command
}

/// Sends a process a signal: `INT` is what Ctrl-C sends.
pub(crate) fn signal(process: &Child, name: &str) {
    run(tool("kill").args([format!("-{name}"), process.id().to_string()])).ends_with(0);
}

/// Writes a file into a folder.
pub(crate) fn write(folder: &Path, name: &str, content: &str) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, content).unwrap();
    path
}

/// Puts docker's plugin where docker looks for it, in a folder that `DOCKER_CONFIG` names.
pub(crate) fn install_docker_plugin(config: &Path) {
    let plugins = config.join("cli-plugins");
    std::fs::create_dir_all(&plugins).unwrap();
    std::os::unix::fs::symlink(plugin(), plugins.join("docker-ccr2tcr")).unwrap();
}

/// What a program said, and how it ended.
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// Runs a command to its end.
pub(crate) fn run(command: &mut Command) -> Run {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    output.into()
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

impl Run {
    /// Fails, with all that was said, unless the program ended with this code.
    #[track_caller]
    pub(crate) fn ends_with(self, code: i32) -> Self {
        assert_eq!(
            self.code, code,
            "exit code; stdout:\n{}\nstderr:\n{}",
            self.stdout, self.stderr
        );
        self
    }

    /// Fails unless all of these words stand somewhere in what was said.
    #[track_caller]
    pub(crate) fn says(self, words: &[&str]) -> Self {
        let all = format!("{}\n{}", self.stdout, self.stderr);
        for word in words {
            assert!(all.contains(word), "`{word}` is not in:\n{all}");
        }
        self
    }

    /// Fails if any of these words stands somewhere in what was said.
    #[track_caller]
    pub(crate) fn never_says(self, words: &[&str]) -> Self {
        let all = format!("{}\n{}", self.stdout, self.stderr);
        for word in words {
            assert!(!all.contains(word), "`{word}` is in:\n{all}");
        }
        self
    }

    /// The data on stdout, read as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("{error}; stdout:\n{}", self.stdout))
    }
}
