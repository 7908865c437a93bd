//! A receiver's address and a webhook's headers are in nothing that is said or written.

use super::ACCOUNT;
use crate::support::processes::{Watcher, saw};
use crate::support::{Run, Sandbox, run};

fn line<'a>(words: &[&'a str]) -> Vec<&'a str> {
    [&["triggers"][..], words, &["-vv"]].concat()
}

const CANARY: &str = "canary-3f9a7c51";

#[test]
fn addresses_and_headers_are_not_told() {
    let theirs = format!(
        "namespaces: [{{name: shop}}], webhooks: [{{namespace: shop, name: ccr-web-all, \
         url: 'https://u:{CANARY}@x.example/?t={CANARY}', headers: {{Authorization: {CANARY}}}}}]}}]"
    );
    let sandbox = Sandbox::with_account(&ACCOUNT.replace("namespaces: [{name: shop}]}]", &theirs));
    sandbox.ccr2tcr(&["sync"]).ends_with(0);
    let address = format!("https://u:{CANARY}@hooks.example/{CANARY}?token={CANARY}");
    sandbox.file("receiver.txt", &format!("{address}\n"));
    let of_file = ["--receiver-file", "receiver.txt"];
    let watcher = Watcher::start();
    let mut said = Vec::new();
    let mut keep = |run: Run| said.push(run.stdout + &run.stderr);
    keep(sandbox.ccr2tcr(&line(&of_file)).ends_with(1));
    for words in [&["apply", "--dry-run"][..], &["apply", "--yes", "--undo-file", "undo.json"]] {
        keep(sandbox.ccr2tcr(&line(&[words, &of_file].concat())).ends_with(1));
    }
    let mut again = sandbox.plugin(&line(&["apply", "--yes", "-o", "json"]));
    keep(run(again.env("CCR2TCR_RECEIVER", &address)).ends_with(1));
    keep(sandbox.ccr2tcr(&line(&["rollback", "undo.json", "--yes"])).ends_with(0));
    let lines = watcher.end();
    assert!(saw(&lines, "triggers apply --yes --undo-file"), "arguments are seen");
    assert!(!saw(&lines, CANARY), "{lines:?}");
    // In a flag it is refused, and not repeated.
    let flag = sandbox.ccr2tcr(&line(&["apply", "--receiver", &address])).ends_with(2);
    keep(flag.says(&["may be a secret", "--receiver-file"]));
    let wrong = format!("ftp://{CANARY}");
    keep(sandbox.ccr2tcr(&line(&["apply", "--receiver", &wrong])).ends_with(2));
    said.push(std::fs::read_to_string(sandbox.folder().join("undo.json")).unwrap());
    for text in &said {
        assert!(!text.contains(CANARY), "{text}");
    }
    assert!(said[2].contains("hooks.example"), "the host is told: {}", said[2]);
}

#[cfg(unix)]
#[test]
fn the_undo_file_is_the_owner_s_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let sandbox = super::copied();
    super::apply(&sandbox).ends_with(1);
    let mode = std::fs::metadata(sandbox.folder().join("undo.json")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}
