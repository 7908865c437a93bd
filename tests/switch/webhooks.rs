//! Admission webhooks that stand in the way.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rustls::{ServerConnection, StreamOwned};
use serde_json::{Value, json};

use super::fixtures::World;
use crate::support::cluster::yaml::workload;
use crate::support::tls::self_signed;

/// From now on the server asks this webhook about each change of a Deployment.
fn ask(world: &World, name: &str, address: &str, authority: &str) {
    configure(world, name, address, authority);
    let line = ["annotate", "deployment", "web", "x=y", "--dry-run=server", "-n"];
    let line = [line.as_slice(), &[&world.namespace]].concat();
    world.cluster.wait_until("it is asked", || world.cluster.kubectl(&line).code != 0);
}

const CONFIGURATIONS: &str =
    "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations";

fn configure(world: &World, name: &str, address: &str, authority: &str) {
    let rule = json!({
        "apiGroups": ["apps"], "apiVersions": ["v1"], "operations": ["UPDATE"],
        "resources": ["deployments"],
    });
    let client = json!({"url": format!("https://{address}/"), "caBundle": authority});
    let object = json!({
        "metadata": {"name": name},
        "webhooks": [{
            "name": name, "timeoutSeconds": 1, "failurePolicy": "Fail", "sideEffects": "None",
            "admissionReviewVersions": ["v1"], "rules": [rule], "clientConfig": client,
            "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": world.namespace}},
        }],
    });
    world.cluster.api().post(CONFIGURATIONS, &object).good();
}

fn world(like: &str) -> (World, String) {
    let world = World::open(like);
    world.copied("web:v1");
    world.deployment("web", "web:v1");
    let name = format!("{}.example.com", world.namespace);
    (world, name)
}

#[test]
fn a_webhook_that_keeps_silent_is_named() {
    let (world, name) = world("silence");
    // It accepts connections and never answers.
    let silence = TcpListener::bind("127.0.0.1:0").unwrap();
    ask(&world, &name, &silence.local_addr().unwrap().to_string(), "");
    let refused = world.switch(&["--yes"]).ends_with(2);
    refused.says(&[&name, "nothing was written", "hint: see whether its pods run"]);
    assert_eq!(world.image_of("web"), world.in_ccr("web:v1"));
}

#[test]
fn a_webhook_that_refuses_is_named_with_its_reason() {
    let (world, name) = world("refusal");
    let (address, authority) = webhook(|_| Some("only on Mondays"));
    ask(&world, &name, &address, &authority);
    let refused = world.switch(&["--yes", "--rollback-file", "back.json"]).ends_with(2);
    refused.says(&[
        &format!("refused by the admission webhook {name}: only on Mondays"),
        "hint: ask the owner of that policy",
        "the server refuses 1 of the 1 changes; nothing was written",
    ]);
    assert_eq!(world.image_of("web"), world.in_ccr("web:v1"));
    assert!(!world.cluster.folder().join("back.json").exists(), "no rollback file was written");
}

/// Its `sideEffects` say so, as no server of today takes it; a cluster that was upgraded may have it.
#[test]
fn a_webhook_without_dry_run_costs_what_it_is_asked_about_or_a_flag() {
    let (world, name) = world("dry");
    world.cluster.create(&stateful(&world));
    world.cluster.roll_out(&world.namespace, "statefulset/db");
    let (address, authority) = webhook(|_| None);
    configure(&world, &name, &address, &authority);
    let mut object = world.cluster.api().get(&format!("{CONFIGURATIONS}/{name}")).good();
    object["webhooks"][0]["sideEffects"] = json!("Some");
    let key = format!("/registry/validatingwebhookconfigurations/{name}");
    world.cluster.plane().store(&key, &object);
    let line = ["annotate", "deployment", "web", "x=y", "--dry-run=server", "-n"];
    let line = [line.as_slice(), &[&world.namespace]].concat();
    world.cluster.wait_until("it is asked", || world.cluster.kubectl(&line).code != 0);

    let before = world.cluster.snapshot(&[&world.namespace]);
    let refused = world.switch(&["--yes"]).ends_with(2);
    refused.says(&[
        &format!("deployments.apps/web in namespace {}: the admission webhook {name} does not support a dry run", world.namespace),
        "hint: --allow-no-dry-run",
        "the server refuses 1 of the 2 changes; nothing was written",
    ]);
    before.assert_same(&world.cluster.snapshot(&[&world.namespace]));

    let said = format!("which the admission webhook {name} does not support");
    let planned = world.switch(&["--dry-run=server", "--allow-no-dry-run", "-o", "json"]);
    let planned = planned.ends_with(1).json();
    assert!(planned["objects"][0]["notes"].to_string().contains(&said), "{planned}");

    let done = world.switch(&["--yes", "--allow-no-dry-run", "-o", "json"]).ends_with(0);
    let done = done.says(&["1 change is made without a dry run, one at a time", &name]);
    let report = done.json();
    assert_eq!(report["withoutDryRun"][0]["object"]["name"], "web");
    assert_eq!(report["withoutDryRun"][0]["webhook"], json!(name));
    assert_eq!(world.image_of("web"), world.in_tcr("web:v1"));
}

