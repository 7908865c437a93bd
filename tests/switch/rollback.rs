//! Rollbacks of what has changed since.

use serde_json::json;

use super::fixtures::World;
use crate::support::cluster::Cluster;
use crate::support::cluster::yaml::workload;

/// A world in which `a` and `b` have been switched, and `back.json` takes that back.
fn switched(like: &str) -> World {
    let world = World::open(like);
    world.copied("web:v1");
    world.deployment("a", "web:v1");
    world.deployment("b", "web:v1");
    world.switch(&["--yes", "--rollback-file", "back.json"]).ends_with(0);
    world
}

#[test]
fn what_was_changed_since_is_left_alone() {
    let world = switched("since");
    let other = format!("{}/other/thing:v1", world.tcr());
    let line = ["set", "image", "deployment/a", &format!("main={other}"), "-n", &world.namespace];
    world.cluster.kubectl(&line).ends_with(0);
    let back = world.roll_back("back.json").ends_with(1);
    back.says(&["changed since at /spec/template/spec/containers/0/image", "not rolled back"]);
    assert_eq!(world.image_of("a"), other);
    assert_eq!(world.image_of("b"), world.in_ccr("web:v1"));
}

#[test]
fn an_old_image_that_is_gone_is_not_gone_back_to() {
    let world = World::open("imagegone");
    world.only_in_tcr("web:v1");
    let text = workload("Deployment", &world.namespace, "a", &world.in_ccr("web:v1"));
    world.cluster.create(&text);
    world.switch(&["--yes", "--rollback-file", "back.json"]).ends_with(0).says(&["1 rolled out"]);
    let back = world.roll_back("back.json").ends_with(1);
    back.says(&["its pods could not pull", "is gone"]);
    assert_eq!(world.image_of("a"), world.in_tcr("web:v1"));
}

#[test]
fn a_guard_is_named_with_the_line_that_lifts_it() {
    let world = switched("guarded");
    let guard = |words: &[&str]| {
        let line = [&["tcr-switch", "guard"], words, &["-n", &world.namespace, "--yes"]].concat();
        world.cluster.kubectl(&[line.as_slice(), &["--ccr-host", world.ccr()]].concat())
    };
    guard(&["--mode", "deny", "--force"]).ends_with(0);
    let back = world.roll_back("back.json").ends_with(1);
    back.says(&["tcr-switch-guard", "hint: lift the guard first: kubectl tcr-switch guard remove"]);
    assert_eq!(world.image_of("a"), world.in_tcr("web:v1"));
    let line = ["tcr-switch", "guard", "remove", "-n", &world.namespace, "--yes"];
    world.cluster.kubectl(&line).ends_with(0);
    world.cluster.wait_until("it is rolled back", || world.roll_back("back.json").code == 0);
    assert_eq!(world.image_of("a"), world.in_ccr("web:v1"));
}

#[test]
fn what_was_deleted_or_recreated_is_told() {
    let world = switched("anew");
    let delete = |name: &str| {
        let line = ["delete", "deployment", name, "-n", &world.namespace];
        world.cluster.kubectl(&line).ends_with(0);
    };
    delete("a");
    delete("b");
    world.cluster.create(&workload("Deployment", &world.namespace, "b", &world.in_tcr("web:v1")));
    let back = world.roll_back("back.json").ends_with(1);
    back.says(&["it no longer exists", "it has been deleted and recreated since"]);
    assert_eq!(world.image_of("b"), world.in_tcr("web:v1"));
}

#[test]
fn a_file_that_was_edited_or_is_of_another_cluster_is_refused() {
    let world = switched("edited");
    let path = world.cluster.folder().join("back.json");
    let text = std::fs::read_to_string(&path).unwrap();
    let edited = text.replace("shop/web:v1", "shop/web:v0");
    world.cluster.file("edited.json", &edited);
    world.roll_back("edited.json").ends_with(2).says(&["edited.json was edited", "hint: "]);
    world.cluster.file("half.json", &text[..text.len() / 2]);
    world.roll_back("half.json").ends_with(2).says(&["half.json", "hint: "]);
    world.roll_back("none.json").ends_with(2).says(&["none.json", "hint: "]);
    let other = Cluster::alone();
    other.file("back.json", &text);
    let strange = other.kubectl(&["tcr-switch", "rollback", "back.json", "--yes"]).ends_with(2);
    strange.says(&["belongs to another cluster", world.cluster.plane().server(), "--context NAME"]);
    assert_eq!(world.image_of("a"), world.in_tcr("web:v1"));
}

#[test]
fn an_added_list_and_annotation_are_removed_again() {
    let world = World::open("absent");
    world.copied("web:v1");
    world.pull_secret("tcr", world.tcr());
    world.deployment("web", "web:v1");
    world.create(&json!({
        "apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": "nightly"},
        "spec": {"schedule": "0 3 * * *", "jobTemplate": {"spec": {"template": {"spec": {
            "restartPolicy": "Never", "imagePullSecrets": [],
            "initContainers": [{"name": "first", "image": world.in_ccr("web:v1")}],
            "containers": [{"name": "main", "image": world.in_ccr("web:v1")}],
        }}}}},
    }));
    let before = world.cluster.snapshot(&[&world.namespace]);
    let line = ["--yes", "--pull-secret", "add", "--annotate", "--rollback-file", "back.json"];
    world.switch(&line).ends_with(0).says(&["1 rolled out, 2 written"]);
    let web = world.cluster.get("deployments", &world.namespace, "web");
    let note = web["metadata"]["annotations"]["tcr-switch/old-images"].as_str().unwrap();
    assert!(note.contains(&world.in_ccr("web:v1")), "{note}");
    let account = world.cluster.get("serviceaccounts", &world.namespace, "default");
    assert_eq!(account["imagePullSecrets"], json!([{"name": "tcr"}]));
    world.roll_back("back.json").ends_with(0);
    before.assert_same(&world.cluster.snapshot(&[&world.namespace]));
}
