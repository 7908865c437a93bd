//! Hosts that can't be reached, or not in the way that was asked for.

use crate::copy::fixtures::{
    ONE_IMAGE, assert_all_is_there, assert_nothing_was_written, at_once, sync,
};
use crate::support::{Sandbox, run};

#[test]
fn a_host_that_can_not_be_reached_is_named_with_the_reason() {
    // Bound and let go: the port is closed.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let closed = format!("127.0.0.1:{port}");
    let cases = [
        (closed.as_str(), "Connection refused"),
        // Reserved for names that never exist (RFC 6761).
        ("ccr.invalid", "failed to lookup address information"),
    ];
    at_once(&cases, |(host, reason)| {
        let sandbox = Sandbox::with_account(ONE_IMAGE);
        sync(&sandbox, &["--ccr-host", host]).ends_with(2).says(&[
            &format!("error: can't reach {host}: {reason}"),
            &format!("hint: check that this machine can reach {host}; a private address can be given with --resolve HOST:PORT:ADDRESS, a proxy with HTTPS_PROXY"),
        ]);
        assert_nothing_was_written(&sandbox);
    });
}

#[test]
fn a_proxy_is_not_asked_for_loopback() {
    let sandbox = Sandbox::with_account(ONE_IMAGE);
    let dead = "http://127.0.0.1:9";
    let mut command = sandbox.plugin(&["sync"]);
    for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy"] {
        command.env(name, dead);
    }
    run(&mut command).ends_with(0).says(&["1 copied"]);
    assert_all_is_there(&sandbox);
}

#[test]
fn a_proxy_that_does_not_answer_is_named_without_its_password() {
    let sandbox = Sandbox::with_account(ONE_IMAGE);
    let mut command = sandbox.plugin(&["sync", "--ccr-host", "ccr.example.test"]);
    command.env("HTTPS_PROXY", "http://user:hunter2@127.0.0.1:1");
    run(&mut command)
        .ends_with(2)
        .says(&[
            "can't reach ccr.example.test through the proxy 127.0.0.1:1: ",
            "hint: check the proxy (HTTPS_PROXY); NO_PROXY names what is to be reached without one",
        ])
        .never_says(&["hunter2"]);
}

#[test]
fn plain_http_is_spoken_to_loopback_and_to_hosts_that_were_named_for_it() {
    let sandbox = Sandbox::with_account(ONE_IMAGE);
    let (_, port) = sandbox.ccr().split_once(':').unwrap();
    let host = format!("ccr.example.test:{port}");
    let resolve = format!("{host}:127.0.0.1");
    let flags = ["--ccr-host", &host, "--resolve", &resolve];

    sync(&sandbox, &flags).ends_with(2).says(&[
        &format!("error: {host} does not speak TLS, and plain HTTP is not allowed there"),
        &format!(
            "hint: if that is intended, and only in your own network: --insecure-registry {host}"
        ),
    ]);
    assert_eq!(sandbox.control("/stats")["ccr"], serde_json::json!({}), "nothing in plain HTTP");

    // It goes on to what the sandbox says next: that its token service is at 127.0.0.1, where no
    // registry with a public name may lead us.
    let allowed = [&flags[..], &["--insecure-registry", &host]].concat();
    sync(&sandbox, &allowed)
        .ends_with(2)
        .says(&[
            &format!("the registry points to http://{}, an address inside this network, from a registry outside of it", sandbox.ccr()),
        ])
        .never_says(&["hint: if that is intended"]);
    assert_eq!(sandbox.control("/stats")["ccr"]["GET v2"], 1);
    assert_nothing_was_written(&sandbox);
}

#[test]
fn an_invalid_host_or_address_is_a_usage_error() {
    let sandbox = Sandbox::with_account(ONE_IMAGE);
    sync(&sandbox, &["--ccr-host", "https://ccr.example.com/"]).ends_with(125).says(&[
        "`https://ccr.example.com/` is not a registry host: expected NAME or NAME:PORT, without https:// and without a path",
    ]);
    sync(&sandbox, &["--resolve", "ccr.example.com:10.0.0.5"]).ends_with(125).says(&[
        "`ccr.example.com:10.0.0.5` is not HOST:PORT:ADDRESS, as in prod.tencentcloudcr.com:443:10.0.0.5",
    ]);
}

#[test]
fn a_ccr_host_that_is_really_the_instance_stops_everything() {
    let account = ONE_IMAGE.replace("password:", "answers_as_tcr: true\n    password:");
    let sandbox = Sandbox::with_account(&account);
    let ccr = sandbox.ccr();
    let (name, port) = ccr.split_once(':').unwrap();
    for command in [&["sync"][..], &["sync", "--dry-run"], &["verify"]] {
        sandbox.ccr2tcr(command).ends_with(2).says(&[
            &format!("error: {ccr} answers as a TCR instance, not as CCR: the source would be the target"),
            &format!("hint: the personal domain points at TCR here; run this where {name} resolves to CCR, or give CCR's address: --resolve {name}:{port}:ADDRESS"),
        ]);
    }
    assert_nothing_was_written(&sandbox);
    let images = sandbox.file("images", &format!("{ccr}/shop/web:v1\n"));
    sandbox
        .ccr2tcr(&["sync", "--images", images.to_str().unwrap()])
        .ends_with(2)
        .says(&["answers as a TCR instance"]);
    assert_nothing_was_written(&sandbox);
}

#[test]
fn a_host_that_is_no_registry_is_told_as_such() {
    let sandbox = Sandbox::with_account(ONE_IMAGE);
    let control = sandbox.variable("TCR_SANDBOX_CONTROL").trim_start_matches("http://");
    sync(&sandbox, &["--ccr-host", control]).ends_with(2).says(&[&format!(
        "error: {control} (GET /v2/): that doesn't look like a registry: status 404"
    )]);
    assert_nothing_was_written(&sandbox);
}
