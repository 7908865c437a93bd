//! Containers that no template names.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::support::cluster::yaml::{changed, workload};
use crate::switch::fixtures::World;
use crate::switch::webhooks::webhook_with;

/// From now on each new pod gets this container.
fn inject(world: &World, container: &Value) {
    change(world, &json!([{"op": "add", "path": "/spec/containers/-", "value": container}]));
}

/// From now on each new pod is changed so.
fn change(world: &World, patch: &Value) {
    let patch = STANDARD.encode(patch.to_string());
    let answer =
        move |_: &Value| json!({"allowed": true, "patchType": "JSONPatch", "patch": patch.clone()});
    let (address, authority) = webhook_with(answer);
    let name = format!("{}.example.com", world.namespace);
    let rule = json!({
        "apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["pods"],
    });
    let client = json!({"url": format!("https://{address}/"), "caBundle": authority});
    let object = json!({
        "metadata": {"name": name},
        "webhooks": [{
            "name": name, "timeoutSeconds": 5, "failurePolicy": "Fail", "sideEffects": "None",
            "admissionReviewVersions": ["v1"], "rules": [rule], "clientConfig": client,
            "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": world.namespace}},
        }],
    });
    let base = "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations";
    world.cluster.api().post(base, &object).good();
    let probe = json!({
        "apiVersion": "v1", "kind": "Pod", "metadata": {"name": "probe"},
        "spec": {"containers": [{"name": "main", "image": "x"}]},
    });
    let pods = format!("/api/v1/namespaces/{}/pods?dryRun=All", world.namespace);
    world.cluster.wait_until("it is asked", || {
        let made = world.cluster.api().post(&pods, &probe).good();
        made["spec"]["containers"].as_array().unwrap().len() == 2
            || made["spec"]["containers"][0]["image"] != "x"
    });
}

#[test]
fn an_image_that_a_webhook_rewrites_is_not_the_templates() {
    let world = World::open("rewritten");
    world.copied("web:v1");
    let image = world.in_ccr("web:v1");
    change(&world, &json!([{"op": "replace", "path": "/spec/containers/0/image", "value": image}]));
    let text = workload("DaemonSet", &world.namespace, "agent", &world.in_tcr("web:v1"));
    world.cluster.create(&text);
    world.cluster.roll_out(&world.namespace, "daemonset/agent");
    world.verify().ends_with(1).says(&[
        &format!("2 pods of daemonset.apps/agent in {} run {image} (main)", world.namespace),
        "something changes it in the pods",
        "kubectl get mutatingwebhookconfigurations",
    ]);
    let verified = world.switch(&["verify", "-o", "json"]).ends_with(1).json();
    assert_eq!(verified["runningPods"][0]["images"][0]["origin"], "rewritten");
    assert_eq!(verified["runningPods"][0]["revision"], "current");
}

#[test]
fn a_sidecar_that_a_webhook_adds_counts_in_every_command() {
    let world = World::open("injected");
    world.copied("web:v1");
    world.copied("proxy:v1");
    inject(&world, &json!({"name": "proxy", "image": world.in_ccr("proxy:v1")}));
    let text = workload("Deployment", &world.namespace, "web", &world.in_tcr("web:v1"));
    world.cluster.create(&text);
    world.cluster.roll_out(&world.namespace, "deployment/web");
    let image = world.in_ccr("proxy:v1");
    world.verify().ends_with(1).says(&[
        &format!("1 pod of deployment.apps/web in {} runs {image} (proxy)", world.namespace),
        "which its template doesn't have",
        "kubectl get mutatingwebhookconfigurations",
    ]);
    assert_eq!(world.switch(&["images"]).ends_with(0).stdout.trim(), image);
    let scanned = world.switch(&["scan", "-o", "json"]).ends_with(1).json();
    let running = &scanned["runningPods"][0];
    assert_eq!(running["images"][0]["origin"], "injected");
    assert_eq!(running["revision"], "current");
    assert_eq!(running["owner"]["kind"], "Deployment");
    assert_eq!(running["maker"]["kind"], "ReplicaSet");
    world.switch(&["--dry-run"]).ends_with(1).says(&["pods still run images of it", &image]);
}

#[test]
fn a_switch_of_the_template_does_not_hide_what_is_injected() {
    let world = World::open("injected");
    world.copied("web:v1");
    world.copied("proxy:v1");
    inject(&world, &json!({"name": "proxy", "image": world.in_ccr("proxy:v1")}));
    world.deployment("web", "web:v1");
    let done = world.switch(&["--yes"]).ends_with(1);
    done.says(&["1 rolled out", &world.in_ccr("proxy:v1"), "which its template doesn't have"]);
    world.verify().ends_with(1);
}

#[test]
fn a_debugger_counts_until_its_pod_is_gone() {
    let world = World::open("debugged");
    world.copied("web:v1");
    world.copied("tool:v1");
    let text = workload("StatefulSet", &world.namespace, "db", &world.in_tcr("web:v1"));
    world.cluster.create(&changed(&text, |_| {}));
    world.cluster.roll_out(&world.namespace, "statefulset/db");
    let debugger = json!({"name": "look", "image": world.in_ccr("tool:v1")});
    let path = format!("/api/v1/namespaces/{}/pods/db-0/ephemeralcontainers", world.namespace);
    let strategic = "application/strategic-merge-patch+json";
    let body = json!({"spec": {"ephemeralContainers": [debugger]}});
    world.cluster.api().ask("PATCH", &path, Some((strategic, &body))).good();
    let hint = format!("kubectl delete pod/db-0 -n {}", world.namespace);
    world.verify().ends_with(1).says(&["(look), which kubectl debug has added", &hint]);
}
