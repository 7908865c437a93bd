//! What the API refuses, loses or limits, and what is said of it.

use serde_json::json;

use super::fixtures::{account, assert_linked, closed, everything, network, status};
use crate::support::Sandbox;

#[test]
fn a_write_whose_answer_is_lost_is_looked_for_before_it_is_repeated() {
    let sandbox = Sandbox::with_account(&closed());
    for action in ["ManageInternalEndpoint", "CreateInternalEndpointDns"] {
        sandbox.tell("/faults", &json!({"action": action, "http_status": 502, "times": 1}));
    }
    network(&sandbox, "apply --vpc vpc-prod --yes").ends_with(0);
    assert_linked(&status(&sandbox), "vpc-prod");
}

#[test]
fn a_zone_of_the_customers_own_is_named_as_the_cause() {
    let zones = "private_zones: [{domain: tencentcloudcr.com, vpcs: [vpc-prod]}]";
    let sandbox = Sandbox::with_account(&account("{state: Closed}", zones));
    let run = network(&sandbox, "apply --vpc vpc-prod --vpc vpc-far --yes --timeout 9s");
    run.ends_with(1).says(&[
        "VpcBindedMainDomain",
        "RequestId",
        "a private zone for tencentcloudcr.com is bound to this VPC already",
        "done: add the vpc name in vpc-far",
    ]);
    assert_linked(&status(&sandbox), "vpc-far");
}

#[test]
fn the_editions_quota_of_links_is_told() {
    let more = "    links: [{vpc: vpc-test}, {vpc: vpc-far}, {vpc: vpc-other}]\n";
    let sandbox =
        Sandbox::with_account(&account("{state: Closed}", more).replace("premium", "basic"));
    let before = everything(&sandbox);
    let run = network(&sandbox, "apply --vpc vpc-prod --yes").ends_with(1);
    run.says(&[
        "InternalError.ErrorOverLimit",
        "the instance's edition sets how many",
        "not tried",
    ]);
    assert_eq!(everything(&sandbox), before);
}

#[test]
fn a_vpc_that_can_not_be_linked_is_told_before_anything_is_done() {
    let sandbox = Sandbox::with_account(&closed());
    for (vpc, said) in [
        ("vpc-none", "there is no VPC vpc-none in ap-shanghai, ap-singapore"),
        ("vpc-other", "there is no VPC vpc-other in ap-shanghai, ap-singapore"),
        ("vpc-prod/subnet-x", "subnet-x is no subnet of vpc-prod"),
    ] {
        let words = format!("apply --vpc vpc-test --vpc {vpc} --yes");
        network(&sandbox, &words).ends_with(2).says(&[said, "hint: "]);
    }
    assert_eq!(sandbox.count("api", "ManageInternalEndpoint"), 0);
}

#[test]
fn vpcs_that_may_not_be_read_can_be_linked_by_their_subnet() {
    let denied = "denied: [DescribeVpcs, DescribeSubnets]\n";
    let sandbox = Sandbox::with_account(&(denied.to_owned() + &closed()));
    let run = network(&sandbox, "apply --vpc vpc-prod --yes").ends_with(2);
    run.says(&["DescribeVpcs", "--vpc VPC/SUBNET"]);
    network(&sandbox, "apply --vpc vpc-prod/subnet-prod --yes").ends_with(0);
    assert_linked(&status(&sandbox), "vpc-prod");
}

#[test]
fn a_link_that_does_not_come_about_is_given_up_in_time() {
    let more = "    links: [{vpc: vpc-prod, status: Pending, dns: []}]\n";
    let sandbox = Sandbox::with_account(&account("{state: Closed}", more));
    let run = network(&sandbox, "apply --vpc vpc-prod --yes --timeout 1s").ends_with(1);
    run.says(&["its state is Pending, its address none yet", "--timeout waits longer"]);
    assert_eq!(sandbox.count("api", "ManageInternalEndpoint"), 0, "it is there already");
}
