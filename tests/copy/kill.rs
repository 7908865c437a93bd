//! `kill -9` at any moment: what is at the target is whole, and the next run goes on from there.

use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::support::Sandbox;
use crate::support::random::Random;

/// The registry takes tags that point at nothing, so that only the plugin keeps them whole.
const ACCOUNT: &str = "
version: 1
personal:
  - namespaces:
      - name: shop
        repositories:
          - {name: web, generate: {tags: 40, layers: [{name: base, size: 60kB}, 2kB]}}
          - {name: api, generate: {tags: 40, layers: [{name: base, size: 60kB}, 2kB]}}
          - name: many
            images:
              - {tags: [a, b], kind: nested-index, layers: [{name: base, size: 60kB}, 1kB]}
              - {tags: [c], kind: index, layers: [3kB], attestation: true, signed: true}
              - {tags: [d], kind: docker-list, layers: [4kB], referrer: true}
              - {tags: [e], kind: index, layers: [5kB], attestation: true, signed: true}
              - {tags: [f], kind: nested-index, layers: [6kB]}
      - name: data
        repositories:
          - {name: jobs, generate: {tags: 40, layers: [{name: base, size: 60kB}, 2kB]}}
enterprise: [{lenient: true}]
";

const KILLS: u64 = 10;

/// Requests that change something at the target, which is how far a run has come.
fn writes(sandbox: &Sandbox) -> u64 {
    let stats = sandbox.control("/stats");
    ["POST upload", "PUT upload", "PUT manifest"]
        .iter()
        .map(|what| stats["tcr"][what].as_u64().unwrap_or(0))
        .sum()
}

#[test]
fn a_run_that_is_killed_at_any_moment_leaves_whole_images_and_the_next_goes_on() {
    let sandbox = Sandbox::slow(ACCOUNT, 4);
    let mut random = Random::seeded();
    let mut alive = 0;
    for kill in 1..=KILLS {
        let goal = writes(&sandbox) + random.below(60);
        let mut command = sandbox.plugin(&["sync", "--jobs", "4"]);
        let mut process = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let begin = Instant::now();
        while writes(&sandbox) < goal && process.try_wait().unwrap().is_none() {
            assert!(begin.elapsed() < Duration::from_secs(60), "kill {kill}: nothing moves");
            std::thread::sleep(Duration::from_millis(random.below(5)));
        }
        alive += u64::from(process.try_wait().unwrap().is_none());
        // SIGKILL, which can't be handled.
        process.kill().unwrap();
        process.wait().unwrap();
        sandbox.assert_target_is_whole();
        println!("kill {kill}: {} tags are there", sandbox.images("tcr").len());
    }
    assert_eq!(alive, KILLS, "each kill hit a run that was at work");
    let all = sandbox.images("ccr");
    let before = sandbox.images("tcr");
    assert!(before.len() < all.len(), "the kills left nothing to do");

    let report = sandbox.ccr2tcr(&["sync", "-o", "json"]).ends_with(0).json();
    let summary = &report["summary"];
    assert_eq!(summary["copied"], all.len() - before.len(), "only what is left: {summary}");
    assert_eq!(summary["equal"], before.len());
    assert_eq!(sandbox.images("tcr"), all);
    sandbox.assert_target_is_whole();
    sandbox.assert_nothing_was_deleted();
    sandbox.ccr2tcr(&["verify", "--deep"]).ends_with(0);
}
