//! Expressions in values: conditions, regular expressions, functions of templates.

use super::super::at::At;
use crate::sources::context::Purpose;
use crate::sources::context::code::by_code;

/// Functions of Go's templates that compare with their argument, or look for it.
const COMPARING: [&str; 12] = [
    "eq",
    "ne",
    "hasPrefix",
    "hasSuffix",
    "contains",
    "has",
    "hasKey",
    "trimPrefix",
    "trimSuffix",
    "replace",
    "splitList",
    "index",
];

/// Words in names of keys whose values are patterns, and of those whose values are compared with.
const PATTERNS: [&str; 3] = ["regex", "regexp", "pattern"];
const MATCHES: [&str; 3] = ["match", "exclude", "ignore"];
const COMPARED: [&str; 8] =
    ["enum", "const", "condition", "if", "filter", "filters", "expr", "query"];

pub(super) fn purpose(at: &At<'_>) -> Option<Purpose> {
    if at.is_key() || at.is_in_part {
        return None;
    }
    let by_code = || in_code(&at.before, &at.text, &at.after).filter(|_| !at.begins());
    by_signs(at).or_else(by_code).or_else(|| by_key(at))
}

/// A regular expression, or a pattern of a shell, by the signs in it and around it.
fn by_signs(at: &At<'_>) -> Option<Purpose> {
    let before = at.before.trim_end_matches('(');
    let all = format!("{}{}", at.text, at.after);
    let path = all.split_once('/').map_or("", |(_, path)| path);
    let is_expression = before.ends_with('^')
        || ["(", ".*", ".+", "[", "\\."].iter().any(|sign| path.starts_with(sign))
        || [".*", ".+", "/("].iter().any(|sign| at.text.contains(sign));
    if is_expression {
        return Some(Purpose::Pattern);
    }
    let is_glob = path.split(['"', '\'', ' ', ',']).next().is_some_and(|path| path.contains('*'));
    is_glob.then_some(Purpose::Comparison)
}

/// What an operator or a function does with what stands between `before` and `after`: CEL, Rego,
/// conditions of CI, templates.
pub(in super::super) fn in_code(before: &str, text: &str, after: &str) -> Option<Purpose> {
    let is_open = !text.trim_end_matches('/').contains('/');
    let by_region = || is_behind_region(before).then_some(Purpose::Comparison);
    in_action(before)
        .or_else(by_region)
        .or_else(|| by_code(before, after, is_open))
        .filter(|purpose| *purpose != Purpose::Concatenated)
}

/// What a function of Go's templates does with what stands behind `before`.
fn in_action(before: &str) -> Option<Purpose> {
    let start = before.rfind("{{")?;
    let action = &before[start + 2..];
    if action.contains("}}") {
        return None;
    }
    let call = action.rsplit(['(', '|']).next().unwrap_or(action);
    let mut words = call.trim_start_matches('-').split_ascii_whitespace();
    let word =
        words.find(|word| !matches!(*word, "if" | "else" | "with" | "and" | "or" | "not"))?;
    if COMPARING.contains(&word) {
        Some(Purpose::Comparison)
    } else if word.starts_with("regex") || word.starts_with("mustRegex") {
        Some(Purpose::Pattern)
    } else {
        None
    }
}

fn by_key(at: &At<'_>) -> Option<Purpose> {
    let title = at.title();
    if at.keys().next().is_some_and(is_region) && !at.after.contains('/') && at.is_whole() {
        return Some(Purpose::Comparison);
    }
    if at.keys().next() == Some("value") && at.text_near("op", 1) == Some("test") {
        return Some(Purpose::Comparison);
    }
    if PATTERNS.iter().any(|word| title.contains(word)) {
        return Some(Purpose::Pattern);
    }
    let is_match =
        MATCHES.iter().any(|word| title.starts_with(word)) || COMPARED.contains(&&*title);
    is_match.then_some(Purpose::Comparison)
}

/// `dict "ap-seoul" "CCR"`
fn is_behind_region(before: &str) -> bool {
    let Some(key) = before.trim_end_matches('"').trim_end().strip_suffix('"') else { return false };
    before.ends_with('"') && key.rsplit('"').next().is_some_and(is_region)
}

/// `ap-guangzhou`: a host is looked up by it.
fn is_region(key: &str) -> bool {
    let zone = ["ap-", "na-", "eu-", "sa-"].iter().find_map(|start| key.strip_prefix(start));
    zone.is_some_and(|zone| zone.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'-'))
}
