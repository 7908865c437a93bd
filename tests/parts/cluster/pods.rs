//! Pods run if their images are there, and say what is missing if not.

use serde_json::{Value, json};

use crate::support::DockerRegistry;
use crate::support::cluster::yaml::{cron_job, job, workload};
use crate::support::cluster::{Cluster, Place};
use crate::support::content::Shelf;

/// A registry that asks for no login, with `shop/web:v1` and `shop/web:v2`.
fn registry() -> DockerRegistry {
    let registry = DockerRegistry::start();
    for tag in ["v1", "v2"] {
        Shelf::open(registry.host(), "shop/web").image(Some(tag), tag, &[b"layer"]);
    }
    registry
}

#[test]
fn every_kind_of_workload_comes_up_when_its_image_is_there() {
    let (cluster, registry) = (Cluster::shared(), registry());
    let namespace = cluster.namespace("kinds");
    let image = format!("{}/shop/web:v1", registry.host());
    for kind in ["Deployment", "StatefulSet", "DaemonSet"] {
        cluster.apply(&workload(kind, &namespace, "web", &image));
    }
    cluster.apply(&job(&namespace, "once", &image));
    let annotated = json!({"annotations": {"runs-on": "true"}});
    let mut long: Value = serde_yaml::from_str(&job(&namespace, "long", &image)).unwrap();
    long["spec"]["template"]["metadata"] = annotated;
    cluster.apply(&long.to_string());
    cluster.apply(&cron_job(&namespace, "nightly", &image));
    for kind in ["deployment", "statefulset", "daemonset"] {
        cluster.roll_out(&namespace, &format!("{kind}/web"));
    }
    let done = ["wait", "--for=condition=complete", "job/once", "--timeout=60s", "-n", &namespace];
    cluster.kubectl(&done).ends_with(0);
    let begun = ["create", "job", "--from=cronjob/nightly", "now", "-n", &namespace];
    cluster.kubectl(&begun).ends_with(0);
    cluster.wait_until("the CronJob's job is done", || {
        cluster.get("jobs", &namespace, "now")["status"]["succeeded"] == 1
    });

    cluster.wait_until("the long job runs", || {
        cluster.get("jobs", &namespace, "long")["status"]["ready"] == 1
    });
    let nodes = cluster.get("daemonsets", &namespace, "web")["status"]["numberReady"].clone();
    assert_eq!(nodes, 2, "one on each node");
    let pod = cluster.get("pods", &namespace, "web-0");
    let status = &pod["status"]["containerStatuses"][0];
    let id = status["imageID"].as_str().unwrap();
    assert!(id.starts_with(&format!("{}/shop/web@sha256:", registry.host())), "{id}");
    assert_eq!(pod["status"]["phase"], "Running");
    assert_eq!(registry.writes(), 2 * 5, "only what the test itself pushed");
}

#[test]
fn an_image_that_is_missing_is_waited_for() {
    let (cluster, registry) = (Cluster::shared(), registry());
    let namespace = cluster.namespace("missing");
    let image = format!("{}/shop/web:v3", registry.host());
    cluster.apply(&workload("Deployment", &namespace, "web", &image));
    cluster.wait_until("the pull fails", || cluster.waiting(&namespace).is_some());
    let mut reasons = Vec::new();
    cluster.wait_until("it backs off", || {
        let (reason, message) = cluster.waiting(&namespace).unwrap();
        assert!(message.contains(&format!("{image}: not found")), "{message}");
        reasons.push(reason);
        reasons.last().unwrap() == "ImagePullBackOff"
    });
    assert!(reasons.iter().all(|one| one == "ErrImagePull" || one == "ImagePullBackOff"));

    Shelf::open(registry.host(), "shop/web").image(Some("v3"), "v3", &[b"layer"]);
    cluster.roll_out(&namespace, "deployment/web");
    assert_eq!(cluster.waiting(&namespace), None);
}

#[test]
fn a_rollout_brings_the_new_image_and_waits_while_it_is_frozen() {
    let (cluster, registry) = (Cluster::shared(), registry());
    let namespace = cluster.namespace("rollout");
    let image = |tag: &str| format!("{}/shop/web:{tag}", registry.host());
    cluster.apply(&workload("Deployment", &namespace, "web", &image("v1")));
    cluster.roll_out(&namespace, "deployment/web");
    cluster.freeze(&namespace);
    let set = |tag| format!("main={}", image(tag));
    cluster.kubectl(&["set", "image", "deployment/web", &set("v2"), "-n", &namespace]).ends_with(0);
    cluster.wait_until("the new pod is bound", || {
        let pods = cluster.list("pods", &namespace);
        pods.len() == 2 && pods.iter().all(|pod| pod["spec"]["nodeName"].is_string())
    });
    std::thread::sleep(std::time::Duration::from_millis(500));
    let status = cluster.get("deployments", &namespace, "web")["status"].clone();
    assert_eq!((&status["replicas"], &status["readyReplicas"]), (&json!(2), &json!(1)), "{status}");
    cluster.thaw(&namespace);
    cluster.roll_out(&namespace, "deployment/web");
    cluster.wait_until("the old pod is gone", || {
        let pods = cluster.list("pods", &namespace);
        pods.len() == 1 && pods[0]["spec"]["containers"][0]["image"] == image("v2")
    });
}

