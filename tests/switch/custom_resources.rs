//! Kinds that Kubernetes doesn't come with.

use serde_json::{Value, json};

use super::fixtures::World;
use crate::support::cluster::Cluster;

/// A kind with a pod template somewhere, and a field that holds a whole reference; `more` is what
/// its schema says of `spec` besides.
pub(super) fn define(cluster: &Cluster, more: &Value) {
    let mut any = json!({"type": "object", "x-kubernetes-preserve-unknown-fields": true});
    any.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let schema = json!({"openAPIV3Schema": {"type": "object", "properties": {"spec": any}}});
    let object = json!({
        "metadata": {"name": "sites.example.com"},
        "spec": {
            "group": "example.com", "scope": "Namespaced",
            "names": {"kind": "Site", "plural": "sites", "singular": "site"},
            "versions": [{"name": "v1", "served": true, "storage": true, "schema": schema}],
        },
    });
    let base = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    cluster.api().post(base, &object).good();
    let sites = "/apis/example.com/v1/sites";
    cluster.wait_until("the kind is served", || cluster.api().get(sites).status == 200);
}

#[test]
fn pod_templates_and_image_fields_of_custom_resources_are_switched() {
    let world = World::open_on(Cluster::alone(), "custom");
    define(&world.cluster, &json!({}));
    world.copied("web:v1");
    let image = world.in_ccr("web:v1");
    world.create(&json!({
        "apiVersion": "example.com/v1", "kind": "Site", "metadata": {"name": "front"},
        "spec": {
            "image": image, "note": format!("made from {image}"),
            "workers": [{"template": {"spec": {"containers": [{"name": "w", "image": image}]}}}],
        },
    }));
    let before = world.cluster.snapshot(&[&world.namespace]);
    world.switch(&["--dry-run=server"]).ends_with(1).says(&["site.example.com/front"]);
    // The note still names it.
    let line = ["--yes", "--rollback-file", "back.json"];
    let done = world.switch(&line).ends_with(1);
    done.says(&["1 object: 1 written"]);
    let site = world.cluster.get("apis/example.com/v1/sites", &world.namespace, "front");
    assert_eq!(site["spec"]["image"], world.in_tcr("web:v1"));
    let worker = &site["spec"]["workers"][0]["template"]["spec"]["containers"][0];
    assert_eq!(worker["image"], world.in_tcr("web:v1"));
    assert_eq!(site["spec"]["note"], format!("made from {image}"));
    world.roll_back("back.json").ends_with(0);
    before.assert_same(&world.cluster.snapshot(&[&world.namespace]));
}

#[test]
fn a_field_that_can_not_change_is_told_before_anything_is_written() {
    let world = World::open_on(Cluster::alone(), "fixed");
    let rule = json!([{"rule": "self == oldSelf", "message": "image is immutable"}]);
    let image = json!({"type": "string", "x-kubernetes-validations": rule});
    define(&world.cluster, &json!({"properties": {"image": image}}));
    world.copied("web:v1");
    world.deployment("web", "web:v1");
    world.create(&json!({
        "apiVersion": "example.com/v1", "kind": "Site", "metadata": {"name": "front"},
        "spec": {"image": world.in_ccr("web:v1")},
    }));
    let before = world.cluster.snapshot(&[&world.namespace]);
    let refused = world.switch(&["--yes", "--rollback-file", "back.json"]).ends_with(2);
    refused.says(&[
        "spec.image can't be changed",
        "image is immutable",
        "hint: delete the object and recreate it, or change what creates it",
        "the server refuses 1 of the 2 changes; nothing was written",
    ]);
    before.assert_same(&world.cluster.snapshot(&[&world.namespace]));
    assert!(!world.cluster.folder().join("back.json").exists(), "no rollback file was written");
}

/// Registers an aggregated API whose server isn't there.
fn register_absent_api(cluster: &Cluster, group: &str) {
    let object = json!({
        "metadata": {"name": format!("v1beta1.{group}")},
        "spec": {
            "group": group, "version": "v1beta1", "insecureSkipTLSVerify": true,
            "groupPriorityMinimum": 100, "versionPriority": 100,
            "service": {"namespace": "kube-system", "name": "not-there"},
        },
    });
    let base = "/apis/apiregistration.k8s.io/v1/apiservices";
    cluster.api().post(base, &object).good();
    let lists = |all: &Value| {
        let groups = all["groups"].as_array().cloned().unwrap_or_default();
        groups.iter().any(|one| one["name"] == group)
    };
    cluster.wait_until("the group is listed", || lists(&cluster.api().get("/apis").good()));
}

#[test]
fn a_metrics_api_that_is_down_is_ignored_and_another_is_not() {
    let world = World::open_on(Cluster::alone(), "down");
    register_absent_api(&world.cluster, "metrics.k8s.io");
    let well = world.verify().ends_with(0);
    well.says(&["all is well"]).never_says(&["metrics.k8s.io"]);
    register_absent_api(&world.cluster, "down.example.com");
    world.verify().ends_with(1).says(&["down.example.com/v1beta1", "not everything could be read"]);
}
