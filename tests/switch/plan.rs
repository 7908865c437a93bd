//! What a plan shows, and that showing it changes nothing.

use serde_json::json;

use super::fixtures::World;
use crate::support::cluster::yaml::{changed, cron_job, job, workload};
use crate::support::run;

/// One of every built-in kind that can name an image, each of them `web:v1` of CCR.
pub(super) fn every_kind(world: &World) {
    let (namespace, image) = (&world.namespace, world.in_ccr("web:v1"));
    for kind in ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"] {
        world.cluster.create(&workload(kind, namespace, "web", &image));
    }
    world.cluster.create(&cron_job(namespace, "nightly", &image));
    world.cluster.create(&changed(&job(namespace, "long", &image), |job| {
        job["spec"]["template"]["metadata"] = json!({"annotations": {"runs-on": "true"}});
    }));
    world.finished_job("done", "web:v1");
    let spec = json!({"containers": [{"name": "main", "image": image}]});
    let template = json!({"metadata": {"labels": {"app": "rc"}}, "spec": spec});
    let parts = json!({
        "initContainers": [{"name": "first", "image": image}],
        "containers": [{"name": "main", "image": "registry.example.com/other:1", "env": [
            {"name": "SIDECAR", "value": image},
        ]}],
        "volumes": [{"name": "data", "image": {"reference": image}}],
    });
    for (version, kind, body) in [
        ("v1", "ReplicationController", json!({"spec": {"replicas": 0, "template": template}})),
        ("v1", "PodTemplate", json!({"template": {"spec": spec}})),
        ("v1", "Pod", json!({"spec": spec})),
        ("v1", "ConfigMap", json!({"data": {"image": image}})),
        (
            "apps/v1",
            "Deployment",
            json!({"spec": {
                "selector": {"matchLabels": {"app": "parts"}},
                "template": {"metadata": {"labels": {"app": "parts"}}, "spec": parts},
            }}),
        ),
    ] {
        let mut object = body;
        object["apiVersion"] = json!(version);
        object["kind"] = json!(kind);
        object["metadata"] = json!({"name": "some"});
        world.create(&object);
    }
}

#[test]
fn a_dry_run_shows_every_kind_and_writes_nothing() {
    let world = World::open("every");
    world.copied("web:v1");
    every_kind(&world);
    world.pull_secret("tcr", world.tcr());
    let before = world.cluster.snapshot(&[&world.namespace]);
    let shown = world.switch(&["--dry-run", "--pull-secret", "add"]).ends_with(1);
    let row = |object: &str, verdict: &str| {
        let is_it = |line: &&str| {
            let words: Vec<&str> = line.split_whitespace().collect();
            words.get(1) == Some(&object) && line.contains(verdict)
        };
        assert!(shown.stdout.lines().any(|line| is_it(&line)), "{object}:\n{}", shown.stdout);
    };
    for object in [
        "deployment.apps/web",
        "deployment.apps/some",
        "statefulset.apps/web",
        "daemonset.apps/web",
        "replicaset.apps/web",
        "cronjob.batch/nightly",
        "replicationcontroller/some",
        "podtemplate/some",
    ] {
        row(object, "switch");
    }
    row("serviceaccount/default", "add secret");
    row("job.batch/long", "immutable");
    row("job.batch/done", "finished");
    row("pod/some", "immutable");
    row("configmap/some", "mentioned");
    row("deployment.apps/some", "mentioned");
    shown.says(&["the template of a Job can't be changed", "Plan: 8 to switch"]);
    let line = ["--dry-run=server", "--pull-secret", "add"];
    world.switch(&line).ends_with(1).says(&["the API server accepts every change"]);
    before.assert_same(&world.cluster.snapshot(&[&world.namespace]));
}

#[test]
fn a_user_who_may_list_and_not_get_is_shown_the_same() {
    let world = World::open("lister");
    world.copied("web:v1");
    every_kind(&world);
    let shown = |verbs: &[&str]| {
        let rules = json!([{"apiGroups": ["*"], "resources": ["*"], "verbs": verbs}]);
        let user = world.cluster.user_who_may(&world.namespace, &rules);
        let mut command = world.command(&user, &["scan", "-o", "name", "-n", &world.namespace]);
        command.args(["--ccr-host", world.ccr()]);
        let names = run(&mut command).ends_with(1).stdout;
        (names, user.name)
    };
    let (with_list, _) = shown(&["list"]);
    let (with_both, user) = shown(&["list", "get"]);
    assert_eq!(with_list, with_both);
    for object in ["replicaset.apps/web", "pod/some", "deployment.apps/web"] {
        assert!(with_both.contains(object), "{object}:\n{with_both}");
    }
    // Of what a controller has made, only what runs is of interest: pods, which are listed.
    let read = || -> Vec<String> {
        let requests = world.cluster.requests_of(&user);
        let read = requests.iter().map(|request| (&request["verb"], &request["objectRef"]));
        let read = read.filter(|(verb, object)| {
            *verb == "get" && (object["resource"] == "pods" || object["resource"] == "replicasets")
        });
        read.map(|(_, object)| object["name"].as_str().unwrap().to_owned()).collect()
    };
    world.cluster.wait_until("the request is in the log", || !read().is_empty());
    assert_eq!(read(), ["web"]);
}
