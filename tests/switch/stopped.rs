//! Runs that end in the middle.

use std::process::{Child, Stdio};

use super::world::World;
use crate::support::{Run, tool};

/// Three Deployments, and a switch of them that hangs in the first one's rollout.
fn hanging(like: &str) -> (World, Child) {
    let world = World::open(like);
    world.copied("web:v1");
    for name in ["a", "b", "c"] {
        world.deployment(name, "web:v1");
    }
    world.cluster.freeze(&world.namespace);
    let line = ["--yes", "--concurrency", "1", "--rollback-file", "back.json"];
    let mut command = world.switch_command(&line);
    let process = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    world.cluster.wait_until("the first is written", || world.image_of("a") == world.new("web:v1"));
    (world, process)
}

#[test]
fn a_run_that_is_killed_can_be_taken_back() {
    let (world, mut process) = hanging("killed");
    // SIGKILL, which nobody can answer.
    process.kill().unwrap();
    process.wait().unwrap();
    world.cluster.thaw(&world.namespace);
    let images = || ["a", "b", "c"].map(|name| world.image_of(name));
    let (old, new) = (world.old("web:v1"), world.new("web:v1"));
    assert_eq!(images(), [new, old.clone(), old.clone()]);
    let back = world.roll_back("back.json").ends_with(0);
    for (name, verdict) in [("a", "put back"), ("b", "as it was"), ("c", "as it was")] {
        let name = format!("deployment.apps/{name} ");
        let row = back.stdout.lines().find(|line| line.contains(&name));
        assert!(row.is_some_and(|row| row.ends_with(verdict)), "{}", back.stdout);
    }
    assert_eq!(images(), [old.clone(), old.clone(), old]);
}

#[test]
fn a_run_that_is_interrupted_says_what_it_has_done() {
    let (world, process) = hanging("stopped");
    let status = tool("kill").args(["-INT", &process.id().to_string()]).status().unwrap();
    assert!(status.success());
    let ended = Run::from(process.wait_with_output().unwrap()).ends_with(130);
    ended.says(&[
        "deployment.apps/a in",
        "not waited for to its end",
        "1 not rolled out yet, 2 not tried",
        "kubectl tcr-switch rollback back.json",
    ]);
    world.cluster.thaw(&world.namespace);
    world.roll_back("back.json").ends_with(0);
    assert_eq!(world.image_of("a"), world.old("web:v1"));
}

#[test]
fn what_is_changed_or_deleted_meanwhile_is_read_again() {
    let (world, process) = hanging("meanwhile");
    let b = format!("main={}", world.tcr().to_owned() + "/other/thing:v1");
    let line = ["set", "image", "deployment/b", &b, "-n", &world.namespace];
    world.cluster.kubectl(&line).ends_with(0);
    let line = ["delete", "deployment", "c", "-n", &world.namespace];
    world.cluster.kubectl(&line).ends_with(0);
    world.cluster.thaw(&world.namespace);
    let ended = Run::from(process.wait_with_output().unwrap()).ends_with(0);
    ended.says(&["1 rolled out, 2 without a need"]);
    assert!(world.image_of("b").ends_with("/other/thing:v1"), "nobody's work is undone");
}
