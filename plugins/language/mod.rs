//! Whether the help of a plugin is all there in Chinese. Compiled for tests alone.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use ccr2tcr::language::chinese;
use ccr2tcr::prompt::help::texts;
use clap::Command;

/// Fails unless the plugin's table has each text of the command once, with all that is to be typed.
pub(crate) fn check(plugin: &str, command: &Command) {
    let texts: BTreeSet<String> = texts(command).into_iter().collect();
    let table = chinese(plugin);
    let missing = texts.iter().filter(|text| table.get(text).is_none());
    let missing: String = missing.map(|text| entry(text)).collect();
    let unused = table.iter().filter(|(english, _)| !texts.contains(*english));
    let unused: String = unused.map(|(english, _)| entry(english)).collect();
    let lacking = table.iter().filter_map(|(english, chinese)| {
        let lacking: Vec<&str> =
            literals(english).into_iter().filter(|literal| !chinese.contains(literal)).collect();
        (!lacking.is_empty()).then(|| format!("{}lacks: {}\n", entry(english), lacking.join(" ")))
    });
    let lacking: String = lacking.collect();
    let mut told = String::new();
    for (what, entries) in [
        ("not in src/language/zh/", missing),
        ("in src/language/zh/, and of no use to this plugin", unused),
        ("the Chinese lacks something to type", lacking),
    ] {
        if !entries.is_empty() {
            let _ = write!(told, "# {what}\n\n{entries}");
        }
    }
    assert!(told.is_empty(), "{plugin}:\n{told}");
}

/// As it stands in a PO file, for the Chinese to be filled in.
fn entry(text: &str) -> String {
    let quoted = |line: &str| format!("\"{}\"", line.replace('\\', r"\\").replace('"', "\\\""));
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let quoted = lines.iter().map(|line| quoted(line).replace('\n', r"\n"));
    let id = quoted.collect::<Vec<_>>().join("\n");
    let first = if lines.len() > 1 { "\"\"\n" } else { "" };
    format!("msgid {first}{id}\nmsgstr \"\"\n\n")
}

/// What must stand in the Chinese as it does in the English: what is in backticks, command lines,
/// flags, names, numbers.
fn literals(english: &str) -> Vec<&str> {
    let quoted = english.split('`').skip(1).step_by(2);
    let lines = english.lines().filter_map(|line| {
        let example = line.strip_prefix("  ").filter(|line| !line.starts_with(' '))?;
        example.split("  ").next()
    });
    let words = english
        .split([' ', '\n', '(', ')'])
        .map(|word| word.trim_end_matches(['.', ',', ';', ':']).trim_matches(['\'', '`', '"']));
    let is_literal = |word: &&str| {
        let is_name = word.len() > 1
            && word.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
        let is_flag = word.starts_with('-') && word.len() > 1;
        is_name || is_flag || word.contains(|c: char| c.is_ascii_digit() || "/_=@*{}".contains(c))
    };
    quoted.chain(lines).chain(words.filter(is_literal)).collect()
}

#[test]
fn what_is_to_be_typed_is_found() {
    let text = "Say `a b` to 90d, as --in (TCR); see https://x.y/z\n\n  docker x --y   what\n";
    assert_eq!(
        literals(text),
        ["a b", "docker x --y", "90d", "--in", "TCR", "https://x.y/z", "--y"]
    );
}
