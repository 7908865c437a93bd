//! The help in Chinese: of the commands that most people ask for as it was reviewed, of all others
//! that it fits the terminal.

use insta::assert_snapshot;
use unicode_width::UnicodeWidthStr as _;

use super::in_chinese;
use crate::support::snapshot::snapshots;
use crate::support::{kubectl_plugin, plugin, run, tool};

fn help(program: &str, line: &[&str]) -> String {
    in_chinese(tool(program).args(line).env("COLUMNS", "80")).ends_with(0).stdout
}

#[test]
fn it_is_as_it_was_reviewed() {
    snapshots(&[]).bind(|| {
        for (name, line) in [
            ("docker", &["ccr2tcr", "--help"][..]),
            ("docker_sync", &["ccr2tcr", "sync", "--help"]),
            ("docker_sync_short", &["ccr2tcr", "sync", "-h"]),
        ] {
            assert_snapshot!(format!("chinese_{name}"), help(plugin(), line));
        }
        assert_snapshot!("chinese_kubectl", help(kubectl_plugin(), &["--help"]));
    });
}

#[test]
fn docker_s_own_way_to_it_is_chinese_too() {
    for line in [&["help", "ccr2tcr", "sync"][..], &["ccr2tcr", "help", "sync"]] {
        assert_eq!(help(plugin(), line), help(plugin(), &["ccr2tcr", "sync", "--help"]));
    }
    assert!(help(plugin(), &["ccr2tcr"]).starts_with(&help(plugin(), &["ccr2tcr", "--help"])));
    let home = tempfile::tempdir().unwrap();
    let bare = in_chinese(tool(kubectl_plugin()).env("HOME", home.path())).ends_with(2);
    bare.says(&["用法： kubectl tcr-switch [OPTIONS]", "\n命令：\n"]);
}

/// The commands below one, by its English help.
fn commands(program: &str, command: &[&str]) -> Vec<String> {
    let english = run(tool(program).args([command, &["--help"]].concat())).ends_with(0).stdout;
    let listed = english.split_once("\nCommands:\n").map_or("", |(_, after)| after);
    let rows = listed.lines().take_while(|line| !line.is_empty());
    let rows = rows.filter_map(|row| row.strip_prefix("  ").filter(|row| !row.starts_with(' ')));
    rows.filter_map(|row| row.split(' ').next()).map(str::to_owned).collect()
}

fn assert_fits(program: &str, command: &[&str]) -> usize {
    for flag in ["-h", "--help"] {
        let help = help(program, &[command, &[flag]].concat());
        assert!(!help.contains('\u{a0}'), "{command:?}");
        for line in help.lines().filter(|line| line.width() > 80) {
            // What is to be pasted is not broken.
            let is_example = ["docker ccr2tcr ", "kubectl tcr-switch ", "KUBECTL_", "git "];
            let is_example = is_example.iter().any(|it| line.trim_start().starts_with(it));
            assert!(is_example, "{command:?}: {line}");
        }
        let english = ["Usage:", "Options:", "Commands:", "Arguments:", "[default", "[possible"];
        assert!(english.iter().all(|word| !help.contains(word)), "{help}");
    }
    let below = commands(program, command);
    1 + below.iter().map(|it| assert_fits(program, &[command, &[it]].concat())).sum::<usize>()
}

#[test]
fn every_help_fits_eighty_columns() {
    assert!(assert_fits(plugin(), &["ccr2tcr"]) >= 20);
    assert!(assert_fits(kubectl_plugin(), &[]) >= 12);
}
