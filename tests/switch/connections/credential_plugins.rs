//! Programs that give logins.

use serde_json::{Value, json};

use super::bench::{Bench, Case, Wanted, document, merged};
use crate::support::cluster::User;

/// A program of the test's folder, and the user that it gives a login for.
fn plugin(bench: &Bench, name: &str, script: &str) -> Value {
    use std::os::unix::fs::PermissionsExt as _;
    let path = bench.cluster.file(name, &format!("#!/bin/sh\n{script}\n"));
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    json!({"exec": {
        "apiVersion": "client.authentication.k8s.io/v1", "command": format!("./{name}"),
        "interactiveMode": "Never",
    }})
}

fn answer(status: &Value) -> String {
    answer_as("client.authentication.k8s.io/v1", status)
}

fn answer_as(version: &str, status: &Value) -> String {
    let answer = json!({"apiVersion": version, "kind": "ExecCredential", "status": status});
    format!("printf %s '{answer}'")
}

#[test]
#[allow(clippy::too_many_lines, reason = "a table, one row for each kubeconfig")]
fn programs_that_give_logins_are_run_alike() {
    let mut bench = Bench::new();
    let server = bench.server();
    let token = User::admin().token;
    let good = answer(&json!({"token": token}));
    let given = plugin(&bench, "good", &good);
    let exec = |changes: Value| merged(&given, &json!({"exec": changes}));
    let old = "client.authentication.k8s.io/v1beta1";
    let old_answer = plugin(&bench, "old", &answer_as(old, &json!({"token": token})));
    let old_answer = |mode: Value| {
        merged(&old_answer, &json!({"exec": {"apiVersion": old, "interactiveMode": mode}}))
    };
    let script = |name: &str, script: &str| plugin(&bench, name, script);
    let echo = r#"echo "{\"apiVersion\":\"client.authentication.k8s.io/v1\",\"kind\":\"ExecCredential\",\"status\":{\"token\":\"$1$REST\"}}""#;
    let (head, rest) = token.split_at(4);
    let assembled = merged(
        &script("assembled", echo),
        &json!({"exec": {"args": [head], "env": [{"name": "REST", "value": rest}]}}),
    );
    let asks_info = format!(
        "case \"$KUBERNETES_EXEC_INFO\" in *'\"server\":\"https://'*) {good};; *) exit 3;; esac"
    );
    let (certificate, key) = client(&bench);
    let rows = [
        ("v1", given.clone(), Wanted::Both),
        ("v1beta1", old_answer(json!("Never")), Wanted::Both),
        ("v1beta1 without interactiveMode", old_answer(Value::Null), Wanted::Both),
        (
            "v1 without interactiveMode",
            exec(json!({"interactiveMode": null})),
            Wanted::Neither("it has no interactiveMode"),
        ),
        (
            "v1alpha1",
            exec(json!({"apiVersion": "client.authentication.k8s.io/v1alpha1"})),
            Wanted::Neither("its apiVersion is neither"),
        ),
        (
            "without apiVersion",
            exec(json!({"apiVersion": null})),
            Wanted::Neither("it has no apiVersion"),
        ),
        (
            "another version than asked for",
            exec(json!({"apiVersion": old})),
            Wanted::Neither("it answers as client.authentication.k8s.io/v1, but was asked for"),
        ),
        (
            "without a command",
            exec(json!({"command": ""})),
            Wanted::Neither("the kubeconfig names no command"),
        ),
        (
            "a command that is not there",
            exec(json!({"command": "no-such-program"})),
            Wanted::Neither("there is no such program"),
        ),
        (
            "a command by its name in PATH",
            exec(json!({"command": "sh", "args": ["./good"]})),
            Wanted::Both,
        ),
        (
            "an interactive one without a terminal",
            exec(json!({"interactiveMode": "Always"})),
            Wanted::Neither("there is no terminal to ask at"),
        ),
        (
            "one that may be interactive",
            exec(json!({"interactiveMode": "IfAvailable"})),
            Wanted::Both,
        ),
        (
            "a mode that there is none of",
            exec(json!({"interactiveMode": "Sometimes"})),
            Wanted::Neither("interactiveMode"),
        ),
        (
            "a variable without a name",
            exec(json!({"env": [{"name": "", "value": "x"}]})),
            Wanted::Neither("a variable in its env has no name"),
        ),
        ("arguments and variables", assembled, Wanted::Both),
        (
            "fails",
            script("fails", "echo 'log in with: acme login' >&2; exit 7"),
            Wanted::Neither("it failed (exit status: 7): log in with: acme login"),
        ),
        (
            "says something else",
            script("else", "echo welcome"),
            Wanted::Neither("its answer is no ExecCredential"),
        ),
        ("says nothing", script("nothing", "true"), Wanted::Neither("its answer is empty")),
        (
            "gives an empty login",
            script("empty", &answer(&json!({}))),
            Wanted::Neither("it gave neither a token nor a certificate"),
        ),
        (
            "gives no status",
            script("no-status", &answer(&Value::Null)),
            Wanted::Neither("it gave no login"),
        ),
        (
            "gives no version",
            script("no-version", &format!("echo '{}'", json!({"status": {"token": token}}))),
            Wanted::Neither("it answers as no version"),
        ),
        (
            "gives a token that is expired",
            script(
                "expired",
                &answer(&json!({
                "token": token, "expirationTimestamp": "2020-01-01T00:00:00Z"})),
            ),
            Wanted::Both,
        ),
        (
            "gives a wrong token",
            script("wrong", &answer(&json!({"token": "nonsense"}))),
            Wanted::Neither("does not take the login"),
        ),
        ("talks on stderr", script("talks", &format!("echo hello >&2; {good}")), Wanted::Both),
        (
            "asks for cluster info",
            merged(&script("info", &asks_info), &json!({"exec": {"provideClusterInfo": true}})),
            Wanted::Both,
        ),
        (
            "asks for cluster info and gets none",
            script("no-info", &asks_info),
            Wanted::Neither("it failed (exit status: 3)"),
        ),
        (
            "gives a certificate",
            script(
                "certificate",
                &answer(&json!({
                "clientCertificateData": certificate, "clientKeyData": key})),
            ),
            Wanted::Both,
        ),
        (
            "gives a certificate without its key",
            script("half", &answer(&json!({"clientCertificateData": certificate}))),
            Wanted::Neither("a certificate or a key, but not both"),
        ),
        (
            "and a token before it",
            merged(&script("failing", "exit 7"), &Bench::token()),
            Wanted::Both,
        ),
        (
            "and an auth-provider",
            merged(&given, &json!({"auth-provider": {"name": "oidc", "config": {}}})),
            Wanted::Neither("exec and auth-provider are both there"),
        ),
    ];
    for (name, user, wanted) in rows {
        let text = document(&server, &user).to_string();
        let case = Case::of(bench.file(&text));
        bench.row(&format!("credential plugin: {name}"), &case, wanted);
    }
}

/// A certificate of an administrator, and its key.
fn client(bench: &Bench) -> (String, String) {
    let folder = bench.folder();
    bench.plane().kubeconfig_with_certificate(folder, "somebody", &["system:masters"]);
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    (read("somebody.crt"), read("somebody.key"))
}
