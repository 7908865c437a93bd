//! Webhooks are made once everything is copied, each once.

use insta::assert_snapshot;
use serde_json::json;

use super::{ACCOUNT, APPLY, RECEIVER, apply, copied, sandbox, webhooks};
use crate::support::Sandbox;
use crate::support::snapshot::{snapshots, whole};

#[test]
fn nothing_is_made_before_everything_is_copied() {
    let sandbox = sandbox();
    let run = apply(&sandbox).ends_with(1);
    run.says(&["not everything is copied", "docker ccr2tcr sync shop/api shop/web"]);
    assert_eq!(sandbox.count("api", "CreateWebhookTrigger"), 0);
    assert!(!sandbox.folder().join("undo.json").exists());
    // One tag that is pushed again is enough.
    sandbox.ccr2tcr(&["sync"]).ends_with(0);
    sandbox.tell(
        "/push",
        &json!({"registry": "ccr", "repository": "shop/web", "tag": "v9", "layers": ["1kB"]}),
    );
    apply(&sandbox).ends_with(1).says(&["not everything is copied"]);
    assert_eq!(sandbox.count("api", "CreateWebhookTrigger"), 0);
    // What isn't copied elsewhere is no reason.
    sandbox.ccr2tcr(&["sync"]).ends_with(0);
    sandbox.tell(
        "/push",
        &json!({"registry": "ccr", "repository": "shop/quiet", "tag": "v9", "layers": ["1kB"]}),
    );
    apply(&sandbox).ends_with(1).says(&["made"]);
}

#[test]
fn webhooks_are_made_once() {
    let sandbox = copied();
    let dry = ["triggers", "apply", "--receiver", RECEIVER, "--progress", "none", "--dry-run"];
    let run = sandbox.ccr2tcr(&dry).ends_with(1);
    snapshots(&[]).bind(|| assert_snapshot!("dry_run", whole(&run)));
    assert_eq!(sandbox.count("api", "CreateWebhookTrigger"), 0);
    let run = apply(&sandbox).ends_with(1);
    snapshots(&[]).bind(|| assert_snapshot!("applied", whole(&run)));
    let expected = [
        "ccr-api-glob api:release-*",
        "ccr-empty-all empty:**",
        "ccr-web-all web:**",
        "ccr-web-list web:{v1,v2}",
    ];
    assert_eq!(webhooks(&sandbox), expected);
    let again = sandbox.ccr2tcr(&[&APPLY[..], &["other.json"]].concat()).ends_with(1);
    again.says(&["is there"]).never_says(&["undoes"]);
    assert_eq!(webhooks(&sandbox), expected);
    assert_eq!(sandbox.count("api", "CreateWebhookTrigger"), 4);
    assert!(!sandbox.folder().join("other.json").exists(), "there is nothing to undo");
}

#[test]
fn off_a_terminal_it_takes_a_yes() {
    let sandbox = copied();
    let line = ["triggers", "apply", "--receiver", RECEIVER, "--progress", "none"];
    sandbox.ccr2tcr(&line).ends_with(1).says(&["nothing was changed", "--yes"]);
    assert_eq!(sandbox.count("api", "CreateWebhookTrigger"), 0);
}

#[test]
fn another_webhook_of_the_name_is_left_alone() {
    let account = ACCOUNT.replace(
        "namespaces: [{name: shop}]}]",
        "namespaces: [{name: shop}], webhooks: [{namespace: shop, name: ccr-web-all, url: 'http://x.example'}]}]",
    );
    let sandbox = Sandbox::with_account(&account);
    sandbox.ccr2tcr(&["sync"]).ends_with(0);
    apply(&sandbox).ends_with(1).says(&["conflict: shop has another webhook named ccr-web-all"]);
    assert_eq!(webhooks(&sandbox)[0], "ccr-web-all **");
    let undo = sandbox.report("undo.json");
    assert_eq!(undo["webhooks"].as_array().unwrap().len(), 3, "{undo}");
}

#[test]
fn a_webhook_whose_answer_is_lost_is_found_again() {
    let fault = "faults: [{action: CreateWebhookTrigger, code: InternalError.ErrorTcrInternal, times: 1}]\n";
    let sandbox = Sandbox::with_account(&format!("{ACCOUNT}{fault}"));
    sandbox.ccr2tcr(&["sync"]).ends_with(0);
    // The first is refused: it is told, stays in the undo file, and the next run makes it.
    apply(&sandbox).ends_with(1).says(&["failed: CreateWebhookTrigger was refused", "RequestId"]);
    assert_eq!(webhooks(&sandbox).len(), 3);
    assert!(sandbox.report("undo.json")["webhooks"][0]["id"].is_null());
    sandbox.ccr2tcr(&[&APPLY[..], &["second.json"]].concat()).ends_with(1);
    assert_eq!(webhooks(&sandbox).len(), 4);
}

#[test]
fn without_a_receiver_or_with_a_file_that_is_there_nothing_begins() {
    let sandbox = copied();
    sandbox.ccr2tcr(&["triggers", "apply", "--yes"]).ends_with(2).says(&["no receiver is named"]);
    sandbox.file("undo.json", "{}");
    apply(&sandbox).ends_with(2).says(&["undo file", "choose another"]);
    assert_eq!(sandbox.count("api", "CreateWebhookTrigger"), 0);
}
