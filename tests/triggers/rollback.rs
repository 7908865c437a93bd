//! What a run has made is deleted again, and nothing else.

use serde_json::json;

use super::{apply, copied, webhooks};

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
