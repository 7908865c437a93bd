use serde_json::{Value, json};

use super::*;
use crate::workload::{ImageRole, MENTIONS_KEPT, OLD_IMAGES};

const WEB: &str = "ccr.ccs.tencentyun.com/shop/web:v1";

fn found(object: &Value) -> Positions {
    positions(object, &CcrNames::default())
}

/// Every image with its place, role and container.
fn images(object: &Value) -> Vec<(String, ImageRole, String)> {
    let found = found(object);
    let images = found.pod_specs.iter().flat_map(|spec| &spec.images);
    images
        .map(|image| {
            assert_eq!(image.pointer.find(object), Some(&json!(image.text)), "it stands there");
            let container = image.container.clone().unwrap_or_default();
            (image.pointer.to_string(), image.role, container)
        })
        .collect()
}

fn mentions(object: &Value) -> Vec<(String, String)> {
    let mentions = found(object).mentions.into_iter();
    mentions.map(|mention| (mention.pointer.to_string(), mention.text)).collect()
}

fn workload(api_version: &str, kind: &str, place: &[&str], spec: &Value) -> Value {
    let body = place.iter().rev().fold(spec.clone(), |inner, key| json!({ *key: inner }));
    let mut object = json!({"apiVersion": api_version, "kind": kind, "metadata": {"name": "x"}});
    object.as_object_mut().unwrap().extend(body.as_object().unwrap().clone());
    object
}

#[test]
fn every_built_in_kind_is_searched_where_its_pod_spec_is() {
    let spec = json!({"containers": [{"name": "web", "image": WEB}]});
    let template: &[&str] = &["spec", "template", "spec"];
    for (api_version, kind, place) in [
        ("v1", "Pod", &["spec"][..]),
        ("v1", "PodTemplate", &["template", "spec"]),
        ("v1", "ReplicationController", template),
        ("apps/v1", "Deployment", template),
        ("apps/v1", "StatefulSet", template),
        ("apps/v1", "DaemonSet", template),
        ("apps/v1", "ReplicaSet", template),
        ("extensions/v1beta1", "Deployment", template),
        ("batch/v1", "Job", template),
        ("batch/v1", "CronJob", &["spec", "jobTemplate", "spec", "template", "spec"]),
    ] {
        let object = workload(api_version, kind, place, &spec);
        let pointer = format!("/{}", place.join("/"));
        let image = (format!("{pointer}/containers/0/image"), ImageRole::Container, "web".into());
        assert_eq!(images(&object), [image], "{kind}");
        assert_eq!(found(&object).pod_specs[0].pointer.as_str(), pointer, "{kind}");
    }
}

#[test]
fn a_pod_spec_has_images_in_four_places() {
    let pod = workload(
        "v1",
        "Pod",
        &["spec"],
        &json!({
            "containers": [{"name": "a", "image": "nginx"}, {"name": "b", "image": WEB}],
            "initContainers": [{"name": "i", "image": WEB}],
            "ephemeralContainers": [{"name": "e", "image": WEB}],
            "volumes": [
                {"name": "cache", "emptyDir": {}},
                {"name": "model", "image": {"reference": WEB, "pullPolicy": "Always"}},
            ],
        }),
    );
    let image = |place: &str, role, name: &str| (format!("/spec/{place}"), role, name.to_owned());
    assert_eq!(
        images(&pod),
        [
            image("containers/0/image", ImageRole::Container, "a"),
            image("containers/1/image", ImageRole::Container, "b"),
            image("initContainers/0/image", ImageRole::InitContainer, "i"),
            image("ephemeralContainers/0/image", ImageRole::EphemeralContainer, "e"),
            image("volumes/1/image/reference", ImageRole::Volume, "model"),
        ]
    );
}

#[test]
fn pull_secrets_and_account_of_a_pod_spec_are_told() {
    let told = |spec: &Value| {
        let spec = found(&workload("v1", "Pod", &["spec"], spec)).pod_specs.remove(0);
        (spec.pull_secrets, spec.service_account)
    };
    let names = |names: &[&str]| Some(names.iter().map(|name| (*name).to_owned()).collect());
    assert_eq!(told(&json!({})), (None, None));
    assert_eq!(told(&json!({"imagePullSecrets": null, "serviceAccountName": ""})), (None, None));
    assert_eq!(told(&json!({"imagePullSecrets": []})), (names(&[]), None));
    assert_eq!(
        told(&json!({"imagePullSecrets": [{"name": "qcloudregistrykey"}, {}, 3, {"name": "b"}]})).0,
        names(&["qcloudregistrykey", "b"])
    );
    let both = json!({"serviceAccountName": "new", "serviceAccount": "old"});
    assert_eq!(told(&both).1.as_deref(), Some("new"));
    assert_eq!(told(&json!({"serviceAccount": "old"})).1.as_deref(), Some("old"));
}

#[test]
fn a_service_accounts_pull_secrets_are_told() {
    let account = json!({"apiVersion": "v1", "kind": "ServiceAccount",
        "metadata": {"name": "default"}, "imagePullSecrets": [{"name": "a"}]});
    let secrets =
        AccountSecrets { pull_secrets: Some(vec!["a".to_owned()]), odd_pull_secrets: None };
    assert_eq!(found(&account).account, Some(secrets));
    let bare = json!({"apiVersion": "v1", "kind": "ServiceAccount"});
    assert_eq!(
        found(&bare).account,
        Some(AccountSecrets { pull_secrets: None, odd_pull_secrets: None })
    );
}

