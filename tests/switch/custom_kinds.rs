//! Kinds that operators bring along: each example is switched with its lists of pull secrets, and
//! goes back; what has ended or can't be changed is left alone.

use serde_json::{Value, json};

use super::fixtures::World;
use crate::support::cluster::custom_kinds::{ALL, cluster_wide_examples, ended, examples, fixed};
use crate::support::cluster::{Cluster, User};
use crate::support::{Run, run};

/// A cluster with all kinds, where CCR and TCR ask for a login and each has its Secret. The account
/// names that for CCR.
fn private() -> World {
    let cluster = Cluster::alone();
    cluster.install_kinds(ALL);
    let world = World::private_on(cluster, "kinds");
    world.pull_secret("qcloudregistrykey", world.ccr());
    world.pull_secret("tcr", world.tcr());
    let secrets = json!({"imagePullSecrets": [{"name": "qcloudregistrykey"}]});
    world.cluster.merge("serviceaccounts", &world.namespace, "default", &secrets);
    world.sandbox().ccr2tcr(&["sync", "shop"]).ends_with(0);
    world
}

/// Creates the objects; gives their paths.
fn create(world: &World, objects: &[Value]) -> Vec<String> {
    objects.iter().map(|object| world.cluster.create_custom(&world.namespace, object)).collect()
}

fn switch(world: &World, more: &[&str]) -> Run {
    let line = ["--yes", "--wait=false", "--rollback-file", "back.json"];
    world.switch(&[&line[..], more].concat())
}

fn roll_back(world: &World, file: &str) {
    let line = ["rollback", file, "--yes", "--wait=false"];
    run(&mut world.command(&User::admin(), &line)).ends_with(0);
}

/// What a spec is now.
fn spec(world: &World, path: &str) -> Value {
    world.cluster.api().get(path).good()["spec"].take()
}

/// A spec that has TCR's Secret, and once more with that alone.
fn pruned(value: &Value) -> Value {
    match value {
        Value::String(text) if text == "qcloudregistrykey;tcr" => json!("tcr"),
        Value::Array(list) => {
            let is_old = |one: &&Value| {
                **one == json!("qcloudregistrykey") || **one == json!({"name": "qcloudregistrykey"})
            };
            list.iter().filter(|one| !is_old(one)).map(pruned).collect()
        }
        Value::Object(map) => {
            Value::Object(map.iter().map(|(key, one)| (key.clone(), pruned(one))).collect())
        }
        other => other.clone(),
    }
}

/// What an object is to be: TCR's host for CCR's, and TCR's Secret wherever CCR's is named.
fn switched(value: &Value, key: &str, ccr: &str, tcr: &str) -> Value {
    match value {
        Value::String(text) if text == "qcloudregistrykey" => match key {
            // There is room for one.
            "imagePullSecret" => json!("tcr"),
            _ => json!("qcloudregistrykey;tcr"),
        },
        Value::String(text) => json!(text.replace(ccr, tcr)),
        Value::Array(list) if *value == json!(["qcloudregistrykey"]) => {
            json!([list[0], "tcr"])
        }
        Value::Array(list) if *value == json!([{"name": "qcloudregistrykey"}]) => {
            json!([list[0], {"name": "tcr"}])
        }
        Value::Array(list) => list.iter().map(|one| switched(one, "", ccr, tcr)).collect(),
        Value::Object(map) => Value::Object(
            map.iter().map(|(key, one)| (key.clone(), switched(one, key, ccr, tcr))).collect(),
        ),
        other => other.clone(),
    }
}

#[test]
fn every_kind_is_switched_with_its_pull_secrets_and_goes_back() {
    let world = private();
    let examples = examples(world.ccr());
    let paths = create(&world, &examples);
    let before = world.cluster.snapshot(&[&world.namespace]);
    switch(&world, &[]).ends_with(0);
    let wanted = |example: &Value| switched(&example["spec"], "", world.ccr(), world.tcr());
    for (example, path) in examples.iter().zip(&paths) {
        assert_eq!(spec(&world, path), wanted(example), "{path}");
    }
    let account = world.cluster.get("serviceaccounts", &world.namespace, "default");
    assert_eq!(
        account["imagePullSecrets"],
        json!([{"name": "qcloudregistrykey"}, {"name": "tcr"}]),
        "a Task has no list of its own"
    );
    world.verify().ends_with(0).says(&["all is well"]);

    let line = ["secrets", "prune", "--yes", "--wait=false", "--rollback-file", "prune.json"];
    world.switch(&line).ends_with(0);
    for (example, path) in examples.iter().zip(&paths) {
        assert_eq!(spec(&world, path), pruned(&wanted(example)), "{path}");
    }
    world.verify().ends_with(0).says(&["all is well"]);
    roll_back(&world, "prune.json");
    roll_back(&world, "back.json");
    before.assert_same(&world.cluster.snapshot(&[&world.namespace]));
}