#[test]
fn a_live_pod_takes_another_image() {
    let (cluster, registry) = (Cluster::shared(), registry());
    let namespace = cluster.namespace("live");
    let image = |tag: &str| format!("{}/shop/web:{tag}", registry.host());
    let line = ["run", "web", "--image", &image("v1"), "-n", &namespace];
    cluster.kubectl(&line).ends_with(0);
    let status =
        || cluster.get("pods", &namespace, "web")["status"]["containerStatuses"][0].clone();
    cluster.wait_until("it runs", || status()["ready"] == true);
    let change = |tag| {
        let line = ["set", "image", "pod/web", &format!("web={}", image(tag)), "-n", &namespace];
        cluster.kubectl(&line).ends_with(0);
    };
    change("v2");
    cluster.wait_until("it runs again", || status()["image"] == image("v2"));
    assert_eq!(status()["restartCount"], 1);
    change("v9");
    cluster.wait_until("it waits", || status()["state"]["waiting"].is_object());
    let pod = cluster.get("pods", &namespace, "web");
    assert_eq!(pod["status"]["phase"], "Running", "it has been running");
    assert_eq!(status()["ready"], false);
}

#[test]
fn init_containers_image_volumes_and_debuggers_need_their_images_too() {
    let (cluster, registry) = (Cluster::shared(), registry());
    let namespace = cluster.namespace("parts");
    let image = |tag: &str| format!("{}/shop/web:{tag}", registry.host());
    let pod = |name: &str, init: &str, volume: &str| {
        json!({
            "apiVersion": "v1", "kind": "Pod",
            "metadata": {"namespace": namespace, "name": name},
            "spec": {
                "initContainers": [{"name": "first", "image": image(init)}],
                "containers": [{
                    "name": "main", "image": image("v1"),
                    "volumeMounts": [{"name": "data", "mountPath": "/data"}],
                }],
                "volumes": [{"name": "data", "image": {"reference": image(volume)}}],
            },
        })
        .to_string()
    };
    for (name, init, volume) in [("good", "v1", "v2"), ("init", "v7", "v1"), ("volume", "v1", "v7")]
    {
        cluster.create(&pod(name, init, volume));
    }
    let status = |name: &str| cluster.get("pods", &namespace, name)["status"].clone();
    let reason = |status: &Value, list: &str| status[list][0]["state"]["waiting"]["reason"].clone();
    cluster.wait_until("the good one runs", || status("good")["phase"] == "Running");
    cluster.wait_until("init waits", || {
        reason(&status("init"), "initContainerStatuses") == "ImagePullBackOff"
    });
    assert_eq!(reason(&status("init"), "containerStatuses"), "PodInitializing");
    cluster.wait_until("volume waits", || {
        reason(&status("volume"), "containerStatuses") == "ImagePullBackOff"
    });

    let debugger =
        json!({"spec": {"ephemeralContainers": [{"name": "look", "image": image("v7")}]}});
    let path = format!("/api/v1/namespaces/{namespace}/pods/good/ephemeralcontainers");
    let strategic = "application/strategic-merge-patch+json";
    cluster.api().ask("PATCH", &path, Some((strategic, &debugger))).good();
    cluster.wait_until("the debugger waits", || {
        reason(&status("good"), "ephemeralContainerStatuses") == "ImagePullBackOff"
    });
    assert_eq!(status("good")["containerStatuses"][0]["ready"], true, "the pod has no less");
}

#[test]
fn a_host_that_is_elsewhere_is_where_the_test_says_or_nowhere() {
    let (cluster, registry) = (Cluster::shared(), registry());
    let namespace = cluster.namespace("hosts");
    let image = "ccr.ccs.tencentyun.com/shop/web:v1";
    cluster.apply(&workload("Deployment", &namespace, "web", image));
    cluster.wait_until("the pull fails", || cluster.waiting(&namespace).is_some());
    let (_, message) = cluster.waiting(&namespace).unwrap();
    assert!(message.contains("lookup ccr.ccs.tencentyun.com: no such host"), "{message}");
    let place = Place::At(registry.host().to_owned());
    cluster.place(&namespace, "ccr.ccs.tencentyun.com", place);
    cluster.roll_out(&namespace, "deployment/web");

    cluster.place(&namespace, "docker.io", Place::HoldsAll);
    cluster.apply(&workload("Deployment", &namespace, "proxy", "nginx"));
    cluster.roll_out(&namespace, "deployment/proxy");
}
