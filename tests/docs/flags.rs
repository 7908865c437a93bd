//! Flags that a sentence names: each is one of the plugins', by the reference that is made of them.

use std::collections::BTreeSet;

use crate::page::Page;
use crate::{nothing, pages};

/// Flags of other programs, which the pages name.
const OF_OTHERS: &[(&str, &str)] = &[
    ("--RepoType", "tccli"),
    ("--add", "git"),
    ("--config", "docker"),
    ("--force-conflicts", "kubectl"),
    ("--from", "Dockerfile"),
    ("--global", "git"),
    ("--mount", "Dockerfile"),
    ("--patch-file", "kubectl"),
    ("--ruleFile", "image-transfer"),
    ("--server-side", "kubectl"),
    ("--test", "cargo"),
    ("--version", "every program"),
];

/// Pages that are about other programs.
const ABOUT_OTHERS: &[&str] = &["docs/benchmarks.md", "docs/comparison.md", "docs/install.md"];

#[test]
fn flags_in_sentences_are_in_the_reference() {
    nothing(&unknown(&pages(), OF_OTHERS));
}

/// Flags in inline code of pages for users that no plugin has.
pub(crate) fn unknown(pages: &[Page], of_others: &[(&str, &str)]) -> Vec<String> {
    let (reference, others): (Vec<&Page>, Vec<&Page>) =
        pages.iter().partition(|page| page.name.starts_with("docs/reference/"));
    let known: BTreeSet<String> =
        reference.iter().flat_map(|page| named(page)).map(|(_, flag)| flag).collect();
    let mut findings = Vec::new();
    let about_others =
        |page: &Page| ABOUT_OTHERS.iter().any(|name| page.name == *name || page.partner() == *name);
    for page in others.iter().filter(|page| !about_others(page)) {
        for (line, flag) in named(page) {
            if !known.contains(&flag) && !of_others.iter().any(|(other, _)| *other == flag) {
                findings.push(format!("{}:{line}: no plugin has {flag}", page.name));
            }
        }
    }
    findings
}

/// The long flags of inline code, with their lines.
fn named(page: &Page) -> Vec<(usize, String)> {
    let mut flags = Vec::new();
    for code in page.code().iter().filter(|code| code.it.language.is_none()) {
        for word in code.it.text.split(|c: char| c.is_whitespace() || matches!(c, '[' | ']' | '\''))
        {
            let name = word.split('=').next().unwrap_or_default();
            if name.strip_prefix("--").is_some_and(|name| name.starts_with(char::is_alphabetic)) {
                flags.push((code.line, name.trim_end_matches('…').to_owned()));
            }
        }
    }
    flags
}
