//! What `policy STEP` prints, in each format.

use insta::assert_snapshot;

use crate::support::snapshot::snapshots;
use crate::support::{Run, plugin, run, tool};

fn policy(arguments: &[&str]) -> Run {
    run(tool(plugin()).args([&["ccr2tcr", "policy"], arguments].concat()))
}

fn whole(arguments: &[&str]) -> String {
    let run = policy(arguments).ends_with(0);
    format!("{}\n{}", run.stdout, run.stderr)
}

#[test]
fn a_policy_is_as_narrow_as_what_is_known() {
    let narrow = [
        "sync",
        "--instance",
        "tcr-12345678",
        "--ns",
        "shop,team_a__x",
        "--map",
        "team_a__x=team-a-x",
    ];
    snapshots(&[]).bind(|| {
        assert_snapshot!(whole(&narrow));
        assert_snapshot!(whole(&["login", "instances", "-o", "terraform"]));
        assert_snapshot!(whole(&["service-account", "--instance", "tcr-1", "-o", "json"]));
    });
}

#[test]
fn every_step_has_a_policy_and_no_key_is_needed() {
    let help = policy(&["--help"]).ends_with(0).stdout;
    let steps = help.lines().filter_map(|line| line.trim().strip_prefix("- ")?.split(':').next());
    let steps = steps.filter(|step| !["cam", "terraform", "json"].contains(step));
    let printed: Vec<_> = steps.map(|step| policy(&[step]).ends_with(0)).collect();
    let count = printed.len();
    assert!(count >= 16, "{count}");
}

#[test]
fn what_can_not_be_printed_is_told() {
    policy(&["synch"]).ends_with(125).says(&["similar value exists: 'sync'"]);
    policy(&[]).ends_with(125);
    policy(&["sync", "--ns", "team_a__x"])
        .ends_with(2)
        .says(&["error: namespace team_a__x: ", "hint: choose a name for it: --map"]);
}
