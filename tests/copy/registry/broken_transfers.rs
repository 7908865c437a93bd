//! Broken connections, busy registries, listings that are cut short, and who is asked for what.

use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::support::{Run, Sandbox};

const TWO_LAYERS: &str = "
version: 1
personal:
  - namespaces:
      - name: shop
        repositories:
          - {name: web, images: [{tags: [v1], layers: [6MB, 1kB]}]}
enterprise: [{}]
";

#[test]
fn a_dropped_download_goes_on_where_it_stopped() {
    let sandbox = Sandbox::with_account(TWO_LAYERS);
    let manifest = sandbox.manifest(sandbox.ccr(), "shop/web", "v1").json();
    let layer = &manifest["layers"][0];
    let path = format!("/v2/shop/web/blobs/{}", layer["digest"].as_str().unwrap());
    for cut_after in [4_000_000, 1_000_000] {
        let cut = json!({
            "registry": "ccr", "method": "GET", "path": path, "cut_after": cut_after, "times": 1,
        });
        sandbox.tell("/faults", &cut);
    }
    sandbox.tell("/stats/reset", &json!({}));
    let report = sandbox.ccr2tcr(&["sync", "-o", "json"]).ends_with(0).json();
    let stats = sandbox.control("/stats");
    assert_eq!(stats["ccr"]["GET blob"], 3 + 2, "one more for each cut: {stats}");
    let moved = report["summary"]["bytes"].as_u64().unwrap();
    let served = stats["bytes_out_ccr"].as_u64().unwrap();
    // What was under way when the line was cut is lost on the way, no more.
    assert!(served < moved + 1_000_000, "{served} bytes were served for {moved}");
    assert_eq!(stats["tcr"]["PUT upload"], 3, "the upload stayed open: {stats}");
    sandbox.assert_target_is_whole();
}

#[test]
fn an_upload_that_breaks_is_made_again() {
    let sandbox = Sandbox::with_account(TWO_LAYERS);
    let cut = json!({
        "registry": "tcr", "method": "PUT", "path": "**/blobs/uploads/*", "cut_after": 500_000,
        "times": 2,
    });
    sandbox.tell("/faults", &cut);
    sandbox.ccr2tcr(&["sync"]).ends_with(0).says(&["1 copied"]);
    assert_eq!(sandbox.images("ccr"), sandbox.images("tcr"));
    sandbox.assert_target_is_whole();
}

#[test]
fn a_busy_registry_is_given_the_time_it_asks_for() {
    let sandbox = Sandbox::with_account(TWO_LAYERS);
    let busy = json!({
        "registry": "tcr", "method": "POST", "status": 429, "retry_after": 2, "times": 1,
    });
    sandbox.tell("/faults", &busy);
    let begin = Instant::now();
    sandbox.ccr2tcr(&["sync"]).ends_with(0).says(&["1 copied"]);
    assert!(begin.elapsed() >= Duration::from_secs(2), "{:?}", begin.elapsed());
    sandbox.assert_target_is_whole();
}

#[test]
fn a_token_that_is_taken_back_in_the_middle_is_asked_for_again() {
    let account = "
version: 1
personal:
  - namespaces:
      - {name: shop, repositories: [{name: web, generate: {tags: 40, layers: [2kB]}}]}
enterprise: [{}]
";
    let sandbox = Sandbox::slow(account, 15);
    let mut command = sandbox.plugin(&["sync", "--jobs", "2"]);
    let process = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let run = std::thread::spawn(move || Run::from(process.wait_with_output().unwrap()));
    let mut taken = 0;
    while !run.is_finished() {
        std::thread::sleep(Duration::from_millis(700));
        sandbox.tell("/revoke-bearers", &json!({}));
        taken += 1;
    }
    run.join().unwrap().ends_with(0);
    assert!(taken > 2, "only {taken} times");
    assert_eq!(sandbox.images("ccr"), sandbox.images("tcr"));
}

const LISTED: &str = "
version: 1
page_limit: 20
personal:
  - quota: {repo: 100}
    namespaces:
      - {name: many, generate: {repositories: 45, tags: 2, layers: [500]}}
      - {name: shop, repositories: [{name: web, images: [{tags: [v1], layers: [1kB]}]}]}
enterprise: [{}]
";

#[test]
fn a_page_that_can_not_be_listed_is_reported_and_the_rest_is_copied() {
    let sandbox = Sandbox::with_account(LISTED);
    let fault = json!({
        "action": "DescribeRepositoryOwnerPersonal", "offset": 20, "times": 0,
        "code": "InternalError.DbError", "message": "the database is away",
    });
    sandbox.tell("/faults", &fault);
    let run = sandbox.ccr2tcr(&["sync", "--report", "report.json"]).ends_with(1);
    run.says(&["could not be read", "images may be missing", "the database is away"]);
    let report = sandbox.report("report.json");
    assert_eq!(report["unread"][0]["scope"], "repositories", "{report}");
    assert!(report["unread"][0]["error"]["requestId"].is_string(), "{report}");
    let there = sandbox.images("tcr").len();
    assert!((1..91).contains(&there), "what could be listed is copied: {there}");
    sandbox.assert_target_is_whole();
}

#[test]
fn fewer_tags_than_were_counted_are_not_taken_for_all() {
    let counted = TWO_LAYERS.replace("{name: web,", "{name: web, counted_tags: 3,");
    let sandbox = Sandbox::with_account(&counted);
    let run = sandbox.ccr2tcr(&["sync"]).ends_with(1);
    run.says(&["1 copied", "shop/web", "3"]);
    let filtered =
        TWO_LAYERS.replace("  - namespaces:", "  - privilege_filtered: true\n    namespaces:");
    let sandbox = Sandbox::with_account(&filtered);
    sandbox.ccr2tcr(&["sync"]).says(&["1 copied", "warning: ", "may not"]);
}

#[test]
fn a_ccr_host_that_is_really_tcr_stops_the_run() {
    let turned = TWO_LAYERS.replace("  - namespaces:", "  - answers_as_tcr: true\n    namespaces:");
    let sandbox = Sandbox::with_account(&turned);
    let run = sandbox.ccr2tcr(&["sync"]).ends_with(2);
    run.says(&["answers as a TCR instance, not as CCR", "hint: ", "--resolve"]);
    assert_eq!(sandbox.images("tcr"), []);
}

#[test]
fn no_secret_is_ever_said() {
    let sandbox = Sandbox::demo();
    let mut command = sandbox.plugin(&["sync", "-vv", "--map", "team_a__x=team-a-x", "shop"]);
    command.args(["--report", "report.json"]);
    let run = crate::support::run(&mut command).ends_with(0);
    assert!(run.stderr.lines().count() > 50, "every request is shown:\n{}", run.stderr);
    let report = std::fs::read_to_string(sandbox.folder().join("report.json")).unwrap();
    let secrets = sandbox.control("/secrets");
    let secrets: Vec<&str> =
        secrets.as_array().unwrap().iter().map(|secret| secret.as_str().unwrap()).collect();
    assert!(secrets.len() > 5, "the key, two logins, and the tokens");
    run.never_says(&secrets);
    for secret in secrets {
        assert!(!report.contains(secret), "{secret} is in the report");
    }
}
