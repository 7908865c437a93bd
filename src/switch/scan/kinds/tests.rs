use serde_json::{Value, json};

use super::*;
use crate::workload::CcrNames;

fn resource(group: &str, kind: &str, plural: &str, namespaced: bool) -> Resource {
    Resource {
        group: group.to_owned(),
        namespaced,
        verbs: vec!["list".to_owned()],
        ..Resource::core(kind, plural)
    }
}

/// The lists that are read, as `plural.group` and the type that they are confined to.
fn lists(resources: &[(&str, &str, &str, bool)], one_namespace: bool) -> Vec<String> {
    let resources = resources
        .iter()
        .map(|(group, kind, plural, namespaced)| resource(group, kind, plural, *namespaced))
        .collect();
    let discovery = Discovery { resources, unread: Vec::new() };
    let name = |part: &Part| match part.only_type {
        Some(only) => format!("{} of {only}", part.resource.full_name()),
        None => part.resource.full_name(),
    };
    parts(&discovery, one_namespace).iter().map(name).collect()
}

#[test]
fn kinds_that_may_name_images_are_read_and_no_others() {
    let read = lists(
        &[
            ("", "ConfigMap", "configmaps", true),
            ("", "Event", "events", true),
            ("", "Node", "nodes", false),
            ("", "PodTemplate", "podtemplates", true),
            ("", "ReplicationController", "replicationcontrollers", true),
            ("", "Service", "services", true),
            ("apps", "ControllerRevision", "controllerrevisions", true),
            ("apps", "StatefulSet", "statefulsets", true),
            ("batch", "CronJob", "cronjobs", true),
            ("events.k8s.io", "Event", "events", true),
            ("rbac.authorization.k8s.io", "Role", "roles", true),
            ("sparkoperator.k8s.io", "SparkApplication", "sparkapplications", true),
            ("x.io", "Site", "sites", false),
        ],
        false,
    );
    assert_eq!(
        read,
        [
            "configmaps",
            "podtemplates",
            "replicationcontrollers",
            "statefulsets.apps",
            "cronjobs.batch",
            "sparkapplications.sparkoperator.k8s.io",
            "sites.x.io",
        ]
    );
}

#[test]
fn of_secrets_only_those_for_registries_leave_the_server() {
    let read = lists(&[("", "Secret", "secrets", true)], true);
    assert_eq!(
        read,
        ["secrets of kubernetes.io/dockercfg", "secrets of kubernetes.io/dockerconfigjson"]
    );
    assert_eq!(
        lists(&[("x.io", "Secret", "secrets", true)], true),
        ["secrets.x.io"],
        "another kind"
    );
}

#[test]
fn in_one_namespace_what_lies_in_none_is_not_read() {
    let kinds = [("x.io", "Site", "sites", false), ("x.io", "Page", "pages", true)];
    assert_eq!(lists(&kinds, true), ["pages.x.io"]);
    assert_eq!(lists(&kinds, false), ["sites.x.io", "pages.x.io"]);
}

#[test]
fn the_long_lists_come_first() {
    let read = lists(
        &[
            ("", "ConfigMap", "configmaps", true),
            ("apps", "Deployment", "deployments", true),
            ("", "Pod", "pods", true),
        ],
        false,
    );
    assert_eq!(read, ["deployments.apps", "pods", "configmaps"]);
}

#[test]
fn what_can_not_be_listed_is_left_out() {
    let mut kind = resource("x.io", "Site", "sites", true);
    kind.verbs = vec!["create".to_owned()];
    let discovery = Discovery { resources: vec![kind], unread: Vec::new() };
    assert!(parts(&discovery, false).is_empty());
}

#[test]
fn selectors_are_for_objects_with_images_not_for_accounts_and_secrets() {
    let about_images = |group: &str, kind: &str, plural: &str| {
        let resources = vec![resource(group, kind, plural, true)];
        parts(&Discovery { resources, unread: Vec::new() }, false)[0].is_about_images()
    };
    assert!(about_images("", "Pod", "pods"));
    assert!(about_images("x.io", "ServiceAccount", "serviceaccounts"));
    assert!(!about_images("", "ServiceAccount", "serviceaccounts"));
    assert!(!about_images("", "Secret", "secrets"));
}

