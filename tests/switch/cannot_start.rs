//! Switches that can't start: message, hint, exit code 2.

use std::process::Command;

use super::fixtures::World;
use super::refusals::forbid;
use crate::support::cluster::User;
use crate::support::{Run, run};

fn changed(world: &World, change: impl FnOnce(&mut Command) -> &mut Command) -> Run {
    run(change(&mut world.switch_command(&["--yes"])))
}

#[test]
fn a_cluster_that_cannot_be_asked_is_an_error() {
    let world = World::open("nowhere");
    let none = changed(&world, |command| command.env("KUBECONFIG", "nowhere/config"));
    none.ends_with(2).says(&["hint: name a file with --kubeconfig FILE"]);
    let typed = changed(&world, |command| command.args(["--context", "tset"]));
    typed.ends_with(2).says(&["tset", "hint: did you mean --context test?"]);
    let line = ["-s", "https://127.0.0.1:1", "--insecure-skip-tls-verify"];
    let silent = changed(&world, |command| command.args(line));
    silent.ends_with(2).says(&["127.0.0.1:1", "hint: check the address"]);
    let wrong = changed(&world, |command| command.args(["--token", "expired"]));
    wrong.ends_with(2).says(&["hint: log in again"]);
    // `{"alg": "none"}` and `{"exp": 1700000000}`.
    let old = "eyJhbGciOiJub25lIn0.eyJleHAiOjE3MDAwMDAwMDB9.c2ln";
    let expired = changed(&world, |command| command.args(["--token", old]));
    expired.ends_with(2).says(&["has expired on 2023-11-14T22:13:20Z", "hint: log in again"]);
    let line = ["-s", world.cluster.plane().server(), "--token", "x"];
    let strange = changed(&world, |command| command.env("KUBECONFIG", "/dev/null").args(line));
    strange.ends_with(2).says(&["unknown authority", "--certificate-authority"]);
}

#[test]
fn a_namespace_that_is_not_there_is_an_error() {
    let world = World::open("there");
    let absent = world.switch_as(&User::admin(), &["--yes", "-n", "not-there"]);
    absent.ends_with(2).says(&["not-there", "not found", "hint: "]);
}

#[test]
fn a_user_without_rights_is_told_what_could_not_be_read() {
    let world = World::open("closed");
    let can_i = format!("kubectl auth can-i --list -n {}", world.namespace);
    world
        .switch_as(&world.cluster.user(), &["--yes", "-n", &world.namespace])
        .ends_with(1)
        .says(&["can't list ", "in namespace closed", "deployments.apps", &can_i])
        .never_says(&["nothing in scope names CCR"]);
}

#[test]
fn two_repositories_never_become_one() {
    let world = World::open("collide");
    for image in ["web:v1", "api:v1"] {
        world.copied(image);
        world.deployment(image.trim_end_matches(":v1"), image);
    }
    let before = world.cluster.snapshot(&[&world.namespace]);
    let line = ["--yes", "--map", "shop/web=shop/all", "--map", "shop/api=shop/all"];
    let refused = world.switch(&line).ends_with(2);
    refused.says(&["2 repositories would all be shop/all in TCR", "--map"]);
    before.assert_same(&world.cluster.snapshot(&[&world.namespace]));
}

#[test]
fn nothing_is_written_without_a_terminal_to_ask_at() {
    let world = World::open("silent");
    world.copied("web:v1");
    world.deployment("web", "web:v1");
    let ended = world.switch(&[]).ends_with(1);
    ended
        .says(&["no terminal to ask for confirmation", "hint: use --yes to switch without asking"]);
    assert_eq!(world.image_of("web"), world.in_ccr("web:v1"));
}

#[test]
fn one_change_that_a_policy_refuses_stops_all_of_them() {
    let world = World::open("policy");
    world.copied("web:v1");
    world.deployment("a", "web:v1");
    world.deployment("b", "web:v1");
    forbid(&world, "deployments", "b");
    let before = world.cluster.snapshot(&[&world.namespace]);
    let refused = world.switch(&["--yes", "--rollback-file", "back.json"]).ends_with(2);
    refused.says(&[
        "b stays as it is",
        "the server refuses 1 of the 2 changes; nothing was written",
        &format!("--skip-refused, or --exclude-object deployment.apps/{}/b", world.namespace),
    ]);
    before.assert_same(&world.cluster.snapshot(&[&world.namespace]));
    assert!(!world.cluster.folder().join("back.json").exists(), "no rollback file was written");
    world.switch(&["--dry-run=server"]).ends_with(2).says(&["b stays as it is"]);
}

#[test]
fn an_unknown_instance_is_an_error() {
    let world = World::private("unknown");
    let mut command = world.command(&User::admin(), &["--yes", "-n", &world.namespace]);
    run(command.args(["--tcr-name", "nope"])).ends_with(2).says(&["nope", "hint: "]);
}
