//! Objects that nobody would write: wrong types everywhere, endless nesting, huge strings. Nothing
//! may panic, and time must stay linear.

use std::time::{Duration, Instant};

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::image::CcrHosts;

const WEB: &str = "ccr.ccs.tencentyun.com/shop/web:v1";

fn look(object: &Value) -> Positions {
    let ccr = CcrHosts::default();
    let found = positions(object, &CcrNames::default());
    if let Some(Ok(secret)) = pull_secret(object) {
        let _ = (secret.is_for_ccr(&ccr), secret.is_only_for_ccr(&ccr));
        let _ = secret.knows(&"ccr.ccs.tencentyun.com".parse().unwrap(), "shop/web");
    }
    if let Some(manager) = manager(object) {
        let _ = (manager.advice(), manager.to_string());
    }
    let _ = (
        applier_notes(object, &[&Pointer::root()], None),
        ObjectRef::of(object),
        Guard::of(object),
    );
    found
}

/// Keys that mean something, so that wrong types stand where they hurt.
fn keys() -> impl Strategy<Value = String> {
    let known = [
        "annotations",
        "args",
        "auth",
        "auths",
        "command",
        "containers",
        "controller",
        "data",
        "digest",
        "env",
        "fieldsV1",
        "image",
        "imagePullSecrets",
        "images",
        "initContainers",
        "jobTemplate",
        "kustomize",
        "labels",
        "managedFields",
        "manager",
        "metadata",
        "name",
        "newName",
        "newTag",
        "ownerReferences",
        "reference",
        "registry",
        "repository",
        "serviceAccountName",
        "spec",
        "status",
        "stringData",
        "tag",
        "template",
        "type",
        "value",
        "volumes",
        ".dockercfg",
        ".dockerconfigjson",
        "argocd.argoproj.io/tracking-id",
    ];
    prop_oneof![9 => proptest::sample::select(known.to_vec()).prop_map(str::to_owned), 1 => ".{0,4}"]
}

fn texts() -> impl Strategy<Value = String> {
    let known = [
        WEB,
        "ccr.ccs.tencentyun.com",
        "ccr.ccs.tencentyun.com/ß",
        "ccr.ccs.tencentyun.com/shop/web",
        "docker://ccr.ccs.tencentyun.com/shop/web@sha256",
        "a=ccr.ccs.tencentyun.com/shop/web:v2",
        "shop/web",
        "v1",
        "eyJhdXRocyI6e319",
        "e30=",
        "{}",
        "a:b/c:d/e",
        "镜像ccr.ccs.tencentyun.com:",
        "\\nccr.ccs.tencentyun.com/a@b",
        "{\"auths\":{\"[\":{}}}",
    ];
    prop_oneof![2 => proptest::sample::select(known.to_vec()).prop_map(str::to_owned), 1 => ".{0,12}"]
}

fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        1 => Just(Value::Null),
        1 => any::<bool>().prop_map(Value::from),
        1 => any::<i64>().prop_map(Value::from),
        4 => texts().prop_map(Value::from),
    ];
    leaf.prop_recursive(8, 64, 6, |inner| {
        prop_oneof![
            1 => vec(inner.clone(), 0..4).prop_map(Value::from),
            3 => btree_map(keys(), inner, 0..6)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

fn objects() -> impl Strategy<Value = Value> {
    let kinds = [
        ("v1", "Pod"),
        ("v1", "Secret"),
        ("v1", "ServiceAccount"),
        ("v1", "ConfigMap"),
        ("apps/v1", "Deployment"),
        ("batch/v1", "CronJob"),
        ("example.com/v1", "Thing"),
    ];
    let types = ["kubernetes.io/dockercfg", "kubernetes.io/dockerconfigjson", "Opaque"];
    let fields = btree_map(keys(), values(), 0..8);
    (proptest::sample::select(kinds.to_vec()), proptest::sample::select(types.to_vec()), fields)
        .prop_map(|((api_version, kind), secret_type, fields)| {
            let mut object = json!({"type": secret_type});
            object.as_object_mut().unwrap().extend(fields);
            object["apiVersion"] = json!(api_version);
            object["kind"] = json!(kind);
            object
        })
}

proptest! {
    #[test]
    fn nothing_panics_whatever_an_object_holds(object in prop_oneof![9 => objects(), 1 => values()]) {
        let found = look(&object);
        let images = found.pod_specs.iter().flat_map(|spec| &spec.images).chain(&found.fields);
        for image in images {
            let text = image.pointer.find(&object).and_then(Value::as_str);
            match image.split {
                None => prop_assert_eq!(text, Some(&*image.text)),
                Some(_) => prop_assert!(image.pointer == *image.pointers()[0]),
            }
            let ImageClass::Switched(ccr) = &image.class else { continue };
            let changes = image.changes(&ccr.new_on(&"prod.tencentcloudcr.com".parse().unwrap()));
            let patch = ObjectPatch { changes, guard: None };
            let mut switched = object.clone();
            prop_assert!(json_patch::patch(&mut switched, &patch.forward()).is_ok(), "{:?}", patch);
            prop_assert!(json_patch::patch(&mut switched, &patch.reverse()).is_ok(), "{:?}", patch);
            prop_assert_eq!(&switched, &object);
        }
        for mention in &found.mentions {
            let text = mention.pointer.find(&object).and_then(Value::as_str);
            prop_assert!(text.is_some_and(|text| text.contains(&mention.text)), "{:?}", mention);
        }
    }

    #[test]
    fn nothing_panics_whatever_a_text_says(text in "(ccr\\.ccs\\.tencentyun\\.com)?.{0,40}") {
        if let ImageClass::Refused(error) = CcrNames::default().classify(&text) {
            let _ = (error.to_string(), error.hint());
        }
        look(&json!({"apiVersion": "v1", "kind": "ConfigMap", "data": {"a": text}}));
        look(&json!({"apiVersion": "v1", "kind": "Secret", "stringData": {".dockercfg": text}}));
    }
}

#[test]
fn endless_nesting_ends() {
    // Without `json!`, which copies what it is given, as deep as that is.
    let list = |inner: Value| Value::Array(vec![inner]);
    let map = |inner: Value| Value::Object([("spec".to_owned(), inner)].into_iter().collect());
    for wrap in [list as fn(Value) -> Value, map] {
        let mut nested = json!({"image": WEB});
        for _ in 0..10_000 {
            nested = wrap(nested);
        }
        let mut object = json!({"apiVersion": "example.com/v1", "kind": "Thing", "image": WEB});
        object["spec"] = nested;
        assert_eq!(look(&object).fields.len(), 1, "what lies deeper than can be read is not found");
        // Dropping it would go as deep as it is.
        std::mem::forget(object);
    }
}

/// With these sizes quadratic time would be minutes, and linear time is a second on a busy machine.
fn soon(object: &Value) -> Positions {
    let start = Instant::now();
    let found = look(object);
    assert!(start.elapsed() < Duration::from_secs(30), "{:?}", start.elapsed());
    found
}

#[test]
fn huge_strings_take_linear_time() {
    for part in
        ["a", "a.", "/", ":", "ccr.ccs.tencentyun.com", "ccr.ccs.tencentyun.com/", "ß", "\\n"]
    {
        let text = part.repeat(1_000_000 / part.len());
        let map = json!({"apiVersion": "v1", "kind": "ConfigMap", "data": {"a": text}});
        assert!(soon(&map).mentions.iter().all(|mention| mention.text.len() <= 256));
        soon(&json!({"apiVersion": "example.com/v1", "kind": "Thing", "image": text, "b": text}));
        soon(&json!({"apiVersion": "v1", "kind": "Secret", "stringData": {".dockercfg": text}}));
    }
}

#[test]
fn thousands_of_entries_take_linear_time() {
    let containers = vec![json!({"image": WEB, "args": [WEB]}); 20_000];
    let pod = json!({"apiVersion": "v1", "kind": "Pod", "spec": {"containers": containers}});
    let found = soon(&pod);
    assert_eq!(found.pod_specs[0].images.len(), 20_000);
    assert_eq!(found.mentions.len() + found.mentions_left_out, 20_000);
    let mut thing = pod;
    thing["apiVersion"] = json!("example.com/v1");
    thing["steps"] = thing["spec"]["containers"].clone();
    assert_eq!(soon(&thing).fields.len(), 20_000);
}

#[test]
fn thousands_of_siblings_take_linear_time() {
    let siblings: serde_json::Map<_, _> = (0..100_000)
        .map(|number| (format!("image{number}"), json!("ccr.ccs.tencentyun.com/shop/web:v1")))
        .chain((0..20).map(|width| (format!("t{}ag", "_".repeat(width)), json!("v1"))))
        .chain([("repository".to_owned(), json!("ccr.ccs.tencentyun.com/shop/web"))])
        .collect();
    let thing = json!({"apiVersion": "example.com/v1", "kind": "Thing", "spec": siblings});
    assert_eq!(soon(&thing).fields.len(), 100_001);
    let parameters: Vec<Value> = (0..50_000)
        .flat_map(|number| {
            let repository = json!({"name": format!("a{number}.repository"),
                "value": "ccr.ccs.tencentyun.com/shop/web"});
            [repository, json!({"name": format!("a{number}.tag"), "value": "v1"})]
        })
        .collect();
    let thing = json!({"apiVersion": "example.com/v1", "kind": "Thing", "spec": parameters});
    assert_eq!(soon(&thing).fields.len(), 50_000);
}
