//! What bad input gets, on the account's and the API's side: the message, the hint, the exit code,
//! and what was left untouched.

mod files;
mod instance;
mod keys;
mod listing;
mod mapping;
mod notices;
mod patterns;
mod permissions;
mod retries;

use std::process::Command;

use serde_json::{Value, json};

use crate::support::{Run, Sandbox, run};

/// Nothing was tried.
const COULD_NOT_START: i32 = 2;
/// Something is left to do, or went unread.
const LEFT: i32 = 1;
/// The command line can't be understood.
const USAGE: i32 = 125;

/// Two namespaces, four tags, and an empty instance.
const SHOP: &str = "
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
fn shop_with(line: &str) -> Sandbox {
    Sandbox::with_account(&format!("{SHOP}{line}\n"))
}

/// Runs the plugin, and fails if it says anything that is meant for programmers.
#[track_caller]
fn ccr2tcr(sandbox: &Sandbox, arguments: &[&str]) -> Run {
    for_people(run(&mut sandbox.plugin(arguments)))
}

/// The same for a command whose environment was changed.
#[track_caller]
fn run_changed(command: &mut Command) -> Run {
    for_people(run(command))
}

#[track_caller]
fn for_people(run: Run) -> Run {
    run.never_says(&["panicked", "RUST_BACKTRACE", "Some(", "None)", "Error {", "Kind("])
}

/// Fails if anything was written to the target, or even begun.
#[track_caller]
fn assert_untouched(sandbox: &Sandbox) {
    let stats = sandbox.control("/stats");
    for request in ["POST upload", "PUT upload", "PUT manifest"] {
        assert!(stats["tcr"].get(request).is_none(), "{request}: {stats}");
    }
    for action in ["CreateNamespace", "CreateRepository", "ModifyRepository"] {
        assert!(stats["api"].get(action).is_none(), "{action}: {stats}");
    }
}

/// The report that a run wrote.
#[track_caller]
fn report(sandbox: &Sandbox, name: &str) -> Value {
    let text = std::fs::read(sandbox.folder().join(name)).unwrap();
    serde_json::from_slice(&text).unwrap()
}

/// `NAMESPACE/REPOSITORY:TAG` of each entry with this outcome, sorted.
fn with_outcome(report: &Value, outcome: &str) -> Vec<String> {
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
fn copied(sandbox: &Sandbox) -> Vec<String> {
    sandbox.images("tcr").into_iter().map(|(name, _)| name).collect()
}

/// Adds a fault to a running sandbox.
fn add_fault(sandbox: &Sandbox, action: &str, code: &str, times: u64) {
    sandbox.tell("/faults", &json!({"action": action, "code": code, "times": times}));
}
