//! `replicate`: rules that copy pushes to another instance.

use serde_json::Value;

use crate::support::Sandbox;

fn account(kind: &str) -> String {
    format!(
        "
personal: [{{region: ap-guangzhou}}]
enterprise:
  - name: prod
    id: tcr-prod0001
    type: {kind}
    namespaces: [{{name: shop}}, {{name: dev}}]
  - {{name: prod-hk, id: tcr-hong0001, region: ap-hongkong}}
"
    )
}

fn run(sandbox: &Sandbox, arguments: &[&str]) -> crate::support::Run {
    let begin = ["replicate", "--tcr-name", "prod", "--to", "prod-hk"];
    sandbox.ccr2tcr(&[&begin[..], arguments].concat())
}

#[test]
fn each_namespace_gets_a_rule_that_overwrites_and_deletes_nothing() {
    let sandbox = Sandbox::with_account(&account("standard"));
    run(&sandbox, &["--dry-run"])
        .ends_with(1)
        .says(&["copy shop to tcr-hong0001 at each push", "copy dev to tcr-hong0001"]);
    run(&sandbox, &["shop", "--yes", "--undo-file", "undo.json"]).ends_with(0);
    let again = run(&sandbox, &["shop", "-o", "json"]).ends_with(0);
    let again: Value = serde_json::from_str(&again.stdout).unwrap();
    assert_eq!(again["steps"][0]["outcome"], "doneAlready");
    let rules = &sandbox.control("/network")["replication"];
    assert_eq!(rules[0]["name"], "ccr2tcr-shop");
    assert_eq!(rules[0]["filters"], serde_json::json!([["name", "shop/**"]]));
    assert_eq!(rules[0]["overrides"], false);
    let back = ["network", "rollback", "undo.json", "--yes"];
    sandbox.ccr2tcr(&back).ends_with(0);
    assert_eq!(sandbox.control("/network")["replication"], serde_json::json!([]));
}

#[test]
fn what_can_not_be_copied_is_refused_before_anything_is_sent() {
    let sandbox = Sandbox::with_account(&account("basic"));
    run(&sandbox, &["--yes"]).ends_with(2).says(&["prod is of the basic edition"]);
    let sandbox = Sandbox::with_account(&account("standard"));
    run(&sandbox, &["shpo", "--yes"]).ends_with(2).says(&["prod has no namespace shpo"]);
    let to = ["replicate", "--tcr-name", "prod", "--yes", "--to"];
    sandbox.ccr2tcr(&[&to[..], &["prod"]].concat()).ends_with(2).says(&["copied to itself"]);
    sandbox.ccr2tcr(&[&to[..], &["other"]].concat()).ends_with(2).says(&["other", "prod-hk"]);
    assert_eq!(sandbox.control("/stats")["api"]["ManageReplication"], Value::Null);
}
