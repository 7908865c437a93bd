//! Registries that fail in the middle of a run, for a while or for good.

use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::copy::fixtures::{assert_all_is_there, at_once, error_of, outcomes, sync};
use crate::support::{Run, Sandbox};

/// Forty images in two repositories of one account; `instance` and `faults` are YAML.
pub(super) fn world(instance: &str, faults: &str) -> Sandbox {
    Sandbox::with_account(&format!(
        r"
version: 1
personal:
  - region: ap-guangzhou
    namespaces:
      - name: shop
        repositories:
          - {{name: web, generate: {{tags: 20, layers: [{{name: base, size: 200kB}}, 20kB]}}}}
          - {{name: api, generate: {{tags: 20, layers: [{{name: base, size: 200kB}}, 20kB]}}}}
enterprise:
  - {{name: prod, region: ap-shanghai, namespaces: [{{name: shop}}]{instance}}}
registry_faults: [{faults}]
"
    ))
}

#[test]
fn a_registry_that_is_overloaded_three_times_is_asked_again() {
    let cases = [
        ("ccr", "GET", "**/blobs/*", "GET blob", 81),
        ("ccr", "GET", "**/manifests/*", "GET manifest", 40),
        ("tcr", "PUT", "**/manifests/*", "PUT manifest", 40),
        ("tcr", "POST", "**/blobs/uploads/*", "POST upload", 0),
    ];
    at_once(&cases, |(side, method, path, what, wanted)| {
        let fault = format!(
            r#"{{registry: {side}, method: {method}, path: "{path}", status: 503, times: 3}}"#
        );
        let sandbox = world("", &fault);
        sync(&sandbox, &[]).ends_with(0).says(&["40 copied"]);
        assert_all_is_there(&sandbox);
        let asked = sandbox.count(side, what);
        assert!(*wanted == 0 || asked >= wanted + 3, "{what}: {asked}");
    });
}

#[test]
fn too_many_requests_holds_back_the_whole_host_for_as_long_as_it_asks() {
    let fault = r#"{registry: ccr, method: GET, path: "**/blobs/*", status: 429, retry_after: 1, times: 1}"#;
    let calm = {
        let sandbox = world("", "");
        let begin = Instant::now();
        sync(&sandbox, &[]).ends_with(0);
        begin.elapsed()
    };
    let sandbox = world("", fault);
    let begin = Instant::now();
    sync(&sandbox, &[]).ends_with(0).says(&["40 copied"]);
    let took = begin.elapsed();
    assert!(took >= Duration::from_secs(1), "{took:?}, without the pause {calm:?}");
    assert_all_is_there(&sandbox);
    // One refusal, and what was on its way already: not a refusal for each of 41 blobs.
    let asked = sandbox.count("ccr", "GET blob");
    assert!(asked <= 81 + 1, "{asked}");
}

#[test]
fn a_busy_target_is_given_the_time_it_asks_for() {
    let fault = "{registry: tcr, method: POST, status: 429, retry_after: 2, times: 1}";
    let sandbox = world("", fault);
    let begin = Instant::now();
    sync(&sandbox, &[]).ends_with(0).says(&["40 copied"]);
    assert!(begin.elapsed() >= Duration::from_secs(2), "{:?}", begin.elapsed());
    assert_all_is_there(&sandbox);
}

#[test]
fn a_repository_that_fails_for_good_keeps_no_other_from_being_copied() {
    let cases = [
        // A manifest waits for its turn, so the tries of several would add up.
        (r#"{registry: tcr, method: PUT, path: "**/shop/web/manifests/*", status: 500}"#, 1),
        (r#"{registry: ccr, method: GET, path: "**/shop/web/blobs/*", status: 500}"#, 3),
    ];
    at_once(&cases, |(fault, newest)| {
        let sandbox = world("", fault);

        let run = sync(&sandbox, &["--newest", &newest.to_string()]).ends_with(1);

        run.says(&[
            &format!("{} images: {newest} copied, {newest} failed", newest * 2),
            "the registry failed with status 500: UNKNOWN: a fault of the sandbox",
            "hint: run it again later: what is there already is not copied twice",
        ]);
        for (name, outcome) in outcomes(&sandbox) {
            let wanted = if name.starts_with("shop/api:") { "copied" } else { "failed: server" };
            assert_eq!(outcome, wanted, "{name}");
        }
        let error = error_of(&sandbox, "shop/web:build-020");
        assert!(error["message"].as_str().unwrap().contains("status 500"), "{error}");
        assert_eq!(sandbox.images("tcr").len(), *newest);
        sandbox.assert_target_is_whole();
    });
}

#[test]
fn tokens_that_are_revoked_in_mid_run_are_renewed() {
    let slow = r#"{registry: ccr, method: GET, path: "**/blobs/*", delay_ms: 120}"#;
    let sandbox = world("", slow);
    let child = sandbox
        .plugin(&["sync", "--jobs", "2", "--report", "r.json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Often enough to hit every kind of request, too rarely to use up the tries of any one.
    for _ in 0..4 {
        std::thread::sleep(Duration::from_millis(700));
        sandbox.tell("/revoke-bearers", &json!({}));
    }
    Run::from(child.wait_with_output().unwrap()).ends_with(0);
    assert!(sandbox.count("ccr", "GET token") > 2 && sandbox.count("tcr", "GET token") > 2);
    assert_all_is_there(&sandbox);
}

#[test]
fn tokens_that_are_revoked_again_and_again_are_renewed() {
    let account = "
version: 1
personal:
  - namespaces:
      - {name: shop, repositories: [{name: web, generate: {tags: 40, layers: [2kB]}}]}
enterprise: [{}]
";
    let sandbox = Sandbox::slow(account, 15);
    let mut command = sandbox.plugin(&["sync", "--jobs", "2"]);
    let process = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let run = std::thread::spawn(move || Run::from(process.wait_with_output().unwrap()));
    let mut taken = 0;
    while !run.is_finished() {
        std::thread::sleep(Duration::from_millis(700));
        sandbox.tell("/revoke-bearers", &json!({}));
        taken += 1;
    }
    run.join().unwrap().ends_with(0);
    assert!(taken > 2, "only {taken} times");
    assert_eq!(sandbox.images("ccr"), sandbox.images("tcr"));
}

#[test]
fn credentials_of_seconds_last_for_a_run_of_many() {
    // The token that the API key makes ends after six seconds, bearers after one; the run takes
    // more than that.
    let slow = r#"{registry: ccr, method: GET, path: "**/blobs/*", delay_ms: 450}"#;
    let sandbox = world(", bearer_lifetime: 1, token_lifetime: 6", slow);
    let begin = Instant::now();
    sync(&sandbox, &["--jobs", "5"]).ends_with(0).says(&["40 copied"]);
    assert!(begin.elapsed() > Duration::from_secs(7), "{:?}", begin.elapsed());
    let made = sandbox.control("/stats")["api"]["CreateInstanceToken"].as_u64().unwrap();
    assert!((2..=3).contains(&made), "{made} tokens were made");
    assert_all_is_there(&sandbox);
}

#[test]
fn a_target_without_mounts_gets_every_blob_by_upload() {
    let sandbox = world(", mounts: false", "");
    sync(&sandbox, &[]).ends_with(0).says(&["40 copied"]);
    assert_eq!(sandbox.control("/stats")["mounts"], 0);
    assert_all_is_there(&sandbox);

    let sandbox = world("", "");
    sync(&sandbox, &[]).ends_with(0);
    assert_ne!(sandbox.control("/stats")["mounts"], 0, "or the first half proves nothing");
}
