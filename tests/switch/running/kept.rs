//! Workloads whose pods keep their images when the template changes.

use serde_json::{Value, json};

use crate::support::cluster::yaml::{changed, cron_job, workload};
use crate::switch::fixtures::World;

/// A workload with `web:v1` of CCR, and this in its `spec`; rolled out.
fn create(world: &World, kind: &str, name: &str, spec: &Value) {
    let text = workload(kind, &world.namespace, name, &world.in_ccr("web:v1"));
    world.cluster.create(&changed(&text, |object| {
        object["spec"].as_object_mut().unwrap().extend(spec.as_object().unwrap().clone());
    }));
    world.cluster.wait_until("its pods run", || {
        let object =
            world.cluster.get(&format!("{}s", kind.to_lowercase()), &world.namespace, name);
        let status = &object["status"];
        let wanted = if kind == "DaemonSet" { json!(2) } else { spec["replicas"].clone() };
        let ready = if kind == "DaemonSet" { "numberReady" } else { "readyReplicas" };
        status[ready] == wanted && status["observedGeneration"] == object["metadata"]["generation"]
    });
}

fn delete_pods(world: &World, names: &[String]) {
    for name in names {
        let path = format!("/api/v1/namespaces/{}/pods/{name}", world.namespace);
        world.cluster.api().ask("DELETE", &path, None).good();
    }
}

fn pod_names(world: &World) -> Vec<String> {
    let pods = world.cluster.list("pods", &world.namespace);
    pods.iter().map(|pod| pod["metadata"]["name"].as_str().unwrap().to_owned()).collect()
}

/// Whether all pods run the image of TCR, and are ready.
fn all_on_tcr(world: &World) -> bool {
    let pods = world.cluster.list("pods", &world.namespace);
    pods.iter().all(|pod| {
        pod["spec"]["containers"][0]["image"] == world.in_tcr("web:v1")
            && pod["status"]["containerStatuses"][0]["ready"] == true
    })
}

#[test]
fn pods_of_an_on_delete_daemon_set_are_told_until_they_are_deleted() {
    let world = World::open("ondelete");
    world.copied("web:v1");
    create(&world, "DaemonSet", "agent", &json!({"updateStrategy": {"type": "OnDelete"}}));
    let pods = pod_names(&world);
    let keeps = "2 pods keep the old image until they are deleted: daemonset.apps/agent";
    let plan = world.switch(&["--dry-run"]).ends_with(1);
    plan.says(&[keeps, "kubectl delete pod/agent-"]);
    let plan = world.switch(&["--dry-run", "-o", "json"]).ends_with(1).json();
    assert_eq!(plan["objects"][0]["keptPods"]["pods"], 2);
    assert_eq!(plan["objects"][0]["keptPods"]["kept"], "onDelete");

    // The pods still run from CCR: something is left.
    let done = world.switch(&["--yes", "--rollback-file", "back.json"]).ends_with(1);
    done.says(&["1 object: 1 written", keeps]).never_says(&["rolled out"]);

    let image = world.in_ccr("web:v1");
    let verified = world.verify().ends_with(1);
    verified.says(&[
        &format!("2 pods of daemonset.apps/agent in {} run {image} (main)", world.namespace),
        "its update strategy is OnDelete",
        "delete one pod after the other: kubectl delete pod/agent-",
        "something is left to do",
    ]);
    let json = world.switch(&["verify", "-o", "json"]).ends_with(1).json();
    assert_eq!(json["summary"]["runningPods"], 2);
    let running = &json["runningPods"][0];
    assert_eq!(running["owner"]["name"], "agent");
    assert_eq!(running["revision"], "old");
    assert_eq!(running["images"][0]["origin"], "oldTemplate");
    assert_eq!(running["podNames"].as_array().unwrap().len(), 2);
    assert_eq!(world.switch(&["images"]).ends_with(0).stdout.trim(), image);
    world.switch(&["scan"]).ends_with(1).says(&["2 pods run images of CCR", &image]);
    // Nothing to write, and yet something is left.
    let again = world.switch(&["--yes"]).ends_with(1);
    again.says(&["pods still run images of it", "daemonset.apps/agent"]);

    delete_pods(&world, &pods[..1]);
    world.cluster.wait_until("a pod is new", || {
        world
            .cluster
            .list("pods", &world.namespace)
            .iter()
            .any(|pod| pod["spec"]["containers"][0]["image"] == world.in_tcr("web:v1"))
    });
    world.verify().ends_with(1).says(&["1 pod of daemonset.apps/agent"]);
    delete_pods(&world, &pods[1..]);
    world.cluster.wait_until("both are new", || all_on_tcr(&world));
    world.verify().ends_with(0).says(&["all is well"]);
    assert_eq!(world.switch(&["images"]).ends_with(0).stdout, "");
}

