//! An account and a cluster in which nothing is wrong.

use insta::assert_snapshot;

use super::fixtures::World;
use crate::support::snapshot::{snapshots, whole};

/// Numbers that no two runs share.
fn varying() -> insta::Settings {
    let mut settings = snapshots(&[]);
    settings.add_filter(
        r"answers in \d+\w+; ([\d.]+ \w+) of a blob at [\d.]+ \w+/s",
        "answers in [ms]; $1 of a blob at [speed]",
    );
    settings.add_filter(r"answers in \d+\w+", "answers in [ms]");
    settings.add_filter(r"requests in \S+", "requests in [duration]");
    settings.add_filter(r"v\d+\.\d+\.\d+", "[version]");
    // Other tests of this cluster have webhooks of their own.
    settings.add_filter(r"(cluster.admission \(test\) +ok +).*", "$1[admission]");
    settings.add_filter(r"tcr-[a-z0-9]{8}", "[instance]");
    settings.add_filter(r"(behind|ahead)", "off");
    settings
}

#[test]
fn both_plugins_find_nothing() {
    let world = World::healthy();
    for plugin in ["docker", "kubectl"] {
        let run = world.run(plugin, &[], &[]).ends_with(0);
        let told = world.tidy(&whole(&run));
        varying().bind(|| assert_snapshot!("healthy", told));
    }
}

#[test]
fn the_checks_are_listed_without_an_account() {
    let world = World::healthy();
    let listed = world.sandbox.ccr2tcr(&["doctor", "--list"]).ends_with(0);
    snapshots(&[]).bind(|| assert_snapshot!("list", listed.stdout));
}
