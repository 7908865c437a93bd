//! docs/moving.md from its first command to its last, on the account that comes with the sandbox.

use super::Shell;
use crate::support::Sandbox;

const LEFT_OUT: &[(&str, &str, &str)] = &[
    ("docker login", "", "the reader's password"),
    ("export", "", "the reader's keys"),
    ("docker ccr2tcr", "On this machine", "the reader's machine; tests/plugin/first_run.rs"),
    ("docker ccr2tcr sync", "interrupted:", "stopped by Ctrl-C; tests/copy/interrupt.rs"),
    ("docker ccr2tcr sync --mapping mapping.yaml --retry-from", "", "of the run that was stopped"),
    ("docker ccr2tcr sync shop --report", "blob sha256:", "an account with a broken image"),
    ("jq", "", "of the run that failed"),
    ("docker ccr2tcr sync --in-use", "", "a cluster; tests/copy/in_use.rs"),
    ("docker ccr2tcr sync --ccr-region", "", "an account in two regions"),
];

#[test]
fn the_page_of_a_move_shows_what_is_printed() {
    Shell::new(Sandbox::demo(), "demo.tencentcloudcr.com").paste_all("docs/moving.md", LEFT_OUT);
}
