//! CCR's policies as TCR's: printed, never applied.

use insta::assert_snapshot;
use serde_json::Value;

use crate::support::Sandbox;
use crate::support::snapshot::snapshots;

const POLICIES: &str = "
version: 1
personal: [{region: ap-guangzhou, namespaces: [{name: shop}]}]
enterprise: [{name: prod, id: tcr-12345678}]
user: '100000000002'
cam_readable: true
policies:
  - name: me
    statement: [{effect: allow, action: 'sts:*', resource: '*'}]
  - name: developers
    statement:
      - {effect: allow, action: ['ccr:pull', 'ccr:push'], resource: ['qcs::ccr:::repo/team_a__x/*', 'qcs::ccr:::repo/shop/web']}
      - {effect: deny, action: ['tcr:DeleteImagePersonal'], resource: ['qcs::tcr:::repo/*']}
      - {effect: allow, action: ['tcr:CreateApplicationTriggerPersonal'], resource: ['qcs::tcr:::repo/shop/*']}
      - {effect: allow, action: ['cvm:*'], resource: ['*']}
";

const INTO: [&str; 4] = ["--instance", "tcr-12345678", "--map", "team_a__x=team-a-x"];

#[test]
fn the_policies_of_a_key_are_printed_and_nothing_is_written() {
    let sandbox = Sandbox::with_account(POLICIES);
    let run = sandbox.ccr2tcr(&[&["policy", "translate"], &INTO[..]].concat()).ends_with(1);
    snapshots(&[]).bind(|| assert_snapshot!(format!("{}\n{}", run.stdout, run.stderr)));
    let stats = sandbox.control("/stats");
    for action in stats["api"].as_object().unwrap().keys() {
        let name = action.rsplit(':').next().unwrap();
        let is_read = ["Get", "List", "Describe"].iter().any(|verb| name.starts_with(verb));
        assert!(is_read, "{action}");
    }
}

#[test]
fn a_file_is_translated_without_a_key() {
    let sandbox = Sandbox::with_account(POLICIES);
    sandbox.file(
        "old.json",
        r#"{"version": "2.0", "statement": {"effect": "allow", "action": "ccr:pull",
            "resource": "qcs::ccr:::repo/shop/*"}}"#,
    );
    let arguments = ["policy", "translate", "--policy", "old.json", "-o", "json"];
    let run = sandbox.ccr2tcr(&arguments).ends_with(0);
    let view: Value = serde_json::from_str(&run.stdout).unwrap();
    let statement = &view["policies"][0]["document"]["statement"][0];
    assert_eq!(statement["action"][0], "tcr:PullRepository");
    assert_eq!(statement["resource"][0], "qcs::tcr:::repository/*/shop/*");
    assert_eq!(sandbox.control("/stats")["api"], serde_json::json!({}));
    sandbox.file("old.json", "{");
    let refused = sandbox.ccr2tcr(&arguments).ends_with(2);
    refused
        .says(&["error: the policy is not JSON: line 1", "hint: expected CAM's policy language"]);
}

#[test]
fn policies_that_can_not_be_read_are_asked_for_as_a_file() {
    let sandbox =
        Sandbox::with_account(&POLICIES.replace("cam_readable: true", "cam_readable: false"));
    sandbox.ccr2tcr(&["policy", "translate"]).ends_with(2).says(&[
        "error: could not be read: the list of policies: ListAttachedUserAllPolicies was refused",
        "hint: give the policy with --policy FILE, copied from the console",
    ]);
}
