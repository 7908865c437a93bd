//! Listings that are shorter than they say, or break off.

use std::fmt::Write as _;

use serde_json::json;

use crate::copy::fixtures::{
    COULD_NOT_START, LEFT, SHOP, add_fault, assert_nothing_was_written, ccr2tcr, copied,
    with_outcome,
};
use crate::support::Sandbox;

const MANY: &str = "
version: 1
personal:
  - region: ap-guangzhou
    namespaces: [{name: many, generate: {repositories: 103, tags: 1, layers: [{name: base, size: 1kB}]}}]
enterprise: [{name: prod}]
";

#[test]
fn more_tags_counted_than_listed_is_unread() {
    let account = SHOP.replace("{name: api,", "{name: api, counted_tags: 7,");
    let sandbox = Sandbox::with_account(&account);
    ccr2tcr(&sandbox, &["sync", "--report", "r.json"]).ends_with(LEFT).says(&[
        &format!("error: could not be read: tags of {}/shop/api\n", sandbox.ccr()),
        "  the API counts 7 tags and lists 1\n",
        "hint: run it again; if the numbers still differ, the key may not be allowed to see everything\n",
        "4 images: 4 copied",
        "could not be read: images may be missing",
    ]);
    let unread = &sandbox.report("r.json")["unread"];
    assert_eq!(unread[0]["held"], 6, "{unread}");
    assert_eq!(unread[0]["of"], format!("{}/shop/api", sandbox.ccr()));
    // A run that doesn't ask for it is not told.
    ccr2tcr(&sandbox, &["sync", "docs"]).ends_with(0).never_says(&["could not be read"]);
}

#[test]
fn a_dry_run_tells_of_what_is_unread_too() {
    let account = SHOP.replace("{name: api,", "{name: api, counted_tags: 7,");
    let sandbox = Sandbox::with_account(&account);
    let run = ccr2tcr(&sandbox, &["sync", "--dry-run", "-o", "json"])
        .ends_with(LEFT)
        .says(&["warning: could not be read: tags of ", "the API counts 7 tags and lists 1"]);
    assert_eq!(run.json()["unread"][0]["held"], 6);
    assert_nothing_was_written(&sandbox);
}

#[test]
fn a_page_that_fails_for_good_is_unread_and_a_retry_copies_only_the_rest() {
    let sandbox = Sandbox::with_account(MANY);
    // A database error is tried three times, a second or two apart.
    sandbox.tell(
        "/faults",
        &json!({"action": "DescribeRepositoryOwnerPersonal", "offset": 100,
                "code": "InternalError.DbError", "times": 3}),
    );
    ccr2tcr(&sandbox, &["sync", "--report", "r.json"]).ends_with(LEFT).says(&[
        &format!("error: could not be read: repositories 101–103 of {}\n", sandbox.ccr()),
        "DescribeRepositoryOwnerPersonal was refused",
        "(InternalError.DbError, RequestId ",
        "hint: the error is on Tencent's side: run this again later, what is done is not done twice; if it stays, give the RequestId to Tencent's support\n",
        "100 images: 100 copied",
    ]);
    let first = sandbox.report("r.json");
    assert_eq!(first["unread"][0]["held"], 3, "{}", first["unread"]);
    assert_eq!(first["unread"][0]["scope"], "repositories");
    assert_eq!(first["unread"][0]["error"]["class"], "server");
    assert_eq!(copied(&sandbox).len(), 100);

    let retry = ["sync", "--retry-from", "r.json", "--report", "rest.json"];
    ccr2tcr(&sandbox, &retry).ends_with(0).says(&["3 images: 3 copied"]);
    let rest = sandbox.report("rest.json");
    assert_eq!(
        with_outcome(&rest, "copied"),
        ["many/repo-101:build-001", "many/repo-102:build-001", "many/repo-103:build-001"]
    );
    assert_eq!(copied(&sandbox).len(), 103);
    ccr2tcr(&sandbox, &["sync", "--retry-from", "rest.json"])
        .ends_with(0)
        .says(&["nothing is left to do in rest.json\n"]);
}

