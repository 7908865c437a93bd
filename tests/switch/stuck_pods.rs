//! Pods that a `StatefulSet` never replaces by itself (kubernetes#67250).

use serde_json::json;

use super::fixtures::World;
use crate::support::cluster::User;
use crate::support::cluster::yaml::{changed, workload};
use crate::support::run;

/// A `StatefulSet` of two pods that runs an image of CCR.
fn database(world: &World) {
    world.copied("web:v1");
    let text = workload("StatefulSet", &world.namespace, "db", &world.in_ccr("web:v1"));
    world.cluster.create(&changed(&text, |object| object["spec"]["replicas"] = json!(2)));
}

fn image_of(world: &World, kind: &str, name: &str) -> serde_json::Value {
    let object = world.cluster.get(kind, &world.namespace, name);
    let spec = if kind == "pods" { &object["spec"] } else { &object["spec"]["template"]["spec"] };
    spec["containers"][0]["image"].clone()
}

#[test]
fn one_that_was_stuck_on_ccr_is_named_and_deleted_if_wanted() {
    let world = World::open("stuck");
    world.hide(world.ccr());
    database(&world);
    world.cluster.wait_until("it can't pull", || world.cluster.waiting(&world.namespace).is_some());
    let plan = world.switch(&["--dry-run"]).ends_with(1);
    plan.says(&["pod db-0 of statefulset.apps/db can't pull", "--delete-stuck-pods"]);
    let named = world.switch(&["--yes", "--rollback-file", "back.json"]).ends_with(1);
    let by_hand = format!("kubectl delete pod db-0 -n {}", world.namespace);
    named
        .says(&["pod db-0 can't pull", &by_hand, "--delete-stuck-pods", "1 not rolled out yet"])
        .never_says(&["stopped: "]);
    assert_eq!(image_of(&world, "pods", "db-0"), world.in_ccr("web:v1"));
    world
        .cluster
        .api()
        .ask(
            "DELETE",
            &format!("/apis/apps/v1/namespaces/{}/statefulsets/db", world.namespace),
            None,
        )
        .good();

    database_again(&world);
    let deleted = world.switch(&["--yes", "--delete-stuck-pods"]).ends_with(0);
    deleted.says(&["deleted pod db-0", "1 rolled out"]);
    assert_eq!(image_of(&world, "pods", "db-1"), world.in_tcr("web:v1"));
}

fn database_again(world: &World) {
    world.cluster.wait_until("its pods are gone", || {
        world.cluster.list("pods", &world.namespace).is_empty()
    });
    database(world);
    world.cluster.wait_until("it can't pull", || world.cluster.waiting(&world.namespace).is_some());
}

#[test]
fn one_that_a_switch_broke_is_named_by_the_rollback_and_deleted_if_wanted() {
    let world = World::open("back");
    database(&world);
    world.cluster.roll_out(&world.namespace, "statefulset/db");
    let before = world.cluster.snapshot(&[&world.namespace]);
    world.hide_tcr();
    let line = ["--yes", "--rollback-file", "back.json"];
    world.switch(&line).ends_with(1).says(&["pod db-1 can't pull", "1 broken"]);
    let back = world.roll_back("back.json").ends_with(1);
    let by_hand = format!("kubectl delete pod db-1 -n {}", world.namespace);
    back.says(&["pod db-1 can't pull", &by_hand, "--delete-stuck-pods"]);
    before.assert_same(&world.cluster.snapshot(&[&world.namespace]));
    // Once more, as the first word of it may have been lost.
    let again = ["rollback", "back.json", "--yes", "--delete-stuck-pods"];
    let back = run(&mut world.command(&User::admin(), &again));
    back.ends_with(0).says(&["deleted pod db-1"]);
    world.cluster.roll_out(&world.namespace, "statefulset/db");
    assert_eq!(image_of(&world, "pods", "db-1"), world.in_ccr("web:v1"));
}
