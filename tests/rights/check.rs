//! What a key may, by its policies: granted, lacking, or not proven.

use insta::assert_snapshot;
use serde_json::Value;

use crate::support::Sandbox;
use crate::support::snapshot::snapshots;

const INSTANCE: &str = "
version: 1
personal: [{region: ap-guangzhou, namespaces: [{name: shop}]}]
enterprise: [{name: prod, id: tcr-12345678, namespaces: [{name: shop}]}]
";

/// A user whose policies CAM shows.
const USER: &str = "
user: '100000000002'
cam_readable: true
policies:
  - name: readers
    group: ops
    statement: [{effect: allow, action: ['tcr:Describe*', 'sts:*'], resource: ['*']}]
  - name: writers
    statement:
      - effect: allow
        action: ['tcr:CreateNamespace', 'tcr:PushRepository', 'tcr:PullRepository']
        resource: ['qcs::tcr:::repository/tcr-12345678/shop', 'qcs::tcr:::repository/tcr-12345678/shop/*']
      - effect: allow
        action: ['tcr:CreateRepository', 'tcr:ModifyRepository']
        resource: ['qcs::tcr:::repository/tcr-12345678/*']
        condition: {ip_equal: {'qcs:ip': 10.0.0.0/8}}
      - {effect: deny, action: ['tcr:*Personal'], resource: ['qcs::ccr:::repo/shop/secret']}
      - {effect: allow, action: ['ccr:pull'], resource: ['qcs::ccr:::repo/*']}
";

fn sandbox(lines: &str) -> Sandbox {
    Sandbox::with_account(&format!("{INSTANCE}{lines}"))
}

#[test]
fn what_is_lacking_is_named_with_its_resource() {
    let run = sandbox(USER).ccr2tcr(&["policy", "check", "sync", "login"]).ends_with(1);
    snapshots(&[]).bind(|| assert_snapshot!(format!("{}\n{}", run.stdout, run.stderr)));
}

#[test]
fn a_namespace_that_is_named_may_be_enough() {
    let arguments = ["policy", "check", "sync", "--ns", "shop", "-o", "json"];
    let run = sandbox(USER).ccr2tcr(&arguments).ends_with(1);
    let view: Value = serde_json::from_str(&run.stdout).unwrap();
    let verdict = |action: &str| {
        let rights = view["rights"].as_array().unwrap();
        let right = rights.iter().find(|right| right["actions"][0] == action).unwrap();
        right["verdict"].as_str().unwrap().to_owned()
    };
    assert_eq!(verdict("tcr:PushRepository"), "granted");
    assert_eq!(verdict("tcr:ModifyRepository"), "notProven", "the condition can't be judged");
    assert_eq!(verdict("tcr:PullRepositoryPersonal"), "notProven", "a part of it is denied");
    assert_eq!(verdict("tcr:CreateInstanceToken"), "lacking");
    assert_eq!(view["schemaVersion"], 1);
    assert_eq!(view["kind"], "policyCheck");
}

#[test]
fn where_cam_can_not_be_read_nothing_is_proven() {
    let closed = USER.replace("cam_readable: true", "cam_readable: false");
    let run = sandbox(&closed).ccr2tcr(&["policy", "check", "instances"]).ends_with(1);
    run.says(&[
        "not proven   tcr:DescribeInstances on qcs::tcr::uin/100000000001:instance/*",
        "instances: 1 not proven",
        "warning: could not be read: the list of policies: ListAttachedUserAllPolicies was refused",
        "warning: could not be read: the permission boundary: GetUserPermissionBoundary was refused",
        "RequestId ",
    ])
    .never_says(&["granted by", "may "]);
}

#[test]
fn a_boundary_takes_away_what_policies_grant() {
    let edge =
        "boundary: {name: edge, statement: [{effect: allow, action: 'sts:*', resource: '*'}]}\n";
    let run = sandbox(&format!("{USER}{edge}")).ccr2tcr(&["policy", "check", "instances"]);
    run.ends_with(1).says(&["not within the permission boundary edge", "instances: 1 lacking"]);
}

#[test]
fn the_root_user_needs_nothing_and_a_role_its_own_policies() {
    let root = sandbox("").ccr2tcr(&["policy", "check"]).ends_with(0);
    root.says(&[
        "the root user of account 100000000001",
        "sync: every right that it needs is granted",
    ]);
    let role = "
cam_readable: true
roles:
  - name: sandbox-role
    policies:
      - {name: find, statement: [{effect: allow, action: ['tcr:DescribeInstances', 'sts:*'], resource: '*'}]}
";
    let sandbox = sandbox(role);
    let mut command = sandbox.plugin(&["policy", "check", "login"]);
    command.env_remove("TENCENTCLOUD_SECRET_ID").env_remove("TENCENTCLOUD_SECRET_KEY");
    crate::support::run(&mut command).ends_with(1).says(&[
        "role 4611686018427000001 of account 100000000001",
        "lacking   tcr:CreateInstanceToken on",
        "instance/tcr-12345678",
        "no policy allows it",
    ]);
}

#[test]
fn a_key_that_may_not_ask_whose_it_is_can_not_be_checked() {
    let nothing = USER.replace("'tcr:Describe*', 'sts:*'", "'tcr:Describe*'");
    sandbox(&nothing)
        .ccr2tcr(&["policy", "check"])
        .ends_with(2)
        .says(&["error: GetCallerIdentity was refused", "hint: allow sts:GetCallerIdentity on"]);
}
