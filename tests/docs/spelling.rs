//! English by hunspell's British dictionary and the words of `words.txt`: pages, help, messages.
//!
//! Not every machine has hunspell, so that `cargo test` doesn't look; `scripts/spelling` does, and
//! says so where it can't.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::page::CODE;
use crate::{nothing, pages};

const WORDS: &str = include_str!("words.txt");

/// American, where the pages are British. hunspell's dictionary takes `-ize` for both.
const AMERICAN: &[(&str, &str)] = &[
    ("ize", "ise"),
    ("izes", "ises"),
    ("ized", "ised"),
    ("izing", "ising"),
    ("ization", "isation"),
];

/// Words that end like American ones and aren't.
const NOT_AMERICAN: &[&str] = &["size", "sizes", "sized", "prize", "seize", "seized", "resize"];

#[test]
#[ignore = "scripts/spelling runs it where hunspell is"]
fn english_is_spelt_as_the_dictionary_has_it() {
    let texts = [pages_prose(), messages()].concat();
    nothing(&misspelt(&texts, WORDS));
}

/// A place and what is written there.
type Text = (String, String);

/// What hunspell does not know, and what is American, each word once, with its first place.
pub(crate) fn misspelt(texts: &[Text], known: &str) -> Vec<String> {
    let known: BTreeSet<&str> = known.lines().collect();
    let mut places: BTreeMap<&str, &str> = BTreeMap::new();
    for (place, text) in texts {
        for word in split(text).filter(|word| !known.contains(word)) {
            places.entry(word).or_insert(place);
        }
    }
    let unknown = unknown_to_hunspell(places.keys().copied());
    let mut findings = Vec::new();
    for (word, place) in &places {
        let british = AMERICAN.iter().find_map(|(american, british)| {
            Some(format!("{}{british}", word.strip_suffix(american)?))
        });
        match british.filter(|_| !NOT_AMERICAN.contains(&word.to_lowercase().as_str())) {
            Some(british) => findings.push(format!("{place}: {word}: {british}")),
            None if unknown.contains(*word) => findings.push(format!("{place}: {word}")),
            None => {}
        }
    }
    findings
}

fn unknown_to_hunspell<'a>(words: impl Iterator<Item = &'a str>) -> BTreeSet<String> {
    let mut hunspell = Command::new("hunspell")
        .args(["-d", "en_GB", "-i", "utf-8", "-l"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("hunspell and hunspell-en-gb of Debian");
    let mut input = hunspell.stdin.take().unwrap();
    let words: Vec<&str> = words.collect();
    let words = words.join("\n");
    let writing = std::thread::spawn(move || input.write_all(words.as_bytes()));
    let output = hunspell.wait_with_output().unwrap();
    writing.join().unwrap().unwrap();
    assert!(output.status.success(), "hunspell: {}", output.status);
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

/// English words: letters with apostrophes in them. What holds digits, dots, `_` or capitals within is
/// a name.
fn split(text: &str) -> impl Iterator<Item = &str> {
    let name = |c: char| matches!(c, '_' | '/' | '@' | '\\' | '=' | '$' | '<' | '>' | '{' | '}');
    let pieces =
        text.split(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | ',' | '"' | '…' | CODE));
    let pieces = pieces.map(|piece| piece.trim_matches(|c: char| !c.is_alphanumeric()));
    let pieces = pieces.filter(move |piece| {
        !piece.contains(|c: char| c.is_ascii_digit() || name(c))
            && !piece.contains("::")
            && !piece.trim_end_matches('.').contains('.')
    });
    let words = pieces
        .flat_map(|piece| piece.split(|c: char| !c.is_alphabetic() && !matches!(c, '\'' | '’')));
    words
        .map(|word| word.trim_matches('\'').trim_end_matches("'s"))
        .filter(|word| word.len() > 1 && word.is_ascii())
        .filter(|word| !word[1..].contains(|c: char| c.is_ascii_uppercase()))
}

/// The English of all pages; reference pages hold all help texts.
fn pages_prose() -> Vec<Text> {
    let mut texts = Vec::new();
    for page in pages().iter().filter(|page| !page.is_chinese()) {
        for line in page.prose() {
            texts.push((format!("{}:{}", page.name, line.line), line.it));
        }
    }
    texts
}

/// Sentences among the string literals of the programs: messages, hints, help.
fn messages() -> Vec<Text> {
    let mut texts = Vec::new();
    let mut folders: Vec<PathBuf> = ["src", "plugins"].map(PathBuf::from).to_vec();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|it| it == "rs") && !is_a_test(&path) {
                let source = fs::read_to_string(&path).unwrap();
                texts.extend(sentences(&path, &source));
            }
        }
    }
    texts
}

fn is_a_test(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.ends_with("tests.rs") || path.iter().any(|part| part == "tests")
}

/// String literals with a space between two words, of what is not compiled for tests alone.
fn sentences(path: &Path, source: &str) -> Vec<Text> {
    let source = source.split("#[cfg(test)]\nmod").next().unwrap_or_default();
    let mut found = Vec::new();
    for (index, line) in source.lines().enumerate() {
        let line = line.split("//").next().unwrap_or_default();
        // Every second piece is within quotes, but for texts of several lines, which are rare.
        let plain = line.replace("\\\"", "'").replace("\\n", " ").replace("\\t", " ");
        for literal in plain.split('"').skip(1).step_by(2) {
            if literal
                .split_whitespace()
                .filter(|word| word.starts_with(char::is_alphabetic))
                .count()
                > 1
            {
                found.push((format!("{}:{}", path.display(), index + 1), without_code(literal)));
            }
        }
    }
    found
}

/// Without `code` and what a format puts in.
fn without_code(text: &str) -> String {
    let mut out = String::new();
    for (index, piece) in text.split('`').enumerate() {
        out.push_str(if index % 2 == 0 { piece } else { " " });
    }
    out
}
