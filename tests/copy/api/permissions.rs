//! What CAM doesn't allow, and listings that it cuts short.

use serde_json::json;

use crate::copy::fixtures::{
    COULD_NOT_START, LEFT, SHOP, assert_nothing_was_written, ccr2tcr, copied, shop_with,
    with_outcome,
};
use crate::support::Sandbox;

#[test]
fn a_namespace_that_may_not_be_made_blocks_only_its_own_images() {
    let sandbox = Sandbox::with_account(
        "
version: 1
personal:
  - region: ap-guangzhou
    namespaces:
      - {name: shop, repositories: [{name: web, images: [{tags: [v1]}]}]}
      - {name: docs, repositories: [{name: site, images: [{tags: [v1]}]}]}
      - {name: wiki, repositories: [{name: site, images: [{tags: [v1]}]}]}
enterprise: [{name: prod, namespaces: [{name: shop}]}]
denied: [CreateNamespace]
",
    );
    let run = ccr2tcr(&sandbox, &["sync", "--report", "r.json"]).ends_with(LEFT).says(&[
        "error: can't create namespace docs: CreateNamespace was refused",
        "(UnauthorizedOperation, RequestId ",
        "hint: allow tcr:CreateNamespace on qcs::tcr:ap-shanghai:uin/UIN:instance/INSTANCE-ID",
        "to the user of the key from the environment (TENCENTCLOUD_SECRET_ID)\n",
        "3 images: 1 copied, 2 not tried",
    ]);
    assert_eq!(run.stderr.matches("hint:").count(), 1, "once for all: {}", run.stderr);
    assert_eq!(copied(&sandbox), ["shop/web:v1"]);
    let report = sandbox.report("r.json");
    assert_eq!(with_outcome(&report, "skipped"), ["docs/site:v1", "wiki/site:v1"]);
    let item = report["items"].as_array().unwrap().iter().find(|i| i["outcome"] == "skipped");
    assert_eq!(item.unwrap()["error"]["class"], "auth");
    assert_eq!(report["namespaces"][0]["outcome"], "failed");
    assert!(report["namespaces"][0]["error"]["requestId"].is_string(), "{report}");
}

#[test]
fn without_the_first_listing_nothing_starts() {
    for (action, resource) in [
        ("DescribeInstances", "qcs::tcr:ap-shanghai:uin/UIN:instance/*"),
        ("DescribeNamespacePersonal", "qcs::tcr:ap-guangzhou:uin/UIN:repo/*"),
        ("DescribeRepositoryOwnerPersonal", "qcs::tcr:ap-guangzhou:uin/UIN:repo/*"),
        ("DescribeNamespaces", "qcs::tcr:ap-shanghai:uin/UIN:instance/INSTANCE-ID"),
    ] {
        let sandbox = shop_with(&format!("denied: [{action}]"));
        ccr2tcr(&sandbox, &["sync"]).ends_with(COULD_NOT_START).says(&[
            &format!("error: {action} was refused: you are not authorized"),
            "(UnauthorizedOperation, RequestId ",
            &format!("hint: allow tcr:{action} on {resource}"),
        ]);
        assert_nothing_was_written(&sandbox);
    }
}

#[test]
fn a_token_that_may_not_be_made_is_found_out_before_anything_is_written() {
    let sandbox = shop_with("denied: [CreateInstanceToken]");
    ccr2tcr(&sandbox, &["sync"]).ends_with(COULD_NOT_START).says(&[
        "error: can't make a 1-hour token for TCR: CreateInstanceToken was refused",
        "hint: allow tcr:CreateInstanceToken on",
    ]);
    assert_nothing_was_written(&sandbox);
}

#[test]
fn tags_that_may_not_be_listed_are_unread_with_their_count() {
    let sandbox = shop_with("");
    sandbox.tell(
        "/faults",
        &json!({"action": "DescribeImagePersonal", "repository": "shop/web",
                "code": "UnauthorizedOperation", "message": "not authorized"}),
    );
    ccr2tcr(&sandbox, &["sync", "--report", "r.json"]).ends_with(LEFT).says(&[
        &format!("error: could not be read: tags of {}/shop/web\n", sandbox.ccr()),
        "hint: allow tcr:DescribeImagePersonal on",
        "2 images: 2 copied",
        "could not be read: images may be missing",
    ]);
    assert_eq!(copied(&sandbox), ["docs/site:v1", "shop/api:v2"]);
    let unread = &sandbox.report("r.json")["unread"];
    assert_eq!((&unread[0]["scope"], &unread[0]["held"]), (&json!("tags"), &json!(2)), "{unread}");
}

