//! What is listed.

use insta::assert_snapshot;

use super::{ACCOUNT, sandbox};
use crate::support::Sandbox;
use crate::support::snapshot::{snapshots, whole};

#[test]
fn triggers_and_rules_are_listed_with_what_they_become() {
    let sandbox = sandbox();
    let run = sandbox.ccr2tcr(&["triggers"]).ends_with(1);
    snapshots(&[]).bind(|| assert_snapshot!("list", whole(&run)));
    let json = sandbox.ccr2tcr(&["triggers", "-o", "json"]).ends_with(1);
    snapshots(&[]).bind(|| assert_snapshot!("list_json", whole(&json)));
    assert_eq!(json.json()["triggers"].as_array().unwrap().len(), 5);
}

#[test]
fn names_go_through_the_mapping() {
    let run = sandbox().ccr2tcr(&["triggers", "--map", "shop=store", "-o", "json"]).ends_with(1);
    let triggers = run.json()["triggers"].clone();
    assert_eq!(triggers[0]["webhook"]["namespace"], "store", "{triggers}");
    assert_eq!(run.json()["cleanupRules"][0]["retentionRules"][0]["namespace"], "store");
}

#[test]
fn without_triggers_each_repository_is_not_asked() {
    let account = "
version: 1
personal: [{namespaces: [{name: ci, generate: {repositories: 30, tags: 1}}]}]
enterprise: [{}]
";
    let sandbox = Sandbox::with_account(account);
    sandbox.ccr2tcr(&["triggers"]).ends_with(0).says(&["no trigger was found"]);
    assert_eq!(sandbox.count("api", "DescribeApplicationTriggerPersonal"), 1);
}

#[test]
fn what_can_not_be_read_is_named() {
    let fault = "
faults:
  - {action: DescribeApplicationTriggerPersonal, repository: shop/api, code: FailedOperation}
  - {action: DescribeApplicationTriggerLogPersonal, repository: shop/web, code: FailedOperation}
denied: [DescribeImageLifecycleGlobalPersonal]
";
    let sandbox = Sandbox::with_account(&format!("{ACCOUNT}{fault}"));
    let run = sandbox.ccr2tcr(&["triggers"]).ends_with(1).says(&[
        "could not read the triggers of shop/api",
        "could not read the trigger log of shop/web",
        "could not read the clean-up rules of ap-guangzhou",
        "the API counts 5 triggers in ap-guangzhou, and lists 4",
        "RequestId",
        "not known",
    ]);
    run.never_says(&["never fired"]);
}
