//! What each command says, whole: for people and for programs.

use insta::{Settings, assert_snapshot};
use serde_json::json;

use super::fixtures::World;
use crate::support::cluster::User;
use crate::support::cluster::yaml::{changed, workload};
use crate::support::run;
use crate::support::snapshot::{snapshots, whole};

fn settings(world: &World) -> Settings {
    let mut settings = snapshots(&[
        (world.ccr(), "ccr.sandbox.lan"),
        (world.tcr(), "tcr.sandbox.lan"),
        (&world.namespace, "outputs-000"),
        (world.cluster.folder().to_str().unwrap(), "[folder]"),
        (world.sandbox().variable("DOCKER_CONFIG"), "[docker]"),
        (world.sandbox().folder().to_str().unwrap(), "[folder]"),
        (world.cluster.plane().server(), "https://server.lan"),
    ]);
    // How far a rollout is, if it takes more than a moment.
    settings.add_filter(r"(?m)^\S+ in \S+: (\d+ of \d+|old pods) .*\n", "");
    settings.add_filter(r"(LIVE|MERGED)-\w{6}", "$1-[random]");
    settings.add_filter(r#"(resourceVersion"?: ['"])\d+"#, "$1[n]");
    settings.add_filter(r#"("checksum": "sha256:)\w+"#, "$1[checksum]");
    settings
}

/// Compares what a command says with the snapshot of this name.
fn compare(world: &World, name: &str, line: &str) {
    let mut command = world.command(&User::admin(), &line.split(' ').collect::<Vec<&str>>());
    if !line.starts_with("rollback") {
        world.name_hosts(command.args(["-n", &world.namespace]));
    }
    let run = run(&mut command);
    settings(world).bind(|| assert_snapshot!(name, whole(&run)));
}

/// Pods of the namespace pull from CCR with a secret, and there is one for TCR, which has `web`
/// alone.
fn world(like: &str) -> World {
    let world = World::private(like);
    world.sandbox().ccr2tcr(&["sync", "shop/web:v1"]).ends_with(0);
    for (name, host) in [("ccr", world.ccr()), ("tcr", world.tcr())] {
        world.pull_secret(name, host);
    }
    let secrets = json!({"imagePullSecrets": [{"name": "ccr"}]});
    world.cluster.merge("serviceaccounts", &world.namespace, "default", &secrets);
    world.deployment("web", "web:v1");
    world
}

/// What isn't switched, one of each sort.
fn more_objects(world: &World) {
    let namespace = &world.namespace;
    let (web, api) = (world.in_ccr("web:v1"), world.in_ccr("api:v1"));
    world.cluster.create(&workload("StatefulSet", namespace, "api", &api));
    let helm = workload("Deployment", namespace, "by-helm", &web);
    world.cluster.create(&changed(&helm, |helm| {
        helm["metadata"]["labels"] = json!({"app.kubernetes.io/managed-by": "Helm"});
        helm["metadata"]["annotations"] = json!({"meta.helm.sh/release-name": "front"});
    }));
    world.finished_job("done", "web:v1");
    world.create(&json!({
        "apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "settings"},
        "data": {"image": web},
    }));
    for workload in ["deployment/by-helm", "statefulset/api"] {
        world.cluster.roll_out(namespace, workload);
    }
}

#[test]
fn plans_are_as_they_were_reviewed() {
    let world = world("outputs");
    more_objects(&world);
    for (name, line) in [
        ("plan", "--dry-run"),
        ("plan_server", "--dry-run=server"),
        ("plan_wide", "--dry-run -o wide"),
        ("plan_json", "--dry-run -o json"),
        ("plan_yaml", "--dry-run -o yaml"),
        ("plan_name", "--dry-run -o name"),
        ("plan_patch", "--dry-run -o patch"),
        ("scan", "scan"),
        ("scan_wide", "scan -o wide"),
        ("scan_json", "scan -o json"),
        ("images", "images"),
        ("diff", "diff"),
        ("verify_ccr", "verify"),
        ("verify_ccr_json", "verify -o json"),
    ] {
        compare(&world, name, line);
    }
}

#[test]
fn runs_are_as_they_were_reviewed() {
    let world = world("outputs");
    compare(&world, "apply", "--yes --rollback-file back.json");
    let file = std::fs::read_to_string(world.sandbox().folder().join("back.json"));
    settings(&world).bind(|| assert_snapshot!("rollback_file", file.unwrap()));
    compare(&world, "verify", "verify");
    compare(&world, "verify_json", "verify -o json");
    compare(&world, "rollback", "rollback back.json --yes");
    compare(&world, "apply_json", "--yes --rollback-file again.json -o json");
    compare(&world, "rollback_json", "rollback again.json --yes -o json");
}

#[test]
fn pull_secrets_are_as_they_were_reviewed() {
    let world = world("outputs");
    world.cluster.kubectl(&["delete", "secret", "tcr", "-n", &world.namespace]).ends_with(0);
    for (name, line) in [
        ("secrets", "secrets list"),
        ("secrets_wide", "secrets list -o wide"),
        ("secrets_json", "secrets list -o json"),
        ("secrets_copy_plan", "secrets copy --dry-run"),
        ("secrets_copy_plan_json", "secrets copy --dry-run -o json"),
        ("secrets_copy_json", "secrets copy --yes --rollback-file copied.json -o json"),
        ("secrets_prune_kept", "secrets prune --dry-run"),
    ] {
        compare(&world, name, line);
    }
    world.switch(&["--yes", "--rollback-file", "switched.json"]).ends_with(0);
    world.cluster.wait_until("the old pod is gone", || {
        world.cluster.list("pods", &world.namespace).len() == 1
    });
    compare(&world, "secrets_prune_plan_json", "secrets prune --dry-run -o json");
    compare(&world, "secrets_prune", "secrets prune --yes --rollback-file pruned.json");
}