/// What the API can't list at the target may be newer than what would be copied over it.
#[test]
fn a_target_tag_that_may_not_be_listed_is_not_overwritten() {
    let sandbox = Sandbox::with_account(
        "
version: 1
personal:
  - region: ap-guangzhou
    namespaces:
      - name: shop
        repositories:
          - name: web
            images:
              - {tags: [v1], layers: [2kB], pushed: 2024-01-01T00:00:00Z}
              - {tags: [v2], layers: [4kB], pushed: 2024-01-02T00:00:00Z}
enterprise:
  - name: prod
    namespaces:
      - name: shop
        repositories:
          - {name: web, images: [{tags: [v1], layers: [3kB], pushed: 2025-01-01T00:00:00Z}]}
denied: [DescribeImages]
",
    );
    let before = sandbox.images("tcr");
    ccr2tcr(&sandbox, &["sync"]).ends_with(LEFT).says(&[
        "error: could not be read: tags of shop/web in TCR\n",
        "hint: allow tcr:DescribeImages on",
        "differs, and the push times are not known\n",
        "hint: choose: --on-conflict overwrite takes CCR's, skip keeps TCR's\n",
        "2 images: 1 copied, 1 in conflict",
    ]);
    assert_eq!(sandbox.images("tcr")[0], before[0], "v1 stays");
    assert_eq!(copied(&sandbox), ["shop/web:v1", "shop/web:v2"]);
}

#[test]
fn rules_that_may_not_be_read_are_a_warning() {
    let sandbox = shop_with(
        "denied: [DescribeWebhookTrigger, DescribeImmutableTagRules, DescribeTagRetentionRules, DescribeUserQuotaPersonal]",
    );
    ccr2tcr(&sandbox, &["sync"]).ends_with(0).says(&[
        "warning: could not be checked: the quotas of CCR: DescribeUserQuotaPersonal was refused",
        "warning: could not be checked: the webhooks of TCR: DescribeWebhookTrigger was refused",
        "warning: could not be checked: the immutable-tag rules of TCR: ",
        "warning: could not be checked: the retention rules of TCR: ",
        "4 copied",
    ]);
}

#[test]
fn a_description_that_may_not_be_carried_is_left_over_though_its_images_are_not() {
    let account = SHOP.replace("{name: site,", "{name: site, description: The manual,");
    let sandbox = Sandbox::with_account(&format!("{account}denied: [CreateRepository]\n"));
    ccr2tcr(&sandbox, &["sync", "--report", "r.json"]).ends_with(LEFT).says(&[
        "error: the description of docs/site was not copied\n",
        "hint: allow tcr:CreateRepository on",
        "4 images: 4 copied",
    ]);
    ccr2tcr(&sandbox, &["sync", "--retry-from", "r.json"]).ends_with(LEFT).says(&[
        "warning: --retry-from copies images; descriptions that are still to be copied (1) need `docker ccr2tcr sync` without it\n",
        "nothing is left to do in r.json for images\n",
    ]);
    ccr2tcr(&sandbox, &["sync"]).ends_with(0).says(&["4 equal"]);
}

fn filtered() -> Sandbox {
    let account =
        SHOP.replace("region: ap-guangzhou", "region: ap-guangzhou\n    privilege_filtered: true");
    Sandbox::with_account(&account)
}

#[test]
fn a_listing_cut_short_by_permissions_is_unread_when_everything_is_asked_for() {
    let sandbox = filtered();
    ccr2tcr(&sandbox, &["sync", "--report", "r.json"]).ends_with(LEFT).says(&[
        &format!("error: could not be read: repositories of {} that this key may not see\n", sandbox.ccr()),
        "the listing was cut short by permissions (PrivilegeFiltered)\n",
        "hint: use a key that may see all of CCR (QcloudTCRReadOnlyAccess), or name what to copy: docker ccr2tcr sync NAMESPACE",
        "4 copied",
    ]);
    let unread = &sandbox.report("r.json")["unread"];
    assert_eq!(unread[0]["scope"], "repositories", "{unread}");
    assert_eq!(unread[0]["held"], json!(null), "the API doesn't say how many");
}

#[test]
fn a_listing_cut_short_is_a_warning_when_something_is_named() {
    let sandbox = filtered();
    ccr2tcr(&sandbox, &["sync", "shop"])
        .ends_with(0)
        .says(&[
            &format!("warning: permissions cut the list of repositories of {} short (PrivilegeFiltered): what this key may not see is not in it\n", sandbox.ccr()),
            "3 copied",
        ])
        .never_says(&["error:"]);
}
