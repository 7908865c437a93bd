//! Server-side apply before and after a switch: nobody's next release is in conflict with it.

use serde_json::{Value, json};

use super::fixtures::World;
use crate::support::Run;
use crate::support::cluster::yaml::workload;

/// A Deployment with these images, and `kubectl apply` of it.
fn apply(world: &World, flags: &[&str], images: &[&str]) -> Run {
    let yaml = workload("Deployment", &world.namespace, "web", images[0]);
    let mut object: Value = serde_yaml::from_str(&yaml).unwrap();
    let container =
        |(number, image): (usize, &&str)| json!({"name": format!("c{number}"), "image": image});
    object["spec"]["template"]["spec"]["containers"] =
        images.iter().enumerate().map(container).collect();
    let file = world.cluster.file("web.yaml", &object.to_string());
    world.cluster.kubectl(&[&["apply", "-f", file.to_str().unwrap()], flags].concat())
}

fn server_side(world: &World, images: &[&str]) -> Run {
    apply(world, &["--server-side"], images)
}

fn field_managers(world: &World) -> Vec<String> {
    let object = world.cluster.get("deployments", &world.namespace, "web");
    let entries = object["metadata"]["managedFields"].as_array().unwrap().clone();
    entries.iter().map(|entry| entry["manager"].as_str().unwrap().to_owned()).collect()
}

fn world(like: &str) -> World {
    let world = World::open(like);
    world.copied("web:v1");
    world.copied("web:v2");
    world.copied("side:v1");
    world
}

#[test]
fn after_a_switch_the_fixed_file_and_the_next_release_are_applied() {
    let world = world("applied");
    server_side(&world, &[&world.in_ccr("web:v1"), &world.in_ccr("side:v1")]).ends_with(0);
    world.cluster.roll_out(&world.namespace, "deployment/web");
    let switched = world.switch(&["--yes", "--rollback-file", "back.json"]).ends_with(0);
    switched.says(&["change the file as well", "1 rolled out"]);
    assert!(!field_managers(&world).contains(&"tcr-switch".to_owned()));

    let fixed = [world.in_tcr("web:v1"), world.in_tcr("side:v1")];
    server_side(&world, &[&fixed[0], &fixed[1]]).ends_with(0);
    server_side(&world, &[&world.in_tcr("web:v2"), &fixed[1]]).ends_with(0);
    assert_eq!(world.image_of("web"), world.in_tcr("web:v2"));
    server_side(&world, &[&world.in_tcr("web:v2")]).ends_with(0);
    let object = world.cluster.get("deployments", &world.namespace, "web");
    let containers = object["spec"]["template"]["spec"]["containers"].as_array().unwrap().len();
    assert_eq!(containers, 1, "what has gone from the file goes from the cluster");
}

#[test]
fn the_next_release_may_come_first_and_after_a_rollback() {
    let world = world("applied");
    server_side(&world, &[&world.in_ccr("web:v1")]).ends_with(0);
    world.cluster.roll_out(&world.namespace, "deployment/web");
    world.switch(&["--yes", "--no-wait", "--rollback-file", "back.json"]).ends_with(0);
    world.cluster.roll_out(&world.namespace, "deployment/web");
    world.roll_back("back.json").ends_with(0);
    assert_eq!(world.image_of("web"), world.in_ccr("web:v1"));
    assert!(!field_managers(&world).contains(&"tcr-switch".to_owned()), "a rollback neither");
    world.switch(&["--yes"]).ends_with(0);
    server_side(&world, &[&world.in_tcr("web:v2")]).ends_with(0);
    assert_eq!(world.image_of("web"), world.in_tcr("web:v2"));
}

#[test]
fn another_applier_is_named_and_not_hindered() {
    let world = world("applied");
    let acme = ["--server-side", "--field-manager", "acme"];
    apply(&world, &acme, &[&world.in_ccr("web:v1")]).ends_with(0);
    world.cluster.roll_out(&world.namespace, "deployment/web");
    let words = "`acme` applies it server-side and has set the image";
    world.switch(&["--yes"]).ends_with(0).says(&[words]);
    apply(&world, &acme, &[&world.in_tcr("web:v2")]).ends_with(0);
}

#[test]
fn what_nobody_applies_server_side_keeps_our_name() {
    let world = world("applied");
    apply(&world, &[], &[&world.in_ccr("web:v1")]).ends_with(0);
    world.cluster.roll_out(&world.namespace, "deployment/web");
    world.switch(&["--yes"]).ends_with(0).says(&["change the file as well"]);
    assert!(field_managers(&world).contains(&"tcr-switch".to_owned()), "who changed it is known");
    apply(&world, &[], &[&world.in_tcr("web:v1")]).ends_with(0);
    apply(&world, &[], &[&world.in_tcr("web:v2")]).ends_with(0);
    assert_eq!(world.image_of("web"), world.in_tcr("web:v2"));
}
