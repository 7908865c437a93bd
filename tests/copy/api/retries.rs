//! Errors that pass, rate limits, and quotas.

use std::time::{Duration, Instant};

use crate::copy::fixtures::{LEFT, add_fault, ccr2tcr, copied, shop_with, with_outcome};
use crate::support::Sandbox;

#[test]
fn a_page_that_fails_twice_and_then_works_is_no_failure() {
    let sandbox = shop_with("");
    add_fault(&sandbox, "DescribeRepositoryOwnerPersonal", "InternalError.DbError", 2);
    ccr2tcr(&sandbox, &["sync"])
        .ends_with(0)
        .says(&["4 copied"])
        .never_says(&["error:", "warning:"]);
    let calls = &sandbox.control("/stats")["api"];
    assert_eq!(calls["DescribeRepositoryOwnerPersonal"], 3, "{calls}");
}

#[test]
fn one_answer_502_is_no_failure() {
    let sandbox = shop_with("faults: [{action: DescribeNamespaces, http_status: 502, times: 1}]");
    ccr2tcr(&sandbox, &["sync"]).ends_with(0).says(&["4 copied"]).never_says(&["error:"]);
}

#[test]
fn the_api_s_rate_limit_is_honoured() {
    let sandbox = shop_with("");
    add_fault(&sandbox, "DescribeImagePersonal", "RequestLimitExceeded", 3);
    let begin = Instant::now();
    ccr2tcr(&sandbox, &["sync"]).ends_with(0).says(&["4 copied"]).never_says(&["error:"]);
    assert!(begin.elapsed() >= Duration::from_secs(1), "it waits before it asks again");
    // Three repositories, and one more call for each refusal.
    let calls = &sandbox.control("/stats")["api"];
    assert_eq!(calls["DescribeImagePersonal"], 6, "{calls}");
}

#[test]
fn a_quota_of_namespaces_is_predicted_and_stops_only_what_is_above_it() {
    let held: Vec<String> = (0..49).map(|number| format!("{{name: old-{number}}}")).collect();
    let sandbox = Sandbox::with_account(&format!(
        "
version: 1
personal:
  - region: ap-guangzhou
    namespaces:
      - {{name: aa, repositories: [{{name: web, images: [{{tags: [v1]}}]}}]}}
      - {{name: bb, repositories: [{{name: web, images: [{{tags: [v1]}}]}}]}}
enterprise: [{{name: prod, type: basic, namespaces: [{}]}}]
",
        held.join(", ")
    ));
    let predicted = "warning: quota: the instance has 49 namespaces and 2 more are needed, but its tier (basic) allows 50; choose a larger tier, or merge namespaces with --map 'OLD=NAMESPACE/OLD'\n";
    ccr2tcr(&sandbox, &["sync", "--dry-run"]).ends_with(LEFT).says(&[predicted]);
    ccr2tcr(&sandbox, &["sync", "--report", "r.json"]).ends_with(LEFT).says(&[
        predicted,
        "error: can't create namespace bb: CreateNamespace was refused",
        "(OperationDenied.QuotaOverLimit, RequestId ",
        "hint: a quota is used up: raise it in the console",
        "2 images: 1 copied, 1 not tried",
    ]);
    assert_eq!(copied(&sandbox), ["aa/web:v1"]);
    let report = sandbox.report("r.json");
    assert_eq!(with_outcome(&report, "skipped"), ["bb/web:v1"]);
    assert_eq!(report["items"][1]["error"]["class"], "quota", "{report}");
    // The way out that the warning names.
    ccr2tcr(&sandbox, &["sync", "--map", "bb=aa/bb"]).ends_with(0).says(&["1 copied, 1 equal"]);
}
