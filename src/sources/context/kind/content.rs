//! What a file without a telling name is, by its first lines.

use super::file_kind::FileKind;
use super::names::by_shebang;
use crate::text::without_mark;

/// How much of a file is looked at, in bytes.
const HEAD: usize = 1024;

/// The kind that the first lines tell.
pub(super) fn by_content(bytes: &[u8]) -> Option<FileKind> {
    let bytes = without_mark(bytes);
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(HEAD)]);
    let first_line = head.lines().next()?;
    if let Some(program) = first_line.strip_prefix("#!") {
        return by_shebang(program);
    }
    if first_line.starts_with("#cloud-config") {
        return Some(FileKind::Yaml);
    }
    let directive = first_line.strip_prefix('#').and_then(|text| text.split_once('='));
    if directive.is_some_and(|(name, _)| matches!(name.trim(), "syntax" | "escape" | "check")) {
        return Some(FileKind::Dockerfile);
    }
    let text = |line: &&str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
    let mut lines = head.lines().map(str::trim_end).filter(text).peekable();
    let first = lines.peek()?.trim_start();
    let begins = |words: &[&str]| words.iter().any(|word| first.starts_with(word));
    if begins(&["<?xml", "<project"]) {
        return Some(FileKind::Xml);
    }
    if begins(&["{\"", "[{"]) || first == "{" || first == "[" {
        return Some(FileKind::Json);
    }
    if begins(&["apiVersion:", "kind:", "services:", "image:"]) || first == "---" {
        return Some(FileKind::Yaml);
    }
    if first.split_ascii_whitespace().next().is_some_and(|word| COMMANDS.contains(&word)) {
        return Some(FileKind::Shell);
    }
    lines.find(|line| !is_instruction(line, "ARG")).filter(|line| is_from(line))?;
    Some(FileKind::Dockerfile)
}

/// What scripts without `#!` begin with.
const COMMANDS: [&str; 14] = [
    "set", "cd", "export", "sudo", "docker", "podman", "nerdctl", "kubectl", "helm", "mkdir",
    "curl", "source", "apt-get", "yum",
];

fn is_instruction(line: &str, name: &str) -> bool {
    let word = line.split_ascii_whitespace().next();
    word.is_some_and(|word| word.eq_ignore_ascii_case(name))
}

/// Whether it is `FROM IMAGE` or `FROM IMAGE AS NAME`, and not a sentence.
fn is_from(line: &str) -> bool {
    let words = line.split_ascii_whitespace().skip(1).filter(|word| !word.starts_with("--"));
    let words: Vec<&str> = words.take(4).collect();
    let is_whole = match words[..] {
        [_] => true,
        [_, between, _] => between.eq_ignore_ascii_case("as"),
        _ => false,
    };
    is_whole && is_instruction(line, "FROM")
}
