//! A public entry that can't be kept to its allowlist is closed again, if this run opened it.

use std::process::{Child, Stdio};
use std::time::Duration;

use serde_json::json;

use super::fixtures::{account, closed, entry, everything, line, network};
use crate::support::{Run, Sandbox, signal};

const APPLY: &str = "apply --public-allow 203.0.113.0/24=office --yes --undo-file undo.json";

fn basic(state: &str) -> String {
    account(&format!("{{state: {state}, readable: false}}"), "").replace("premium", "basic")
}

#[test]
fn an_entry_without_an_allowlist_is_closed_again() {
    let sandbox = Sandbox::with_account(&basic("Closed"));
    let before = everything(&sandbox);
    let run = network(&sandbox, APPLY).ends_with(1);
    run.says(&["its allowlist can't be read", "RequestId", "done: close the public entry"]);
    assert_eq!(everything(&sandbox), before);
    assert_eq!(sandbox.count("api", "CreateSecurityPolicy"), 0);
    // It was closed already: there is nothing to take back.
    network(&sandbox, "rollback undo.json --yes").ends_with(0);
    assert_eq!(sandbox.count("api", "ManageExternalEndpoint"), 2);
}

#[test]
fn one_that_was_open_before_is_left_and_reported() {
    let sandbox = Sandbox::with_account(&basic("Opened"));
    let run = network(&sandbox, APPLY).ends_with(2);
    run.says(&["the public entry is open, and its allowlist can't be read", "left as it is"]);
    network(&sandbox, "status").ends_with(1).says(&["may be open to everybody"]);
    assert_eq!(entry(&sandbox), "Opened");
    assert_eq!(sandbox.count("api", "ManageExternalEndpoint"), 0);
}

#[test]
fn an_entry_whose_list_can_not_be_set_is_closed_again() {
    for code in ["FailedOperation", "UnauthorizedOperation", "InternalError.DbError"] {
        let sandbox = Sandbox::with_account(&closed());
        let before = everything(&sandbox);
        sandbox.tell("/faults", &json!({"action": "CreateSecurityPolicy", "code": code}));
        network(&sandbox, APPLY).ends_with(1).says(&["done: close the public entry"]);
        assert_eq!(everything(&sandbox), before, "{code}");
    }
}

#[test]
fn a_list_that_was_readable_and_is_not_any_more_is_no_reason_to_stay_open() {
    let sandbox = Sandbox::with_account(&closed());
    let denied = json!({"action": "DescribeSecurityPolicies", "code": "UnauthorizedOperation",
        "after": 2});
    sandbox.tell("/faults", &denied);
    network(&sandbox, APPLY).ends_with(1);
    assert_eq!(entry(&sandbox), "Closed");
}

#[test]
fn one_that_was_open_stays_so_if_its_list_can_not_be_set() {
    let open = "{state: Opened, allowlist: [{cidr: 198.51.100.7, description: before}]}";
    let sandbox = Sandbox::with_account(&account(open, ""));
    let before = everything(&sandbox);
    sandbox.tell("/faults", &json!({"action": "CreateSecurityPolicy", "code": "FailedOperation"}));
    network(&sandbox, APPLY).ends_with(1).says(&["was open before this run, and is left"]);
    assert_eq!(everything(&sandbox), before);
    assert_eq!(sandbox.count("api", "ManageExternalEndpoint"), 0);
}

/// Begins a run, and interrupts it as Ctrl-C does once an action was answered so often.
fn interrupted(sandbox: &Sandbox, action: &str, times: u64) -> Run {
    let mut command = sandbox.plugin(&line(APPLY));
    let run: Child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    while sandbox.count("api", action) < times {
        std::thread::sleep(Duration::from_millis(3));
    }
    signal(&run, "INT");
    Run::from(run.wait_with_output().unwrap())
}

#[test]
fn interrupted_between_open_and_the_first_rule_the_entry_ends_closed() {
    // While it opens, and once its list was read: the first reading was before it was open.
    for (action, times) in [("ManageExternalEndpoint", 1), ("DescribeSecurityPolicies", 2)] {
        let sandbox = Sandbox::slow(&closed(), 60);
        let before = everything(&sandbox);
        interrupted(&sandbox, action, times).ends_with(130);
        assert_eq!(everything(&sandbox), before, "at {action}");
        assert_eq!(sandbox.count("api", "CreateSecurityPolicy"), 0);
        assert_eq!(sandbox.count("api", "ManageExternalEndpoint"), 2);
    }
}

#[test]
fn interrupted_at_an_entry_that_was_open_before_nothing_is_touched() {
    let open = "{state: Opened, allowlist: [{cidr: 198.51.100.7, description: before}]}";
    let sandbox = Sandbox::slow(&account(open, ""), 60);
    let before = everything(&sandbox);
    interrupted(&sandbox, "DescribeSecurityPolicies", 2).ends_with(130);
    assert_eq!(everything(&sandbox), before);
    assert_eq!(sandbox.count("api", "ManageExternalEndpoint"), 0);
}
