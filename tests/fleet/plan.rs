//! What is planned.

use insta::assert_snapshot;

use super::{fleet, plan};
use crate::support::snapshot::{snapshots, whole};

#[test]
fn the_whole_plan_for_people_and_for_programs() {
    let sandbox = fleet("");
    let table = plan(&sandbox, &[]).ends_with(0);
    let json = plan(&sandbox, &["-o", "json"]).ends_with(0);
    assert_eq!(json.json()["schemaVersion"], 1);
    snapshots(&[]).bind(|| {
        assert_snapshot!("plan", whole(&table));
        assert_snapshot!("plan_json", whole(&json));
    });
}

#[test]
fn nothing_is_written_and_no_tag_is_listed() {
    let sandbox = fleet("");
    plan(&sandbox, &[]).ends_with(0);
    let stats = sandbox.control("/stats");
    let calls = stats["api"].as_object().unwrap();
    for action in calls.keys() {
        let name = action.rsplit(':').next().unwrap();
        assert!(name.starts_with("Describe") && !name.contains("Image"), "{action}");
    }
    assert_eq!(sandbox.count("api", "tke:DescribeClusters"), 25, "once in each region");
    // Of CCR three, of the instances one, of the one instance three, of TKE's regions one.
    let all: u64 = calls.values().map(|count| count.as_u64().unwrap()).sum();
    assert_eq!(all - 2 * 25, 8, "{stats}");
    for side in ["ccr", "tcr"] {
        assert_eq!(stats[side], serde_json::json!({}), "no registry is asked");
    }
}

#[test]
fn a_smaller_edition_means_more_instances() {
    let sandbox = fleet("");
    let json = plan(&sandbox, &["--edition", "standard", "-o", "json"]).ends_with(0).json();
    let names: Vec<_> = json["instances"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["prod", "prod-beijing", "prod-hongkong"]);
    assert!(json["regions"].as_array().unwrap().iter().all(|it| it["reach"] == "link"));
    // Four VPCs in one region are more than the basic edition links.
    plan(&sandbox, &["--edition", "basic"])
        .ends_with(1)
        .says(&["prod needs 4 VPC links, more than the basic edition allows"])
        .never_says(&["docker ccr2tcr replicate", "ModifyInstance"]);
    plan(&sandbox, &["--edition", "gold"]).ends_with(125);
    plan(&sandbox, &["--tcr-name", "prdo"]).ends_with(2).says(&["prdo", "prod (ap-shanghai)"]);
}

#[test]
fn the_lines_of_a_plan_do_what_they_say() {
    let sandbox = fleet("delays: {link: 0, dns: 0, entry: 0}\n");
    let json = plan(&sandbox, &["-o", "json"]).ends_with(0).json();
    let steps = json["steps"].as_array().unwrap();
    let line = |start: &str| -> Vec<String> {
        let mut lines = steps.iter().map(|step| step["command"].as_str().unwrap());
        let found = lines.find(|line| line.starts_with(start)).unwrap();
        found.split(' ').skip(2).map(str::to_owned).collect()
    };
    let apply = line("docker ccr2tcr network apply --tcr-name prod ");
    let apply: Vec<&str> = apply.iter().map(String::as_str).collect();
    let run = sandbox.ccr2tcr(&[&apply[..], &["--dry-run"]].concat()).ends_with(1);
    run.says(&["vpc-sh2", "vpc-sh4"]).never_says(&["vpc-bj1"]);
}

#[test]
fn one_deployment_of_ccr_counts_once() {
    let sandbox = fleet("");
    let regions = ["--ccr-region", "ap-guangzhou,ap-shanghai", "-o", "json"];
    let json = plan(&sandbox, &regions).ends_with(0).json();
    assert_eq!(json["ccr"].as_array().unwrap().len(), 1, "{}", json["ccr"]);
    assert_eq!(json["rules"].as_array().unwrap().len(), 1);
}

#[test]
fn instances_alone_is_what_it_was() {
    let sandbox = fleet("");
    sandbox.ccr2tcr(&["instances"]).ends_with(0).says(&["NAME", "TIER", "prod", "basic"]);
    let json = sandbox.ccr2tcr(&["instances", "-o", "json"]).ends_with(0).json();
    assert_eq!(json["kind"], "instances");
    assert_eq!(sandbox.count("api", "tke:DescribeClusters"), 0);
}
