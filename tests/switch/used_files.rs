//! From the cluster to the files: what managed objects are made from.

use serde_json::json;

use super::fixtures::World;
use crate::support::run;

#[test]
fn the_plan_of_a_managed_object_names_the_command_that_changes_its_files() {
    let world = World::open("files");
    world.copied("web:v1");
    world.deployment("web", "web:v1");
    let helm = json!({"metadata": {
        "labels": {"app.kubernetes.io/managed-by": "Helm"},
        "annotations": {
            "meta.helm.sh/release-name": "web",
            "meta.helm.sh/release-namespace": world.namespace
        }
    }});
    world.cluster.merge("deployments", &world.namespace, "web", &helm);
    let line = "in a clone of the files that they are made from: kubectl tcr-switch rewrite";
    world.switch(&["--dry-run"]).ends_with(1).says(&["managed by Helm release web", line]);
}

#[test]
fn what_the_cluster_runs_is_marked_in_the_files() {
    let world = World::open("marked");
    world.copied("web:v1");
    world.copied("api:v1");
    world.deployment("web", "web:v1");
    let folder = world.cluster.folder().join("tree");
    std::fs::create_dir(&folder).unwrap();
    for image in ["web:v1", "api:v1"] {
        let name = image.replace(":v1", ".yaml");
        std::fs::write(folder.join(name), format!("image: {}\n", world.in_ccr(image))).unwrap();
    }
    let mut command =
        world.switch_command(&["rewrite", "--used-by-cluster", "-o", "json", "--allow-dirty"]);
    command.current_dir(&folder);
    let plan = run(&mut command).ends_with(0).json();
    let used = |file: usize| plan["files"][file]["places"][0]["inUse"].clone();
    assert_eq!(plan["files"][0]["path"], "api.yaml");
    assert_eq!([used(0), used(1)], [json!(false), json!(true)], "{plan:#}");
}
