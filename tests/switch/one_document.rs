//! `-o json` prints one document however a run ends: what was done, or the plan if nothing was.

use serde_json::Value;

use super::fixtures::World;
use super::refusals::forbid;
use crate::support::Run;
use crate::support::cluster::yaml::{changed, workload};

/// The document that a run printed.
#[track_caller]
fn kind(run: &Run) -> String {
    let document = run.json();
    let word = document.get("kind").or(document.get("command"));
    word.and_then(Value::as_str).unwrap_or_default().to_owned()
}

#[test]
fn a_run_that_writes_nothing_prints_its_plan() {
    let world = World::open("document");
    let json = ["-o", "json", "--yes"];
    assert_eq!(kind(&world.switch(&json).ends_with(0)), "plan", "nothing names CCR");

    world.not_copied("api:v1");
    world.deployment("api", "api:v1");
    let blocked = world.switch(&json).ends_with(1);
    assert_eq!(kind(&blocked), "plan");
    assert_eq!(blocked.json()["objects"][0]["verdict"], "blocked");

    world.copied("web:v1");
    world.deployment("web", "web:v1");
    let declined = world.switch(&["-o", "json"]).ends_with(1);
    assert_eq!(kind(&declined), "plan", "no terminal to ask at");

    let folder = ["-o", "json", "--yes", "--rollback-file", "/nowhere/back.json"];
    assert_eq!(kind(&world.switch(&folder).ends_with(2)), "plan", "no rollback file");

    forbid(&world, "deployments", "web");
    let refused = world.switch(&json).ends_with(2);
    assert_eq!(kind(&refused), "plan", "the server refuses it: {}", refused.stderr);
    let yaml = world.switch(&["-o", "yaml", "--yes"]).ends_with(2);
    assert!(yaml.stdout.contains("kind: plan\n"), "{}", yaml.stdout);
}

#[test]
fn a_rollback_prints_one_document_too() {
    let world = World::open("document");
    world.copied("web:v1");
    world.deployment("web", "web:v1");
    let line = ["-o", "json", "--yes", "--rollback-file", "back.json"];
    assert_eq!(kind(&world.switch(&line).ends_with(0)), "apply");
    let back = |more: &[&str]| {
        let line = [&["rollback", "back.json", "-o", "json"], more].concat();
        crate::support::run(&mut world.command(&crate::support::cluster::User::admin(), &line))
    };
    let planned = back(&["--dry-run"]).ends_with(1);
    assert_eq!(kind(&planned), "rollbackPlan");
    assert_eq!(planned.json()["objects"][0]["undo"], true);
    assert_eq!(kind(&back(&[]).ends_with(1)), "rollbackPlan", "no terminal to ask at");
    assert_eq!(kind(&back(&["--yes"]).ends_with(0)), "rollback");
    assert_eq!(kind(&back(&["--yes"]).ends_with(0)), "rollback", "nothing is left to undo");
}

#[test]
fn changes_of_pull_secrets_print_one_document_too() {
    let world = World::private("document");
    world.pull_secret("ccr", world.ccr());
    let web = workload("Deployment", &world.namespace, "web", &world.in_ccr("web:v1"));
    world.cluster.create(&changed(&web, |web| {
        web["spec"]["template"]["spec"]["imagePullSecrets"] = serde_json::json!([{"name": "ccr"}]);
    }));
    world.cluster.roll_out(&world.namespace, "deployment/web");
    let copy = |more: &[&str]| world.switch(&[&["secrets", "copy", "-o", "json"], more].concat());
    assert_eq!(kind(&copy(&[])), "secretsCopyPlan", "no terminal to ask at");
    let prune = world.switch(&["secrets", "prune", "-o", "json", "--yes"]);
    assert_eq!(kind(&prune), "secretsPrunePlan", "nothing to prune");
}

#[test]
fn a_time_without_end_is_bounded() {
    let world = World::open("timeout");
    world.copied("web:v1");
    world.deployment("web", "web:v1");
    let line = ["--yes", "--timeout", "18446744073709551615", "--request-timeout", "2562047h"];
    world.switch(&line).ends_with(0).says(&["1 rolled out"]);
}

#[test]
fn the_log_shows_each_request_without_secrets() {
    let world = World::open("log");
    world.copied("web:v1");
    world.deployment("web", "web:v1");
    let token = &crate::support::cluster::User::admin().token;
    let path = format!("path=\"/apis/apps/v1/namespaces/{}/deployments/web?", world.namespace);
    let run = world.switch(&["--yes", "-vv", "--no-wait"]).ends_with(0);
    let patch = |line: &&str| line.contains("method=PATCH") && line.contains(&path);
    let lines: Vec<&str> = run.stderr.lines().filter(patch).collect();
    assert_eq!(lines.len(), 2, "a dry run and a write: {}", run.stderr);
    assert!(lines.iter().all(|line| line.contains("status=200") && line.contains("ms=")));
    run.never_says(&[token]);
}
