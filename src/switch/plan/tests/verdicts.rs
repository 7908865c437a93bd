//! What can't be switched from here, and what is said of it.

use std::sync::Arc;

use serde_json::{Value, json};

use super::world::{World, ccr, deployment, object, pod, switched, tcr, web};
use crate::kubernetes::Resource;
use crate::proof::ImageState;
use crate::switch::plan::PullSecretMode;
use crate::switch::plan::Verdict;
use crate::workload::Manager;

fn keep() -> World {
    World::new().pull_secret(PullSecretMode::Keep)
}

fn owned(mut object: Value, kind: &str, name: &str) -> Value {
    object["metadata"]["ownerReferences"] =
        json!([{"apiVersion": "x.io/v1", "kind": kind, "name": name, "controller": true}]);
    object
}

fn helms(mut object: Value) -> Value {
    object["metadata"]["annotations"] =
        json!({"meta.helm.sh/release-name": "shop", "meta.helm.sh/release-namespace": "shop"});
    object
}

#[test]
fn what_helm_writes_is_left_alone_with_advice() {
    let world = keep().with(&helms(web(&ccr("shop/web:v1"))));
    let entry = world.entry();
    let Verdict::Managed(manager) = &entry.verdict else { panic!("{:?}", entry.verdict) };
    assert!(manager.advice().contains("values of the Helm release `shop`"));
    assert!(entry.patch.is_none() && entry.is_left(false));
    assert_eq!(entry.images[0].new.as_deref(), Some(tcr("shop/web:v1").as_str()), "what to write");
}

#[test]
fn what_helm_writes_is_switched_on_request_with_a_warning() {
    let entry = keep().with(&helms(web(&ccr("shop/web:v1")))).include_managed().entry();
    assert_eq!(entry.verdict, Verdict::Switch);
    assert!(entry.notes.iter().any(|note| note.contains("Helm release shop may revert this")));
}

#[test]
fn what_is_lacking_counts_for_managed_objects_too() {
    let world = keep().with(&helms(web(&ccr("shop/web:v1")))).include_managed();
    let entry = world.knows("shop/web:v1", ImageState::Missing).entry();
    assert!(matches!(entry.verdict, Verdict::Blocked(_)));
}

#[test]
fn what_an_owner_makes_follows_the_owner_and_has_no_entry() {
    let site = object("x.io/v1", "Site", "s", &json!({"image": ccr("shop/web:v1")}));
    let plan = keep().with(&site).with(&owned(web(&ccr("shop/web:v1")), "Site", "s")).plan();
    let kinds: Vec<&str> = plan.objects.iter().map(|entry| entry.object.kind.as_str()).collect();
    assert_eq!(kinds, ["Site"]);
}

#[test]
fn an_owner_may_lie_in_no_namespace() {
    let mut site = object("x.io/v1", "Site", "s", &json!({"image": ccr("shop/web:v1")}));
    site["metadata"].as_object_mut().unwrap().remove("namespace");
    let plan = keep().with(&site).with(&owned(web(&ccr("shop/web:v1")), "Site", "s")).plan();
    assert_eq!(plan.objects.len(), 1);
}

#[test]
fn an_owner_of_another_namespace_is_another() {
    let mut site = object("x.io/v1", "Site", "s", &json!({"image": ccr("shop/web:v1")}));
    site["metadata"]["namespace"] = "other".into();
    let plan = keep().with(&site).with(&owned(web(&ccr("shop/web:v1")), "Site", "s")).plan();
    assert_eq!(plan.objects.len(), 2);
}

#[test]
fn what_an_unseen_owner_makes_is_left_to_the_owner_whatever_is_wished() {
    let world = keep().with(&owned(web(&ccr("shop/web:v1")), "Site", "s")).include_managed();
    let entry = world.entry();
    let owner = Manager::Owner { kind: "Site".to_owned(), name: "s".to_owned() };
    assert_eq!(entry.verdict, Verdict::Managed(owner));
    assert!(entry.is_left(false));
}

#[test]
fn an_owner_that_names_no_image_on_ccr_does_not_hide_what_it_makes() {
    let site = object("x.io/v1", "Site", "s", &json!({"note": format!("see {}", ccr("a/b:v1"))}));
    let plan = keep().with(&site).with(&owned(web(&ccr("shop/web:v1")), "Site", "s")).plan();
    let verdicts: Vec<&str> = plan.objects.iter().map(|entry| entry.verdict.word()).collect();
    assert_eq!(verdicts, ["managed", "mentioned"]);
}

#[test]
fn jobs_and_bare_pods_can_not_be_changed() {
    let template = json!({"template": {"spec": pod(&ccr("shop/web:v1"))}});
    for object in [
        object("batch/v1", "Job", "j", &template),
        object("v1", "Pod", "p", &pod(&ccr("shop/web:v1"))),
    ] {
        let entry = keep().with(&object).entry();
        let Verdict::Immutable(instead) = entry.verdict else { panic!("{:?}", entry.verdict) };
        assert!(instead.contains("create it"), "{instead}");
        assert!(entry.patch.is_none());
    }
    let custom = object("x.io/v1", "Job", "j", &template);
    assert_eq!(keep().with(&custom).entry().verdict, Verdict::Switch, "another group's kind");
}

