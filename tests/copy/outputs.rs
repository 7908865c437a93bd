//! What each command says, whole: for people and for programs.

use insta::{Settings, assert_snapshot};

use crate::support::snapshot::{snapshots, whole};
use crate::support::{Run, Sandbox};

/// One of each: to be copied, equal, kept, described, broken, not all to be seen, a public and a
/// private namespace.
const ACCOUNT: &str = "
version: 1
docker_login: [ccr]
personal:
  - region: ap-guangzhou
    namespaces:
      - name: shop
        repositories:
          - name: web
            description: The shop's front
            images:
              - {tags: [v1], pushed: 2024-01-01T00:00:00Z, layers: [2kB]}
              - {tags: [v2], pushed: 2024-02-01T00:00:00Z, layers: [3kB], kind: index}
              - {tags: [broken], pushed: 2024-03-01T00:00:00Z, layers: [4kB], fault: wrong-bytes}
          - {name: api, counted_tags: 3, images: [{tags: [v1], pushed: 2024-01-01T00:00:00Z}]}
      - name: docs
        repositories: [{name: site, public: true, images: [{tags: [latest], layers: [5kB]}]}]
enterprise:
  - name: prod
    region: ap-shanghai
    namespaces:
      - name: shop
        repositories:
          - name: web
            images:
              - {tags: [v1], pushed: 2024-06-01T00:00:00Z, layers: [9kB]}
    immutable_tags: [{namespace: shop, tag: 'v*'}]
";

/// The same, whole and well.
fn well() -> Sandbox {
    let account = ACCOUNT.replace(", fault: wrong-bytes", "").replace(", counted_tags: 3", "");
    Sandbox::with_account(&account)
}

fn settings(sandbox: &Sandbox) -> Settings {
    let folder = sandbox.folder().to_str().unwrap();
    let mut settings = snapshots(&[
        (sandbox.ccr(), "ccr.sandbox.lan"),
        (sandbox.tcr(), "tcr.sandbox.lan"),
        (sandbox.variable("DOCKER_CONFIG"), "[docker]"),
        (folder, "[folder]"),
    ]);
    settings.add_filter(r"\btcr-[0-9a-z]{8}\b", "tcr-xxxxxxxx");
    // About one a second.
    settings.add_filter(r#"(?m)^\{"type":"progress".*\n"#, "");
    // Which of the two comes first, and how often each is asked, differs.
    settings.add_filter(
        r#""host": ?"[ct]cr.sandbox.lan",(\s*)"requests": ?\d+"#,
        "\"host\": \"[registry]\",$1\"requests\": [n]",
    );
    settings
}

/// Compares what a command says with the snapshot of this name.
fn compare(sandbox: &Sandbox, name: &str, line: &str) -> Run {
    let arguments: Vec<&str> = line.split(' ').collect();
    let run = sandbox.ccr2tcr(&arguments);
    settings(sandbox).bind(|| assert_snapshot!(name, whole(&run)));
    run
}

#[test]
fn plans_are_as_they_were_reviewed() {
    let sandbox = Sandbox::with_account(ACCOUNT);
    compare(&sandbox, "plan", "sync --dry-run");
    compare(&sandbox, "plan_json", "sync --dry-run -o json");
}

#[test]
fn runs_that_leave_something_are_as_they_were_reviewed() {
    let sandbox = Sandbox::with_account(ACCOUNT);
    compare(&sandbox, "partly", "sync --jobs 1 --report report.json");
    compare(&sandbox, "partly_json", "sync --jobs 1 -o json");
    compare(&sandbox, "verify_partly", "verify");
    compare(&sandbox, "verify_partly_json", "verify -o json");
}

#[test]
fn runs_that_leave_nothing_are_as_they_were_reviewed() {
    let sandbox = well();
    compare(&sandbox, "sync", "sync --jobs 1");
    compare(&sandbox, "sync_again", "sync --jobs 1");
    compare(&sandbox, "verify", "verify");
    let sandbox = well();
    compare(&sandbox, "sync_progress_json", "sync docs --progress json");
    let sandbox = well();
    compare(&sandbox, "sync_json", "sync --jobs 1 -o json");
    compare(&sandbox, "verify_json", "verify -o json");
}

#[test]
fn the_other_commands_are_as_they_were_reviewed() {
    let sandbox = well();
    compare(&sandbox, "instances", "instances");
    compare(&sandbox, "instances_json", "instances -o json");
    compare(&sandbox, "login", "login --temporary");
}