#[test]
fn pods_below_a_partition_are_told_until_it_is_lowered() {
    let world = World::open("partition");
    world.copied("web:v1");
    let partition = |ordinal: u64| json!({"replicas": 3, "updateStrategy": {"rollingUpdate": {"partition": ordinal}}});
    create(&world, "StatefulSet", "db", &partition(2));
    let done = world.switch(&["--yes", "--rollback-file", "back.json"]).ends_with(1);
    done.says(&[
        "2 pods keep the old image until the partition is lowered: statefulset.apps/db",
        "kubectl patch statefulset.apps/db",
        "1 object: 1 written",
    ])
    .never_says(&["rolled out"]);
    // Those above it have been waited for.
    let pod = world.cluster.get("pods", &world.namespace, "db-2");
    assert_eq!(pod["spec"]["containers"][0]["image"], world.in_tcr("web:v1"));
    let image = world.in_ccr("web:v1");
    let said = format!("2 pods of statefulset.apps/db in {} run {image}", world.namespace);
    world.verify().ends_with(1).says(&[&said, "its partition holds them back"]);
    // One that is deleted comes back with it.
    assert_eq!(world.switch(&["images"]).ends_with(0).stdout.trim(), image);

    let lower = partition(0);
    world.cluster.merge("statefulsets", &world.namespace, "db", &json!({"spec": lower}));
    world.cluster.roll_out(&world.namespace, "statefulset/db");
    world.cluster.wait_until("all are new", || all_on_tcr(&world));
    world.verify().ends_with(0);
}

#[test]
fn a_partition_that_holds_back_every_pod_is_written_and_no_more() {
    let world = World::open("partition");
    world.copied("web:v1");
    let spec = json!({"replicas": 2, "updateStrategy": {"rollingUpdate": {"partition": 5}}});
    create(&world, "StatefulSet", "db", &spec);
    let line = ["--yes", "--timeout", "20s", "-o", "json"];
    let report = world.switch(&line).ends_with(1).json();
    assert_eq!(report["objects"][0]["outcome"], "written");
    let why = report["objects"][0]["detail"].as_str().unwrap();
    assert!(why.contains("partition holds back every pod"), "{why}");
    world.verify().ends_with(1).says(&["2 pods of statefulset.apps/db"]);
}

#[test]
fn pods_of_a_paused_deployment_are_told_until_it_is_resumed() {
    let world = World::open("paused");
    world.copied("web:v1");
    create(&world, "Deployment", "web", &json!({"replicas": 2}));
    let pause = json!({"spec": {"paused": true}});
    world.cluster.merge("deployments", &world.namespace, "web", &pause);
    world.switch(&["--yes"]).ends_with(1).says(&[
        "2 pods keep the old image until their workload is resumed: deployment.apps/web",
        &format!("resume it: kubectl rollout resume deployment.apps/web -n {}", world.namespace),
        "1 object: 1 written",
    ]);
    let said = format!("2 pods of deployment.apps/web in {} run", world.namespace);
    world.verify().ends_with(1).says(&[&said, "it is paused", "kubectl rollout resume"]);
    let resume = ["rollout", "resume", "deployment.apps/web", "-n", &world.namespace];
    world.cluster.kubectl(&resume).ends_with(0);
    world.cluster.roll_out(&world.namespace, "deployment/web");
    world.cluster.wait_until("the old pods are gone", || all_on_tcr(&world));
    world.verify().ends_with(0);
}

