//! Runs that are killed (SIGKILL) at any moment: the next one ends right, and one file takes back
//! what both have done.

use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use super::fixtures::{account, assert_linked, entry, everything, line, network, status};
use crate::support::Sandbox;

const APPLY: &str = "apply --vpc vpc-prod --public-allow 203.0.113.0/24=office \
                     --public-allow 198.51.100.0/24=vpn --yes --undo-file undo.json --timeout 8s";
const ROLLBACK: &str = "rollback undo.json --yes --timeout 8s";

/// When a run is killed: as soon as an action has been answered so often, or the undo file is there.
const POINTS: [(&str, u64); 12] = [
    ("undo.json", 1),
    ("ManageInternalEndpoint", 1),
    ("DescribeInternalEndpoints", 4),
    ("DescribeInternalEndpoints", 6),
    ("CreateInternalEndpointDns", 1),
    ("DescribeInternalEndpointDnsStatus", 2),
    ("CreateInternalEndpointDns", 2),
    ("ManageExternalEndpoint", 1),
    ("DescribeExternalEndpointStatus", 3),
    ("DescribeSecurityPolicies", 2),
    ("CreateSecurityPolicy", 1),
    ("CreateSecurityPolicy", 2),
];

/// Slow enough for a run to be killed at each of its calls; an allowlist is left from before.
fn world() -> Sandbox {
    let left = "{state: Closed, allowlist: [{cidr: 192.0.2.9, description: left}]}";
    Sandbox::slow(&account(left, ""), 40)
}

fn killed_at(sandbox: &Sandbox, (what, times): (&str, u64)) {
    let mut run = spawn(sandbox, APPLY);
    wait_for(sandbox, &mut run, what, times);
    run.kill().unwrap();
    run.wait().unwrap();
}

fn spawn(sandbox: &Sandbox, words: &str) -> Child {
    let mut command = sandbox.plugin(&line(words));
    command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
}

fn wait_for(sandbox: &Sandbox, run: &mut Child, what: &str, times: u64) {
    let began = Instant::now();
    let is_there = || match what {
        "undo.json" => sandbox.folder().join(what).exists(),
        action => sandbox.count("api", action) >= times,
    };
    while !is_there() {
        assert!(run.try_wait().unwrap().is_none(), "the run ended before {what} {times}");
        assert!(began.elapsed() < Duration::from_secs(60), "{what} {times}");
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// Each point in a sandbox of its own, a few at a time.
fn at_each_point(check: impl Fn((&str, u64)) + Sync) {
    let next = std::sync::atomic::AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                while let Some(point) =
                    POINTS.get(next.fetch_add(1, std::sync::atomic::Ordering::SeqCst))
                {
                    println!("{point:?}");
                    check(*point);
                }
            });
        }
    });
}

#[test]
fn the_next_run_ends_right_and_the_last_undo_file_takes_back_both() {
    at_each_point(|point| {
        let sandbox = world();
        let before = everything(&sandbox);
        killed_at(&sandbox, point);
        network(&sandbox, APPLY).ends_with(0);
        let applied = status(&sandbox);
        assert_linked(&applied, "vpc-prod");
        let rules = applied["publicEntry"]["allowlist"].as_array().unwrap().len();
        assert_eq!((entry(&sandbox).as_str(), rules), ("Opened", 3), "{point:?}: {applied}");
        network(&sandbox, ROLLBACK).ends_with(0);
        assert_eq!(everything(&sandbox), before, "{point:?}");
    });
}

#[test]
fn a_killed_run_can_be_taken_back_at_once() {
    at_each_point(|point| {
        let sandbox = world();
        let before = everything(&sandbox);
        killed_at(&sandbox, point);
        network(&sandbox, ROLLBACK).ends_with(0);
        assert_eq!(everything(&sandbox), before, "{point:?}");
    });
}

#[test]
fn an_entry_that_a_killed_run_opened_is_closed_by_a_run_that_wants_none() {
    let sandbox = world();
    killed_at(&sandbox, ("ManageExternalEndpoint", 1));
    let links = "apply --vpc vpc-prod --yes --undo-file undo.json --timeout 8s";
    network(&sandbox, links).ends_with(0).says(&["an earlier run", "close the public entry"]);
    assert_eq!(entry(&sandbox), "Closed");
    assert_linked(&status(&sandbox), "vpc-prod");
}

#[test]
fn a_killed_rollback_is_finished_by_the_next() {
    let sandbox = world();
    let before = everything(&sandbox);
    network(&sandbox, APPLY).ends_with(0);
    let mut run = spawn(&sandbox, ROLLBACK);
    wait_for(&sandbox, &mut run, "DeleteInternalEndpointDns", 1);
    run.kill().unwrap();
    run.wait().unwrap();
    network(&sandbox, APPLY).ends_with(2).says(&["undo.json", "network rollback"]);
    network(&sandbox, ROLLBACK).ends_with(0);
    assert_eq!(everything(&sandbox), before);
}
