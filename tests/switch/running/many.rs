//! Many pods, pods that may not be seen, and pods of what a selector selects.

use serde_json::json;

use crate::support::cluster::Cluster;
use crate::support::cluster::yaml::{changed, workload};
use crate::switch::fixtures::World;

#[test]
fn the_last_of_520_pods_is_seen() {
    let world = World::open_on(Cluster::alone(), "many");
    world.cluster.plane().with_keeper(|keeper| keeper.end("kube-controller-manager"));
    world.cluster.freeze(&world.namespace);
    let text = workload("StatefulSet", &world.namespace, "db", &world.in_tcr("web:v1"));
    world.cluster.create(&text);
    let db = world.cluster.get("statefulsets", &world.namespace, "db");
    let owner = json!({
        "apiVersion": "apps/v1", "kind": "StatefulSet", "name": "db", "controller": true,
        "uid": db["metadata"]["uid"],
    });
    let path = format!("/api/v1/namespaces/{}/pods", world.namespace);
    for number in 0..520 {
        let image = if number == 519 { world.in_ccr("web:v1") } else { world.in_tcr("web:v1") };
        let pod = json!({
            "metadata": {
                "name": format!("db-{number}"), "ownerReferences": [owner],
                "labels": {"controller-revision-hash": "db-1"},
            },
            "spec": {"schedulingGates": [{"name": "held"}],
                "containers": [{"name": "main", "image": image}]},
        });
        world.cluster.api().post(&path, &pod).good();
    }
    let said = format!("1 pod of statefulset.apps/db in {} runs", world.namespace);
    let verified = world.verify().ends_with(1);
    verified.says(&[&said, "kubectl rollout status statefulset.apps/db"]);
    let listed = world.switch(&["images", "--all-pods"]).ends_with(0);
    assert_eq!(listed.stdout.trim(), world.in_ccr("web:v1"));
}

#[test]
fn without_the_right_to_list_pods_nothing_is_proven() {
    let world = World::open("blind");
    world.copied("web:v1");
    let rules = json!([
        {"apiGroups": ["apps", "batch"], "resources": ["*"], "verbs": ["get", "list"]},
        {"apiGroups": [""], "verbs": ["get", "list"], "resources": [
            "configmaps", "podtemplates", "replicationcontrollers", "secrets", "serviceaccounts"]},
    ]);
    let user = world.cluster.user_who_may(&world.namespace, &rules);
    let verified = world.switch_as(&user, &["verify", "-n", &world.namespace]).ends_with(1);
    verified
        .says(&["can't list pods", "what could be read is fine; what runs is not proven"])
        .never_says(&["all is well"]);
    world.switch_as(&user, &["images", "-n", &world.namespace]).ends_with(1);
}

#[test]
fn a_selector_selects_workloads_and_with_them_their_pods() {
    let world = World::open("selected");
    world.copied("web:v1");
    for (name, tier) in [("web", "front"), ("api", "back")] {
        let text = workload("Deployment", &world.namespace, name, &world.in_ccr("web:v1"));
        world.cluster.create(&changed(&text, |object| {
            // Its pods don't have it.
            object["metadata"]["labels"] = json!({"tier": tier});
        }));
        world.cluster.roll_out(&world.namespace, &format!("deployment/{name}"));
        let container = json!({"name": "main", "image": world.in_tcr("web:v1")});
        let spec = json!({"paused": true, "template": {"spec": {"containers": [container]}}});
        world.cluster.merge("deployments", &world.namespace, name, &json!({"spec": spec}));
    }
    let said = |name: &str| format!("1 pod of deployment.apps/{name} in {} runs", world.namespace);
    let front = world.switch(&["verify", "-l", "tier=front"]).ends_with(1);
    front.says(&[&said("web")]).never_says(&[&said("api")]);
    let api = world.switch(&["verify", "--field-selector", "metadata.name=api"]).ends_with(1);
    api.says(&[&said("api")]).never_says(&[&said("web")]);
    world.switch(&["verify", "-l", "tier=none"]).ends_with(0);
}