#[test]
fn what_containers_are_told_is_mentioned() {
    let pod = workload(
        "v1",
        "Pod",
        &["spec"],
        &json!({"containers": [{
            "image": "nginx",
            "env": [
                {"name": "OTHER", "value": "docker.io/library/nginx"},
                {"name": "RELATED_IMAGE_WEB", "value": WEB},
                {"name": "FROM", "valueFrom": {"fieldRef": {"fieldPath": WEB}}},
            ],
            "command": ["sh", "-c", format!("docker pull {WEB}; sleep 1")],
            "args": ["--registry=hkccr.ccs.tencentyun.com"],
        }]}),
    );
    let mention =
        |place: &str, text: &str| (format!("/spec/containers/0/{place}"), text.to_owned());
    assert_eq!(
        mentions(&pod),
        [
            mention("env/1/value", WEB),
            mention("command/2", WEB),
            mention("args/0", "hkccr.ccs.tencentyun.com"),
        ]
    );
    assert_eq!(found(&pod).fields, []);
}

#[test]
fn annotations_are_mentioned_but_for_copies_of_the_object() {
    let annotations = json!({
        "example.com/side~car": WEB,
        "kubectl.kubernetes.io/last-applied-configuration": format!("{{\"image\":\"{WEB}\"}}"),
    });
    let mut web = workload(
        "apps/v1",
        "Deployment",
        &["spec", "template"],
        &json!({"metadata": {"annotations": annotations}, "spec": {}}),
    );
    web["metadata"]["annotations"] = annotations;
    let place = "metadata/annotations/example.com~1side~0car";
    assert_eq!(
        mentions(&web),
        [
            (format!("/{place}"), WEB.to_owned()),
            (format!("/spec/template/{place}"), WEB.to_owned())
        ]
    );
}

#[test]
fn a_config_maps_data_is_mentioned() {
    let map = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "x"},
    "data": {
        "a/b.json": format!(r#"{{"sidecar": {{"image": "{WEB}"}}}}"#),
        "build.sh": "docker push ccr.ccs.tencentyun.com/$TEAM/app\n",
        "evil": "evilccr.ccs.tencentyun.com.example.com/a/b",
        "number": 3,
    }});
    assert_eq!(
        mentions(&map),
        [
            ("/data/a~1b.json".to_owned(), WEB.to_owned()),
            ("/data/build.sh".to_owned(), "ccr.ccs.tencentyun.com".to_owned()),
        ]
    );
}

#[test]
fn mentions_are_kept_up_to_a_number_and_counted_beyond() {
    let lines: Vec<String> = (0..MENTIONS_KEPT + 7).map(|n| format!("{WEB}-{n}")).collect();
    let map = json!({"apiVersion": "v1", "kind": "ConfigMap", "data": {"a": lines.join("\n")}});
    let found = found(&map);
    assert_eq!((found.mentions.len(), found.mentions_left_out), (MENTIONS_KEPT, 7));
}

#[test]
fn the_same_mention_in_one_place_counts_once() {
    let text = format!("{WEB} {WEB} {WEB}");
    let map = json!({"apiVersion": "v1", "kind": "ConfigMap", "data": {"a": text, "b": WEB}});
    assert_eq!(found(&map).mentions.len(), 2, "one for each place");
}

#[test]
fn kinds_that_hold_no_image_are_not_searched() {
    for (api_version, kind) in
        [("v1", "Secret"), ("v1", "Event"), ("apps/v1", "ControllerRevision")]
    {
        let object = json!({"apiVersion": api_version, "kind": kind, "data": {"image": WEB},
            "spec": {"template": {"spec": {"containers": [{"image": WEB}]}}}});
        assert_eq!(found(&object), Positions::default(), "{kind}");
    }
}

#[test]
fn a_built_in_kind_is_searched_in_its_known_places_only() {
    let pod = json!({"apiVersion": "v1", "kind": "Pod", "spec": {"containers": [], "image": WEB},
        "status": {"containerStatuses": [{"image": WEB}]}, "image": WEB});
    let found = found(&pod);
    assert_eq!((found.fields, found.mentions), (vec![], vec![]));
}

#[test]
fn a_list_of_pull_secrets_that_holds_more_than_names_is_kept_as_it_stands() {
    let spec = |list: Value| {
        let pod = json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"},
            "spec": {"containers": [], "imagePullSecrets": list}});
        found(&pod).pod_specs.remove(0)
    };
    let plain = spec(json!([{"name": "a"}]));
    assert_eq!(
        (plain.own_pull_secrets(), plain.odd_pull_secrets.as_ref()),
        (Some(&["a".to_owned()][..]), None)
    );
    for list in [json!([{}]), json!([{"name": null}]), json!([{"name": "a", "x": 1}])] {
        let odd = spec(list.clone());
        assert!(odd.own_pull_secrets().is_some(), "the account's list is not used: {list}");
        assert_eq!(odd.odd_pull_secrets, Some(list));
    }
    for none in [json!([]), json!(null), json!("a")] {
        let spec = spec(none);
        assert_eq!((spec.own_pull_secrets(), spec.odd_pull_secrets.as_ref()), (None, None));
    }
}

#[test]
fn what_an_earlier_switch_kept_is_no_mention() {
    let object = json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p",
        "annotations": {OLD_IMAGES: "ccr.ccs.tencentyun.com/shop/web:v1"}}, "spec": {}});
    assert!(found(&object).mentions.is_empty());
}
