//! How custom resources get a login for their images.

use serde_json::{Value, json};

use super::world::{CCR, World, account, account_with, ccr, names, object, secret, switched, tcr};
use crate::switch::plan::PullSecretMode::Keep;
use crate::switch::plan::Verdict;
use crate::switch::plan::reason::ReasonClass;

fn image() -> String {
    ccr("shop/web:v1")
}

/// A namespace with a Secret for each side.
fn world() -> World {
    World::new().with(&secret("old", &[CCR])).with_secret("tcr")
}

/// The spec of the only object once it is switched.
#[track_caller]
fn after(world: World, before: &Value) -> Value {
    let entry = world.with(before).entry();
    assert_eq!(entry.verdict, Verdict::Switch);
    switched(before, entry.patch.as_ref().unwrap())["spec"].take()
}

#[test]
fn an_image_of_an_unknown_kind_is_not_switched_before_somebody_vouches_for_its_login() {
    let site = || object("x.io/v1", "Site", "s", &json!({"image": image()}));
    let (message, hint) = world().with(&site()).with(&account("default")).lack();
    assert!(message.contains("it is not known how the Site pulls it"), "{message}");
    assert!(hint.contains("--allow-unproven-login"), "{hint}");
    assert_eq!(world().with(&site()).reasons()[0].class(), ReasonClass::LoginUnproven);

    let mut vouched = world().with(&site());
    vouched.options.allow_unproven_login = true;
    let entry = vouched.entry();
    assert_eq!(entry.verdict, Verdict::Switch);
    let note = "can't find out which Secret its image is pulled with".to_owned();
    assert!(entry.notes.contains(&note), "{:?}", entry.notes);
    assert_eq!(world().with(&site()).pull_secret(Keep).entry().verdict, Verdict::Switch);
    let public = world().with(&site()).public("shop").entry();
    assert_eq!(public.verdict, Verdict::Switch, "everybody may pull it");
    assert!(!public.notes.contains(&note), "{:?}", public.notes);
}

#[test]
fn a_list_around_an_image_is_its_list_in_any_kind() {
    for (list, wanted) in
        [(names(&["old"]), names(&["old", "tcr"])), (json!(["old"]), json!(["old", "tcr"]))]
    {
        let site = object(
            "x.io/v1",
            "Site",
            "s",
            &json!({"imagePullSecrets": list, "parts": [{"server": {"image": image()}}]}),
        );
        let spec = after(world(), &site);
        assert_eq!(spec["imagePullSecrets"], wanted);
        assert_eq!(spec["parts"][0]["server"]["image"], tcr("shop/web:v1"));
    }
    let empty = object("x.io/v1", "Site", "s", &json!({"imagePullSecrets": [], "image": image()}));
    assert_eq!(world().with(&empty).reasons()[0].class(), ReasonClass::LoginUnproven);
    let aside = json!({"a": {"imagePullSecrets": names(&["old"])}, "b": {"image": image()}});
    let aside = object("x.io/v1", "Site", "s", &aside);
    assert_eq!(world().with(&aside).reasons()[0].class(), ReasonClass::LoginUnproven);
}

#[test]
fn a_row_says_under_which_account_pods_run_that_have_no_list() {
    let prometheus = json!({"image": image(), "serviceAccountName": "prom"});
    let prometheus = object("monitoring.coreos.com/v1", "Prometheus", "p", &prometheus);
    let plan = world().with(&prometheus).with(&account("prom")).plan();
    assert_eq!(plan.service_accounts[0].object.name, "prom");
    assert_eq!(plan.objects[0].verdict, Verdict::Switch);
    let workflow = json!({"templates": [
        {"name": "a", "container": {"image": image()}},
        {"name": "b", "serviceAccountName": "b", "script": {"image": image()}},
    ]});
    let workflow = object("argoproj.io/v1alpha1", "WorkflowTemplate", "w", &workflow);
    let world = world().with(&workflow).with(&account("default")).with(&account("b"));
    let plan = world.plan();
    let accounts: Vec<&str> =
        plan.service_accounts.iter().map(|one| one.object.name.as_str()).collect();
    assert_eq!(accounts, ["b", "default"], "each is that of some pods");
}

#[test]
fn what_runs_a_task_says_its_account_so_all_that_pull_from_ccr_get_the_login() {
    let task = json!({"steps": [{"name": "a", "image": image()}]});
    let task = object("tekton.dev/v1", "Task", "t", &task);
    let world = world()
        .with(&task)
        .with(&account("default"))
        .with(&account_with("builder", &names(&["old"])))
        .with(&account_with("other", &names(&["elsewhere"])));
    let plan = world.plan();
    let accounts: Vec<&str> =
        plan.service_accounts.iter().map(|one| one.object.name.as_str()).collect();
    assert_eq!(accounts, ["builder"]);
}

