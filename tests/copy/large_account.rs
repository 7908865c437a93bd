//! A large account: what a run with nothing to do costs, and what is left by a report.

use std::process::Stdio;
use std::time::Instant;

use serde_json::{Value, json};

use crate::support::Sandbox;

/// The same 10,000 images on both sides: generated content goes by name alone.
const SAME_ON_BOTH_SIDES: &str = "
version: 1
personal:
  - quota: {namespace: 10, repo: 500, tag: 1000}
    namespaces:
      - {name: many, generate: {repositories: 100, tags: 100, layers: [{name: base, size: 2kB}, 100]}}
enterprise:
  - namespaces:
      - {name: many, generate: {repositories: 100, tags: 100, layers: [{name: base, size: 2kB}, 100]}}
";

/// The most memory that a process has had, in KiB, as long as it lives.
fn high_water(id: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

fn sum(counts: &Value) -> u64 {
    counts.as_object().unwrap().values().map(|count| count.as_u64().unwrap()).sum()
}

#[test]
fn nothing_to_do_for_ten_thousand_tags_takes_few_calls_and_little_memory() {
    let sandbox = Sandbox::with_account(SAME_ON_BOTH_SIDES);
    // Made on first sight, which is the sandbox's time and not the plugin's.
    let all = sandbox.images("ccr");
    assert_eq!(all.len(), 10_000);
    assert_eq!(all, sandbox.images("tcr"));
    sandbox.tell("/stats/reset", &json!({}));

    let begin = Instant::now();
    let mut command = sandbox.plugin(&["sync", "--report", "report.json"]);
    let mut process = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    // The high-water mark never falls, so the last reading before the end is the result.
    let mut memory = 0;
    while process.try_wait().unwrap().is_none() {
        memory = high_water(process.id()).unwrap_or(memory);
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    let took = begin.elapsed();
    assert!(process.wait().unwrap().success());

    let stats = sandbox.control("/stats");
    let calls = sum(&stats["api"]);
    println!("10,000 tags, nothing to do: {calls} API calls, {took:?}, {memory} KiB at most");
    println!("  of CCR: {}", stats["ccr"]);
    println!("  of TCR: {}", stats["tcr"]);
    // Two for each full list of a hundred tags: a count that lags would hide what follows.
    assert!(calls < 450, "{}", stats["api"]);
    // A sample of the listings, and what it takes to be let in.
    for side in ["ccr", "tcr"] {
        let asked = stats[side].as_object().unwrap();
        assert!(
            asked.keys().all(|what| ["GET v2", "GET token", "HEAD manifest", "GET referrers"]
                .contains(&what.as_str())),
            "{asked:?}"
        );
        assert!((1..=16).contains(&asked["HEAD manifest"].as_u64().unwrap()), "{asked:?}");
    }
    assert_eq!(stats["ccr"]["GET referrers"], 1, "whether the host has that API");
    assert!(memory > 0);
    assert!(memory < 60 * 1024, "{memory} KiB");

    let report = sandbox.report("report.json");
    assert_eq!(report["summary"]["equal"], 10_000);
    // A report that left nothing is done without a single call.
    sandbox.tell("/stats/reset", &json!({}));
    let nothing = sandbox.ccr2tcr(&["sync", "--retry-from", "report.json"]).ends_with(0);
    nothing.says(&["nothing is left to do in report.json\n"]);
    assert_eq!(sum(&sandbox.control("/stats")["api"]), 0);
}

#[test]
fn what_a_report_left_over_is_done_without_listing_the_rest() {
    let sandbox = Sandbox::with_account(
        "
version: 1
personal:
  - namespaces:
      - {name: many, generate: {repositories: 30, tags: 5, layers: [{name: base, size: 2kB}, 100]}}
      - name: shop
        repositories:
          - name: web
            images:
              - {tags: [good], layers: [1kB]}
              - {tags: [bad], layers: [2kB], fault: blob-missing}
          - {name: api, images: [{tags: [v1], layers: [3kB]}]}
enterprise: [{}]
",
    );
    // The tags of one repository can't be listed, either.
    let fault = json!({
        "action": "DescribeImagePersonal", "repository": "shop/api", "times": 20,
        "code": "InternalError.DbError",
    });
    sandbox.tell("/faults", &fault);
    let first = sandbox.ccr2tcr(&["sync", "--report", "report.json"]).ends_with(1);
    first.says(&["151 copied", "1 failed", "1 thing could not be read", "shop/api"]);

    // Pushed again; and the API answers again once the fault has been used up.
    let mended =
        json!({"registry": "ccr", "repository": "shop/web", "tag": "bad", "layers": [2000]});
    sandbox.tell("/push", &mended);
    while sandbox.ccr2tcr(&["sync", "shop/api", "--dry-run"]).stderr.contains("could not be read") {
    }
    sandbox.tell("/stats/reset", &json!({}));
    let retry = ["sync", "--retry-from", "report.json", "--report", "rest.json"];
    sandbox.ccr2tcr(&retry).ends_with(0).says(&["2 images: 2 copied"]);
    let listed = sandbox.count("api", "DescribeImagePersonal");
    println!("two repositories left over of 32: {listed} tag listings");
    assert_eq!(listed, 2);
    assert_eq!(sandbox.images("ccr"), sandbox.images("tcr"));
    sandbox.assert_target_is_whole();
    let again = sandbox.ccr2tcr(&["sync", "--retry-from", "rest.json"]).ends_with(0);
    again.says(&["nothing is left to do in"]);
    sandbox.ccr2tcr(&["sync", "--retry-from", "nowhere.json"]).ends_with(2).says(&["nowhere.json"]);
    sandbox.file("other.json", "{\"auths\": {}}");
    let other = sandbox.ccr2tcr(&["sync", "--retry-from", "other.json"]).ends_with(2);
    other.says(&["is not a report of this tool"]);
}
