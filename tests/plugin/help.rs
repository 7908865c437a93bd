//! The help of every command of both plugins, whole. A command that is new is found by itself.

use std::path::Path;

use insta::assert_snapshot;

use crate::support::snapshot::snapshots;
use crate::support::{kubectl_plugin, plugin, run, tool};

/// The commands that a help lists.
fn commands(help: &str) -> Vec<&str> {
    let listed = help.split_once("\nCommands:\n").map_or("", |(_, after)| after);
    let rows = listed.lines().take_while(|line| !line.is_empty());
    // A description that goes on in the next line stands further to the right.
    let rows = rows.filter_map(|row| row.strip_prefix("  ").filter(|row| !row.starts_with(' ')));
    rows.filter_map(|row| row.split(' ').next()).filter(|name| *name != "help").collect()
}

/// Compares the help of a command, and of all below it; returns how many there were.
fn compare(program: &Path, before: &[&str], command: &[&str]) -> usize {
    let line = [before, command, &["--help"]].concat();
    let help = run(tool(program.to_str().unwrap()).args(line)).ends_with(0).stdout;
    let name = program.file_name().unwrap().to_str().unwrap();
    assert_snapshot!([&[name], command].concat().join("_"), help);
    let below = commands(&help).into_iter();
    1 + below.map(|name| compare(program, before, &[command, &[name]].concat())).sum::<usize>()
}

#[test]
fn the_help_of_every_command_is_as_it_was_reviewed() {
    snapshots(&[]).bind(|| {
        // docker names the plugin first; kubectl doesn't.
        assert!(compare(plugin().as_ref(), &["ccr2tcr"], &[]) >= 5);
        assert!(compare(kubectl_plugin().as_ref(), &[], &[]) >= 12);
    });
}