#[test]
fn a_rollout_that_hangs_is_told_with_the_pods_that_are_kept_up() {
    let world = World::open("hangs");
    world.copied("web:v1");
    create(&world, "Deployment", "web", &json!({"replicas": 2}));
    world.create(&json!({
        "apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "full"},
        "spec": {"hard": {"pods": "2"}},
    }));
    world.cluster.wait_until("the quota counts", || {
        let quota = world.cluster.get("resourcequotas", &world.namespace, "full");
        quota["status"]["used"]["pods"] == "2"
    });
    let image = json!({"name": "main", "image": world.in_tcr("web:v1")});
    let spec = json!({"template": {"spec": {"containers": [image]}}, "strategy": {
        "rollingUpdate": {"maxUnavailable": 0}}});
    world.cluster.merge("deployments", &world.namespace, "web", &json!({"spec": spec}));
    world.cluster.wait_until("it is seen", || {
        let object = world.cluster.get("deployments", &world.namespace, "web");
        object["metadata"]["annotations"]["deployment.kubernetes.io/revision"] == "2"
    });
    let said = format!("2 pods of deployment.apps/web in {} run", world.namespace);
    let verified = world.verify().ends_with(1);
    verified.says(&[&said, "its rollout isn't over", "kubectl rollout status deployment.apps/web"]);
}

#[test]
fn pods_of_a_replication_controller_stay() {
    let world = World::open("rc");
    world.copied("web:v1");
    let labels = json!({"app": "rc"});
    world.create(&json!({
        "apiVersion": "v1", "kind": "ReplicationController", "metadata": {"name": "old"},
        "spec": {"replicas": 1, "selector": labels, "template": {
            "metadata": {"labels": labels},
            "spec": {"containers": [{"name": "main", "image": world.in_ccr("web:v1")}]}}},
    }));
    world.cluster.wait_until("its pod runs", || {
        let object = world.cluster.get("replicationcontrollers", &world.namespace, "old");
        object["status"]["readyReplicas"] == 1
    });
    let done = world.switch(&["--yes"]).ends_with(1);
    done.says(&["1 pod keeps the old image until they are deleted: replicationcontroller/old"]);
    let said = format!("1 pod of replicationcontroller/old in {} runs", world.namespace);
    world.verify().ends_with(1).says(&[&said, "doesn't replace pods"]);
}

#[test]
fn a_job_under_way_is_told_when_its_cron_job_is_switched() {
    let world = World::open("underway");
    world.copied("web:v1");
    let text = cron_job(&world.namespace, "nightly", &world.in_ccr("web:v1"));
    world.cluster.create(&changed(&text, |object| {
        object["spec"]["jobTemplate"]["spec"]["template"]["metadata"] =
            json!({"annotations": {"runs-on": "true"}});
    }));
    let begin = ["create", "job", "--from=cronjob/nightly", "now", "-n", &world.namespace];
    world.cluster.kubectl(&begin).ends_with(0);
    world.cluster.wait_until("the job runs", || {
        world.cluster.get("jobs", &world.namespace, "now")["status"]["ready"] == 1
    });
    let done = world.switch(&["--yes"]).ends_with(1);
    done.says(&["1 pod keeps the old image until their Job ends", "1 object: 1 written"]);
    let image = world.in_ccr("web:v1");
    world.verify().ends_with(1).says(&[
        &format!("1 pod of cronjob.batch/nightly in {} runs {image}", world.namespace),
        "as its template said when Job now began",
        "see when it ends: kubectl get pod/now-",
    ]);
    assert_eq!(world.switch(&["images"]).ends_with(0).stdout.trim(), image);
    let gone = ["delete", "job", "now", "-n", &world.namespace];
    world.cluster.kubectl(&gone).ends_with(0);
    world
        .cluster
        .wait_until("its pod is gone", || world.cluster.list("pods", &world.namespace).is_empty());
    world.verify().ends_with(0);
}
