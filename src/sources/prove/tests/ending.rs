//! Commands that fail, hang, print too much, leave something behind; being stopped.

use std::time::{Duration, Instant};

use super::*;

const OLD: &str = "image: ccr.example/shop/web:v1\n";
const NEW: &str = "image: tcr.example/shop/web:v1\n";

fn files() -> Files {
    Files::new(&[("a.yaml", OLD)]).rewriting("a.yaml", NEW)
}

/// Seconds that no other process sleeps, at the same time a mark.
fn seconds(number: u32) -> String {
    format!("{number}.{}", std::process::id())
}

/// Whether a process with this argument runs.
fn runs(mark: &str) -> bool {
    let processes = fs::read_dir("/proc").unwrap().flatten();
    let commands = processes.filter_map(|entry| fs::read(entry.path().join("cmdline")).ok());
    commands.into_iter().any(|line| String::from_utf8_lossy(&line).contains(mark))
}

#[tokio::test]
async fn a_command_that_fails_without_the_rewrite_proves_nothing() {
    let proof = files().proof("echo oh no >&2; exit 3").await;
    let Outcome::FailsBefore(failure) = &proof.outcome else { panic!("{proof:?}") };
    assert_eq!((failure.what.as_str(), failure.said.as_str()), ("ends with 3", "oh no"));
    assert!(proof.hint.unwrap().contains("a copy of the files"));

    let proof = files().proof("git status").await;
    assert!(proof.hint.as_ref().unwrap().contains("no .git"), "{proof:?}");

    let proof = files().proof("kill -KILL $$").await;
    assert!(proof.diagnostic().message.contains("is ended: signal: 9"), "{proof:?}");
}

#[tokio::test]
async fn a_command_that_fails_with_the_new_files_refutes_them() {
    let proof = files().proof("cat a.yaml; grep -q ccr a.yaml").await;
    assert!(matches!(proof.outcome, Outcome::FailsAfter(_)), "{proof:?}");
    assert!(!proof.holds());
}

#[tokio::test]
async fn a_command_that_prints_nothing_proves_nothing() {
    let proof = files().proof("echo >out").await;
    assert_eq!(proof.outcome, Outcome::RendersNothing);
    assert!(!proof.holds());
}

#[tokio::test]
async fn a_command_that_hangs_is_ended_with_all_it_started() {
    let mut files = files();
    files.limits.time = Duration::from_millis(300);
    let start = Instant::now();
    let mark = seconds(4001);
    let proof =
        files.proof(&format!("trap '' TERM; sleep {mark} & sleep {mark}; cat a.yaml")).await;
    assert!(proof.diagnostic().message.ends_with("it runs longer than 300ms"), "{proof:?}");
    assert!(start.elapsed() < Duration::from_secs(20));
    assert!(!runs(&mark));
}

#[tokio::test]
async fn what_a_command_leaves_running_is_ended() {
    let start = Instant::now();
    let mark = seconds(4002);
    files().proof(&format!("sleep {mark} & cat a.yaml")).await.holds_with(1, 1);
    assert!(start.elapsed() < Duration::from_secs(20));
    assert!(!runs(&mark));
}

#[tokio::test]
async fn a_command_that_prints_without_end_is_ended() {
    let mut files = files();
    files.limits.output = 100_000;
    let proof = files.proof("yes").await;
    assert!(proof.diagnostic().message.ends_with("it prints more than 97.7 KiB"), "{proof:?}");
    let said = files.proof("yes | head -c 10000000 >&2; echo last >&2; exit 1").await;
    let Outcome::FailsBefore(failure) = &said.outcome else { panic!("{said:?}") };
    assert!(failure.said.ends_with("last") && failure.said.len() < 10_000);
}

#[tokio::test]
async fn a_command_gets_no_input() {
    files().proof("cat a.yaml -").await.holds_with(1, 1);
}

#[tokio::test]
async fn a_run_that_is_stopped_leaves_nothing() {
    let files = files();
    let (stop, mark) = (files.stop.clone(), seconds(4003));
    let waited = mark.clone();
    tokio::spawn(async move {
        while !runs(&waited) {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        stop.cancel();
    });
    let place = files.root().join("place");
    let command = format!("pwd >{}; sleep {mark}", place.display());
    let error = files.prove(&[&command]).await.unwrap_err();
    assert!(matches!(error, ProveError::Stopped));
    assert!(!runs(&mark));
    let place = fs::read_to_string(place).unwrap();
    assert!(place.contains("ccr2tcr-prove-") && !Path::new(place.trim()).exists());

    // And one that is dropped.
    let place = files.root().join("dropped");
    let files = Files { stop: CancellationToken::new(), ..files };
    let mark = seconds(4004);
    let command = format!("pwd >{}; sleep {mark}", place.display());
    let is_over = tokio::time::timeout(Duration::from_secs(2), files.prove(&[&command])).await;
    assert!(is_over.is_err());
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert!(!runs(&mark));
    let place = fs::read_to_string(place).unwrap();
    assert!(!Path::new(place.trim()).exists());
}

#[tokio::test]
async fn a_run_that_was_stopped_before_copies_nothing() {
    let files = files();
    files.stop.cancel();
    assert!(matches!(files.prove(&["cat a.yaml"]).await, Err(ProveError::Stopped)));
}
