//! A move with failures, from the first run to a page of all its reports.

use insta::assert_snapshot;

use super::text::text;
use super::{kubectl, page};
use crate::support::snapshot::snapshots;
use crate::support::{Sandbox, run};

/// One image is broken in CCR, one namespace is refused.
const ACCOUNT: &str = r"
version: 1
docker_login: [ccr]
denied: [DescribeEvents]
personal:
  - region: ap-guangzhou
    namespaces:
      - name: shop
        repositories:
          - {name: web, pulls: 12, images: [{tags: [v1, v2], layers: [20kB]}]}
          - {name: api, images: [{tags: [broken], layers: [2kB], fault: wrong-bytes}]}
      - name: docs
        repositories: [{name: site, images: [{tags: [v1], layers: [3kB]}]}]
enterprise: [{name: prod, region: ap-shanghai}]
";

/// As `kubectl tcr-switch apply -o json` prints it; the real one is in tests/switch.
const APPLY: &str = r#"{
  "schemaVersion": 1, "command": "apply", "interrupted": false, "stopped": true,
  "objects": [
    {"object": {"apiVersion": "apps/v1", "kind": "Deployment", "namespace": "shop", "name": "web"},
     "outcome": "rolledOut"},
    {"object": {"apiVersion": "batch/v1", "kind": "CronJob", "namespace": "shop", "name": "tidy"},
     "outcome": "broken", "detail": "pod/tidy-1: ErrImagePull"},
    {"object": {"apiVersion": "apps/v1", "kind": "DaemonSet", "namespace": "base", "name": "agent"},
     "outcome": "refused", "detail": {"message": "denied by a webhook", "hint": "ask its owner"}}
  ],
  "unread": [{"what": "jobs.batch", "namespace": "base", "why": "forbidden", "forbidden": true}]
}"#;

fn moved() -> Sandbox {
    let sandbox = Sandbox::with_account(ACCOUNT);
    sandbox.ccr2tcr(&["sync", "shop/web:v1", "--report", "first.json"]).ends_with(0);
    sandbox.ccr2tcr(&["sync", "--report", "second.json"]).ends_with(1);
    sandbox.ccr2tcr(&["verify", "--report", "verify.json"]).ends_with(1);
    for (line, name, code) in [
        (&["doctor", "-o", "json", "--only", "tcr.instance"][..], "doctor.json", 0),
        (&["usage", "-o", "json"], "usage.json", 0),
        (&["rewrite", "-o", "json", "Dockerfile"], "rewrite.json", 0),
    ] {
        if name == "rewrite.json" {
            sandbox.file("Dockerfile", &format!("FROM {}/shop/web:v2\n", sandbox.ccr()));
        }
        let said = sandbox.ccr2tcr(line).ends_with(code);
        sandbox.file(name, &said.stdout);
    }
    sandbox.file("apply.json", APPLY);
    sandbox
}

const FILES: [&str; 7] = [
    "verify.json",
    "second.json",
    "first.json",
    "usage.json",
    "doctor.json",
    "apply.json",
    "rewrite.json",
];

#[test]
fn all_reports_of_a_move_are_one_page_in_either_language_by_either_plugin() {
    let sandbox = moved();
    let line = |html, lang| [&["report"][..], &FILES, &["--html", html, "--lang", lang]].concat();
    sandbox.ccr2tcr(&line("en.html", "en")).ends_with(0).says(&["en.html written", "7 reports"]);
    sandbox.ccr2tcr(&line("zh.html", "zh")).ends_with(0);
    let mut settings = snapshots(&[(sandbox.ccr(), "[ccr]"), (sandbox.tcr(), "[tcr]")]);
    settings.add_filter(r"\d{4}-\d\d-\d\d \d\d:\d\d", "[minute]");
    settings.add_filter(r"\d{4}-\d\d-\d\d", "[day]");
    settings.add_filter(r"(?m)^.*\[minute\].* UTC$", "[period]");
    settings.add_filter(r"127\.0\.0\.1:\d+", "[host]");
    settings.add_filter(r"tcr-\w{8}", "[instance]");
    settings.bind(|| {
        assert_snapshot!("en", text(&page(&sandbox, "en.html")));
        assert_snapshot!("zh", text(&page(&sandbox, "zh.html")));
    });

    kubectl(&sandbox, &line("again.html", "en")).ends_with(0);
    assert_eq!(page(&sandbox, "again.html"), page(&sandbox, "en.html"));
    sandbox.ccr2tcr(&line("again.html", "zh")).ends_with(0);
    assert_eq!(page(&sandbox, "again.html"), page(&sandbox, "zh.html"), "a page is replaced");
    // Neither where it was made nor who made it.
    let folder = sandbox.folder().to_str().unwrap().to_owned();
    assert!(!page(&sandbox, "en.html").contains(&folder));
}

#[test]
fn the_locale_chooses_the_language() {
    let sandbox = Sandbox::with_account(ACCOUNT);
    sandbox.file("apply.json", APPLY);
    let mut command = sandbox.plugin(&["report", "apply.json", "--html", "page.html"]);
    run(command.env("LANG", "zh_CN.UTF-8")).ends_with(0);
    assert!(page(&sandbox, "page.html").contains("<html lang=\"zh-CN\">"));
}

#[test]
fn nothing_left_is_said_in_the_first_line() {
    let sandbox = Sandbox::with_account(ACCOUNT);
    sandbox.ccr2tcr(&["sync", "shop/web", "--report", "r.json"]).ends_with(0);
    sandbox.ccr2tcr(&["report", "r.json", "--html", "p.html", "--lang", "en"]).ends_with(0);
    let text = text(&page(&sandbox, "p.html"));
    assert!(text.contains("\nAll 2 images are in TCR.\n"), "{text}");
}

/// What kubectl's plugin prints, as the snapshots of its own tests hold it.
fn printed(name: &str) -> String {
    let path = format!("{}/tests/switch/snapshots/{name}.snap", env!("CARGO_MANIFEST_DIR"));
    let whole = std::fs::read_to_string(path).unwrap();
    let stdout = whole.split_once("----- stdout -----\n").unwrap().1;
    stdout.split("----- stderr -----").next().unwrap().to_owned()
}

#[test]
fn what_kubectls_plugin_prints_is_read() {
    let sandbox = Sandbox::with_account(ACCOUNT);
    for (name, words) in [
        ("apply_json", "All 2 objects are done"),
        ("rollback_json", "Cluster: rollback"),
        ("secrets_copy_json", "Cluster: pull secrets"),
        ("verify_json", "Nothing was found that names CCR"),
        ("verify_ccr_json", "deployment.apps/by-helm"),
    ] {
        sandbox.file("one.json", &printed(name));
        kubectl(&sandbox, &["report", "one.json", "--html", "p.html", "--lang", "en"]).ends_with(0);
        let text = text(&page(&sandbox, "p.html"));
        assert!(text.contains(words), "{name}:\n{text}");
    }
}
