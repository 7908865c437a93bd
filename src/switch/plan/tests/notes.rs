//! What is worth knowing of a switched object, and the annotation that keeps its old images.

use serde_json::{Value, json};

use super::world::{World, ccr, object, pod, switched, web};
use crate::switch::plan::ObjectPlan;
use crate::switch::plan::PullSecretMode;
use crate::workload::OLD_IMAGES;

fn entry(object: &Value) -> ObjectPlan {
    World::new().pull_secret(PullSecretMode::Keep).with(object).entry()
}

fn annotated(object: &Value) -> ObjectPlan {
    let mut world = World::new().pull_secret(PullSecretMode::Keep).with(object);
    world.options.annotate = true;
    world.entry()
}

fn workload(kind: &str, spec: &Value) -> Value {
    let group = if kind == "CronJob" { "batch/v1" } else { "apps/v1" };
    let mut object = object(group, kind, "w", spec);
    let template = json!({"spec": pod(&ccr("shop/web:v1"))});
    match kind {
        "CronJob" => object["spec"]["jobTemplate"]["spec"]["template"] = template,
        _ => object["spec"]["template"] = template,
    }
    object
}

#[test]
fn a_plain_workload_is_waited_for_and_has_no_notes() {
    for kind in ["Deployment", "StatefulSet", "DaemonSet"] {
        let entry = entry(&workload(kind, &json!({})));
        assert_eq!(entry.no_rollout, None, "{kind}");
        assert!(entry.notes.is_empty(), "{kind}: {:?}", entry.notes);
    }
}

#[test]
fn what_does_not_roll_out_by_itself_is_not_waited_for_and_says_why() {
    for (kind, spec, word) in [
        ("Deployment", json!({"paused": true}), "paused"),
        ("Deployment", json!({"paused": true, "replicas": 0}), "paused"),
        ("Deployment", json!({"replicas": 0}), "0 replicas"),
        ("StatefulSet", json!({"updateStrategy": {"type": "OnDelete"}}), "OnDelete"),
        ("DaemonSet", json!({"updateStrategy": {"type": "OnDelete"}}), "OnDelete"),
        ("ReplicaSet", json!({"replicas": 2}), "until they are deleted"),
        ("CronJob", json!({}), "its next Job"),
    ] {
        let entry = entry(&workload(kind, &spec));
        let why = entry.no_rollout.unwrap();
        assert!(why.contains(word), "{kind}: {why}");
        assert_eq!(entry.notes, [why], "{kind}");
    }
}

#[test]
fn what_was_applied_from_a_file_needs_the_file_changed_too() {
    let mut web = web(&ccr("shop/web:v1"));
    web["metadata"]["annotations"] = json!({"kubectl.kubernetes.io/last-applied-configuration":
        web.to_string()});
    let entry = entry(&web);
    assert!(entry.notes[0].contains("change the file as well"), "{:?}", entry.notes);
    assert!(entry.mentions.is_empty(), "the copy of the file is no mention");
}

#[test]
fn a_tag_that_moves_is_noted() {
    for (name, moves) in [
        ("shop/web", true),
        ("shop/web:latest", true),
        ("shop/web:v1", false),
        ("shop/web:latest-1", false),
        (
            "shop/web:latest@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
            false,
        ),
    ] {
        let notes = entry(&web(&ccr(name))).notes;
        let is_noted = notes.iter().any(|note| note.contains("`latest`, which moves"));
        assert_eq!(is_noted, moves, "{name}: {notes:?}");
    }
}

#[test]
fn old_images_are_kept_only_on_request() {
    let before = web(&ccr("shop/web:v1"));
    let after = switched(&before, entry(&before).patch.as_ref().unwrap());
    assert!(after["metadata"].get("annotations").is_none());
}

#[test]
fn the_old_images_are_kept_by_their_place() {
    let mut before = web(&ccr("shop/web:v1"));
    before["metadata"]["annotations"] = json!({"a": "b"});
    let after = switched(&before, annotated(&before).patch.as_ref().unwrap());
    let kept: Value =
        serde_json::from_str(after["metadata"]["annotations"][OLD_IMAGES].as_str().unwrap())
            .unwrap();
    assert_eq!(kept, json!({"/spec/template/spec/containers/0/image": ccr("shop/web:v1")}));
    assert_eq!(after["metadata"]["annotations"]["a"], "b");
}

#[test]
fn an_earlier_switchs_annotation_is_replaced_and_comes_back() {
    let mut before = web(&ccr("shop/web:v1"));
    before["metadata"]["annotations"] = json!({OLD_IMAGES: "{}"});
    let after = switched(&before, annotated(&before).patch.as_ref().unwrap());
    assert_ne!(after["metadata"]["annotations"][OLD_IMAGES], "{}");
}

#[test]
fn the_first_annotation_takes_nobody_elses_away() {
    let before = web(&ccr("shop/web:v1"));
    let patch = annotated(&before).patch.unwrap();
    assert!(switched(&before, &patch)["metadata"]["annotations"][OLD_IMAGES].is_string());
    // Another program's first annotation moves the version, but not the generation.
    let mut meanwhile = before.clone();
    meanwhile["metadata"]["annotations"] = json!({"theirs": "1"});
    meanwhile["metadata"]["resourceVersion"] = "78".into();
    assert!(json_patch::patch(&mut meanwhile, &patch.forward()).is_err());
    assert_eq!(meanwhile["metadata"]["annotations"], json!({"theirs": "1"}));
}

#[test]
fn the_kept_images_are_no_mention_of_ccr() {
    let before = web(&ccr("shop/web:v1"));
    let after = switched(&before, annotated(&before).patch.as_ref().unwrap());
    assert!(World::new().with(&after).plan().objects.is_empty());
}
