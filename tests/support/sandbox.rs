//! The sandbox: a Tencent Cloud on loopback, one for each test.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use super::http::Answer;
use super::{Run, get, plugin, post, run, send, tool, write};

/// A running sandbox. It ends when it is dropped.
pub(crate) struct Sandbox {
    process: Child,
    environment: Vec<(String, String)>,
    folder: tempfile::TempDir,
}

impl Sandbox {
    /// Starts a sandbox with the account that ships with it.
    pub(crate) fn demo() -> Self {
        Self::begin(None, 0)
    }

    /// Starts a sandbox with an account described in YAML.
    pub(crate) fn with_account(yaml: &str) -> Self {
        Self::begin(Some(yaml), 0)
    }

    /// The same, each answer so many milliseconds later.
    pub(crate) fn slow(yaml: &str, latency: u32) -> Self {
        Self::begin(Some(yaml), latency)
    }

    fn begin(yaml: Option<&str>, latency: u32) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut command = tool(env!("CARGO_BIN_EXE_tcr-sandbox"));
        command.env("HOME", folder.path()).stdin(Stdio::piped()).stdout(Stdio::piped());
        command.args(["--latency", &latency.to_string()]);
        if let Some(yaml) = yaml {
            command.arg("--account").arg(write(folder.path(), "account.yaml", yaml));
        }
        let mut process = command.spawn().unwrap();
        let mut environment = Vec::new();
        for line in BufReader::new(process.stdout.take().unwrap()).lines() {
            let line = line.unwrap();
            if line == "READY=1" {
                break;
            }
            let (name, value) = line.split_once('=').unwrap();
            environment.push((name.to_owned(), value.trim_matches('\'').to_owned()));
        }
        assert!(!environment.is_empty(), "the sandbox didn't start; account:\n{yaml:?}");
        Self { process, environment, folder }
    }

    /// One of the variables that the sandbox sets.
    #[track_caller]
    pub(crate) fn variable(&self, name: &str) -> &str {
        let found = self.environment.iter().find(|(known, _)| known == name);
        &found.unwrap_or_else(|| panic!("the sandbox sets no {name}")).1
    }

    /// CCR's registry, `127.0.0.1:PORT`.
    pub(crate) fn ccr(&self) -> &str {
        self.variable("CCR_HOST")
    }

    /// TCR's registry, `127.0.0.1:PORT`.
    pub(crate) fn tcr(&self) -> &str {
        self.variable("TCR_SANDBOX_TCR_HOST")
    }

    /// The folder that the plugin is run in; also its HOME.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// A file in that folder.
    pub(crate) fn file(&self, name: &str, content: &str) -> PathBuf {
        write(self.folder(), name, content)
    }

    /// A report that a run wrote into that folder.
    #[track_caller]
    pub(crate) fn report(&self, name: &str) -> Value {
        serde_json::from_slice(&std::fs::read(self.folder().join(name)).unwrap()).unwrap()
    }

    /// A command that sees the sandbox as its Tencent Cloud.
    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = tool(program);
        command.current_dir(self.folder.path()).env("HOME", self.folder.path());
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }

    /// The plugin with these arguments, still to be run.
    pub(crate) fn plugin(&self, arguments: &[&str]) -> Command {
        let mut command = self.command(plugin());
        command.args(arguments);
        command
    }

    /// Runs the plugin to its end.
    pub(crate) fn ccr2tcr(&self, arguments: &[&str]) -> Run {
        run(&mut self.plugin(arguments))
    }

    /// Asks the control server.
    pub(crate) fn control(&self, path: &str) -> Value {
        get(self.control_host(), path).json()
    }

    /// Tells the control server to do something.
    #[track_caller]
    pub(crate) fn tell(&self, path: &str, body: &Value) -> Value {
        let answer = post(self.control_host(), path, body);
        let text = String::from_utf8_lossy(&answer.body).into_owned();
        assert!(answer.status < 300, "{path}: {} {text}", answer.status);
        serde_json::from_str(&text).unwrap_or(Value::Null)
    }

    fn control_host(&self) -> &str {
        self.variable("TCR_SANDBOX_CONTROL").trim_start_matches("http://")
    }

    /// A token for one repository, with the login of `DOCKER_CONFIG`, or anonymous.
    pub(crate) fn token(&self, host: &str, repository: &str, actions: &str) -> String {
        let path = format!("/service/token?service=x&scope=repository:{repository}:{actions}");
        let login = self.login(host).map(|login| format!("Basic {login}"));
        let headers: Vec<_> = login.iter().map(|value| ("Authorization", value.as_str())).collect();
        let answer = send("GET", host, &path, &headers, b"");
        answer.json()["token"].as_str().unwrap().to_owned()
    }

    /// The login for a registry in `DOCKER_CONFIG`, in Base64.
    pub(crate) fn login(&self, host: &str) -> Option<String> {
        let file = Path::new(self.variable("DOCKER_CONFIG")).join("config.json");
        let config: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
        config["auths"][host]["auth"].as_str().map(str::to_owned)
    }

    /// A manifest, by tag or digest, read with the login that is in `DOCKER_CONFIG`.
    pub(crate) fn manifest(&self, host: &str, repository: &str, reference: &str) -> Answer {
        self.read(host, repository, &format!("manifests/{reference}"))
    }

    /// Anything of a repository.
    pub(crate) fn read(&self, host: &str, repository: &str, path: &str) -> Answer {
        let token = format!("Bearer {}", self.token(host, repository, "pull"));
        let path = format!("/v2/{repository}/{path}");
        send("GET", host, &path, &[("Authorization", &token), ("Accept", "*/*")], b"")
    }

    /// How often this was asked of `ccr` or `tcr` (`HEAD manifest`) or of the `api` (its action).
    pub(crate) fn count(&self, side: &str, what: &str) -> u64 {
        self.control("/stats")[side][what].as_u64().unwrap_or(0)
    }

    /// Fails if anything was deleted, or was to be.
    #[track_caller]
    pub(crate) fn assert_nothing_was_deleted(&self) {
        let stats = self.control("/stats");
        for side in ["api", "ccr", "tcr"] {
            for what in stats[side].as_object().unwrap().keys() {
                assert!(!what.to_lowercase().starts_with("delete"), "{side}: {what}");
            }
        }
        for what in stats["ccr"].as_object().unwrap().keys() {
            assert!(what.starts_with("GET") || what.starts_with("HEAD"), "at the source: {what}");
        }
    }

    /// The digest of a tag, as the sandbox itself reports it.
    pub(crate) fn digest(&self, side: &str, name: &str) -> Option<String> {
        self.images(side).into_iter().find(|(known, _)| known == name).map(|(_, digest)| digest)
    }

    /// Every tag of one side, as `repository:tag` with its digest, as the sandbox itself reports it.
    pub(crate) fn images(&self, side: &str) -> Vec<(String, String)> {
        let all = self.control("/images");
        let mut images: Vec<(String, String)> = all
            .as_array()
            .unwrap()
            .iter()
            .filter(|image| image["registry"] == side)
            .map(|image| {
                let name = format!("{}:{}", text(&image["repository"]), text(&image["tag"]));
                (name, text(&image["digest"]).to_owned())
            })
            .collect();
        images.sort();
        images
    }

    /// Fails unless every image of TCR is whole.
    #[track_caller]
    pub(crate) fn assert_target_is_whole(&self) {
        let images = self.control("/images");
        for image in images.as_array().unwrap().iter().filter(|image| image["registry"] == "tcr") {
            assert_eq!(image["complete"], true, "{image}");
        }
        assert_eq!(self.control("/stats")["dangling"], serde_json::json!([]));
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        // It may be gone already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
