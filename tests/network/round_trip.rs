//! Applied, seen to be so, and taken back.

use super::fixtures::{account, assert_linked, closed, everything, network, status};
use crate::support::Sandbox;

const APPLY: &str = "apply --vpc vpc-prod --vpc vpc-test/subnet-small --vpc vpc-far \
                     --public-allow 203.0.113.0/24=office --yes --undo-file undo.json --timeout 20s";

#[test]
fn what_is_applied_and_rolled_back_leaves_everything_as_it_was() {
    let sandbox = Sandbox::with_account(&closed());
    let (before, told) = (everything(&sandbox), status(&sandbox));

    network(&sandbox, APPLY).ends_with(0).says(&["network rollback undo.json"]);
    let applied = status(&sandbox);
    for vpc in ["vpc-prod", "vpc-test", "vpc-far"] {
        assert_linked(&applied, vpc);
    }
    assert_eq!(applied["publicEntry"]["state"], "opened");
    assert_eq!(applied["publicEntry"]["allowlist"][0]["cidr"], "203.0.113.0/24");
    let undo = sandbox.report("undo.json");
    assert_eq!((&undo["state"], undo["did"].as_array().unwrap().len()), (&"applied".into(), 11));

    network(&sandbox, "rollback undo.json --yes --timeout 20s").ends_with(0);
    assert_eq!(everything(&sandbox), before);
    assert_eq!(status(&sandbox), told);
    network(&sandbox, "rollback undo.json --yes").ends_with(0).says(&["rolled back already"]);
}

#[test]
fn a_second_run_changes_nothing() {
    let sandbox = Sandbox::with_account(&closed());
    network(&sandbox, APPLY).ends_with(0);
    let applied = everything(&sandbox);
    let writes = |sandbox: &Sandbox| {
        ["ManageInternalEndpoint", "CreateInternalEndpointDns", "ManageExternalEndpoint"]
            .map(|action| sandbox.count("api", action))
    };
    let before = writes(&sandbox);
    let again = APPLY.replace("undo.json", "again.json");
    network(&sandbox, &again).ends_with(0).says(&["done already"]);
    network(&sandbox, &again.replace("--yes", "--dry-run")).ends_with(0);
    assert_eq!((everything(&sandbox), writes(&sandbox)), (applied, before));
    assert!(!sandbox.folder().join("again.json").exists(), "nothing to take back, no file");
    // A file that tells of another run is never written over.
    network(&sandbox, APPLY).ends_with(2).says(&["undo.json is of a run that has ended"]);
}

#[test]
fn an_entry_that_was_open_is_open_after_a_rollback() {
    let entry = "{state: Opened, allowlist: [{cidr: 198.51.100.7, description: before}]}";
    let sandbox = Sandbox::with_account(&account(entry, ""));
    let before = everything(&sandbox);
    let apply = "apply --public-allow 203.0.113.0/24=office --yes --undo-file undo.json";
    network(&sandbox, apply).ends_with(0);
    // The same range once more, by somebody else.
    let theirs = serde_json::json!({"rule": {"cidr": "203.0.113.0/24", "description": "theirs"}});
    sandbox.tell("/network", &theirs);
    network(&sandbox, "rollback undo.json --yes").ends_with(0);
    let mut expected = before;
    expected["network"]["rules"]
        .as_array_mut()
        .unwrap()
        .push(serde_json::json!(["203.0.113.0/24", "theirs"]));
    assert_eq!(everything(&sandbox), expected);
    assert_eq!(sandbox.count("api", "ManageExternalEndpoint"), 0);
}

#[test]
fn a_dry_run_writes_nothing_and_nobody_is_asked_off_a_terminal() {
    let sandbox = Sandbox::with_account(&closed());
    let before = everything(&sandbox);
    network(&sandbox, "apply --vpc vpc-prod --dry-run").ends_with(1);
    network(&sandbox, "apply --vpc vpc-prod").ends_with(1).says(&["no terminal", "--yes"]);
    assert_eq!(everything(&sandbox), before);
    let files = std::fs::read_dir(sandbox.folder()).unwrap().flatten();
    let files = files.filter(|file| file.file_name().to_string_lossy().contains("network-demo"));
    assert_eq!(files.count(), 0);
}

#[cfg(unix)]
#[test]
fn the_undo_file_is_the_owners_alone_and_holds_no_secret() {
    use std::os::unix::fs::PermissionsExt as _;
    let sandbox = Sandbox::with_account(&closed());
    network(&sandbox, "apply --vpc vpc-prod --yes --undo-file undo.json").ends_with(0);
    let path = sandbox.folder().join("undo.json");
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let text = std::fs::read_to_string(path).unwrap();
    for secret in sandbox.control("/secrets").as_array().unwrap() {
        assert!(!text.contains(secret.as_str().unwrap()));
    }
}
