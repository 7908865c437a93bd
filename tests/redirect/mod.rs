//! `docker ccr2tcr network redirect`: CCR's own domain answered by TCR inside one VPC.

mod canary;
mod relay;

use serde_json::{Value, json};

use crate::support::Sandbox;
use canary::account;
pub(crate) use canary::{Canary, PASSWORD};

#[test]
fn a_vpc_is_redirected_and_given_back() {
    let canary = Canary::copied("");
    let before = canary.zones();
    canary
        .redirect(&["--vpc", "vpc-1", "--dry-run"])
        .ends_with(1)
        .says(&["bind the zone to vpc-1"]);
    canary.wrote_nothing();
    canary
        .redirect(&["--vpc", "vpc-1"])
        .ends_with(1)
        .says(&["no terminal to ask for confirmation"]);
    canary.wrote_nothing();

    let run = canary.redirect(&["--vpc", "vpc-1", "--yes", "-o", "json"]).ends_with(0);
    let shown: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(shown["compared"]["repositories"], 1);
    assert_eq!(shown["compared"]["leftToCcr"], 1, "dev/api is fetched from CCR as before");
    assert_eq!(shown["done"]["vpcs"], json!(["vpc-1"]));
    let zone = &canary.zones()[0];
    assert_eq!(zone["domain"], "tencentyun.com");
    assert_eq!(zone["forwards"], true);
    assert_eq!(zone["records"], json!([["ccr.ccs", "CNAME", "sandbox.tencentcloudcr.com", 60]]));

    canary.redirect(&["--vpc", "vpc-1", "--yes"]).ends_with(0).says(&["nothing is left to do"]);
    canary.redirect(&["--vpc", "vpc-2", "--yes"]).ends_with(0);
    canary.redirect(&["--vpc", "vpc-1", "--remove", "--yes"]).ends_with(0).says(&["up to 60 s"]);
    assert_eq!(canary.zones()[0]["vpcs"], json!([["vpc-2", "ap-shanghai"]]));
    canary.redirect(&["--vpc", "vpc-2", "--remove", "--yes"]).ends_with(0);
    assert_eq!(canary.zones(), before);
}

#[test]
fn no_secret_is_said() {
    let canary = Canary::copied("");
    for (more, code) in [("--dry-run", 1), ("--yes", 0)] {
        let run = canary.redirect(&["--vpc", "vpc-1", more, "-vv"]).ends_with(code);
        let said = run.stdout + &run.stderr;
        assert!(said.contains("DEBUG") && said.contains("/service/token"), "{said}");
        let secrets = canary.sandbox.control("/secrets");
        for secret in secrets.as_array().unwrap().iter().filter_map(Value::as_str) {
            assert!(!said.contains(secret), "{secret}: {said}");
        }
        assert!(secrets.to_string().contains(PASSWORD), "the ledger knows CCR's password");
    }
}

#[test]
fn a_foreign_zone_is_left_alone() {
    let canary = Canary::copied("private_zones: [{domain: tencentyun.com, vpcs: [vpc-1]}]");
    let before = canary.zones();
    canary
        .redirect(&["--vpc", "vpc-1", "--yes"])
        .ends_with(1)
        .says(&["was not made by this program"]);
    canary.wrote_nothing();
    assert_eq!(canary.zones(), before);
}

#[test]
fn a_zone_that_hides_other_names_is_not_bound() {
    let zone = "private_zones: [{domain: tencentyun.com, forwards: false, \
                remark: \"ccr2tcr: CCR's names answered by TCR\"}]";
    let canary = Canary::copied(zone);
    canary
        .redirect(&["--vpc", "vpc-1", "--yes"])
        .ends_with(1)
        .says(&["doesn't forward what it doesn't hold"]);
    canary.wrote_nothing();
}

#[test]
fn one_missing_tag_is_enough() {
    let canary = Canary::copied("");
    let push = json!({"registry": "ccr", "repository": "shop/web", "tag": "v3"});
    canary.sandbox.tell("/push", &push);
    canary
        .redirect(&["--vpc", "vpc-1", "--yes"])
        .ends_with(1)
        .says(&["1 tag is not known to be the same in TCR", "shop/web:v3"]);
    canary.wrote_nothing();
}

#[test]
fn a_mapping_that_renames_is_refused() {
    let canary = Canary::copied("");
    canary
        .redirect(&["--vpc", "vpc-1", "--yes", "--map", "shop=front"])
        .ends_with(1)
        .says(&["shop/web → front/web"]);
    canary.wrote_nothing();
}

#[test]
fn a_link_that_does_not_answer_is_not_bound() {
    let sandbox = Sandbox::with_account(&account(""));
    sandbox.ccr2tcr(&["sync", "shop"]).ends_with(0);
    let ccr = sandbox.ccr().to_owned();
    let canary = Canary::before(&ccr, sandbox, "100000000001");
    canary
        .redirect(&["--vpc", "vpc-1", "--yes"])
        .ends_with(1)
        .says(&["it is CCR that answers, not TCR"]);
    canary.wrote_nothing();
}

#[test]
fn a_vpc_without_a_link_is_told_how_to_get_one() {
    let canary = Canary::copied("");
    canary
        .redirect(&["--vpc", "vpc-9", "--yes"])
        .ends_with(1)
        .says(&["vpc-9 is in no region of the instance"]);
    canary.wrote_nothing();
}
