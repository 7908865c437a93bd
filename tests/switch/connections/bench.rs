//! One kubeconfig, two programs: which of them connects, and what the plugin says if it doesn't.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::support::cluster::{Cluster, ControlPlane, User};
use crate::support::{Run, kubectl_plugin, run, tool};

/// A cluster, a namespace, and rows of a table that is printed in the end.
pub(super) struct Bench {
    pub(super) cluster: Cluster,
    namespace: String,
    rows: Vec<String>,
    next: AtomicUsize,
}

/// What both programs are given.
#[derive(Default)]
pub(super) struct Case<'a> {
    /// The value of KUBECONFIG.
    pub(super) kubeconfig: String,
    pub(super) flags: Vec<&'a str>,
    pub(super) variables: Vec<(&'a str, String)>,
}

/// Whether both connect.
#[derive(Clone, Copy)]
pub(super) enum Wanted<'a> {
    Both,
    /// Neither does, and the plugin says this.
    Neither(&'a str),
    /// kubectl does, the plugin says this; the decision is told in the documentation.
    KubectlAlone(&'a str),
}

impl Bench {
    pub(super) fn new() -> Self {
        let cluster = Cluster::shared();
        let namespace = cluster.namespace("connect");
        Self { cluster, namespace, rows: Vec::new(), next: AtomicUsize::new(0) }
    }

    pub(super) fn plane(&self) -> &ControlPlane {
        self.cluster.plane()
    }

    pub(super) fn folder(&self) -> &Path {
        self.cluster.folder()
    }

    /// The API server and its authority, as a kubeconfig's cluster.
    pub(super) fn server(&self) -> Value {
        let authority = STANDARD.encode(self.plane().authority());
        json!({"server": self.plane().server(), "certificate-authority-data": authority})
    }

    /// The administrator's token, as a kubeconfig's user.
    pub(super) fn token() -> Value {
        json!({"token": User::admin().token})
    }

    /// A kubeconfig's file with this text.
    pub(super) fn file(&self, text: &str) -> PathBuf {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        self.cluster.file(&format!("kubeconfig-{number}"), text)
    }

    /// A kubeconfig with this cluster and this user.
    pub(super) fn config(&self, cluster: &Value, user: &Value) -> Case<'static> {
        Case::of(self.file(&document(cluster, user).to_string()))
    }

    /// Tries it; fails unless it is as wanted.
    #[track_caller]
    pub(super) fn row(&mut self, name: &str, case: &Case<'_>, wanted: Wanted<'_>) {
        let path = format!("/api/v1/namespaces/{}/configmaps", self.namespace);
        let kubectl = self.run(case, |command| command.args(["get", "--raw", &path]));
        self.plugin_row(name, case, wanted, &kubectl);
    }

    /// Tries the plugin first, which says this, and then kubectl, which connects.
    #[track_caller]
    pub(super) fn plugin_first(&mut self, name: &str, case: &Case<'_>, words: &str) {
        let kubectl = Run { code: 0, stdout: String::new(), stderr: String::new() };
        self.plugin_row(name, case, Wanted::KubectlAlone(words), &kubectl);
    }

    #[track_caller]
    fn plugin_row(&mut self, name: &str, case: &Case<'_>, wanted: Wanted<'_>, kubectl: &Run) {
        let images = ["images", "-n", &self.namespace];
        let through = self.run(case, |command| command.arg("tcr-switch").args(images));
        let mut direct = tool(kubectl_plugin());
        direct.current_dir(self.folder()).env("HOME", self.folder());
        let direct = run(equip(&mut direct, case).args(images).args(&case.flags));
        assert_eq!(direct.code, through.code, "{name}: {}\n{}", direct.stderr, through.stderr);
        // One without rights connects, and is told what it can't read.
        let told = |prefix| direct.stderr.lines().find_map(|line| line.strip_prefix(prefix));
        let told = told("error: ").or_else(|| told("warning: "));
        let told = told.unwrap_or_default();
        let connects = (kubectl.code == 0, direct.code == 0);
        let (expected, words) = match wanted {
            Wanted::Both => ((true, true), ""),
            Wanted::Neither(words) => ((false, false), words),
            Wanted::KubectlAlone(words) => ((true, false), words),
        };
        let both = format!("kubectl: {}\nplugin: {}", kubectl.stderr, direct.stderr);
        assert_eq!(connects, expected, "{name}: (kubectl, plugin)\n{both}");
        let words = words.replace("[folder]", self.folder().to_str().unwrap());
        assert!(told.contains(&words), "{name}: `{words}` is not in\n{both}");
        for code in CODE {
            assert!(!direct.stderr.contains(code), "{name}: `{code}` is no word\n{both}");
        }
        let told = told.replace(self.folder().to_str().unwrap(), "[folder]");
        let said = |connects| if connects { "connects" } else { "refused" };
        self.rows.push(format!(
            "| {name} | {} | {} | {told} |",
            said(connects.0),
            said(connects.1)
        ));
    }

    fn run(&self, case: &Case<'_>, arguments: impl FnOnce(&mut Command) -> &mut Command) -> Run {
        let mut command = self.cluster.command(&User::admin());
        run(arguments(equip(&mut command, case)).args(&case.flags))
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        println!("{}", self.rows.join("\n"));
    }
}

impl<'a> Case<'a> {
    pub(super) fn of(file: PathBuf) -> Self {
        let kubeconfig = file.into_os_string().into_string().unwrap();
        Self { kubeconfig, ..Self::default() }
    }

    pub(super) fn with(mut self, flags: &[&'a str]) -> Self {
        self.flags.extend_from_slice(flags);
        self
    }
}

/// What would be the name of a type, or how Rust prints a value.
const CODE: [&str; 9] = [
    "Other(",
    "OtherError",
    "Error(",
    "Os {",
    "Custom {",
    "Some(",
    "error sending request",
    "client error (",
    "panicked",
];

fn equip<'c>(command: &'c mut Command, case: &Case<'_>) -> &'c mut Command {
    command.env("KUBECONFIG", &case.kubeconfig);
    let variables = case.variables.iter().map(|(name, value)| (name, value));
    command.envs(variables)
}

/// A kubeconfig with one context, `test`.
pub(super) fn document(cluster: &Value, user: &Value) -> Value {
    json!({
        "apiVersion": "v1", "kind": "Config", "current-context": "test",
        "clusters": [{"name": "test", "cluster": cluster}],
        "users": [{"name": "test", "user": user}],
        "contexts": [{"name": "test", "context": {"cluster": "test", "user": "test"}}],
    })
}

/// A value with these fields, and some of it taken away by `null`.
pub(super) fn merged(base: &Value, changes: &Value) -> Value {
    let mut all = base.clone();
    json_patch::merge(&mut all, changes);
    all
}
