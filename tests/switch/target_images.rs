//! What is known of an image in TCR before anything is switched to it.

use super::fixtures::World;
use crate::support::cluster::User;
use crate::support::content::Shelf;
use crate::support::run;

#[test]
fn a_tag_that_is_another_image_is_stale() {
    let world = World::open("stale");
    world.copied("web:v1");
    world.deployment("web", "web:v1");
    Shelf::open(world.ccr(), "shop/web").image(Some("v1"), "pushed again", &[b"newer"]);
    let left = world.switch(&["--yes"]).ends_with(1);
    left.says(&["is stale", "hint: where CCR's image is the right one: printf"]);
    assert_eq!(world.image_of("web"), world.in_ccr("web:v1"));
    world.switch(&["--yes", "--allow-stale"]).ends_with(0);
    assert_eq!(world.image_of("web"), world.in_tcr("web:v1"));
}

#[test]
fn a_registry_that_cannot_be_reached_is_not_one_that_lacks_the_image() {
    let world = World::open("far");
    world.copied("web:v1");
    world.deployment("web", "web:v1");
    let mut command = world.command(&User::admin(), &["--yes", "-n", &world.namespace]);
    command.args(["--ccr-host", world.ccr(), "--tcr-host", "127.0.0.1:1"]);
    let left = run(&mut command).ends_with(1);
    left.says(&["can't check from here", "--allow-unverified"]).never_says(&["is not in TCR"]);
    assert_eq!(world.image_of("web"), world.in_ccr("web:v1"));
}

#[test]
fn a_public_image_of_ccr_needs_a_login_where_tcr_is_private() {
    let world = World::private("public");
    world.sandbox().ccr2tcr(&["sync", "shop"]).ends_with(0);
    let text = crate::support::cluster::yaml::workload(
        "Deployment",
        &world.namespace,
        "web",
        &world.in_ccr("web:v1"),
    );
    world.cluster.create(&text);
    let left = world.switch(&["--yes"]).ends_with(1);
    left.says(&["they pulled a public image from CCR without one", "secrets copy -n"]);
    assert_eq!(world.image_of("web"), world.in_ccr("web:v1"));
}
