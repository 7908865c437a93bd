//! Namespaces in random states, switched, pruned and rolled back: whatever the state, no pod that
//! pulled before is left without its image, unless the run has stopped at it and says so.
//!
//! `state` makes the namespaces, `pulls` says which of their workloads get their images.

mod pulls;
mod state;

use std::collections::BTreeSet;
use std::sync::Mutex;

use self::state::State;
use crate::support::random::{Random, seed_or};

const STATES: u64 = 10;
/// How many of them at once.
const AT_ONCE: usize = 3;

#[test]
fn no_pod_that_pulled_is_broken_by_a_switch_a_prune_or_a_rollback() {
    let seed = seed_or(1);
    let numbers: Mutex<Vec<u64>> = Mutex::new((0..STATES).collect());
    let next = || numbers.lock().unwrap().pop();
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some(number) = next() {
                    let state = State::random(Random::from(
                        (seed + number).wrapping_mul(0x9e37_79b9_7f4a_7c15),
                    ));
                    let end = match number % 5 {
                        4 => judge_spoilt(&state),
                        other => judge(&state, other % 2 == 1),
                    };
                    println!("state {number}: {end}");
                }
            });
        }
    });
}

const SWITCH: &[&str] = &[
    "--yes",
    "--rollback-file",
    "back.json",
    "--report",
    "switch.json",
    "--timeout",
    "20s",
    "--concurrency",
    "1",
];

/// A state in which TCR's logins are spoilt as soon as the first workload names TCR: the run stops at
/// the first pod that can't pull, and the rollback brings everything back.
fn judge_spoilt(state: &State) -> String {
    state.restart();
    let before = state.pulls();
    let switched = state.run_and_spoil(SWITCH);
    let broken = state.broken_by_switch(&switched);
    assert!(broken.len() < 2, "one at a time: {broken:?}");
    state.assert_none_lost(&before, &broken, "the switch", &switched);
    if !state.file("back.json").exists() {
        return "nothing written".to_owned();
    }
    let line = ["rollback", "back.json", "--yes", "--timeout", "20s", "--delete-stuck-pods"];
    let back = state.run_anywhere(&line);
    state.assert_none_lost(&before, &BTreeSet::new(), "switch and rollback", &back);
    state.restart();
    state.assert_none_lost(&before, &BTreeSet::new(), "both, all pods made again", &back);
    format!("switch {}, spoilt, {} stopped at; rollback {}", switched.code, broken.len(), back.code)
}

/// One state, from the first look to the rollback.
fn judge(state: &State, with_prune: bool) -> String {
    state.restart();
    let before = state.pulls();
    let switched = state.run(SWITCH);
    let broken = state.broken_by_switch(&switched);
    state.assert_none_lost(&before, &broken, "the switch", &switched);
    state.restart();
    state.assert_none_lost(&before, &broken, "the switch, all pods made again", &switched);
    let verified = state.assert_verify_tells_the_truth();

    if with_prune {
        let before = state.pulls();
        let secrets = state.secrets();
        let pruned = state.run(&["secrets", "prune", "--delete-secrets", "--yes", "--no-wait"]);
        state.restart();
        state.assert_none_lost(&before, &BTreeSet::new(), "the prune", &pruned);
        let gone: Vec<String> = secrets.difference(&state.secrets()).cloned().collect();
        state.assert_unnamed(&gone, &pruned);
        state.tell(format!("deleted: {gone:?}"));
    }
    let back = match state.file("back.json").exists() {
        true => roll_back(state),
        false => "nothing written".to_owned(),
    };
    let stop = if broken.is_empty() { "" } else { ", stopped" };
    format!("switch {}{stop}, verify {verified}, {back}", switched.code)
}

fn roll_back(state: &State) -> String {
    state.change_some();
    state.restart();
    let before = state.pulls();
    let line = ["rollback", "back.json", "--yes", "-o", "json", "--timeout", "20s"];
    let back = state.run_anywhere(&line);
    assert!(back.code < 2, "{}\n{}", back.stdout, back.stderr);
    let broken = State::broken(&back.json());
    state.assert_none_lost(&before, &broken, "the rollback", &back);
    state.restart();
    state.assert_none_lost(&before, &broken, "the rollback, all pods made again", &back);
    let stop = if broken.is_empty() { "" } else { ", stopped" };
    format!("rollback {}{stop}", back.code)
}
