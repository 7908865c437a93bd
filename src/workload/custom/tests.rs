use serde_json::{Value, json};

use crate::workload::CcrNames;
use crate::workload::{ImageRole, Positions, positions};

const WEB: &str = "ccr.ccs.tencentyun.com/shop/web:v1";

fn resource(api_version: &str, kind: &str, spec: &Value) -> Value {
    json!({"apiVersion": api_version, "kind": kind, "metadata": {"name": "x"}, "spec": spec})
}

fn found(object: &Value) -> Positions {
    let found = positions(object, &CcrNames::default());
    for field in &found.fields {
        assert_eq!(field.pointer.find(object), Some(&json!(field.text)), "it stands there");
        assert_eq!(field.role, ImageRole::Field);
    }
    found
}

fn of(spec: &Value) -> Positions {
    found(&resource("example.com/v1", "Thing", spec))
}

fn fields(found: &Positions) -> Vec<&str> {
    found.fields.iter().map(|field| field.pointer.as_str()).collect()
}

fn mentions(found: &Positions) -> Vec<&str> {
    found.mentions.iter().map(|mention| mention.pointer.as_str()).collect()
}

fn images(found: &Positions) -> Vec<&str> {
    let images = found.pod_specs.iter().flat_map(|spec| &spec.images);
    images.map(|image| image.pointer.as_str()).collect()
}

#[test]
fn pod_templates_are_found_at_any_depth() {
    let spec = json!({"containers": [{"name": "web", "image": WEB}],
        "initContainers": [{"image": WEB}], "imagePullSecrets": [{"name": "a"}]});
    let template = json!({"template": {"spec": spec}});
    for (api_version, kind) in [
        ("argoproj.io/v1alpha1", "Rollout"),
        ("apps.kruise.io/v1alpha1", "CloneSet"),
        ("serving.knative.dev/v1", "Service"),
    ] {
        let found = found(&resource(api_version, kind, &template));
        assert_eq!(
            images(&found),
            [
                "/spec/template/spec/containers/0/image",
                "/spec/template/spec/initContainers/0/image"
            ],
            "{kind}"
        );
        assert_eq!(found.pod_specs[0].pull_secrets, Some(vec!["a".to_owned()]));
        assert_eq!(found.fields, [], "its images are not fields besides");
    }
    let deep = of(&json!({"groups": [{}, {"a/b": [[{"podSpec": spec}]]}]}));
    assert_eq!(deep.pod_specs[0].pointer.as_str(), "/spec/groups/1/a~1b/0/0/podSpec");
}

#[test]
fn a_single_container_is_a_field() {
    let workflow = of(&json!({"templates": [
        {"name": "a", "container": {"image": WEB, "command": ["sh"]}},
        {"name": "b", "script": {"image": WEB, "source": format!("docker pull {WEB}")}},
    ]}));
    assert_eq!(fields(&workflow), ["/spec/templates/0/container/image"]);
    assert_eq!(
        mentions(&workflow),
        ["/spec/templates/1/script/image", "/spec/templates/1/script/source"]
    );
}

#[test]
fn the_steps_of_a_task_are_fields() {
    let task =
        of(&json!({"steps": [{"name": "build", "image": WEB, "script": format!("run {WEB}"),
        "env": [{"name": "A", "value": WEB}], "args": [WEB]}], "sidecars": [{"image": "nginx"}]}));
    assert_eq!(fields(&task), ["/spec/steps/0/image"]);
    assert_eq!(
        mentions(&task),
        ["/spec/steps/0/args/0", "/spec/steps/0/env/0/value", "/spec/steps/0/script"]
    );
}

#[test]
fn any_string_that_is_a_whole_reference_is_a_field() {
    let found = of(&json!({
        "images": [WEB, "nginx"],
        "values": {"image": {"repository": "ccr.ccs.tencentyun.com/shop/web", "tag": "v1"}},
        "parameters": [{"value": "ccr.ccs.tencentyun.com/Dev_/App:v1"}],
        "other": "docker.io/shop/web:v1",
    }));
    assert_eq!(
        fields(&found),
        ["/spec/images/0", "/spec/parameters/0/value", "/spec/values/image/repository"]
    );
    assert_eq!(found.mentions, []);
}

