//! What a run has made is deleted again, and nothing else.

use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::json;

use super::{ACCOUNT, APPLY, apply, copied, webhooks};
use crate::support::{Run, Sandbox, signal};

#[test]
fn the_state_is_as_it_was() {
    let sandbox = copied();
    assert_eq!(webhooks(&sandbox), [""; 0]);
    apply(&sandbox).ends_with(1);
    let line = ["triggers", "rollback", "undo.json"];
    let dry = [&line[..], &["--dry-run"]].concat();
    sandbox.ccr2tcr(&dry).ends_with(0).says(&["to be deleted"]);
    sandbox.ccr2tcr(&line).ends_with(1).says(&["--yes"]);
    assert_eq!(webhooks(&sandbox).len(), 4);
    let yes = [&line[..], &["--yes"]].concat();
    sandbox.ccr2tcr(&yes).ends_with(0).says(&["deleted"]);
    assert_eq!(webhooks(&sandbox), [""; 0]);
    sandbox.ccr2tcr(&yes).ends_with(0).says(&["is not there any more"]);
    assert_eq!(sandbox.count("api", "DeleteWebhookTrigger"), 4);
}

#[test]
fn one_that_somebody_has_changed_is_left() {
    let sandbox = copied();
    apply(&sandbox).ends_with(1);
    let changed = json!({"name": "ccr-web-all", "url": "https://hooks.example.com/other"});
    sandbox.tell("/webhooks/change", &changed);
    let run = sandbox.ccr2tcr(&["triggers", "rollback", "undo.json", "--yes"]).ends_with(1);
    run.says(&["left: somebody has changed it"]);
    assert_eq!(webhooks(&sandbox), ["ccr-web-all web:**"]);
}

#[test]
fn a_run_that_was_killed_before_it_knew_the_number_is_undone_by_the_name() {
    let sandbox = copied();
    apply(&sandbox).ends_with(1);
    let mut undo = sandbox.report("undo.json");
    for webhook in undo["webhooks"].as_array_mut().unwrap() {
        webhook["id"] = json!(null);
    }
    sandbox.file("killed.json", &undo.to_string());
    sandbox.ccr2tcr(&["triggers", "rollback", "killed.json", "--yes"]).ends_with(0);
    assert_eq!(webhooks(&sandbox), [""; 0]);
}

#[test]
fn a_file_of_another_instance_or_kind_is_refused() {
    let sandbox = copied();
    apply(&sandbox).ends_with(1);
    let mut undo = sandbox.report("undo.json");
    undo["instance"] = json!("tcr-other");
    sandbox.file("other.json", &undo.to_string());
    let line = |file| ["triggers", "rollback", file, "--yes"];
    sandbox.ccr2tcr(&line("other.json")).ends_with(2).says(&["tcr-other", "tcr-sandbox1"]);
    sandbox.file("x.json", "{}");
    sandbox.ccr2tcr(&line("x.json")).ends_with(2).says(&["not an undo file"]);
    sandbox.ccr2tcr(&line("missing.json")).ends_with(2).says(&["missing.json"]);
    assert_eq!(webhooks(&sandbox).len(), 4);
}

#[test]
fn a_run_that_was_killed_is_undone_and_can_be_finished() {
    let sandbox = Sandbox::slow(ACCOUNT, 60);
    sandbox.ccr2tcr(&["sync"]).ends_with(0);
    for at in 1..=3 {
        let mut command = sandbox.plugin(&[&APPLY[..], &["killed.json"]].concat());
        command.stdout(Stdio::null()).stderr(Stdio::null());
        let mut running = command.spawn().unwrap();
        let begin = Instant::now();
        while webhooks(&sandbox).len() < at {
            assert!(begin.elapsed().as_secs() < 60 && running.try_wait().unwrap().is_none());
            std::thread::sleep(Duration::from_millis(5));
        }
        running.kill().unwrap();
        running.wait().unwrap();
        assert!(webhooks(&sandbox).len() < 4, "it was killed in the middle");
        // Whatever was made is in the file, the last of it perhaps by its name alone.
        let line = ["triggers", "rollback", "killed.json", "--yes"];
        sandbox.ccr2tcr(&line).ends_with(0);
        assert_eq!(webhooks(&sandbox), [""; 0], "killed after {at}");
        std::fs::remove_file(sandbox.folder().join("killed.json")).unwrap();
    }
    apply(&sandbox).ends_with(1);
    assert_eq!(webhooks(&sandbox).len(), 4);
}

#[test]
fn an_interrupted_run_says_what_it_left() {
    let sandbox = Sandbox::slow(ACCOUNT, 60);
    sandbox.ccr2tcr(&["sync"]).ends_with(0);
    let mut command = sandbox.plugin(&[&APPLY[..], &["undo.json"]].concat());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let running = command.spawn().unwrap();
    while webhooks(&sandbox).is_empty() {
        std::thread::sleep(Duration::from_millis(5));
    }
    signal(&running, "INT");
    let run = Run::from(running.wait_with_output().unwrap()).ends_with(130);
    run.says(&["skipped", "triggers rollback undo.json"]);
    let left = webhooks(&sandbox).len();
    assert!((1..4).contains(&left), "{left}");
    let ids = sandbox.report("undo.json")["webhooks"].clone();
    let known = ids.as_array().unwrap().iter().filter(|webhook| webhook["id"].is_i64()).count();
    assert_eq!((known, ids.as_array().unwrap().len()), (left, left), "{ids}");
}
