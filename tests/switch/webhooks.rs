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
use crate::support::tls::self_signed;

/// From now on the server asks this webhook about each change of a Deployment.
fn ask(world: &World, name: &str, address: &str, authority: &str) {
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
    let base = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations";
    world.cluster.api().post(base, &object).good();
    let line = ["annotate", "deployment", "web", "x=y", "--dry-run=server", "-n"];
    let line = [line.as_slice(), &[&world.namespace]].concat();
    world.cluster.wait_until("it is asked", || world.cluster.kubectl(&line).code != 0);
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
    let (address, authority) = refuser();
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

/// A webhook that takes no change: its address, and its certificate as a `caBundle`.
fn refuser() -> (String, String) {
    let (config, certificate) = self_signed("127.0.0.1");
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
            let stream = StreamOwned::new(connection, stream.unwrap());
            std::thread::spawn(move || refuse(stream));
        }
    });
    (address, STANDARD.encode(certificate))
}

/// Answers one review and closes the connection; ignores a caller that leaves early.
fn refuse(mut stream: StreamOwned<ServerConnection, TcpStream>) -> Option<()> {
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
    let answer = json!({
        "apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview",
        "response": {
            "uid": review["request"]["uid"], "allowed": false,
            "status": {"code": 403, "message": "only on Mondays"},
        },
    })
    .to_string();
    let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close";
    let length = answer.len();
    write!(stream, "{head}\r\nContent-Length: {length}\r\n\r\n{answer}").ok()?;
    stream.conn.send_close_notify();
    stream.flush().ok()
}