#[test]
fn a_reference_among_other_words_is_mentioned() {
    let found = of(&json!({
        "config": format!("image: {WEB}\n"),
        "url": "oci://ccr.ccs.tencentyun.com/shop/chart",
        "registry": "ccr.ccs.tencentyun.com",
        "lookalike": "evilccr.ccs.tencentyun.com.example.com/a/b",
    }));
    assert_eq!(found.fields, []);
    assert_eq!(mentions(&found), ["/spec/config", "/spec/registry", "/spec/url"]);
}

#[test]
fn a_malformed_image_is_a_field_so_that_it_is_not_passed_over() {
    let found = of(&json!({"image": format!("{WEB}\n"), "note": format!("{WEB}\n")}));
    assert_eq!(fields(&found), ["/spec/image"]);
    assert_eq!(mentions(&found), ["/spec/note"]);
    let half = of(&json!({"image": "ccr.ccs.tencentyun.com"}));
    assert_eq!((fields(&half), mentions(&half)), (vec![], vec!["/spec/image"]));
}

#[test]
fn the_rest_of_a_pod_spec_is_searched_too() {
    // As in Prometheus: a spec of its own, with `containers` for more of them.
    let found = of(&json!({
        "image": WEB,
        "containers": [{"name": "extra", "image": WEB, "env": [{"name": "A", "value": WEB}]}],
        "volumes": [{"name": "a", "image": {"reference": WEB}}, {"csi": {"driverImage": WEB}}],
    }));
    assert_eq!(images(&found), ["/spec/containers/0/image", "/spec/volumes/0/image/reference"]);
    assert_eq!(fields(&found), ["/spec/image", "/spec/volumes/1/csi/driverImage"]);
    assert_eq!(mentions(&found), ["/spec/containers/0/env/0/value"]);
}

#[test]
fn what_controllers_wrote_is_never_looked_at() {
    let mut thing = resource("example.com/v1", "Thing", &json!({}));
    thing["status"] = json!({"image": WEB, "template": {"containers": [{"image": WEB}]}});
    thing["metadata"] = json!({
        "name": WEB,
        "labels": {"a": WEB},
        "managedFields": [{"fieldsV1": {"f:image": WEB}}],
        "annotations": {
            "kubectl.kubernetes.io/last-applied-configuration": WEB,
            "kapp.k14s.io/original": WEB,
        },
    });
    thing["spec"]["manifests"] = json!([thing.clone()]);
    assert_eq!(found(&thing), Positions::default());
}

#[test]
fn a_status_inside_the_spec_is_the_users_own() {
    assert_eq!(fields(&of(&json!({"status": {"image": WEB}}))), ["/spec/status/image"]);
}

#[test]
fn an_annotation_is_mentioned_even_if_it_is_a_whole_reference() {
    let mut thing = resource("example.com/v1", "Thing", &json!({}));
    thing["metadata"]["annotations"] = json!({"example.com/image": WEB});
    thing["spec"] = json!({"template": {"metadata": {"annotations": {"a": WEB}}}});
    let found = found(&thing);
    assert_eq!(found.fields, []);
    assert_eq!(
        mentions(&found),
        ["/metadata/annotations/example.com~1image", "/spec/template/metadata/annotations/a"]
    );
}

#[test]
fn kustomize_is_told_what_to_look_for_and_that_is_not_changed() {
    let found = of(&json!({
        "images": [{"name": "ccr.ccs.tencentyun.com/shop/web", "newTag": "v2"}],
        "source": {"kustomize": {"images": [WEB]}},
    }));
    assert_eq!(found.fields, []);
    assert_eq!(mentions(&found), ["/spec/images/0/name", "/spec/source/kustomize/images/0"]);
}
