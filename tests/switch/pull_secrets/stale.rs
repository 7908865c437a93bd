//! Lists and Secrets that somebody changes while a switch is under way.

use std::process::{Child, Stdio};

use serde_json::{Value, json};

use super::world;
use crate::support::Run;
use crate::support::cluster::User;
use crate::support::cluster::yaml::{changed, workload};
use crate::switch::fixtures::World;

/// Deployments `a`, with its own login for TCR, and `b`, with this list; `default` names these.
fn two(like: &str, list: Option<&[&str]>, account: &[&str]) -> World {
    let world = world(like);
    world.secret(&world.namespace, "ccr", &[world.sandbox().ccr()]);
    world.secret(&world.namespace, "tcr", &[world.sandbox().tcr()]);
    world.secret(&world.namespace, "both", &[world.sandbox().ccr(), world.sandbox().tcr()]);
    world.account_lists(account);
    for (name, list) in [("a", Some(&["both"][..])), ("b", list)] {
        let text = workload("Deployment", &world.namespace, name, &world.in_ccr("web:v1"));
        world.cluster.create(&changed(&text, |object| {
            if let Some(list) = list {
                let names: Vec<Value> = list.iter().map(|name| json!({"name": name})).collect();
                object["spec"]["template"]["spec"]["imagePullSecrets"] = names.into();
            }
        }));
        world.cluster.roll_out(&world.namespace, &format!("deployment/{name}"));
    }
    world
}

/// A switch that hangs in the rollout of `a`.
fn hanging(world: &World) -> Child {
    world.cluster.freeze(&world.namespace);
    let mut command = world.command(&User::admin(), &["--yes", "--concurrency", "1"]);
    command.args(["--secret-name", "tcr", "-n", &world.namespace]);
    let process = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    world.cluster.wait_until("a is written", || world.image_of("a") == world.in_tcr("web:v1"));
    // Longer than an answer about what others may change is believed.
    std::thread::sleep(std::time::Duration::from_secs(6));
    process
}

fn ended(world: &World, process: Child) -> Run {
    world.cluster.thaw(&world.namespace);
    Run::from(process.wait_with_output().unwrap())
}

fn set_list(world: &World, list: &Value) {
    let patch = json!({"spec": {"template": {"spec": {"imagePullSecrets": list}}}});
    world.cluster.merge("deployments", &world.namespace, "b", &patch);
}

#[test]
fn a_list_that_somebody_removes_is_not_relied_on() {
    let world = two("removed", Some(&["both"]), &["ccr"]);
    let switch = hanging(&world);
    set_list(&world, &Value::Null);
    let ended = ended(&world, switch).ends_with(1);
    ended.says(&["ServiceAccount default names no Secret any more", "1 rolled out, 1 failed"]);
    assert_eq!(world.image_of("b"), world.in_ccr("web:v1"));
}

#[test]
fn a_list_that_somebody_adds_gets_the_secret_too() {
    let world = two("added", None, &["ccr", "tcr"]);
    let switch = hanging(&world);
    set_list(&world, &json!([{"name": "ccr"}]));
    ended(&world, switch).ends_with(0).says(&["2 rolled out"]);
    let b = world.cluster.get("deployments", &world.namespace, "b");
    let list = &b["spec"]["template"]["spec"]["imagePullSecrets"];
    assert_eq!(*list, json!([{"name": "ccr"}, {"name": "tcr"}]));
}

#[test]
fn an_account_whose_list_somebody_empties_is_not_relied_on() {
    let world = two("emptied", None, &["ccr", "tcr"]);
    let switch = hanging(&world);
    world.account_lists(&[]);
    let ended = ended(&world, switch).ends_with(1);
    ended.says(&["ServiceAccount default names no Secret any more", "run the command again"]);
    assert_eq!(world.image_of("b"), world.in_ccr("web:v1"));
}

#[test]
fn a_secret_that_somebody_deletes_is_not_relied_on() {
    let world = two("deleted", None, &["ccr", "tcr"]);
    let switch = hanging(&world);
    world.cluster.kubectl(&["delete", "secret", "tcr", "-n", &world.namespace]).ends_with(0);
    ended(&world, switch).ends_with(1).says(&["its pods could not pull", "1 rolled out, 1 failed"]);
    assert_eq!(world.image_of("b"), world.in_ccr("web:v1"));
}
