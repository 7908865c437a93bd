//! Accounts that several tests copy, running the plugin on them, and reading what came of it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::support::{Run, Sandbox, run};

/// Nothing was tried.
pub(super) const COULD_NOT_START: i32 = 2;
/// Something is left to do, or went unread.
pub(super) const LEFT: i32 = 1;
/// The command line can't be understood.
pub(super) const USAGE: i32 = 125;

/// Two namespaces, four tags, and an empty instance.
pub(super) const SHOP: &str = "
version: 1
personal:
  - region: ap-guangzhou
    namespaces:
      - name: shop
        repositories:
          - {name: web, images: [{tags: [v1, latest]}]}
          - {name: api, images: [{tags: [v2]}]}
      - name: docs
        repositories: [{name: site, images: [{tags: [v1]}]}]
enterprise: [{name: prod, region: ap-shanghai}]
";

/// [`SHOP`] with one more line.
pub(super) fn shop_with(line: &str) -> Sandbox {
    Sandbox::with_account(&format!("{SHOP}{line}\n"))
}

/// Runs the plugin, and fails if it says anything that is meant for programmers.
#[track_caller]
pub(super) fn ccr2tcr(sandbox: &Sandbox, arguments: &[&str]) -> Run {
    for_people(run(&mut sandbox.plugin(arguments)))
}

/// The same for a command whose environment was changed.
#[track_caller]
pub(super) fn run_changed(command: &mut Command) -> Run {
    for_people(run(command))
}

#[track_caller]
fn for_people(run: Run) -> Run {
    run.never_says(&["panicked", "RUST_BACKTRACE", "Some(", "None)", "Error {", "Kind("])
}

/// `NAMESPACE/REPOSITORY:TAG` of each entry with this outcome, sorted.
pub(super) fn with_outcome(report: &Value, outcome: &str) -> Vec<String> {
    let items = report["items"].as_array().unwrap();
    let mut found: Vec<String> = items
        .iter()
        .filter(|item| item["outcome"] == outcome)
        .map(|item| item["source"].as_str().unwrap().split_once('/').unwrap().1.to_owned())
        .collect();
    found.sort();
    found
}

/// The names of the tags at the target, `NAMESPACE/REPOSITORY:TAG`.
pub(super) fn copied(sandbox: &Sandbox) -> Vec<String> {
    sandbox.images("tcr").into_iter().map(|(name, _)| name).collect()
}

/// Adds a fault to a running sandbox.
pub(super) fn add_fault(sandbox: &Sandbox, action: &str, code: &str, times: u64) {
    sandbox.tell("/faults", &json!({"action": action, "code": code, "times": times}));
}

/// The account's number, also the user name at both registries.
pub(super) const UIN: &str = "100000000001";

/// One image in CCR and an instance with the namespace that it goes to.
pub(super) const ONE_IMAGE: &str = r#"
version: 1
uin: "100000000001"
personal:
  - region: ap-guangzhou
    password: the-right-password
    namespaces:
      - {name: shop, repositories: [{name: web, images: [{tags: [v1], layers: [20kB]}]}]}
enterprise:
  - {name: prod, region: ap-shanghai, namespaces: [{name: shop}]}
"#;

/// Runs `sync --report r.json` with more arguments.
pub(super) fn sync(sandbox: &Sandbox, arguments: &[&str]) -> Run {
    run(sandbox.plugin(&["sync", "--report", "r.json"]).args(arguments))
}

/// The outcome of each image of the report by its name behind the host: `copied`, or
/// `failed: CLASS`.
#[track_caller]
pub(super) fn outcomes(sandbox: &Sandbox) -> BTreeMap<String, String> {
    let report = sandbox.report("r.json");
    let items = report["items"].as_array().unwrap();
    let entry = |item: &Value| {
        let (_, name) = item["source"].as_str().unwrap().split_once('/').unwrap();
        let outcome = item["outcome"].as_str().unwrap();
        let outcome = match item["error"]["class"].as_str() {
            Some(class) => format!("{outcome}: {class}"),
            None => outcome.to_owned(),
        };
        (name.to_owned(), outcome)
    };
    items.iter().map(entry).collect()
}

/// The error of one image in the report.
#[track_caller]
pub(super) fn error_of(sandbox: &Sandbox, name: &str) -> Value {
    let report = sandbox.report("r.json");
    let mut items = report["items"].as_array().unwrap().iter();
    let named = |item: &&Value| item["source"].as_str().unwrap().ends_with(name);
    items.find(named).unwrap_or_else(|| panic!("{name} is not in {report}"))["error"].clone()
}

/// Writes Docker's `config.json`.
pub(super) fn docker_config(sandbox: &Sandbox, text: &str) -> PathBuf {
    let path = Path::new(sandbox.variable("DOCKER_CONFIG")).join("config.json");
    std::fs::write(&path, text).unwrap();
    path
}

/// A `config.json` with one login.
pub(super) fn config_with(host: &str, user: &str, password: &str) -> String {
    json!({"auths": {host: {"auth": basic(user, password)}}}).to_string()
}

/// The spelling of Basic authentication.
pub(super) fn basic(user: &str, password: &str) -> String {
    STANDARD.encode(format!("{user}:{password}"))
}

/// Fails if anything was written to TCR, or even begun.
#[track_caller]
pub(super) fn assert_nothing_was_written(sandbox: &Sandbox) {
    assert_eq!(sandbox.images("tcr"), []);
    let stats = sandbox.control("/stats");
    for request in ["POST upload", "PUT upload", "PUT manifest"] {
        assert!(stats["tcr"].get(request).is_none(), "{request}: {stats}");
    }
    for action in ["CreateNamespace", "CreateRepository", "ModifyRepository"] {
        assert!(stats["api"].get(action).is_none(), "{action}: {stats}");
    }
}

/// Fails unless both sides hold the same, and TCR's images are whole.
#[track_caller]
pub(super) fn assert_all_is_there(sandbox: &Sandbox) {
    assert_eq!(sandbox.images("tcr"), sandbox.images("ccr"));
    assert!(!sandbox.images("ccr").is_empty());
    sandbox.assert_target_is_whole();
}

/// Does the same for all cases at once: what is waited for is mostly time.
pub(super) fn at_once<T: Sync>(cases: &[T], test: impl Fn(&T) + Sync) {
    let test = &test;
    std::thread::scope(|scope| {
        for case in cases {
            scope.spawn(move || test(case));
        }
    });
}
