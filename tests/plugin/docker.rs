//! The real `docker` with the plugin among its plugins: the protocol, help, completion, stopping.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::support::{Run, Sandbox, install_docker_plugin, plugin, run, signal, tool};

/// A docker configuration folder in which the plugin is installed.
struct Installed {
    folder: tempfile::TempDir,
}

impl Installed {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        install_docker_plugin(folder.path());
        Self { folder }
    }

    /// With the logins of a sandbox, too.
    fn with_logins_of(sandbox: &Sandbox) -> Self {
        let installed = Self::new();
        let logins = PathBuf::from(sandbox.variable("DOCKER_CONFIG")).join("config.json");
        std::fs::copy(logins, installed.folder.path().join("config.json")).unwrap();
        installed
    }

    fn folder(&self) -> &str {
        self.folder.path().to_str().unwrap()
    }

    fn docker(&self, arguments: &[&str]) -> Run {
        let mut command = tool("docker");
        command.env("DOCKER_CONFIG", self.folder()).env("HOME", self.folder()).args(arguments);
        docker(&mut command)
    }
}

#[track_caller]
fn docker(command: &mut Command) -> Run {
    let is_there = tool("docker").arg("--version").output().is_ok();
    assert!(is_there, "docker is not installed; `make test` does it");
    run(command)
}

