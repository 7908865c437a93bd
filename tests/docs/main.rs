//! The pages as their readers meet them: links, the partner in the other language, commands, words.
//! Reads README, CONTRIBUTING, CHANGELOG and docs/ alone; nothing is asked of a network.
//!
//! That the plugins take the commands of the pages is tested beside their command lines, in
//! `plugins/reference/pages.rs`; that they print what a page shows, in `tests/pages`.

// A test that fails says so by a panic.
#![allow(clippy::unwrap_used)]

mod chinese;
mod commands;
mod flags;
mod links;
mod page;
mod partners;
mod planted;
mod spelling;

use page::Page;

/// All pages of this repository.
fn pages() -> Vec<Page> {
    // Cargo runs a test in the folder of its package.
    let pages = page::read_all(std::path::Path::new("."));
    assert!(pages.len() > 20, "{} pages", pages.len());
    pages
}

/// Fails with one line for each finding.
#[track_caller]
fn nothing(findings: &[String]) {
    assert!(findings.is_empty(), "{} findings:\n{}", findings.len(), findings.join("\n"));
}