#[test]
fn a_page_of_tags_that_fails_is_unread_and_a_retry_copies_only_the_rest() {
    let sandbox = Sandbox::with_account(
        "
personal:
  - namespaces:
      - name: shop
        repositories:
          - {name: web, generate: {tags: 150, layers: [{name: base, size: 1kB}]}}
          - {name: api, images: [{tags: [v1]}]}
enterprise: [{name: prod}]
",
    );
    sandbox.tell(
        "/faults",
        &json!({"action": "DescribeImagePersonal", "offset": 100, "code": "FailedOperation", "times": 1}),
    );
    ccr2tcr(&sandbox, &["sync", "--report", "r.json"]).ends_with(LEFT).says(&[
        &format!("error: could not be read: tags 101–150 of {}/shop/web\n", sandbox.ccr()),
        "101 images: 101 copied",
    ]);
    assert_eq!(sandbox.report("r.json")["unread"][0]["held"], 50);
    ccr2tcr(&sandbox, &["sync", "--retry-from", "r.json"])
        .ends_with(0)
        .says(&["50 images: 50 copied"]);
    assert_eq!(copied(&sandbox).len(), 151);
}

#[test]
fn a_first_page_that_fails_for_good_ends_the_run() {
    let sandbox = Sandbox::with_account(MANY);
    add_fault(&sandbox, "DescribeRepositoryOwnerPersonal", "FailedOperation", 0);
    ccr2tcr(&sandbox, &["sync"]).ends_with(COULD_NOT_START).says(&[
        "error: DescribeRepositoryOwnerPersonal was refused",
        "(FailedOperation, RequestId ",
        "hint: the error is on Tencent's side: run this again later",
    ]);
    assert_nothing_was_written(&sandbox);
}

#[test]
fn a_page_of_the_targets_listing_that_fails_does_not_let_newer_tags_be_overwritten() {
    let mut target = String::new();
    for number in 0..100 {
        write!(target, "{{name: a-{number:03}, images: [{{tags: [v1]}}]}}, ").unwrap();
    }
    let sandbox = Sandbox::with_account(&format!(
        "
version: 1
personal:
  - region: ap-guangzhou
    namespaces:
      - {{name: shop, repositories: [{{name: web, images: [{{tags: [v1], layers: [2kB], pushed: 2024-01-01T00:00:00Z}}]}}]}}
      - {{name: fresh, repositories: [{{name: app, images: [{{tags: [v1]}}]}}]}}
enterprise:
  - name: prod
    namespaces:
      - name: shop
        repositories: [{target}{{name: web, images: [{{tags: [v1], layers: [3kB], pushed: 2025-01-01T00:00:00Z}}]}}]
faults: [{{action: DescribeRepositories, offset: 2, code: FailedOperation}}]
"
    ));
    let before = sandbox.images("tcr");
    ccr2tcr(&sandbox, &["sync"]).ends_with(LEFT).says(&[
        "error: could not be read: repositories 101–101 of TCR\n",
        "differs, and the push times are not known\n",
        "2 images: 1 copied, 1 in conflict",
    ]);
    let (new, kept): (Vec<_>, Vec<_>) =
        sandbox.images("tcr").into_iter().partition(|(name, _)| name.starts_with("fresh/"));
    assert_eq!((new.len(), kept), (1, before), "what has no namespace yet can't be there");
}

/// An API whose pages are shorter than what is asked for.
const SHORT_PAGES: &str = "
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
fn a_page_of_an_api_with_short_pages_that_fails_is_reported_and_the_rest_is_copied() {
    let sandbox = Sandbox::with_account(SHORT_PAGES);
    let fault = json!({
        "action": "DescribeRepositoryOwnerPersonal", "offset": 20, "times": 0,
        "code": "InternalError.DbError", "message": "the database is away",
    });
    sandbox.tell("/faults", &fault);
    let run = ccr2tcr(&sandbox, &["sync", "--report", "report.json"]).ends_with(LEFT);
    run.says(&["could not be read", "images may be missing", "the database is away"]);
    let report = sandbox.report("report.json");
    assert_eq!(report["unread"][0]["scope"], "repositories", "{report}");
    assert!(report["unread"][0]["error"]["requestId"].is_string(), "{report}");
    let there = sandbox.images("tcr").len();
    assert!((1..91).contains(&there), "what could be listed is copied: {there}");
    sandbox.assert_target_is_whole();
}
