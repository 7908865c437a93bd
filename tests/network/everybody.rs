//! All spellings of everybody are refused, and nothing is opened.

use super::fixtures::{account, closed, entry, everything, network};
use crate::support::Sandbox;

#[track_caller]
fn assert_untouched(sandbox: &Sandbox, spelling: &str) {
    for action in ["ManageExternalEndpoint", "CreateSecurityPolicy", "ManageInternalEndpoint"] {
        assert_eq!(sandbox.count("api", action), 0, "{action} was sent for {spelling}");
    }
}

#[test]
fn no_spelling_of_everybody_opens_the_entry() {
    let sandbox = Sandbox::with_account(&closed());
    let eights: Vec<String> = (0..256).map(|first| format!("{first}.0.0.0/8")).collect();
    let spellings: [(&[&str], i32); 8] = [
        (&["0.0.0.0/0"], 2),
        (&["0.0.0.0/1", "128.0.0.0/1"], 2),
        (&["2.0.0.0/7"], 2),
        (&["0.0.0.0"], 2),
        (&eights.iter().map(String::as_str).collect::<Vec<_>>(), 2),
        // Not even ranges of an allowlist.
        (&["1.2.3.4/0"], 125),
        (&["1.2.3.4/1", "200.0.0.0/1"], 125),
        (&["::/0"], 125),
    ];
    for (ranges, code) in spellings {
        let allow: Vec<String> =
            ranges.iter().map(|range| format!("--public-allow {range}=all")).collect();
        let words = format!("apply --vpc vpc-prod --yes {}", allow.join(" "));
        network(&sandbox, &words).ends_with(code);
        assert_untouched(&sandbox, ranges[0]);
    }
    assert_eq!(entry(&sandbox), "Closed");
}

#[test]
fn a_half_that_is_there_and_a_new_range_are_everybody() {
    for half in ["128.0.0.0/1", "200.1.2.3/1", "0.0.0.0/0"] {
        let rule = format!("{{state: Opened, allowlist: [{{cidr: {half}, description: old}}]}}");
        let sandbox = Sandbox::with_account(&account(&rule, ""));
        for new in ["0.0.0.0/1", "9.0.0.0/8"] {
            let words = format!("apply --public-allow {new}=more --yes");
            network(&sandbox, &words).ends_with(2).says(&["as good as everybody"]);
            assert_untouched(&sandbox, new);
        }
        assert_eq!(entry(&sandbox), "Opened", "one that was open before is left");
    }
}

#[test]
fn what_a_closed_entry_had_in_its_list_is_looked_at_once_it_is_open() {
    for left in ["0.0.0.0/0", "64.0.0.0/2", "somebody"] {
        let rule = format!("{{state: Closed, allowlist: [{{cidr: {left}, description: old}}]}}");
        let sandbox = Sandbox::with_account(&account(&rule, ""));
        let before = everything(&sandbox);
        let run = network(&sandbox, "apply --public-allow 203.0.113.0/24=office --yes");
        run.ends_with(1).says(&[left, "done: close the public entry"]);
        assert_eq!(everything(&sandbox), before);
        assert_eq!(sandbox.count("api", "CreateSecurityPolicy"), 0);
    }
    let rule = "{state: Closed, allowlist: [{cidr: 192.0.2.0/24, description: old}]}";
    let sandbox = Sandbox::with_account(&account(rule, ""));
    let run = network(&sandbox, "apply --public-allow 203.0.113.0/24=office --yes");
    run.ends_with(0).says(&["192.0.2.0/24 (old); they are let in, too"]);
    assert_eq!(entry(&sandbox), "Opened");
}

#[test]
fn everybody_is_let_in_if_that_is_said() {
    let sandbox = Sandbox::with_account(&closed());
    let words = "apply --public-allow 0.0.0.0/0=everybody --public-anyone --yes";
    network(&sandbox, words).ends_with(0);
    network(&sandbox, "status").ends_with(0).says(&["0.0.0.0/0 in the allowlist is as good as"]);
    network(&sandbox, "apply --public-anyone --vpc vpc-prod").ends_with(125);
}