#[test]
fn docker_lists_the_plugin_and_finds_nothing_wrong_with_it() {
    let installed = Installed::new();
    let help = installed.docker(&["--help"]).ends_with(0);
    let line = help.stdout.lines().find(|line| line.contains("ccr2tcr")).unwrap_or_else(|| {
        panic!("not in docker's help:\n{}", help.stdout);
    });
    assert!(line.contains("Move images from Tencent CCR to TCR"), "{line}");
    help.never_says(&["Invalid Plugins"]);

    let info = installed.docker(&["info", "--format", "{{json .ClientInfo.Plugins}}"]);
    let plugins: Value = serde_json::from_str(info.stdout.trim()).unwrap();
    let ours = plugins.as_array().unwrap().iter().find(|plugin| plugin["Name"] == "ccr2tcr");
    let ours = ours.unwrap();
    assert_eq!(ours["Version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(ours["SchemaVersion"], "0.1.0");
    assert_eq!(ours.get("Err"), None, "{ours}");
}

#[test]
fn docker_is_answered_at_once() {
    let mut fastest = Duration::MAX;
    for _ in 0..5 {
        let begin = Instant::now();
        run(tool(plugin()).arg("docker-cli-plugin-metadata")).ends_with(0);
        fastest = fastest.min(begin.elapsed());
    }
    // docker waits for every plugin on every `docker --help`.
    println!("metadata in {} ms", fastest.as_millis());
    assert!(fastest < Duration::from_secs(1), "{fastest:?}");
}

#[test]
fn help_names_the_command_as_it_was_typed() {
    let installed = Installed::new();
    for line in [
        &["ccr2tcr", "sync", "--help"][..],
        &["help", "ccr2tcr", "sync"],
        &["ccr2tcr", "sync", "-h"],
    ] {
        let help = installed.docker(line).ends_with(0);
        help.says(&["Usage: docker ccr2tcr sync [OPTIONS] [PATTERN]...", "--newest", "Exit codes"]);
    }
    let all = installed.docker(&["ccr2tcr"]).ends_with(0);
    all.says(&["Usage: docker ccr2tcr [OPTIONS] <COMMAND>", "verify", "login", "instances"]);
    installed.docker(&["help", "ccr2tcr"]).ends_with(0).says(&["Usage: docker ccr2tcr"]);
    let version = installed.docker(&["ccr2tcr", "--version"]).ends_with(0);
    version.says(&[env!("CARGO_PKG_VERSION")]);
}

#[test]
fn a_mistyped_word_ends_with_dockers_own_code() {
    let installed = Installed::new();
    let flag = installed.docker(&["ccr2tcr", "sync", "--newst", "5"]).ends_with(125);
    flag.says(&["--newst", "--newest", "Run 'docker ccr2tcr sync --help' for more information"]);
    let word = installed.docker(&["ccr2tcr", "snyc"]).ends_with(125);
    word.says(&["'sync'", "Run 'docker ccr2tcr --help' for more information"]);
    installed.docker(&["ccr2tcr", "sync", "--newest", "some"]).ends_with(125).says(&["some"]);
}

#[test]
fn docker_completes_commands_and_flags() {
    let installed = Installed::new();
    let complete = |words: &[&str]| {
        let run = installed.docker(&[&["__complete", "ccr2tcr"], words].concat()).ends_with(0);
        run.stdout
    };
    assert!(complete(&["s"]).contains("sync\tCopy what TCR lacks\n"), "{}", complete(&["s"]));
    assert!(complete(&["sync", "--new"]).starts_with("--newest\t"));
    assert!(complete(&["sync", "--on-conflict", ""]).contains("overwrite"));
}

#[test]
fn a_run_below_docker_finds_the_logins_of_the_folder_it_names() {
    let sandbox = Sandbox::demo();
    let installed = Installed::with_logins_of(&sandbox);
    let mut command = sandbox.command("docker");
    // Without docker's own `--config` there would be no login, and no plugin either.
    command.env("DOCKER_CONFIG", "/nonexistent");
    command.args(["--config", installed.folder(), "-D", "ccr2tcr", "sync", "shop/web"]);
    let ended = docker(&mut command).ends_with(0).says(&["5 copied"]);
    // `-D` before the name is docker's, and means more talk here too.
    assert!(ended.stderr.contains("DEBUG"), "{}", ended.stderr);
    let mut target = sandbox.images("tcr");
    target.retain(|(name, _)| name.starts_with("shop/web:"));
    assert_eq!(target.len(), 5);
    sandbox.assert_target_is_whole();
}

const SLOW: &str = "
version: 1
personal:
  - namespaces:
      - name: ci
        repositories:
          - {name: web, generate: {tags: 90, layers: [{name: base, size: 9kB}, 1kB]}}
enterprise: [{}]
";

#[test]
fn a_signal_to_docker_stops_the_plugin_in_order() {
    let sandbox = Sandbox::slow(SLOW, 30);
    let installed = Installed::with_logins_of(&sandbox);
    let mut command = sandbox.command("docker");
    command.env("DOCKER_CONFIG", installed.folder()).args(["ccr2tcr", "sync", "--jobs", "2"]);
    // With stdout on a pipe docker tells the plugin by its socket.
    command.args(["--report", "report.json"]).stdout(Stdio::piped()).stderr(Stdio::piped());
    let process = command.spawn().expect("docker is not installed; `make test` does it");
    let begin = Instant::now();
    while sandbox.count("tcr", "PUT manifest") < 3 {
        assert!(begin.elapsed() < Duration::from_secs(30), "nothing is copied");
        std::thread::sleep(Duration::from_millis(10));
    }
    // The docker process alone, not its group: what reaches the plugin comes from docker.
    signal(&process, "TERM");
    let ended = Run::from(process.wait_with_output().unwrap()).ends_with(130);
    ended.says(&["stopping: finishing what has begun", "not tried", "interrupted: run it again"]);
    let report = sandbox.report("report.json");
    assert_eq!(report["interrupted"], true);
    assert_eq!(report["items"].as_array().unwrap().len(), 90, "one entry for each");
    let copied = report["summary"]["copied"].as_u64().unwrap();
    assert_eq!(sandbox.images("tcr").len() as u64, copied, "what it says is what is there");
    assert!((3..90).contains(&copied), "{copied}");
    sandbox.assert_target_is_whole();

    let again = sandbox.ccr2tcr(&["sync", "--retry-from", "report.json"]).ends_with(0);
    again.says(&[&format!("{} copied", 90 - copied)]);
    assert_eq!(sandbox.images("ccr"), sandbox.images("tcr"));
}