#[test]
fn what_has_ended_or_can_not_be_changed_is_left_alone() {
    let world = private();
    create(&world, &ended(world.ccr()));
    let fixed = fixed(world.ccr());
    create(&world, &fixed);
    let before = world.cluster.snapshot(&[&world.namespace]);
    let done = switch(&world, &[]).ends_with(1);
    let names = fixed.iter().map(|object| object["metadata"]["name"].as_str().unwrap());
    done.says(&["10 finished", "8 immutable"]).says(&names.collect::<Vec<_>>());
    before.assert_same(&world.cluster.snapshot(&[&world.namespace]));
}

#[test]
fn a_list_that_no_namespace_is_known_for_blocks() {
    let world = private();
    create(&world, &cluster_wide_examples(world.ccr()));
    let line = ["-A", "--dry-run"];
    let mut command = world.command(&User::admin(), &line);
    world.name_hosts(&mut command);
    let plan = run(&mut command).ends_with(1);
    plan.says(&["sidecarset.apps.kruise.io/sidecar-set", "--allow-unproven-login"])
        .never_says(&["secrets copy -n"]);
}

/// The example of this name, created; its path.
fn one(world: &World, name: &str) -> String {
    let mut examples = examples(world.ccr()).into_iter();
    let example = examples.find(|one| one["metadata"]["name"] == name).unwrap();
    world.cluster.create_custom(&world.namespace, &example)
}

#[test]
fn an_image_in_tcr_beside_ccrs_secret_alone_is_not_all_well() {
    let world = private();
    let path = one(&world, "alertmanager");
    let image = json!({"spec": {"image": world.in_tcr("web:v1")}});
    world.cluster.api().merge(&path, &image).good();
    let line = "alertmanager.monitoring.coreos.com/alertmanager";
    world.verify().ends_with(1).says(&[line, "qcloudregistrykey"]);
}

/// Waits until the object's first container is of TCR, as its operator would.
fn wait_for_new_image(world: &World, path: &str) {
    world.cluster.wait_until("the image is switched", || {
        let spec = spec(world, path);
        spec["template"]["spec"]["containers"][0]["image"] == world.in_tcr("web:v1")
    });
}

#[test]
fn the_rollout_of_an_operators_workload_is_waited_for() {
    let world = private();
    let path = one(&world, "clone-set");
    std::thread::scope(|scope| {
        scope.spawn(|| {
            wait_for_new_image(&world, &path);
            let status = json!({"status": {
                "observedGeneration": 2, "updatedReplicas": 1, "availableReplicas": 1,
            }});
            world.cluster.api().merge(&format!("{path}/status"), &status).good();
        });
        let done = world.switch(&["--yes", "--rollback-file", "back.json"]).ends_with(0);
        done.says(&["cloneset.apps.kruise.io/clone-set", "1 rolled out"]);
    });
}

#[test]
fn a_pod_of_an_operator_that_can_not_pull_ends_the_run() {
    let world = private();
    let path = one(&world, "rollout");
    std::thread::scope(|scope| {
        scope.spawn(|| {
            wait_for_new_image(&world, &path);
            // Without the list of its template.
            world.create(&json!({
                "apiVersion": "v1", "kind": "Pod",
                "metadata": {"name": "rollout-1", "labels": {"app": "rollout"}},
                "spec": {
                    "imagePullSecrets": [{"name": "qcloudregistrykey"}],
                    "containers": [{"name": "main", "image": world.in_tcr("web:v1")}],
                },
            }));
        });
        let line = ["--yes", "--timeout=60s", "--rollback-file", "back.json"];
        world.switch(&line).ends_with(1).says(&["pod rollout-1 can't pull"]);
    });
}

#[test]
fn an_image_of_another_kind_needs_a_word_from_someone() {
    let world = private();
    super::custom_resources::define(&world.cluster, &json!({}));
    world.create(&json!({
        "apiVersion": "example.com/v1", "kind": "Site", "metadata": {"name": "front"},
        "spec": {"image": world.in_ccr("web:v1")},
    }));
    let blocked = switch(&world, &[]).ends_with(1);
    blocked.says(&["it is not known how the Site pulls it", "--allow-unproven-login"]);
    let path = format!("/apis/example.com/v1/namespaces/{}/sites/front", world.namespace);
    assert_eq!(spec(&world, &path)["image"], world.in_ccr("web:v1"));
    let done = switch(&world, &["--allow-unproven-login"]).ends_with(0);
    done.says(&["can't find out which Secret its image is pulled with"]);
    assert_eq!(spec(&world, &path)["image"], world.in_tcr("web:v1"));
}
