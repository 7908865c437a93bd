//! Reports that can't be written or read, and readers of stdout that close it early.

use crate::copy::fixtures::{
    COULD_NOT_START, LEFT, SHOP, assert_nothing_was_written, ccr2tcr, run_changed,
};
use crate::support::{Sandbox, plugin};

#[test]
fn a_report_that_can_not_be_written_is_found_out_before_anything_is_copied() {
    let sandbox = Sandbox::with_account(SHOP);
    std::fs::create_dir(sandbox.folder().join("folder")).unwrap();
    for command in ["sync", "verify"] {
        for (path, reason) in [
            ("nowhere/r.json", "No such file or directory (os error 2)\n"),
            ("folder", "is a directory\n"),
        ] {
            ccr2tcr(&sandbox, &[command, "--report", path]).ends_with(COULD_NOT_START).says(&[
                &format!("error: can't write the report {path}: {reason}"),
                "hint: choose a file in a folder that exists and can be written to: --report FILE\n",
            ]);
        }
    }
    assert_nothing_was_written(&sandbox);
}

#[test]
fn what_is_no_report_can_not_be_retried_from() {
    let sandbox = Sandbox::with_account(SHOP);
    let hint =
        "hint: expected the file that an earlier run wrote: docker ccr2tcr sync --report FILE\n";
    let later = r#"{"schemaVersion": 3, "tool": "ccr2tcr 9", "command": "sync", "startedAt": "",
        "finishedAt": "", "summary": {}}"#;
    for (content, reason) in [
        (r#"{"auths": {}}"#, "missing field `schemaVersion` at line 1 column "),
        ("nonsense", "at line 1 column "),
        ("", "EOF while parsing a value at line 1 column 0"),
        (later, "its schemaVersion is 3, this version reads 1 to 2\n"),
    ] {
        sandbox.file("other.json", content);
        ccr2tcr(&sandbox, &["sync", "--retry-from", "other.json"])
            .ends_with(COULD_NOT_START)
            .says(&["error: other.json is not a report of this tool: ", reason, hint]);
    }
    let run = ccr2tcr(&sandbox, &["sync", "--retry-from", "nowhere.json"])
        .ends_with(COULD_NOT_START)
        .says(&["error: can't read the report nowhere.json: No such file or directory", hint]);
    assert_eq!(run.stderr.matches("No such file").count(), 1, "{}", run.stderr);
    assert_nothing_was_written(&sandbox);
}

/// Runs the plugin with a reader that takes one byte, or none, and leaves; returns the exit code of
/// the plugin and what was said.
fn with_a_reader_that_leaves(sandbox: &Sandbox, arguments: &str, reader: &str) -> (i32, String) {
    let script = format!("{{ '{}' {arguments}; echo $? > code; }} | {reader}", plugin());
    let run = run_changed(sandbox.command("sh").args(["-c", &script]));
    let code = std::fs::read_to_string(sandbox.folder().join("code")).unwrap();
    (code.trim().parse().unwrap(), run.stderr)
}

#[test]
fn a_reader_that_leaves_early_changes_neither_exit_code_nor_stderr() {
    let sandbox =
        Sandbox::with_account(&SHOP.replace("{name: api,", "{name: api, counted_tags: 7,"));
    for (arguments, code) in [
        ("sync --dry-run", LEFT),
        ("sync --dry-run -o json", LEFT),
        ("verify -o json", LEFT),
        ("sync docs -o json --report r.json", 0),
        ("sync -o json", LEFT),
        ("sync", LEFT),
        ("verify docs", 0),
        ("instances", 0),
    ] {
        for reader in ["head -c1 > byte", "true"] {
            let (ended, said) = with_a_reader_that_leaves(&sandbox, arguments, reader);
            assert_eq!(ended, code, "{arguments} | {reader}: {said}");
            for word in ["pipe", "os error 32"] {
                assert!(!said.to_lowercase().contains(word), "{arguments} | {reader}: {said}");
            }
        }
    }
    assert!(sandbox.folder().join("r.json").exists(), "the report is written all the same");
}
