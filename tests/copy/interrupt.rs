//! Ctrl-C once, and twice.

use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use crate::copy::fixtures::{assert_all_is_there, outcomes};
use crate::support::{Run, Sandbox, signal};

/// Thirty images; the first blobs that are asked for take a while.
fn world(delay_ms: u64, times: u64) -> Sandbox {
    Sandbox::with_account(&format!(
        r#"
version: 1
personal:
  - region: ap-guangzhou
    namespaces:
      - name: shop
        repositories:
          - {{name: web, generate: {{tags: 30, layers: [{{name: base, size: 200kB}}, 20kB]}}}}
enterprise:
  - {{name: prod, region: ap-shanghai, namespaces: [{{name: shop}}]}}
registry_faults:
  - {{registry: ccr, method: GET, path: "**/blobs/*", delay_ms: {delay_ms}, times: {times}}}
"#
    ))
}

/// Starts a `sync` and waits until blobs are on their way.
fn begin(sandbox: &Sandbox) -> Child {
    let mut command = sandbox.plugin(&["sync", "--jobs", "4", "--report", "r.json"]);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let start = Instant::now();
    while sandbox.control("/stats")["ccr"]["GET blob"].as_u64().unwrap_or(0) < 2 {
        assert!(start.elapsed() < Duration::from_secs(20), "the run doesn't begin");
        std::thread::sleep(Duration::from_millis(20));
    }
    child
}

fn end(child: Child) -> Run {
    child.wait_with_output().unwrap().into()
}

#[test]
fn one_interrupt_finishes_what_has_begun_and_reports_the_rest() {
    let sandbox = world(300, 60);
    let child = begin(&sandbox);
    std::thread::sleep(Duration::from_millis(700));

    signal(&child, "INT");
    let run = end(child).ends_with(130);

    run.says(&[
        "stopping: finishing what has begun; Ctrl-C again quits at once",
        "interrupted: run it again, what is done is not done twice",
    ]);
    assert_eq!(sandbox.report("r.json")["interrupted"], true);
    let found = outcomes(&sandbox);
    assert_eq!(found.len(), 30, "every image of the plan is in the report");
    let of = |wanted: &str| found.values().filter(|outcome| *outcome == wanted).count();
    let (copied, skipped) = (of("copied"), of("skipped: interrupted"));
    assert_eq!(copied + skipped, 30, "{found:?}");
    assert!(copied > 0 && skipped > 4, "{copied} copied, {skipped} skipped");
    assert_eq!(sandbox.images("tcr").len(), copied, "the report says what is there");
    sandbox.assert_target_is_whole();

    let rest = format!("{skipped} copied");
    sandbox.ccr2tcr(&["sync", "--retry-from", "r.json"]).ends_with(0).says(&[&rest]);
    assert_all_is_there(&sandbox);
}

#[test]
fn two_interrupts_end_the_run_within_a_second_and_a_second_run_completes() {
    let sandbox = world(8000, 2);
    let child = begin(&sandbox);

    signal(&child, "INT");
    std::thread::sleep(Duration::from_millis(300));
    let asked = Instant::now();
    signal(&child, "INT");
    let run = end(child).ends_with(130);

    assert!(asked.elapsed() < Duration::from_secs(1), "{:?}", asked.elapsed());
    run.says(&["stopping: finishing what has begun"]).never_says(&["interrupted: run it again"]);
    sandbox.assert_target_is_whole();

    // An image or two may have been through before the second Ctrl-C.
    sandbox.ccr2tcr(&["sync", "--jobs", "16"]).ends_with(0).says(&["30 images: "]);
    assert_all_is_there(&sandbox);
}
