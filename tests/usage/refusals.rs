//! What can't be read is named, and nothing is concluded from it.

use insta::assert_snapshot;

use crate::support::snapshot::{snapshots, whole};
use crate::support::{Run, Sandbox};

const ACCOUNT: &str = "
version: 1
personal:
  - namespaces:
      - name: shop
        repositories: [{name: web, pulls: 12, images: [{tags: [v1], layers: [2kB]}]}]
enterprise: [{name: prod}]
";

/// Words by which somebody would give up CCR.
const DENIALS: [&str; 5] = ["nobody", "no one", "No one", "Nobody", "not used"];

fn sandbox(more: &str) -> Sandbox {
    Sandbox::with_account(&format!("{ACCOUNT}{more}"))
}

fn snapshot(name: &str, run: &Run) {
    let mut settings = snapshots(&[]);
    settings.add_filter(r"\d{4}-\d\d-\d\d \d\d:\d\dZ", "[minute]");
    settings.add_filter(r"\d{4}-\d\d-\d\d", "[day]");
    settings.bind(|| assert_snapshot!(name, whole(run)));
}

#[test]
fn without_the_right_nothing_is_denied() {
    let sandbox = sandbox("denied: [DescribeEvents]\n");
    let run = sandbox.ccr2tcr(&["usage", "--fail-if-used"]).ends_with(1).never_says(&DENIALS);
    let run = run.says(&["could not read CloudAudit", "RequestId", "not proven"]);
    snapshot("without_the_right", &run);
    // Without the flag it is only said.
    sandbox.ccr2tcr(&["usage"]).ends_with(0).says(&["not proven"]).never_says(&DENIALS);
    let usage = sandbox.ccr2tcr(&["usage", "-o", "json"]).ends_with(0).json();
    assert_eq!(usage["verdict"], "notProven");
    assert!(usage["unread"][0]["requestId"].is_string(), "{usage}");
}

#[test]
fn what_was_not_seen_is_said_as_such() {
    let run = sandbox("").ccr2tcr(&["usage", "--fail-if-used"]).ends_with(0).never_says(&DENIALS);
    snapshot("not_seen", &run);
}

#[test]
fn without_any_right_each_witness_is_named() {
    let run = sandbox("denied: [DescribeEvents, DescribeRepositoryFilterPersonal]\n")
        .ccr2tcr(&["usage", "--fail-if-used"])
        .ends_with(1)
        .never_says(&DENIALS);
    run.says(&["CloudAudit in ap-guangzhou", "the counts of pulls in ap-guangzhou"]);
}

#[test]
fn a_key_that_sees_a_part_proves_nothing() {
    let account =
        ACCOUNT.replace("  - namespaces:", "  - privilege_filtered: true\n    namespaces:");
    let run = Sandbox::with_account(&account).ccr2tcr(&["usage", "--fail-if-used"]).ends_with(1);
    run.says(&["doesn't see all repositories", "not proven"]).never_says(&DENIALS);
}

#[test]
fn a_list_without_an_end_is_an_error() {
    let more = "audit:
  endless: true
  events: [{repository: shop/web, address: 10.0.0.5, hours_ago: 5}]\n";
    let sandbox = sandbox(more);
    let usage = sandbox.ccr2tcr(&["usage", "-o", "json"]).ends_with(0).json();
    assert_eq!(usage["seen"][0]["pulls"], 1, "what came is kept, once");
    let why = usage["unread"][0]["message"].as_str().unwrap();
    assert!(why.contains("where it has been before"), "{why}");
    assert!(sandbox.count("api", "cloudaudit:DescribeEvents") < 10);
}

#[test]
fn more_than_90_days_are_not_asked_for() {
    let sandbox = sandbox("");
    for since in ["90d", "200d"] {
        let run = sandbox.ccr2tcr(&["usage", "--since", since, "--fail-if-used"]).ends_with(0);
        run.says(&["CloudAudit keeps 90 days"]);
    }
}

#[test]
fn wrong_files_are_refused() {
    let sandbox = sandbox("");
    sandbox.file("x.json", "{}");
    sandbox.ccr2tcr(&["usage", "--report", "x.json"]).ends_with(2).says(&["not a report"]);
    sandbox.ccr2tcr(&["usage", "--compare", "x.json"]).ends_with(2).says(&["usage -o json"]);
    sandbox.ccr2tcr(&["usage", "--watch=9d"]).ends_with(125).says(&["at most a week"]);
    sandbox.ccr2tcr(&["usage", "--since", "2999-01-01"]).ends_with(2).says(&["in the future"]);
}

#[test]
fn nothing_secret_of_an_event_is_told() {
    let more = "audit:
  events: [{repository: shop/web, address: 10.0.0.5, hours_ago: 5, times: 3}]\n";
    let sandbox = sandbox(more);
    sandbox.ccr2tcr(&["sync", "--report", "sync.json"]).ends_with(0);
    let said: Vec<String> = [vec!["-vv"], vec!["-vv", "-o", "json"], vec!["--report", "sync.json"]]
        .iter()
        .map(|more| sandbox.ccr2tcr(&[&["usage"][..], more].concat()).ends_with(0))
        .map(|run| run.stdout + &run.stderr)
        .collect();
    let secrets = sandbox.control("/secrets");
    let secrets = secrets.as_array().unwrap();
    assert!(secrets.len() > 6, "each event has a session with a token");
    for secret in secrets {
        let secret = secret.as_str().unwrap();
        assert!(said.iter().all(|text| !text.contains(secret)), "{secret}");
    }
}
