//! What can't be read is named, and the plan is not called complete.

use insta::assert_snapshot;

use super::{fleet, plan};
use crate::support::snapshot::{snapshots, whole};

#[test]
fn a_region_that_fails_is_named() {
    let fault = "faults: [{action: DescribeEKSClusters, region: ap-hongkong, code: UnauthorizedOperation.CamNoAuth}]\n";
    let sandbox = fleet(fault);
    let run = plan(&sandbox, &[]).ends_with(1);
    let run = run.says(&["not proven: the serverless clusters in ap-hongkong", "RequestId"]);
    let run = run.never_says(&["prod-hongkong"]);
    snapshots(&[]).bind(|| assert_snapshot!("a_region_fails", whole(&run)));
    let json = plan(&sandbox, &["-o", "json"]).ends_with(1).json();
    assert_eq!(json["unread"][0]["what"], "the serverless clusters in ap-hongkong");
    assert!(json["unread"][0]["requestId"].is_string(), "{}", json["unread"]);
}

#[test]
fn where_there_is_no_such_service_there_is_nothing() {
    let fault =
        "faults: [{action: DescribeEKSClusters, region: ap-chengdu, code: UnsupportedRegion}]\n";
    plan(&fleet(fault), &[]).ends_with(0).says(&["cls-hk1"]);
}

#[test]
fn without_rights_on_tke_nothing_is_said_of_clusters() {
    let sandbox = fleet("denied: [DescribeRegions, DescribeClusters, DescribeEKSClusters]\n");
    let run = plan(&sandbox, &[]).ends_with(1);
    run.says(&[
        "not proven: the regions that have clusters",
        "not proven: the clusters in ap-shanghai",
        "not proven: the clusters in ap-guangzhou",
        "not proven: the serverless clusters in ap-guangzhou",
    ]);
    // The regions of instances and CCR are asked all the same.
    let sandbox = fleet("denied: [DescribeRegions]\n");
    plan(&sandbox, &[]).ends_with(1).says(&["cls-sh1"]).never_says(&["cls-hk1"]);
}

#[test]
fn a_part_of_ccr_proves_nothing() {
    for (denied, named) in [
        ("DescribeNamespacePersonal", "the namespaces of CCR in ap-guangzhou"),
        ("DescribeRepositoryOwnerPersonal", "the repositories of CCR in ap-guangzhou"),
        ("DescribeRepositoryFilterPersonal", "whether the key sees all repositories"),
        ("DescribeInternalEndpoints", "the links of prod"),
        ("DescribeNamespaces", "the namespaces of prod"),
        ("DescribeRepositories", "the repositories of prod"),
    ] {
        let run = plan(&fleet(&format!("denied: [{denied}]\n")), &[]).ends_with(1);
        run.says(&["not proven", named, denied]);
    }
    plan(&fleet("denied: [DescribeInstances]\n"), &[]).ends_with(2);
}
