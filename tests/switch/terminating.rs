//! Namespaces and objects that are being deleted: nothing will pull for them.

use std::io::Write as _;

use serde_json::{Value, json};

use super::fixtures::World;
use super::terminal::asked_on_a_terminal;
use crate::support::cluster::yaml::{changed, workload};
use crate::support::cluster::{Cluster, User};
use crate::support::{Run, run};

/// Has a namespace end, but for an object that its controller doesn't let go.
fn end(cluster: &Cluster, namespace: &str) {
    let held = json!({
        "apiVersion": "v1", "kind": "ConfigMap",
        "metadata": {"name": "held", "namespace": namespace, "finalizers": ["example.com/held"]},
    });
    cluster.create(&held.to_string());
    let path = format!("/api/v1/namespaces/{namespace}");
    cluster.api().ask("DELETE", &path, None).good();
    cluster.wait_until("the namespace ends", || {
        cluster.api().get(&path).body["status"]["phase"] == "Terminating"
    });
}

/// Lets it go.
fn let_go(cluster: &Cluster, namespace: &str) {
    let finalizers = json!({"metadata": {"finalizers": null}});
    cluster.merge("configmaps", namespace, "held", &finalizers);
}

/// A Deployment that no pod comes of, and that outlives its namespace's end.
fn held_deployment(world: &World, namespace: &str) {
    let text = workload("Deployment", namespace, "web", &world.in_ccr("web:v1"));
    world.cluster.create(&changed(&text, |object| {
        object["metadata"]["finalizers"] = json!(["example.com/held"]);
        object["spec"]["replicas"] = json!(0);
    }));
}

fn copy_everywhere(world: &World, user: &User) -> Run {
    run(&mut world.command(user, &["secrets", "copy", "-A", "--yes"]))
}

#[test]
fn a_namespace_that_ends_is_left_out_of_copying_and_the_others_go_on() {
    let world = World::private_on(Cluster::alone(), "alive");
    let ending = world.cluster.namespace("ending");
    for namespace in [&world.namespace, &ending] {
        held_deployment(&world, namespace);
    }
    end(&world.cluster, &ending);
    // Who may not look at namespaces learns it from the server's refusal.
    let user = world.cluster.user();
    let kinds = json!(["secrets", "serviceaccounts", "deployments", "pods", "replicasets"]);
    let verbs = json!(["get", "list", "create", "patch", "update"]);
    let rule = json!({"apiGroups": ["", "apps"], "resources": kinds, "verbs": verbs});
    grant(&world.cluster, &user, &rule);
    let done = copy_everywhere(&world, &user).ends_with(1);
    done.says(&[&format!("namespace {ending} is being deleted; nothing is changed in it")]);
    let secret = |namespace: &str| world.cluster.find("secrets", namespace, "tcr");
    assert!(secret(&world.namespace).is_some() && secret(&ending).is_none());
    let path = format!("/api/v1/namespaces/{}/secrets/tcr", world.namespace);
    world.cluster.api().ask("DELETE", &path, None).good();

    let done = copy_everywhere(&world, &User::admin()).ends_with(0);
    done.says(&[&format!("namespace {ending} is being deleted; nothing is changed in it")]);
    assert!(secret(&world.namespace).is_some() && secret(&ending).is_none());
    let_go(&world.cluster, &ending);
}

fn grant(cluster: &Cluster, user: &User, rule: &Value) {
    let base = "/apis/rbac.authorization.k8s.io/v1";
    let role = json!({"metadata": {"name": user.name}, "rules": [rule]});
    cluster.api().post(&format!("{base}/clusterroles"), &role).good();
    let group = "rbac.authorization.k8s.io";
    let binding = json!({
        "metadata": {"name": user.name},
        "roleRef": {"apiGroup": group, "kind": "ClusterRole", "name": user.name},
        "subjects": [{"apiGroup": group, "kind": "User", "name": user.name}],
    });
    cluster.api().post(&format!("{base}/clusterrolebindings"), &binding).good();
}

#[test]
fn what_is_in_a_namespace_that_ends_or_ends_itself_has_ended() {
    let world = World::open("ends");
    world.copied("web:v1");
    held_deployment(&world, &world.namespace);
    let path = format!("/apis/apps/v1/namespaces/{}/deployments/web", world.namespace);
    world.cluster.api().ask("DELETE", &path, None).good();
    let done = world.switch(&["--yes"]).ends_with(0);
    done.says(&["1 finished"]);
    assert_eq!(world.image_of("web"), world.in_ccr("web:v1"));

    let ending = World::open("over");
    held_deployment(&ending, &ending.namespace);
    ending.copied("web:v1");
    end(&ending.cluster, &ending.namespace);
    ending.switch(&["--yes"]).ends_with(0).says(&["is being deleted; nothing is changed in it"]);
    assert_eq!(ending.image_of("web"), ending.in_ccr("web:v1"));
    let_go(&ending.cluster, &ending.namespace);
}

#[test]
fn a_namespace_that_ends_between_plan_and_write_is_left_alone() {
    let world = World::open("later");
    world.copied("web:v1");
    held_deployment(&world, &world.namespace);
    let (mut child, said) = asked_on_a_terminal(&world, &[]);
    assert!(said.contains("1 to switch"), "{said}");
    end(&world.cluster, &world.namespace);
    child.stdin.take().unwrap().write_all(b"y\n").unwrap();
    let done = Run::from(child.wait_with_output().unwrap());
    done.ends_with(0).says(&["is being deleted; nothing is changed in it"]);
    assert_eq!(world.image_of("web"), world.in_ccr("web:v1"));
    let_go(&world.cluster, &world.namespace);
}
