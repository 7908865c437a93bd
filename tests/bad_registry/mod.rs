//! What bad input gets on the registry side: logins, networks, broken images, rules, troubles in
//! mid-run, and a user who has had enough.

mod content;
pub(crate) mod helpers;
mod interrupt;
mod logins;
mod network;
mod policy;
mod tls;
mod trouble;

use std::collections::BTreeMap;

use serde_json::Value;

use crate::support::{Run, Sandbox, run};

/// The account's number, also the user name at both registries.
const UIN: &str = "100000000001";

/// One image in CCR and an instance with the namespace that it goes to.
const ONE_IMAGE: &str = r#"
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
fn sync(sandbox: &Sandbox, arguments: &[&str]) -> Run {
    run(sandbox.plugin(&["sync", "--report", "r.json"]).args(arguments))
}

/// The report that [`sync`] wrote.
#[track_caller]
fn report(sandbox: &Sandbox) -> Value {
    let text = std::fs::read_to_string(sandbox.folder().join("r.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// The outcome of each image of the report by its name behind the host: `copied`, or
/// `failed: CLASS`.
#[track_caller]
fn outcomes(sandbox: &Sandbox) -> BTreeMap<String, String> {
    let report = report(sandbox);
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
fn error_of(sandbox: &Sandbox, name: &str) -> Value {
    let report = report(sandbox);
    let mut items = report["items"].as_array().unwrap().iter();
    let named = |item: &&Value| item["source"].as_str().unwrap().ends_with(name);
    items.find(named).unwrap_or_else(|| panic!("{name} is not in {report}"))["error"].clone()
}

/// Writes Docker's `config.json`.
fn docker_config(sandbox: &Sandbox, text: &str) -> std::path::PathBuf {
    let path = std::path::Path::new(sandbox.variable("DOCKER_CONFIG")).join("config.json");
    std::fs::write(&path, text).unwrap();
    path
}

/// A `config.json` with one login.
fn config_with(host: &str, user: &str, password: &str) -> String {
    serde_json::json!({"auths": {host: {"auth": basic(user, password)}}}).to_string()
}

/// The spelling of Basic authentication.
fn basic(user: &str, password: &str) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(format!("{user}:{password}"))
}

/// Fails if anything was written to TCR's registry.
#[track_caller]
fn assert_nothing_was_written(sandbox: &Sandbox) {
    assert_eq!(sandbox.images("tcr"), []);
    let stats = sandbox.control("/stats");
    for written in ["POST upload", "PUT upload", "PUT manifest"] {
        assert!(stats["tcr"].get(written).is_none(), "{written}: {stats}");
    }
}

/// Fails unless both sides hold the same, and TCR's images are whole.
#[track_caller]
fn assert_all_is_there(sandbox: &Sandbox) {
    assert_eq!(sandbox.images("tcr"), sandbox.images("ccr"));
    assert!(!sandbox.images("ccr").is_empty());
    sandbox.assert_target_is_whole();
}

/// Does the same for all cases at once: what is waited for is mostly time.
fn at_once<T: Sync>(cases: &[T], test: impl Fn(&T) + Sync) {
    let test = &test;
    std::thread::scope(|scope| {
        for case in cases {
            scope.spawn(move || test(case));
        }
    });
}
