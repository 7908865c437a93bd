//! Rollouts that a change of the pull secrets starts.

use std::process::Stdio;
use std::time::Duration;

use serde_json::{Value, json};

use super::world;
use crate::support::Run;
use crate::support::cluster::yaml::{changed, workload};
use crate::switch::fixtures::World;

impl World {
    /// A workload whose template names these Secrets.
    #[track_caller]
    fn with_list(&self, kind: &str, name: &str, image: &str, secrets: &[&str], more: &Value) {
        let text = workload(kind, &self.namespace, name, image);
        let names: Vec<Value> = secrets.iter().map(|name| json!({"name": name})).collect();
        self.cluster.create(&changed(&text, |object| {
            object["spec"]["template"]["spec"]["imagePullSecrets"] = names.into();
            for (key, value) in more.as_object().unwrap() {
                object[key].as_object_mut().unwrap().extend(value.as_object().unwrap().clone());
            }
        }));
    }

    /// The names in the list of a Deployment.
    fn list_of(&self, name: &str) -> Vec<String> {
        let object = self.cluster.get("deployments", &self.namespace, name);
        let names = object["spec"]["template"]["spec"]["imagePullSecrets"].as_array();
        let names = names.into_iter().flatten();
        names.map(|name| name["name"].as_str().unwrap().to_owned()).collect()
    }
}

#[test]
fn the_rollouts_of_a_copy_are_watched_and_rolled_back() {
    let world = world("watched");
    let image = format!("{}/shop/web:v1", world.sandbox().ccr());
    world.secret(&world.namespace, "old", &[world.sandbox().ccr()]);
    for name in ["a", "b"] {
        world.with_list("Deployment", name, &image, &["old"], &json!({}));
        world.cluster.roll_out(&world.namespace, &format!("deployment/{name}"));
    }
    let before = world.cluster.snapshot(&[&world.namespace]);
    let line = "copy --yes --to-templates --rollback-file back.json";
    let done = world.secrets(line).ends_with(0);
    done.says(&[
        "rollback file: back.json",
        "INFO deployment.apps/a in",
        "2 rolled out, 1 written",
    ]);
    assert_eq!((world.list_of("a"), world.list_of("b")), (names("old tcr"), names("old tcr")));

    world.account_lists(&["old"]);
    let taken = world.secrets(line).ends_with(2);
    taken.says(&["back.json already exists", "--rollback-file FILE"]);
    assert_eq!(world.account(), ["old"], "nothing is written without a rollback file");
    world.account_lists(&[]);
    world.roll_back("back.json").ends_with(0);
    world.cluster.kubectl(&["delete", "secret", "tcr", "-n", &world.namespace]).ends_with(0);
    before.assert_same(&world.cluster.snapshot(&[&world.namespace]));
}

#[test]
fn what_has_no_rollout_is_written_and_not_waited_for() {
    let world = world("norollout");
    let image = format!("{}/shop/web:v1", world.sandbox().ccr());
    world.secret(&world.namespace, "old", &[world.sandbox().ccr()]);
    for (kind, name, spec) in [
        ("Deployment", "paused", json!({"paused": true})),
        ("Deployment", "none", json!({"replicas": 0})),
        ("StatefulSet", "late", json!({"updateStrategy": {"type": "OnDelete"}})),
    ] {
        world.with_list(kind, name, &image, &["old"], &json!({"spec": spec}));
    }
    let done = world.secrets("copy --yes --to-templates --timeout 20s").ends_with(0);
    done.says(&[
        "it is paused; its pods change when it is resumed",
        "0 replicas",
        "its update strategy is OnDelete",
        "4 objects: 4 written",
    ])
    .never_says(&["restart, because"]);
    assert_eq!(world.list_of("paused"), names("old tcr"));
}

#[test]
fn a_pod_that_can_not_pull_stops_a_prune() {
    let world = world("broken");
    let image = format!("{}/shop/web:v1", world.sandbox().tcr());
    world.secret(&world.namespace, "old", &[world.sandbox().ccr()]);
    world.secret(&world.namespace, "tcr", &[world.sandbox().tcr()]);
    for name in ["a", "b"] {
        world.with_list("Deployment", name, &image, &["old", "tcr"], &json!({}));
        world.cluster.roll_out(&world.namespace, &format!("deployment/{name}"));
    }
    let before = world.cluster.snapshot(&[&world.namespace]);
    world.wrong_secret(&world.namespace, "tcr", world.sandbox().tcr());
    let line = "prune --yes --delete-secrets --concurrency 1 --rollback-file back.json";
    let stopped = world.secrets(line).ends_with(1);
    stopped.says(&[
        "pod a-",
        &format!("can't pull {image}"),
        "1 broken, 2 not tried",
        "kubectl tcr-switch rollback back.json",
    ]);
    assert_eq!((world.list_of("a"), world.list_of("b")), (names("tcr"), names("old tcr")));
    assert!(world.cluster.find("secrets", &world.namespace, "old").is_some());

    world.cluster.kubectl(&["delete", "secret", "tcr", "-n", &world.namespace]).ends_with(0);
    world.secret(&world.namespace, "tcr", &[world.sandbox().tcr()]);
    world.roll_back("back.json").ends_with(0);
    before.assert_same(&world.cluster.snapshot(&[&world.namespace]));
}

#[test]
fn a_pod_that_could_not_pull_before_does_not_stop_the_copy_that_fixes_it() {
    let world = world("mended");
    let image = format!("{}/shop/web:v1", world.sandbox().tcr());
    world.secret(&world.namespace, "old", &[world.sandbox().ccr()]);
    world.with_list("Deployment", "web", &image, &["old"], &json!({}));
    world.cluster.wait_until("it can't pull", || world.cluster.waiting(&world.namespace).is_some());
    // For longer than a failed pull is borne with, nothing moves.
    world.cluster.freeze(&world.namespace);
    let mut command = world.verbose_command("secrets copy --yes --to-templates");
    let process = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    world.cluster.wait_until("it is written", || world.list_of("web").len() == 2);
    std::thread::sleep(Duration::from_secs(12));
    world.cluster.thaw(&world.namespace);
    let ended = Run::from(process.wait_with_output().unwrap()).ends_with(0);
    world.without_passwords(ended).says(&["1 rolled out, 1 written"]);
}

#[test]
fn what_others_write_is_left_to_them_unless_told_otherwise() {
    let world = world("managed");
    let image = format!("{}/shop/web:v1", world.sandbox().ccr());
    world.secret(&world.namespace, "old", &[world.sandbox().ccr()]);
    let by_helm = json!({"metadata": {
        "labels": {"app.kubernetes.io/managed-by": "Helm"},
        "annotations": {"meta.helm.sh/release-name": "front"},
    }});
    world.with_list("Deployment", "web", &image, &["old"], &by_helm);
    let left = world.secrets("copy --yes --to-templates --no-wait").ends_with(1);
    left.says(&["needs the Secret tcr and is managed by Helm release front", "edit the values"]);
    assert_eq!(world.list_of("web"), names("old"));
    let line = "copy --yes --to-templates --no-wait --include-managed";
    world.secrets(line).ends_with(0).says(&["Helm release front may revert this"]);
    assert_eq!(world.list_of("web"), names("old tcr"));
}

fn names(list: &str) -> Vec<String> {
    list.split(' ').map(str::to_owned).collect()
}
