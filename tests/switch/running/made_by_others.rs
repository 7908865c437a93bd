//! Pods of kubelets and of controllers that Kubernetes doesn't come with.

use serde_json::{Value, json};

use crate::support::cluster::Cluster;
use crate::switch::custom_resources::define;
use crate::switch::fixtures::World;

/// A pod with this owner, made by hand.
fn pod(world: &World, name: &str, labels: &Value, owner: &Value, image: &str) {
    world.create(&json!({
        "apiVersion": "v1", "kind": "Pod",
        "metadata": {"name": name, "labels": labels, "ownerReferences": [owner]},
        "spec": {"containers": [{"name": "main", "image": image}]},
    }));
}

fn owner(object: &Value) -> Value {
    json!({
        "apiVersion": object["apiVersion"], "kind": object["kind"], "controller": true,
        "name": object["metadata"]["name"], "uid": object["metadata"]["uid"],
    })
}

#[test]
fn a_static_pod_is_told_with_its_node() {
    let world = World::open("static");
    let node = world.cluster.api().get("/api/v1/nodes/node-1").good();
    let owner = json!({
        "apiVersion": "v1", "kind": "Node", "name": "node-1", "controller": true,
        "uid": node["metadata"]["uid"],
    });
    world.create(&json!({
        "apiVersion": "v1", "kind": "Pod",
        "metadata": {
            "name": "proxy-node-1", "ownerReferences": [owner],
            "annotations": {"kubernetes.io/config.mirror": "0", "kubernetes.io/config.source": "file"},
        },
        "spec": {
            "nodeName": "node-1",
            "containers": [{"name": "main", "image": world.in_ccr("web:v1")}],
        },
    }));
    world.verify().ends_with(1).says(&["pod/proxy-node-1", "the kubelet of node node-1"]);
    let plan = world.switch(&["--dry-run"]).ends_with(1);
    plan.says(&["managed by the kubelet of node node-1", "edit its manifest on node"]);
}

#[test]
fn pods_of_a_custom_kind_are_told_once_for_each_owner_and_revision() {
    let world = World::open_on(Cluster::alone(), "sites");
    define(&world.cluster, &json!({}));
    world.copied("web:v1");
    let image = world.in_ccr("web:v1");
    let template =
        |image: &str| json!({"spec": {"containers": [{"name": "main", "image": image}]}});
    world.create(&json!({
        "apiVersion": "example.com/v1", "kind": "Site", "metadata": {"name": "front"},
        "spec": {"template": template(&world.in_tcr("web:v1"))},
    }));
    let sites = "apis/example.com/v1/sites";
    let site = world.cluster.get(sites, &world.namespace, "front");
    let labels = json!({"controller-revision-hash": "front-1"});
    for name in ["a", "b", "c", "d"] {
        pod(&world, name, &labels, &owner(&site), &image);
    }
    let said = format!("4 pods of site.example.com/front in {} run {image}", world.namespace);
    let verified = world.verify().ends_with(1);
    verified.says(&[&said, "as its template said before"]).never_says(&["pod/a"]);
    assert_eq!(world.switch(&["images"]).ends_with(0).stdout.trim(), image);

    // A template that names it tells as much as its pods.
    world.cluster.merge(
        sites,
        &world.namespace,
        "front",
        &json!({"spec": {"template": template(&image)}}),
    );
    let left = world.switch(&["verify", "-o", "json"]).ends_with(1).json();
    assert_eq!(left["namesCcr"].as_array().unwrap().len(), 1, "{left}");
    assert_eq!(left["runningPods"], json!([]));
}

#[test]
fn pods_whose_owner_names_no_image_are_its_pods() {
    let world = World::open_on(Cluster::alone(), "operator");
    define(&world.cluster, &json!({}));
    world.create(&json!({
        "apiVersion": "example.com/v1", "kind": "Site", "metadata": {"name": "front"},
        "spec": {"size": 2},
    }));
    let site = world.cluster.get("apis/example.com/v1/sites", &world.namespace, "front");
    for name in ["a", "b"] {
        pod(&world, name, &json!({}), &owner(&site), &world.in_ccr("web:v1"));
    }
    world
        .verify()
        .ends_with(1)
        .says(&["2 pods of site.example.com/front", "change the Site `front`"]);
    world.switch(&["--yes"]).ends_with(1).says(&["pods still run images of it"]);
}

#[test]
fn replica_sets_without_pods_are_history_whoever_owns_them() {
    let world = World::open_on(Cluster::alone(), "history");
    define(&world.cluster, &json!({}));
    world.create(&json!({
        "apiVersion": "example.com/v1", "kind": "Site", "metadata": {"name": "front"}, "spec": {},
    }));
    let site = world.cluster.get("apis/example.com/v1/sites", &world.namespace, "front");
    let labels = json!({"app": "front"});
    for revision in ["1", "2"] {
        world.create(&json!({
            "apiVersion": "apps/v1", "kind": "ReplicaSet",
            "metadata": {"name": format!("front-{revision}"), "ownerReferences": [owner(&site)]},
            "spec": {"replicas": 0, "selector": {"matchLabels": labels}, "template": {
                "metadata": {"labels": labels},
                "spec": {"containers": [{"name": "main", "image": world.in_ccr("web:v1")}]}}},
        }));
    }
    world.verify().ends_with(0).says(&["all is well"]);
    assert_eq!(world.switch(&["images"]).ends_with(0).stdout, "");
    // One that has pods again is what runs.
    let one = json!({"spec": {"replicas": 1}});
    world.cluster.merge("replicasets", &world.namespace, "front-1", &one);
    world
        .cluster
        .wait_until("its pod is there", || world.cluster.list("pods", &world.namespace).len() == 1);
    world.verify().ends_with(1).says(&["1 pod of site.example.com/front"]);
}

#[test]
fn pods_that_end_or_have_ended_do_not_count() {
    let world = World::open_on(Cluster::alone(), "ended");
    define(&world.cluster, &json!({}));
    world.create(&json!({
        "apiVersion": "example.com/v1", "kind": "Site", "metadata": {"name": "front"}, "spec": {},
    }));
    let site = world.cluster.get("apis/example.com/v1/sites", &world.namespace, "front");
    world.cluster.freeze(&world.namespace);
    pod(&world, "over", &json!({}), &owner(&site), &world.in_ccr("web:v1"));
    pod(&world, "pending", &json!({}), &owner(&site), &world.in_ccr("web:v1"));
    let over = format!("/api/v1/namespaces/{}/pods/over/status", world.namespace);
    world.cluster.api().merge(&over, &json!({"status": {"phase": "Succeeded"}})).good();
    world.verify().ends_with(1).says(&["1 pod of site.example.com/front"]);
    let pending = format!("/api/v1/namespaces/{}/pods/pending/status", world.namespace);
    world.cluster.api().merge(&pending, &json!({"status": {"phase": "Failed"}})).good();
    world.verify().ends_with(0);
}
