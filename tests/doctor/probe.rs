//! Pods on nodes: they prove that a node pulls, and are gone afterwards, whatever happens.

use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::fixtures::{LINK, World};
use crate::support::cluster::User;
use crate::support::processes::{Watcher, saw};
use crate::support::{Run, signal};

fn world() -> World {
    World::with(|account| account.replace("docker_login: [ccr]", "docker_login: [ccr, tcr]"), LINK)
}

const ONLY: [&str; 4] = ["--only", "cluster.nodes", "--probe-nodes", "-n"];

fn probe(world: &World, namespace: &str) -> Run {
    world.run("kubectl", &[&ONLY[..], &[namespace, "--yes"]].concat(), &[])
}

fn pods(world: &World, namespace: &str) -> usize {
    let path = format!("/api/v1/namespaces/{namespace}/pods");
    world.cluster.api().get(&path).good()["items"].as_array().map_or(0, Vec::len)
}

/// Gives the namespace's pods TCR's login.
fn log_in(world: &World, namespace: &str) {
    let tcr = world.sandbox.tcr();
    let config = json!({"auths": {tcr: {"auth": world.sandbox.login(tcr).unwrap()}}});
    let secret = json!({
        "metadata": {"name": "tcr"},
        "type": "kubernetes.io/dockerconfigjson",
        "data": {".dockerconfigjson": STANDARD.encode(config.to_string())},
    });
    let base = format!("/api/v1/namespaces/{namespace}");
    world.cluster.api().post(&format!("{base}/secrets"), &secret).good();
    let account = ["patch", "serviceaccount", "default", "-n", namespace];
    let patch = ["-p", r#"{"imagePullSecrets": [{"name": "tcr"}]}"#];
    world.cluster.kubectl(&[&account[..], &patch].concat()).ends_with(0);
}

#[test]
fn a_node_pulls_once_it_has_a_login() {
    let world = world();
    let namespace = world.cluster.namespace("probe");
    let refused = probe(&world, &namespace).ends_with(1);
    let hint = format!("hint: kubectl tcr-switch secrets copy -n {namespace}");
    refused.says(&["the pull secret is missing, wrong or over", "node-1 (none)", &hint]);
    assert_eq!(pods(&world, &namespace), 0);

    log_in(&world, &namespace);
    // As a run that was killed leaves one.
    let left = json!({
        "metadata": {"name": "left", "labels": {"ccr2tcr-doctor": "probe"}},
        "spec": {"containers": [{"name": "probe", "image": "x.example.com/y:z"}]},
    });
    world.cluster.api().post(&format!("/api/v1/namespaces/{namespace}/pods"), &left).good();
    let pulled = probe(&world, &namespace).ends_with(0);
    pulled.says(&["1 kind of node pulled shop/web@sha256:", "1 pod of an earlier run deleted"]);
    assert_eq!(pods(&world, &namespace), 0);
}

#[test]
fn no_secret_is_said_or_handed_on() {
    let world = world();
    let namespace = world.cluster.namespace("canary");
    log_in(&world, &namespace);
    let watcher = Watcher::start();
    let run = world.run("kubectl", &["--probe-nodes", "-n", &namespace, "--yes", "-vv"], &[]);
    let lines = watcher.end();
    let said = run.stdout + &run.stderr;
    assert!(said.contains("DEBUG") && said.contains("1 kind of node pulled"), "{said}");
    assert!(saw(&lines, "tcr-switch doctor"), "arguments are seen");
    let secrets = world.sandbox.control("/secrets");
    for secret in secrets.as_array().unwrap().iter().filter_map(Value::as_str) {
        assert!(!said.contains(secret), "{said}");
        assert!(!saw(&lines, secret), "{lines:?}");
    }
}

#[test]
fn the_pod_is_as_restricted_as_the_strictest_namespace_wants() {
    let world = world();
    let namespace = world.cluster.namespace("strict");
    let label = "pod-security.kubernetes.io/enforce=restricted";
    world.cluster.kubectl(&["label", "namespace", &namespace, label]).ends_with(0);
    log_in(&world, &namespace);
    probe(&world, &namespace).ends_with(0);
}

#[test]
fn nothing_is_made_without_a_yes() {
    let world = world();
    let namespace = world.cluster.namespace("unasked");
    world.run("kubectl", &[&ONLY[..], &[&namespace]].concat(), &[]).ends_with(2).says(&["--yes"]);
    world.run("kubectl", &["--probe-nodes", "--yes"], &[]).ends_with(2).says(&["--namespace"]);
    world.run("kubectl", &["--only", "cluster.nodes"], &[]).ends_with(2).says(&["--probe-nodes"]);
    assert_eq!(pods(&world, &namespace), 0);
}

#[test]
fn ctrl_c_leaves_no_pod() {
    let world = world();
    let namespace = world.cluster.namespace("stopped");
    // No node says anything.
    world.cluster.freeze(&namespace);
    let mut command = world.cluster.command_with(&world.sandbox, &User::admin());
    command.args(["tcr-switch", "doctor"]).args(ONLY).args([&namespace, "--yes"]);
    let process = command.spawn().unwrap();
    world.cluster.wait_until("the pod is there", || pods(&world, &namespace) == 1);
    let path = format!("/api/v1/namespaces/{namespace}/pods");
    let made: Value = world.cluster.api().get(&path).good();
    let spec = &made["items"][0]["spec"];
    assert_eq!(spec["containers"][0]["imagePullPolicy"], "Always");
    assert_eq!(spec["automountServiceAccountToken"], false);
    assert!(spec["containers"][0]["image"].as_str().unwrap().contains("@sha256:"), "{spec}");
    let begin = Instant::now();
    signal(&process, "INT");
    let run = Run::from(process.wait_with_output().unwrap());
    assert!(begin.elapsed() < Duration::from_secs(20));
    run.ends_with(130);
    assert_eq!(pods(&world, &namespace), 0);
}