#[test]
fn an_image_of_several_pods_is_in_the_lists_of_all() {
    let nodes = |list: Value| json!({"podTemplate": {"spec": {"imagePullSecrets": list}}});
    let elastic = json!({
        "image": image(), "nodeSets": [nodes(names(&["old"])), nodes(names(&["tcr"]))],
    });
    let elastic = object("elasticsearch.k8s.elastic.co/v1", "Elasticsearch", "e", &elastic);
    let spec = after(world(), &elastic);
    assert_eq!(spec["nodeSets"][0], nodes(names(&["old", "tcr"])));
    assert_eq!(spec["nodeSets"][1], nodes(names(&["tcr"])));

    let mut bare = elastic.clone();
    bare["spec"]["nodeSets"][1] = json!({"name": "without a template"});
    let plan = world().with(&bare).with(&account("default")).plan();
    assert_eq!(plan.service_accounts.len(), 1, "its pods have their account's");
}

#[test]
fn where_the_pods_may_have_a_list_of_their_operators_nothing_is_proven() {
    let kafka =
        object("kafka.strimzi.io/v1beta2", "Kafka", "k", &json!({"kafka": {"image": image()}}));
    let (message, hint) = world().with(&kafka).with(&account("default")).lack();
    assert!(message.contains("this Kafka names no Secret"), "{message}");
    assert!(hint.starts_with("name a Secret for TCR in spec.kafka.template.pod.imagePullSecrets"));
    let connect = json!({
        "image": image(), "template": {"pod": {"imagePullSecrets": names(&["old"])}},
        "build": {"output": {"type": "docker", "image": ccr("shop/built:v1")}},
    });
    let connect = object("kafka.strimzi.io/v1beta2", "KafkaConnect", "c", &connect);
    let reasons = world().with(&connect).reasons();
    assert_eq!(reasons.len(), 1, "it is pushed there: {reasons:?}");
    assert_eq!(reasons[0].class(), ReasonClass::LoginUnproven);
}

#[test]
fn what_has_no_namespace_is_proven_in_each_that_has_its_secret() {
    let set = |secrets: &[&str]| {
        let containers = json!([{"name": "side", "image": image()}]);
        let spec = json!({"containers": containers, "imagePullSecrets": names(secrets)});
        let mut set = object("apps.kruise.io/v1alpha1", "SidecarSet", "s", &spec);
        set["metadata"].as_object_mut().unwrap().remove("namespace");
        set
    };
    let reasons = world().with(&set(&["old"])).reasons();
    assert_eq!(reasons[0].class(), ReasonClass::LoginUnproven);
    assert!(!reasons[0].hint().unwrap().contains("secrets copy"));
    assert_eq!(world().with(&set(&["old", "tcr"])).entry().verdict, Verdict::Switch);
}

#[test]
fn a_running_batch_is_left_alone_and_a_service_is_not() {
    let spark = |state: &str, restarts: &str| {
        let spec = json!({
            "image": image(), "imagePullSecrets": ["old"], "driver": {}, "executor": {},
            "restartPolicy": {"type": restarts},
        });
        let mut spark = object("sparkoperator.k8s.io/v1beta2", "SparkApplication", "s", &spec);
        spark["status"] = json!({"applicationState": {"state": state}});
        world().with(&spark).entry().verdict
    };
    assert!(matches!(spark("RUNNING", "Never"), Verdict::Immutable(_)));
    assert!(matches!(spark("PENDING_RERUN", "OnFailure"), Verdict::Immutable(_)));
    assert_eq!(spark("RUNNING", "Always"), Verdict::Switch);
    assert_eq!(spark("", "Never"), Verdict::Switch, "it has not begun");
    assert_eq!(spark("COMPLETED", "Never"), Verdict::Finished);
}

#[test]
fn an_image_that_a_container_gets_as_it_is_has_the_tag_that_the_kubelet_reads() {
    let old = |spec: &Value, kind: &str| {
        let entry = world().with(&object("monitoring.coreos.com/v1", kind, "p", spec)).entry();
        entry.images.into_iter().map(|image| image.target.map(|it| it.to_string())).next().flatten()
    };
    let web = ccr("shop/web");
    let prometheus = json!({"image": web, "version": "v3.0.0"});
    assert_eq!(old(&prometheus, "Prometheus"), Some(tcr("shop/web:latest")));
    let base = json!({"baseImage": web, "version": "v3.0.0"});
    assert_eq!(old(&base, "Prometheus"), Some(tcr("shop/web:v3.0.0")));
    assert_eq!(old(&prometheus, "Unknown"), Some(tcr("shop/web:v3.0.0")));
}
