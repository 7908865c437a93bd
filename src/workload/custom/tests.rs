use serde_json::{Value, json};

use crate::workload::{
    CcrNames, ImageClass, ImagePosition, ImageRole, MentionKind, ObjectPatch, Positions, positions,
};

const CCR: &str = "ccr.ccs.tencentyun.com";
const WEB: &str = "ccr.ccs.tencentyun.com/shop/web:v1";

fn resource(api_version: &str, kind: &str, spec: &Value) -> Value {
    json!({"apiVersion": api_version, "kind": kind, "metadata": {"name": "x"}, "spec": spec})
}

fn found(object: &Value) -> Positions {
    let found = positions(object, &CcrNames::default());
    for field in &found.fields {
        assert_eq!(field.role, ImageRole::Field);
        assert!(field.pointers().contains(&&field.pointer), "{field:?}");
    }
    found
}

fn of(spec: &Value) -> Positions {
    found(&resource("example.com/v1", "Thing", spec))
}

fn fields(found: &Positions) -> Vec<&str> {
    found.fields.iter().map(|field| field.pointer.as_str()).collect()
}

/// Each field's reference, or why it is none; `CCR` stands for CCR's host.
fn references(found: &Positions) -> Vec<String> {
    let read = |field: &ImagePosition| match &field.class {
        ImageClass::Refused(error) => error.to_string(),
        _ => field.text.clone(),
    };
    found.fields.iter().map(|field| read(field).replace(CCR, "CCR")).collect()
}

/// The object as a switch makes it, once its reverse is proven to restore it.
fn switched(object: &Value) -> Value {
    let new_host = "prod.tencentcloudcr.com".parse().unwrap();
    let found = positions(object, &CcrNames::default());
    let changes = found.fields.iter().flat_map(|field| match &field.class {
        ImageClass::Switched(image) => field.changes(&image.new_on(&new_host)),
        _ => Vec::new(),
    });
    let patch = ObjectPatch { changes: changes.collect(), guard: None };
    let mut after = object.clone();
    json_patch::patch(&mut after, &patch.forward()).unwrap();
    let mut back = after.clone();
    json_patch::patch(&mut back, &patch.reverse()).unwrap();
    assert_eq!(&back, object);
    after
}

/// `CCR` and `TCR` in the text of the values stand for the hosts: `before` becomes `after`.
#[track_caller]
fn becomes(before: &Value, after: &Value) {
    let with_hosts = |spec: &Value| -> Value {
        let text = spec.to_string().replace("CCR", CCR).replace("TCR", "prod.tencentcloudcr.com");
        resource("example.com/v1", "Thing", &serde_json::from_str(&text).unwrap())
    };
    let text = switched(&with_hosts(before)).to_string();
    assert_eq!(text, with_hosts(after).to_string());
}