/// In words of its own: the review says whether it is one.
#[test]
fn a_webhook_that_refuses_dry_runs_in_its_own_words_is_none_that_refuses_the_change() {
    let (world, name) = world("words");
    let (address, authority) = webhook(|review| {
        let is_dry = review["request"]["dryRun"] == true;
        is_dry.then_some("dry-run requests are not supported")
    });
    ask(&world, &name, &address, &authority);
    world.switch(&["--yes"]).ends_with(2).says(&["--allow-no-dry-run", &name]);
    let done = world.switch(&["--yes", "--allow-no-dry-run"]).ends_with(0);
    done.says(&["1 change is made without a dry run", &name]);
    assert_eq!(world.image_of("web"), world.in_tcr("web:v1"));
}

fn stateful(world: &World) -> String {
    workload("StatefulSet", &world.namespace, "db", &world.in_ccr("web:v1"))
}

/// What is to be said against a change; nothing if it may be made.
type Judge = fn(&Value) -> Option<&'static str>;

/// A webhook that takes a change or refuses it: its address, and its certificate as a `caBundle`.
fn webhook(judge: Judge) -> (String, String) {
    webhook_with(move |review| match judge(review) {
        Some(why) => json!({"allowed": false, "status": {"code": 403, "message": why}}),
        None => json!({"allowed": true}),
    })
}

/// The same with any response, but for its `uid`.
pub(super) fn webhook_with(
    respond: impl Fn(&Value) -> Value + Clone + Send + 'static,
) -> (String, String) {
    let (config, certificate) = self_signed("127.0.0.1");
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
            let stream = StreamOwned::new(connection, stream.unwrap());
            let respond = respond.clone();
            std::thread::spawn(move || answer(stream, &respond));
        }
    });
    (address, STANDARD.encode(certificate))
}

/// Answers one review and closes the connection; ignores a caller that leaves early.
fn answer(
    mut stream: StreamOwned<ServerConnection, TcpStream>,
    respond: &impl Fn(&Value) -> Value,
) -> Option<()> {
    stream.sock.set_read_timeout(Some(Duration::from_secs(10))).ok()?;
    let mut request = Vec::new();
    let review: Value = loop {
        let mut piece = [0; 4096];
        let length = stream.read(&mut piece).ok().filter(|length| *length > 0)?;
        request.extend_from_slice(&piece[..length]);
        let Some(head) = request.windows(4).position(|window| window == b"\r\n\r\n") else {
            continue;
        };
        // Until it is whole it is no JSON.
        if let Ok(review) = serde_json::from_slice(&request[head + 4..]) {
            break review;
        }
    };
    let mut response = respond(&review);
    response["uid"] = review["request"]["uid"].clone();
    let answer = json!({
        "apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "response": response,
    })
    .to_string();
    let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close";
    let length = answer.len();
    write!(stream, "{head}\r\nContent-Length: {length}\r\n\r\n{answer}").ok()?;
    stream.conn.send_close_notify();
    stream.flush().ok()
}
