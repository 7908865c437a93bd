//! `secrets prune --delete-secrets`: what keeps a Secret, what is kept of it, and how it comes back.

use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;

use serde_json::{Value, json};

use crate::support::cluster::yaml::{changed, cron_job, workload};
use crate::support::cluster::{Cluster, User};
use crate::support::{Run, run};
use crate::switch::custom_resources::define;
use crate::switch::fixtures::World;
use crate::switch::terminal::asked_on_a_terminal;

const ELSEWHERE: &str = "r.lan/tools/kaniko:v1";

/// A `CronJob` between two runs that mounts a Secret, as kaniko wants its logins.
fn kaniko(world: &World, secret: &str) {
    let text = cron_job(&world.namespace, "build", ELSEWHERE);
    world.cluster.create(&changed(&text, |object| {
        let spec = &mut object["spec"]["jobTemplate"]["spec"]["template"]["spec"];
        spec["volumes"] = json!([{"name": "docker", "projected": {"sources": [{"secret": {
            "name": secret, "items": [{"key": ".dockerconfigjson", "path": "config.json"}],
        }}]}}]);
    }));
}

impl World {
    /// `kubectl tcr-switch secrets prune --delete-secrets`
    fn prune(&self, more: &[&str]) -> Run {
        let line = ["secrets", "prune", "--delete-secrets", "--yes", "-n", &self.namespace];
        let mut command = self.command(&User::admin(), &[&line[..], more].concat());
        self.without_passwords(run(command.current_dir(self.cluster.folder())))
    }

    fn undo(&self, more: &[&str]) -> Run {
        let line = ["rollback", "back.json", "--yes"];
        let mut command = self.command(&User::admin(), &[&line[..], more].concat());
        self.without_passwords(run(command.current_dir(self.cluster.folder())))
    }

    fn ccr_secret(&self, name: &str) {
        self.secret(&self.namespace, name, &[self.sandbox().ccr()]);
    }

    fn has_secret(&self, name: &str) -> bool {
        self.cluster.find("secrets", &self.namespace, name).is_some()
    }
}

#[test]
fn whatever_uses_a_secret_keeps_it_and_is_named() {
    let world = World::private_on(Cluster::alone(), "users");
    define(&world.cluster, &json!({}));
    let names = ["by-volume", "by-variable", "by-custom", "by-text", "by-account", "by-job"];
    for name in names.iter().chain(&["unused"]) {
        world.ccr_secret(name);
    }
    kaniko(&world, "by-volume");
    let text = workload("StatefulSet", &world.namespace, "db", ELSEWHERE);
    world.cluster.create(&changed(&text, |object| {
        object["spec"]["replicas"] = json!(0);
        let spec = &mut object["spec"]["template"]["spec"];
        spec["containers"][0]["envFrom"] = json!([{"secretRef": {"name": "by-variable"}}]);
    }));
    world.create(&json!({
        "apiVersion": "example.com/v1", "kind": "Site", "metadata": {"name": "front"},
        "spec": {"build": [{"credentials": "by-custom"}]},
    }));
    world.create(&json!({
        "apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "runner"},
        "data": {"config.toml": "[runners.kubernetes]\nimage_pull_secrets = [\"by-text\"]\n"},
    }));
    world.create(&json!({
        "apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "robot"},
        "secrets": [{"name": "by-account"}],
    }));
    world.create(&json!({
        "apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "once"},
        "spec": {"suspend": true, "template": {"spec": {
            "restartPolicy": "Never", "containers": [{"name": "main", "image": ELSEWHERE}],
            "volumes": [{"name": "v", "secret": {"secretName": "by-job"}}],
        }}},
    }));
    let place = |name: &str, at: &str| format!("keeping Secret {name}: {at}");
    let pods = "/spec/template/spec";
    let done = world.prune(&["--rollback-file", "back.json"]).ends_with(1);
    done.says(&[
        &place("by-volume", "cronjob.batch/build uses it at /spec/jobTemplate/spec/template/spec/volumes/0/projected/sources/0/secret/name"),
        &place("by-variable", &format!("statefulset.apps/db uses it at {pods}/containers/0/envFrom/0/secretRef/name")),
        &place("by-custom", "site.example.com/front uses it at /spec/build/0/credentials"),
        &place("by-text", "configmap/runner uses it at /data/config.toml"),
        &place("by-account", "serviceaccount/robot uses it at /secrets/0/name"),
        &place("by-job", &format!("job.batch/once uses it at {pods}/volumes/0/secret/secretName")),
        "1 object: 1 written",
    ]);
    assert!(names.iter().all(|name| world.has_secret(name)));
    assert!(!world.has_secret("unused"));
}