fn of_ccr(spec: &Value) -> Positions {
    of(&serde_json::from_str(&spec.to_string().replace("CCR", CCR)).unwrap())
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
    assert_eq!(
        fields(&workflow),
        ["/spec/templates/0/container/image", "/spec/templates/1/script/image"]
    );
    assert_eq!(mentions(&workflow), ["/spec/templates/1/script/source"]);
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
fn helm_values_are_switched_as_one_reference() {
    becomes(
        &json!({"values": {"image": {"registry": "CCR", "repository": "shop/web", "tag": "v2"}}}),
        &json!({"values": {"image": {"registry": "TCR", "repository": "shop/web", "tag": "v2"}}}),
    );
    becomes(
        &json!({"values": {"image": {"repository": "CCR/shop/web", "tag": 7}}}),
        &json!({"values": {"image": {"repository": "TCR/shop/web", "tag": 7}}}),
    );
    becomes(
        &json!({"driver": {"repository": "CCR/shop", "image": "gpu", "version": "550"}}),
        &json!({"driver": {"repository": "TCR/shop", "image": "gpu", "version": "550"}}),
    );
    becomes(
        &json!({"image": {"registry": "CCR/", "name": "/shop/web", "tag": "v2"}}),
        &json!({"image": {"registry": "TCR/", "name": "/shop/web", "tag": "v2"}}),
    );
    let found = of_ccr(&json!({"image": {"registry": "CCR", "repository": "shop/web", "tag": 2}}));
    assert_eq!(references(&found), ["CCR/shop/web:2"]);
    let pointers: Vec<&str> = found.fields[0].pointers().iter().map(|it| it.as_str()).collect();
    assert_eq!(pointers, ["/spec/image/registry", "/spec/image/repository", "/spec/image/tag"]);
}

#[test]
fn a_name_of_other_length_is_divided_between_the_fields() {
    let thing = of_ccr(&json!({"image": {"registry": "CCR/shop", "name": "web", "tag": "v2"}}));
    let new = "prod.tencentcloudcr.com/platform/group/web:v2".parse().unwrap();
    let news: Vec<Value> =
        thing.fields[0].changes(&new).into_iter().filter_map(|change| change.new).collect();
    assert_eq!(news, [json!("v2"), json!("prod.tencentcloudcr.com/platform"), json!("group/web")]);
}

#[test]
fn a_tag_that_can_not_be_told_is_not_switched() {
    let refused = of_ccr(&json!({
        "a": {"image": {"repository": "CCR/shop/web", "tag": ""}},
        "b": {"image": {"repository": "CCR/shop/web", "tag": 1.5}},
        "c": {"image": "CCR/shop/web"},
        "d": {"image": {"repository": "CCR/shop/web:v1", "tag": "v2"}},
        "e": {"note": "CCR/shop/web"},
    }));
    let texts = references(&refused);
    assert_eq!(texts.len(), 5, "{texts:?}");
    assert!(texts.iter().all(|text| text.contains("its tag can't be told")), "{texts:?}");
    assert!(refused.fields.iter().all(|field| field.class.is_on_ccr()));
}

#[test]
fn tencents_own_stay_whatever_their_tag_is() {
    let found = of_ccr(&json!({"image": {"repository": "CCR/tkeimages/pause", "tag": ""}}));
    assert!(matches!(found.fields[0].class, ImageClass::Tencents(_)), "{found:?}");
}

#[test]
fn a_registry_whose_repository_is_elsewhere_is_mentioned_as_one() {
    let found = of_ccr(&json!({
        "values": {"global": {"imageRegistry": "CCR"}, "image": {"repository": "shop/web"}},
        "hub": "CCR/istio",
        "registries": [{"name": "login", "host": "CCR"}],
    }));
    assert_eq!(found.fields, []);
    let kinds: Vec<MentionKind> = found.mentions.iter().map(|mention| mention.kind).collect();
    assert_eq!(kinds, [MentionKind::Registry; 3]);
    assert!(kinds[0].advice().unwrap().contains("can't be told"));
}

#[test]
fn kustomize_gets_another_new_name_and_looks_for_the_old_one() {
    becomes(
        &json!({"images": [{"name": "nginx", "newName": "CCR/shop/web", "newTag": "v2"}]}),
        &json!({"images": [{"name": "nginx", "newName": "TCR/shop/web", "newTag": "v2"}]}),
    );
    let [before, after] = [
        json!({"name": "CCR/shop/web", "newTag": "v2"}),
        json!({"name": "CCR/shop/web", "newName": "TCR/shop/web", "newTag": "v2"}),
    ];
    becomes(&json!({"images": [before]}), &json!({"images": [after]}));
    let images = json!(["CCR/shop/web:v2", "nginx=CCR/shop/web:v2", "CCR/ab/a=CCR/ab/b:v1"]);
    let after =
        json!(["CCR/shop/web=TCR/shop/web:v2", "nginx=TCR/shop/web:v2", "CCR/ab/a=TCR/ab/b:v1"]);
    becomes(
        &json!({"source": {"kustomize": {"images": images}}}),
        &json!({"source": {"kustomize": {"images": after}}}),
    );
    let found = of_ccr(&json!({"kustomize": {"images": ["CCR/ab/a=CCR/ab/b:v1", "a=CCR/ab/c"]}}));
    assert_eq!(found.mentions.len(), 1);
    assert_eq!(found.mentions[0].kind, MentionKind::Matcher);
    assert!(references(&found)[1].contains("its tag can't be told"));
}

#[test]
fn what_was_switched_in_kustomize_only_looks_for_ccr() {
    let before = json!({"images": [{"name": "CCR/ab/b", "newTag": "v2"}],
        "kustomize": {"images": ["CCR/ab/b:v2"]}});
    let found = of_ccr(&before);
    assert_eq!((found.fields.len(), found.mentions.len()), (2, 2), "that is known beforehand");
    let after = json!({"images": [{"name": "CCR/ab/b", "newName": "prod.tencentcloudcr.com/ab/b",
        "newTag": "v2"}], "kustomize": {"images": ["CCR/ab/b=prod.tencentcloudcr.com/ab/b:v2"]}});
    let found = of_ccr(&after);
    assert_eq!(found.fields, []);
    let kinds: Vec<MentionKind> = found.mentions.iter().map(|mention| mention.kind).collect();
    assert_eq!(kinds, [MentionKind::Matcher; 2]);
}

#[test]
fn parameters_are_paired_by_what_their_names_have_in_common() {
    let parameters = |host: &str| {
        json!({"helm": {"parameters": [
            {"name": "image.tag", "value": "v2"},
            {"name": "image.repository", "value": format!("{host}/shop/web")},
            {"name": "sidecar.image.repository", "value": format!("{host}/shop/log")},
            {"name": "sidecar.image.tag", "value": "v3", "forceString": true},
            {"name": "worker.image", "value": format!("{host}/shop/worker:v4")},
        ]}})
    };
    becomes(&parameters("CCR"), &parameters("TCR"));
    let mut texts = references(&of_ccr(&parameters("CCR")));
    texts.sort();
    assert_eq!(texts, ["CCR/shop/log:v3", "CCR/shop/web:v2", "CCR/shop/worker:v4"]);
    let split = of_ccr(&json!({"parameters": [
        {"name": "image.repository", "value": "CCR/shop/web"},
        {"name": "sidecar.tag", "value": "v3"},
    ]}));
    assert!(references(&split)[0].contains("its tag can't be told"));
    let registry = of_ccr(&json!({"parameters": [{"name": "global.registry", "value": "CCR"}]}));
    assert_eq!(registry.mentions[0].kind, MentionKind::Registry);
}

#[test]
fn a_scheme_stays_where_it_is() {
    let image = |host: &str| {
        json!({"image": format!("docker://{host}/shop/web:v1"),
        "url": format!("oci://{host}/shop/wasm:v1")})
    };
    becomes(&image("CCR"), &image("TCR"));
    assert_eq!(references(&of_ccr(&image("CCR"))), ["CCR/shop/web:v1", "CCR/shop/wasm:v1"]);
    let charts = of_ccr(&json!({"url": "oci://CCR/shop/charts", "repoURL": "CCR/shop/charts"}));
    assert_eq!((charts.fields.len(), charts.mentions.len()), (0, 2));
}

#[test]
fn a_map_is_nothing_that_a_program_is_told() {
    let found = of_ccr(&json!({
        "script": {"image": "CCR/ab/script:v1", "source": "docker pull CCR/ab/b:v1"},
        "args": {"image": {"repository": "CCR/ab/args", "tag": "v1"}},
        "command": [{"image": "CCR/ab/command:v1"}, "CCR/ab/b:v1"],
        "env": {"image": "CCR/ab/env:v1", "IMAGE": "CCR/ab/b:v1", "nested": {"x": "CCR/ab/nested:v1"}},
        "container": {"env": [{"name": "IMAGE", "value": "CCR/ab/b:v1"}], "script": "CCR/ab/b:v1"},
    }));
    let mut texts = references(&found);
    texts.sort();
    assert_eq!(
        texts,
        [
            "CCR/ab/args:v1",
            "CCR/ab/command:v1",
            "CCR/ab/env:v1",
            "CCR/ab/nested:v1",
            "CCR/ab/script:v1"
        ]
    );
    assert_eq!(found.mentions.len(), 5, "{:?}", found.mentions);
}

#[test]
fn a_policy_is_mentioned_as_one_and_a_pattern_is_no_image() {
    let policy = json!({"rules": [{"validate": {"pattern": {"spec": {"containers": [
        {"image": format!("{CCR}/*")}]}}}}]});
    let found = found(&resource("kyverno.io/v1", "ClusterPolicy", &policy));
    assert_eq!((found.fields.len(), found.pod_specs.len()), (0, 0));
    let [mention] = found.mentions.as_slice() else { panic!("{found:?}") };
    assert_eq!((mention.text.as_str(), mention.kind), (CCR, MentionKind::Policy));
    let pattern = of_ccr(&json!({"image": "CCR/shop/*", "allowed": ["CCR/*"]}));
    assert_eq!((pattern.fields.len(), pattern.mentions.len()), (0, 2));
    assert!(pattern.mentions.iter().all(|mention| mention.kind == MentionKind::Policy));
}
