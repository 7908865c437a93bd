//! The patches of a plan in the hands of others: lines for a shell, files for `kubectl patch`.

use std::process::Command;

use serde_json::{Value, json};

use super::custom_resources::define;
use super::fixtures::World;
use super::plan::every_kind;
use crate::support::cluster::yaml::{changed, workload};
use crate::support::cluster::{Cluster, User};
use crate::support::{Run, run, tool};

/// Runs a line as it was printed.
fn paste(world: &World, line: &str, change: impl FnOnce(&mut Command) -> &mut Command) -> Run {
    let mut shell = tool("sh");
    let home = world.cluster.folder();
    shell.args(["-c", line]).current_dir(home).env("HOME", home);
    world.cluster.equip(&mut shell, &User::admin());
    run(change(&mut shell))
}

/// The plan as it is now, for programs.
fn plan(world: &World, format: &str) -> Value {
    let line = ["--dry-run", "--pull-secret", "add", "-o", format];
    let shown = world.switch(&line);
    serde_yaml::from_str(&shown.stdout).unwrap()
}

fn assert_nothing_is_left(world: &World) {
    let left = plan(world, "json");
    assert_eq!(left["summary"]["switch"], 0, "{left:#}");
    assert_eq!(left["serviceAccounts"], json!([]), "{left:#}");
}

#[test]
fn kubectl_takes_each_line_that_is_printed() {
    let world = World::open("lines");
    world.copied("web:v1");
    every_kind(&world);
    world.pull_secret("tcr", world.tcr());
    let line = ["--dry-run", "--pull-secret", "add", "-o", "patch"];
    let shown = world.switch(&line).ends_with(1);
    assert_eq!(shown.stdout.lines().count(), 9, "{}", shown.stdout);
    for line in shown.stdout.lines() {
        paste(&world, line, |shell| shell).ends_with(0).says(&["patched"]);
    }
    assert_nothing_is_left(&world);
}

#[test]
fn kubectl_takes_each_patch_of_the_json_and_of_the_yaml_as_a_file() {
    for format in ["json", "yaml"] {
        let world = World::open(format);
        world.copied("web:v1");
        every_kind(&world);
        world.pull_secret("tcr", world.tcr());
        let plan = plan(&world, format);
        let entries = ["serviceAccounts", "objects"].map(|list| plan[list].as_array().unwrap());
        let switched: Vec<&Value> =
            entries.into_iter().flatten().filter(|entry| !entry["patch"].is_null()).collect();
        assert_eq!(switched.len(), 9, "{plan:#}");
        for entry in switched {
            let operations = entry["patch"].as_array().unwrap();
            assert!(operations.iter().any(|operation| operation["op"] == "test"), "{entry:#}");
            let file = world.cluster.file("patch", &entry["patch"].to_string());
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            let (resource, name) = (text(&entry["resource"]), text(&entry["object"]["name"]));
            let line = ["patch", &resource, &name, "-n", &world.namespace, "--type=json"];
            let file = format!("--patch-file={}", file.display());
            let line = [line.as_slice(), &[&file]].concat();
            world.cluster.kubectl(&line).ends_with(0).says(&["patched"]);
            // What it tests for isn't there any more.
            world.cluster.kubectl(&line).ends_with(1);
        }
        assert_nothing_is_left(&world);
    }
}

#[test]
fn the_jq_line_of_the_documentation_makes_a_file_that_kubectl_takes() {
    let world = World::open("jq");
    world.copied("web:v1");
    world.deployment("web", "web:v1");
    let plan = world.switch(&["--dry-run", "-o", "json"]).ends_with(1);
    world.cluster.file("plan.json", &plan.stdout);
    let page = include_str!("../../docs/switching.md");
    let documented = page.lines().filter(|line| line.contains("plan.json >web.json"));
    let documented: Vec<&str> = documented.filter_map(|line| line.strip_prefix("$ ")).collect();
    let [line] = documented.as_slice() else { panic!("{documented:?}") };
    paste(&world, line, |shell| shell).ends_with(0);
    let line = ["patch", "deployments.v1.apps", "web", "-n", &world.namespace, "--type=json"];
    let line = [line.as_slice(), &["--patch-file=web.json"]].concat();
    world.cluster.kubectl(&line).ends_with(0);
    assert_eq!(world.image_of("web"), world.in_tcr("web:v1"));
}

#[test]
fn no_name_breaks_out_of_its_line() {
    let world = World::open_on(Cluster::alone(), "hostile");
    define(&world.cluster, &json!({}));
    world.copied("web:v1");
    world.pull_secret("tcr", world.tcr());
    let image = world.in_ccr("web:v1");
    let evil =
        "it's $(touch owned) `touch owned` \"; touch owned; \n\u{1b}[2J \u{9b}m \u{202e}x~0/";
    world.create(&json!({
        "apiVersion": "example.com/v1", "kind": "Site", "metadata": {"name": "front"},
        "spec": {evil: {"image": image}},
    }));
    let text = workload("Deployment", &world.namespace, "web", &image);
    world.cluster.create(&changed(&text, |object| {
        object["spec"]["template"]["spec"]["imagePullSecrets"] = json!([{"name": evil}]);
    }));
    // Only flags say where the cluster is, and they are repeated.
    let config = world.cluster.plane().kubeconfig(&User::admin());
    let config = config.replace("current-context: test", "current-context: nowhere");
    let config = config.replace("contexts:\n- name: test", "contexts:\n- name: it's mine");
    world.cluster.file("my config", &config);
    let mut command = world.switch_command(&["--dry-run", "--pull-secret", "add", "-o", "patch"]);
    command.env("KUBECONFIG", "/dev/null");
    command.args(["--kubeconfig", "my config", "--context", "it's mine"]);
    let shown = run(&mut command).ends_with(1).never_says(&["\u{1b}", "\u{9b}", "\u{202e}"]);
    assert_eq!(shown.stdout.lines().count(), 2, "{}", shown.stdout);
    for line in shown.stdout.lines() {
        let pasted = paste(&world, line, |shell| shell.env("KUBECONFIG", "/dev/null"));
        pasted.ends_with(0).says(&["patched"]);
    }
    assert_nothing_is_left(&world);
    let site = world.cluster.get("apis/example.com/v1/sites", &world.namespace, "front");
    assert_eq!(site["spec"][evil]["image"], world.in_tcr("web:v1"));
    assert!(!world.cluster.folder().join("owned").exists(), "a name was run");
}
