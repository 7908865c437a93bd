//! Objects that change between the plan and the switch.

use std::io::copy;
use std::net::{TcpListener, TcpStream};
use std::thread;

use serde_json::json;

use super::fixtures::World;
use crate::support::cluster::Api;
use crate::support::{Run, run};

/// A relay to a registry that runs `first` before it passes the first request on. The plugin
/// asks TCR after it has read the cluster, and before the server-side dry run.
fn relay_to(host: &str, first: impl FnOnce() + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let host = host.to_owned();
    thread::spawn(move || {
        let mut first = Some(first);
        for near in listener.incoming() {
            let near = near.unwrap();
            if let Some(first) = first.take() {
                first();
            }
            let far = TcpStream::connect(&host).unwrap();
            for (mut from, mut to) in [
                (near.try_clone().unwrap(), far.try_clone().unwrap()),
                (far.try_clone().unwrap(), near),
            ] {
                thread::spawn(move || {
                    // Either side may leave.
                    let _ = copy(&mut from, &mut to);
                    let _ = to.shutdown(std::net::Shutdown::Both);
                });
            }
        }
    });
    address
}

/// A world with the Deployment `web`, and a switch in whose middle `change` is made to it.
fn switched(like: &str, change: impl FnOnce(&Api, &str, &World)) -> (World, Run) {
    let world = World::open(like);
    world.copied("web:v1");
    world.not_copied("web:v2");
    world.deployment("web", "web:v1");
    let path = format!("/apis/apps/v1/namespaces/{}/deployments/web", world.namespace);
    let (ready, is_ready) = std::sync::mpsc::channel::<()>();
    let (done, is_done) = std::sync::mpsc::channel::<()>();
    let tcr = relay_to(world.tcr(), move || {
        ready.send(()).unwrap();
        is_done.recv().unwrap();
    });
    let mut command = world.command(&crate::support::cluster::User::admin(), &["--yes"]);
    command.args(["-n", &world.namespace, "--ccr-host", world.ccr(), "--tcr-host", &tcr]);
    let run = thread::scope(|scope| {
        let runs = scope.spawn(|| run(&mut command));
        is_ready.recv().unwrap();
        change(world.cluster.api(), &path, &world);
        done.send(()).unwrap();
        runs.join().unwrap()
    });
    (world, run)
}

fn image(world: &World, tag: &str) -> serde_json::Value {
    let containers = json!([{"name": "main", "image": world.in_ccr(tag)}]);
    json!({"spec": {"template": {"spec": {"containers": containers}}}})
}

#[test]
fn a_change_elsewhere_in_the_object_is_no_hindrance() {
    let (world, run) = switched("elsewhere", |api, path, _| {
        api.merge(path, &json!({"spec": {"replicas": 2}})).good();
    });
    run.ends_with(0).says(&["1 rolled out"]);
    assert!(world.image_of("web").ends_with("/shop/web:v1"));
    assert!(!world.image_of("web").starts_with(world.ccr()));
    let web = world.cluster.get("deployments", &world.namespace, "web");
    assert_eq!(web["spec"]["replicas"], 2);
}

#[test]
fn an_image_that_was_never_looked_up_is_not_switched() {
    let (world, run) = switched("newer", |api, path, world| {
        api.merge(path, &image(world, "web:v2")).good();
    });
    run.ends_with(1).says(&["it has changed since it was read", "run the command again"]);
    assert_eq!(world.image_of("web"), world.in_ccr("web:v2"));
}

#[test]
fn an_object_that_was_deleted_needs_no_change() {
    let (_, run) = switched("deleted", |api, path, _| {
        api.ask("DELETE", path, None).good();
    });
    run.ends_with(0).says(&["needs no change"]);
}