#[test]
fn of_a_deleted_secret_all_but_the_content_is_kept() {
    let world = super::world("kept");
    world.ccr_secret("old");
    world.account_lists(&["old"]);
    let text = world.cluster.get("secrets", &world.namespace, "old");
    let note = json!({"metadata": {
        "labels": {"team": "a"},
        "annotations": {"copy": text["data"][".dockerconfigjson"], "owner": "team a"},
    }});
    world.cluster.merge("secrets", &world.namespace, "old", &note);
    world.prune(&["--rollback-file", "back.json"]).ends_with(0);
    let file = std::fs::read_to_string(world.cluster.folder().join("back.json")).unwrap();
    let kept: Value = serde_json::from_str(&file).unwrap();
    assert_eq!(kept["schemaVersion"], 2);
    let secret = &kept["deletedSecrets"][0];
    assert_eq!((&secret["name"], &secret["labels"]), (&json!("old"), &json!({"team": "a"})));
    assert_eq!(secret["annotations"], json!({"owner": "team a"}));
    for password in world.passwords() {
        assert!(!file.contains(&password), "{file}");
    }
    let line = format!(
        "hint: kubectl create secret docker-registry old -n {} --docker-server={} ",
        world.namespace,
        world.sandbox().ccr()
    );
    world.undo(&["--dry-run"]).ends_with(1).says(&["does not hold its content", &line]);
    world.undo(&[]).ends_with(1).says(&["does not hold its content", &line]);
    assert_eq!(world.account(), ["old"], "the rest is rolled back");
}

#[test]
fn a_backup_brings_a_secret_back_as_it_was() {
    let world = super::world("backup");
    world.ccr_secret("old");
    world.account_lists(&["old"]);
    let before = world.cluster.get("secrets", &world.namespace, "old");
    let folder = world.cluster.folder();
    std::fs::create_dir_all(folder.join("tree/.git")).unwrap();
    let files = ["--rollback-file", "back.json", "--secrets-backup"];
    let refused = world.prune(&[&files[..], &["tree/logins.json"]].concat()).ends_with(2);
    refused.says(&[
        "lies in the work tree",
        "hint: choose a folder that is not under version control",
    ]);
    assert!(world.has_secret("old"));

    let done = world.prune(&[&files[..], &["logins.json"]].concat()).ends_with(0);
    done.says(&[
        "logins.json will hold the Secrets that are deleted, with their passwords",
        "logins.json holds 1 Secret with their passwords, mode 0600",
        "keep it from others",
    ]);
    assert!(!world.has_secret("old"));
    let mode = std::fs::metadata(folder.join("logins.json")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    world.prune(&[&files[..], &["logins.json"]].concat()).ends_with(2).says(&["already exists"]);

    let back = ["--secrets-backup", "logins.json"];
    let said = ["secret/old", "created from the backup"];
    world.undo(&[&back[..], &["--dry-run"]].concat()).ends_with(1).says(&said);
    assert!(!world.has_secret("old"));
    world.undo(&back).ends_with(0).says(&said);
    let after = world.cluster.get("secrets", &world.namespace, "old");
    assert_eq!((&after["data"], &after["type"]), (&before["data"], &before["type"]));
    assert_eq!(world.account(), ["old"]);
    // One that is there is not overwritten.
    let other = json!({"metadata": {"labels": {"made": "by-hand"}}});
    world.cluster.merge("secrets", &world.namespace, "old", &other);
    world.undo(&back).ends_with(0).says(&["it exists, and stays"]);
    let kept = world.cluster.get("secrets", &world.namespace, "old");
    assert_eq!(kept["metadata"]["labels"]["made"], "by-hand");
}

#[test]
fn a_secret_that_somebody_begins_to_use_or_changes_is_not_deleted() {
    let world = super::world("begins");
    world.ccr_secret("old");
    let line = ["secrets", "prune", "--delete-secrets"];
    let answered = |change: &dyn Fn()| {
        let (mut child, said) = asked_on_a_terminal(&world, &line);
        assert!(said.contains("secret/old"), "{said}");
        change();
        child.stdin.take().unwrap().write_all(b"y\n").unwrap();
        Run::from(child.wait_with_output().unwrap())
    };
    let note = json!({"metadata": {"annotations": {"x": "y"}}});
    let changed =
        answered(&|| drop(world.cluster.merge("secrets", &world.namespace, "old", &note)));
    changed.ends_with(2).says(&["it was changed since it was read"]);
    assert!(world.has_secret("old"));
    let used = answered(&|| kaniko(&world, "old"));
    used.ends_with(1).says(&["cronjob.batch/build uses it at", "run the command again"]);
    assert!(world.has_secret("old"));
}
