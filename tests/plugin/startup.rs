//! Starting: a server that can't be reached is reported at once, and what isn't needed is not
//! asked for.

use std::time::{Duration, Instant};

use crate::support::{DockerRegistry, Run, Sandbox, plugin, run, tool};

const NOBODY: &str = "http://127.0.0.1:1";

#[test]
fn an_api_that_can_not_be_reached_is_told_within_seconds() {
    let begin = Instant::now();
    run(tool(plugin())
        .args(["instances", "--tcr-api-endpoint", NOBODY])
        .env("TENCENTCLOUD_SECRET_ID", "AKIDx")
        .env("TENCENTCLOUD_SECRET_KEY", "y"))
    .ends_with(2)
    .says(&["error: can't reach 127.0.0.1:1: Connection refused", "hint: check that"]);
    // Five tries with their pauses would take more than twenty.
    assert!(begin.elapsed() < Duration::from_secs(10), "{:?}", begin.elapsed());
}

#[test]
fn a_full_disk_is_an_error_and_a_closed_stdout_is_none() {
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = tool(plugin()).arg("--help").stdout(full).output().unwrap();
    let words = "error: stdout can't be written: No space left on device";
    Run::from(output).ends_with(2).says(&[words]);
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let output = tool(plugin()).arg("--help").stdout(writer).output().unwrap();
    assert_eq!(Run::from(output).ends_with(0).stderr, "");
}

#[test]
fn a_key_that_is_of_no_use_does_not_stop_a_list_of_images() {
    let registry = DockerRegistry::start();
    let folder = tempfile::tempdir().unwrap();
    let list = folder.path().join("list");
    let host = registry.host();
    std::fs::write(&list, format!("{host}/a/b:v1 {host}/c/d:v1\n")).unwrap();
    run(tool(plugin())
        .args(["sync", "--tcr-api-endpoint", NOBODY, "--images"])
        .arg(&list)
        .env("HOME", folder.path())
        .env("TENCENTCLOUD_SECRET_ID", "AKIDx")
        .env("TENCENTCLOUD_SECRET_KEY", "y"))
    // The image isn't there, but it was looked for.
    .ends_with(1)
    .says(&["the API key is not used: can't reach 127.0.0.1:1", "a/b:v1 is not at the source"]);
}

#[test]
fn a_machine_without_ca_certificates_says_what_to_install_and_still_speaks_to_loopback() {
    let sandbox = Sandbox::demo();
    let without = |arguments: &[&str]| {
        let mut command = sandbox.plugin(arguments);
        command.env("SSL_CERT_FILE", "/dev/null").env("SSL_CERT_DIR", "/nonexistent");
        run(&mut command)
    };
    without(&["sync", "shop"]).ends_with(0).says(&["10 copied"]);
    without(&["instances", "--tcr-api-endpoint", "https://tcr.example.com"])
        .ends_with(2)
        .says(&["No CA certificates", "hint: install the system's CA certificates"]);
}