fn is_kept(object: &Value) -> bool {
    let kind = object["kind"].as_str().unwrap();
    let found =
        ScannedObject::of(object, &Arc::new(resource("", kind, "", true)), &CcrNames::default())
            .unwrap();
    is_worth_keeping(&found, None)
}

fn pod(image: &str) -> Value {
    json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p", "namespace": "shop"},
        "spec": {"containers": [{"name": "main", "image": image}]}})
}

#[test]
fn an_image_on_ccr_is_kept_in_every_spelling_of_its_host() {
    for image in [
        "ccr.ccs.tencentyun.com/shop/web:v1",
        "ccr.ccs.tencentyun.com:443/shop/web:v1",
        "CCR.ccs.tencentyun.com/shop/web:v1",
        " ccr.ccs.tencentyun.com/shop/web:v1",
        "ccr.ccs.tencentyun.com/tkeimages/pause:3",
    ] {
        assert!(is_kept(&pod(image)), "{image}");
    }
    for image in ["nginx", "quay.io/a/b", "evil.ccr.ccs.tencentyun.com/shop/web"] {
        assert!(!is_kept(&pod(image)), "{image}");
    }
}

#[test]
fn a_list_of_pull_secrets_is_kept_for_what_it_uses() {
    let mut pod = pod("nginx");
    pod["spec"]["imagePullSecrets"] = json!([{"name": "old"}]);
    assert!(is_kept(&pod));
    pod["spec"]["imagePullSecrets"] = json!([]);
    assert!(!is_kept(&pod));
}

#[test]
fn a_mention_is_kept() {
    let config = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"},
        "data": {"a": "docker pull ccr.ccs.tencentyun.com/shop/web:v1"}});
    assert!(is_kept(&config));
}

#[test]
fn what_a_kind_that_is_read_itself_makes_is_left_out() {
    let owned = |api_version: &str, kind: &str| {
        let mut pod = pod("ccr.ccs.tencentyun.com/shop/web:v1");
        pod["metadata"]["ownerReferences"] =
            json!([{"apiVersion": api_version, "kind": kind, "name": "o", "controller": true}]);
        pod
    };
    for (api_version, kind) in [
        ("apps/v1", "ReplicaSet"),
        ("apps/v1", "StatefulSet"),
        ("apps/v1", "DaemonSet"),
        ("batch/v1", "Job"),
        ("v1", "ReplicationController"),
        ("apps.kruise.io/v1alpha1", "CloneSet"),
        ("apps.tkestack.io/v1", "TApp"),
        ("tekton.dev/v1", "TaskRun"),
    ] {
        assert!(!is_kept(&owned(api_version, kind)), "{kind}");
    }
    assert!(is_kept(&owned("v1", "Node")), "a static pod");
    assert!(is_kept(&owned("example.com/v1", "StatefulSet")), "of a group that is not known");
}

#[test]
fn a_replica_set_that_a_rollout_keeps_to_go_back_to_is_left_out() {
    let kept = |owner: &str, replicas: i64| {
        is_kept(&json!({
            "apiVersion": "apps/v1", "kind": "ReplicaSet",
            "metadata": {"name": "web-1", "namespace": "shop", "ownerReferences":
                [{"apiVersion": owner, "kind": "Rollout", "name": "web", "controller": true}]},
            "spec": {"replicas": replicas, "template": {"spec": pod("ccr.ccs.tencentyun.com/shop/web:v1")["spec"]}},
        }))
    };
    assert!(!kept("argoproj.io/v1alpha1", 2), "its template is the Rollout's, or a Deployment's");
    assert!(!kept("example.com/v1", 0));
    assert!(kept("example.com/v1", 2));
}

#[test]
fn what_a_metrics_server_would_serve_names_no_image() {
    assert!(!may_matter("metrics.k8s.io/v1beta1"));
    assert!(may_matter("example.com/v1"));
}