#[test]
fn what_has_ended_does_not_count() {
    let template = json!({"template": {"spec": pod(&ccr("shop/web:v1"))}});
    let mut job = object("batch/v1", "Job", "j", &template);
    job["status"] = json!({"conditions": [{"type": "Complete", "status": "True"}]});
    let mut ended = object("v1", "Pod", "p", &pod("hkccr.ccs.tencentyun.com/shop/web:v1"));
    ended["status"] = json!({"phase": "Succeeded"});
    let plan = keep().with(&job).with(&ended).plan();
    assert!(plan.objects.iter().all(|entry| entry.verdict == Verdict::Finished));
    assert_eq!(plan.objects.len(), 2);
    assert!(!plan.leaves_something(true));
    assert!(!plan.changes_anything());
}

#[test]
fn a_job_that_still_runs_counts() {
    let mut job =
        object("batch/v1", "Job", "j", &json!({"template": {"spec": pod(&ccr("shop/web:v1"))}}));
    job["status"] = json!({"conditions": [{"type": "Complete", "status": "False"}]});
    assert!(matches!(keep().with(&job).entry().verdict, Verdict::Immutable(_)));
}

#[test]
fn what_only_mentions_ccr_is_told_and_left() {
    let config = json!({
        "apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c", "namespace": "shop"},
        "data": {"values": format!("image: {}", ccr("shop/web:v1"))},
    });
    let plan = keep().with(&config).plan();
    assert_eq!(plan.objects[0].verdict, Verdict::Mentioned);
    assert_eq!(plan.objects[0].mentions[0].text, ccr("shop/web:v1"));
    assert!(plan.leaves_something(true) && !plan.leaves_something(false));
}

#[test]
fn a_switched_object_may_still_mention_ccr() {
    let mut pod = pod(&ccr("shop/web:v1"));
    pod["containers"][0]["env"] = json!([{"name": "SIDECAR", "value": ccr("shop/sidecar:v1")}]);
    let before = deployment("web", &pod);
    let plan = keep().with(&before).plan();
    let entry = &plan.objects[0];
    assert_eq!(entry.verdict, Verdict::Switch);
    let after = switched(&before, entry.patch.as_ref().unwrap());
    let value = &after["spec"]["template"]["spec"]["containers"][0]["env"][0]["value"];
    assert_eq!(*value, ccr("shop/sidecar:v1"), "it is not touched");
    assert!(entry.is_left(true) && !entry.is_left(false));
}

#[test]
fn what_names_neither_has_no_entry() {
    assert!(keep().with(&web("nginx")).with(&web(&tcr("shop/web:v1"))).plan().objects.is_empty());
}

#[test]
fn entries_are_in_the_order_of_namespace_kind_and_name() {
    let mut first = deployment("z", &pod(&ccr("shop/z:v1")));
    first["metadata"]["namespace"] = "a".into();
    let set = object(
        "apps/v1",
        "StatefulSet",
        "a",
        &json!({"template": {"spec": pod(&ccr("shop/a:v1"))}}),
    );
    let plan = keep()
        .with(&set)
        .with(&deployment("b", &pod(&ccr("shop/b:v1"))))
        .with(&deployment("a", &pod(&ccr("shop/a:v1"))))
        .with(&first)
        .plan();
    let names: Vec<String> = plan
        .objects
        .iter()
        .map(|entry| format!("{} {}", entry.namespace(), entry.object))
        .collect();
    assert_eq!(
        names,
        [
            "a deployment.apps/z",
            "shop deployment.apps/a",
            "shop deployment.apps/b",
            "shop statefulset.apps/a"
        ]
    );
}

#[test]
fn what_the_server_lets_nobody_patch_is_immutable() {
    let site = object("x.io/v1", "Site", "s", &json!({"image": ccr("shop/web:v1")}));
    let verbs = |verbs: &[&str]| {
        let mut world = keep().with(&site);
        let found = &mut world.inventory.objects[0];
        let verbs = verbs.iter().map(|verb| (*verb).to_owned()).collect();
        found.resource = Arc::new(Resource { verbs, ..(*found.resource).clone() });
        world.entry().verdict
    };
    // Of an aggregated API; a kind that can't be read alone can't be rolled back either.
    for lacking in [&["get", "list"][..], &["list"], &["list", "patch"]] {
        let verdict = verbs(lacking);
        assert!(matches!(verdict, Verdict::Immutable(_)), "{lacking:?}: {verdict:?}");
    }
    assert_eq!(verbs(&["get", "list", "patch"]), Verdict::Switch);
    assert_eq!(verbs(&[]), Verdict::Switch, "nothing is known of them");
}
