//! Workloads whose pods don't follow at once, or at all.

use serde_json::{Value, json};

use super::fixtures::World;
use crate::support::cluster::yaml::{changed, workload};

fn extend(object: &mut Value, with: &Value) {
    object.as_object_mut().unwrap().extend(with.as_object().unwrap().clone());
}

/// A workload with `web:v1` of CCR, and this in its `spec`.
fn create(world: &World, kind: &str, name: &str, spec: &Value) {
    let text = workload(kind, &world.namespace, name, &world.in_ccr("web:v1"));
    world.cluster.create(&changed(&text, |object| extend(&mut object["spec"], spec)));
}

#[test]
fn what_has_no_rollout_is_written_and_not_waited_for() {
    let world = World::open("norollout");
    world.copied("web:v1");
    create(&world, "Deployment", "paused", &json!({"paused": true}));
    create(&world, "Deployment", "none", &json!({"replicas": 0}));
    let on_delete = json!({"updateStrategy": {"type": "OnDelete"}});
    create(&world, "StatefulSet", "late", &on_delete);
    create(&world, "DaemonSet", "late", &on_delete);
    // Those of the DaemonSet keep the old image, if they have been made by now.
    let done = world.switch(&["--yes", "--timeout", "20s"]);
    done.says(&[
        "it is paused; its pods change when it is resumed",
        "0 replicas",
        "its update strategy is OnDelete",
        "4 objects: 4 written",
    ]);
    for name in ["paused", "none"] {
        assert_eq!(world.image_of(name), world.in_tcr("web:v1"));
    }
}

#[test]
fn a_slow_rollout_does_not_hold_up_those_behind_it() {
    let world = World::open("slow");
    world.copied("web:v1");
    create(&world, "Deployment", "a", &json!({"minReadySeconds": 8}));
    for name in ["b", "c", "d"] {
        world.deployment(name, "web:v1");
    }
    let line = ["--yes", "--concurrency", "2", "--rollback-file", "back.json"];
    let there = world.switch(&line).ends_with(0);
    let back = world.roll_back("back.json").ends_with(0);
    for said in [there.stderr, back.stderr] {
        let place = |name: &str| {
            said.find(&format!("deployment.apps/{name} in {}: rolled out", world.namespace))
        };
        let (slow, last) = (place("a").unwrap(), place("d").unwrap());
        assert!(last < slow, "{said}");
        let how_far = format!("deployment.apps/a in {}: old pods still run: 1", world.namespace);
        assert!(said.contains(&how_far), "{said}");
    }
}

#[test]
fn every_place_of_a_pod_is_switched_and_rolls_out() {
    let world = World::open("places");
    world.copied("web:v1");
    world.copied("tool:v1");
    let spec = json!({
        "initContainers": [{"name": "first", "image": world.in_ccr("tool:v1")}],
        "containers": [
            {"name": "main", "image": world.in_ccr("web:v1")},
            {"name": "side", "image": world.in_tcr("web:v1")},
        ],
        "volumes": [{"name": "data", "image": {"reference": world.in_ccr("tool:v1")}}],
    });
    for (kind, more) in [
        ("Deployment", json!({"replicas": 2})),
        ("StatefulSet", json!({"replicas": 2})),
        ("DaemonSet", json!({})),
    ] {
        let text = workload(kind, &world.namespace, "web", "x");
        world.cluster.create(&changed(&text, |object| {
            object["spec"]["template"]["spec"] = spec.clone();
            extend(&mut object["spec"], &more);
        }));
    }
    for kind in ["deployment", "statefulset", "daemonset"] {
        world.cluster.roll_out(&world.namespace, &format!("{kind}/web"));
    }
    let before = world.cluster.snapshot(&[&world.namespace]);
    let line = ["--yes", "--rollback-file", "back.json"];
    world.switch(&line).ends_with(0).says(&["3 objects: 3 rolled out"]);
    for kind in ["deployments", "statefulsets", "daemonsets"] {
        let object = world.cluster.get(kind, &world.namespace, "web").to_string();
        let spec = object.split("\"status\"").next().unwrap();
        assert!(!spec.contains(world.ccr()), "{spec}");
    }
    world.roll_back("back.json").ends_with(0).says(&["3 rolled out"]);
    before.assert_same(&world.cluster.snapshot(&[&world.namespace]));
}

#[test]
fn a_rollout_that_takes_too_long_is_told_with_what_holds_it() {
    let world = World::open("quota");
    world.copied("web:v1");
    world.deployment("web", "web:v1");
    world.create(&json!({
        "apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "full"},
        "spec": {"hard": {"pods": "1"}},
    }));
    world.cluster.wait_until("the quota counts", || {
        let quota = world.cluster.get("resourcequotas", &world.namespace, "full");
        quota["status"]["used"]["pods"] == "1"
    });
    let line = ["--yes", "--timeout", "6s", "--rollback-file", "back.json"];
    let ended = world.switch(&line).ends_with(1);
    ended.says(&["not rolled out within 6 s", "exceeded quota", "tcr-switch rollback back.json"]);
}

#[test]
fn a_user_who_may_not_write_is_told_before_anything_is_written() {
    let world = World::open("reader");
    world.copied("web:v1");
    world.deployment("web", "web:v1");
    let rules = json!([{"apiGroups": ["*"], "resources": ["*"], "verbs": ["get", "list"]}]);
    let user = world.cluster.user_who_may(&world.namespace, &rules);
    let refused = world.switch_as(&user, &["--yes", "-n", &world.namespace]).ends_with(2);
    refused.says(&["cannot patch resource", "kubectl auth can-i patch deployments.apps"]);
    assert_eq!(world.image_of("web"), world.in_ccr("web:v1"));
}

#[test]
fn few_rights_are_enough_for_few_kinds() {
    let world = World::open("few");
    world.copied("web:v1");
    world.deployment("web", "web:v1");
    let rules = json!([{"apiGroups": ["apps"], "resources": ["deployments"], "verbs": ["get", "list", "patch"]}]);
    let user = world.cluster.user_who_may(&world.namespace, &rules);
    let done = world.switch_as(&user, &["--yes", "-n", &world.namespace]).ends_with(1);
    done.says(&["1 rolled out", "in namespace few", "statefulsets.apps"]);
    assert_eq!(world.image_of("web"), world.in_tcr("web:v1"));
}
