//! What words say without their quotes, as far as it is looked at.

use super::dialect::Dialect;
use crate::sources::span::Span;

/// How much of a word is read, in bytes. No command and no flag is longer.
const HEAD: usize = 128;

/// How much in front of a found place is read, in bytes.
const TAIL: usize = 192;

/// The beginning of a word without quotes and escapes.
pub(super) fn bare(word: &[u8], dialect: Dialect) -> String {
    let is_letter = |byte: &u8| match byte {
        b'\\' => dialect == Dialect::Windows,
        _ => !matches!(byte, b'"' | b'\'' | b'\n' | b'\r'),
    };
    let head: Vec<u8> = word.iter().take(HEAD).copied().filter(is_letter).collect();
    String::from_utf8_lossy(&head).into_owned()
}

/// What stands between the quotes around a word.
pub(super) fn inside_quotes(bytes: &[u8], word: &Span) -> Option<Span> {
    let text = &bytes[word.clone()];
    let quote = text.first().filter(|byte| matches!(byte, b'"' | b'\''))?;
    (text.len() > 1 && text.last() == Some(quote)).then(|| word.start + 1..word.end - 1)
}

/// The last bytes in front of `at`, from `start` at most, as they stand.
pub(super) fn tail(bytes: &[u8], start: usize, at: usize) -> String {
    let start = start.max(at.saturating_sub(TAIL)).min(at);
    String::from_utf8_lossy(&bytes[start..at]).into_owned()
}

/// The first bytes behind `at`, up to `end` at most, as they stand.
pub(super) fn head(bytes: &[u8], at: usize, end: usize) -> String {
    let end = end.min(at + TAIL).max(at);
    String::from_utf8_lossy(bytes.get(at..end).unwrap_or_default()).into_owned()
}

/// The name that `NAME=…` sets, if the word does that: letters, digits and `_`, of an array with
/// an index.
pub(super) fn assigned(word: &str) -> Option<&str> {
    let (name, _) = word.split_once('=')?;
    let name = name.strip_suffix('+').unwrap_or(name);
    let plain = name.split_once('[').map_or(name, |(name, _)| name);
    let plain = plain.strip_prefix("$env:").or(plain.strip_prefix('$')).unwrap_or(plain);
    let is_name = plain.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && plain.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    is_name.then_some(plain)
}

/// An expansion that is open at the end of a text: `${X:-`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Expansion {
    /// What the variable is worth if it isn't set.
    Default(String),
    /// What is cut off or replaced.
    Pattern(String),
}

/// The expansion that is still open where `before` ends.
pub(super) fn open_expansion(before: &str) -> Option<Expansion> {
    let at = before.rfind("${")?;
    let inside = &before[at + 2..];
    if inside.contains('}') {
        return None;
    }
    let is_letter = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    let length = inside.bytes().take_while(is_letter).count();
    let (name, operator) = inside.split_at(length);
    let name = name.to_owned();
    match operator.as_bytes() {
        [b':', b'-' | b'=' | b'+' | b'?', ..] | [b'-' | b'=' | b'+', ..] => {
            Some(Expansion::Default(name))
        }
        [b'#' | b'%' | b'/', ..] => Some(Expansion::Pattern(name)),
        _ => None,
    }
}

/// Whether text in front of a name and behind it is for people: it has more words than a key.
pub(in crate::sources::context) fn is_message(before: &str, after: &str) -> bool {
    let is_word = |word: &str| word.chars().any(char::is_alphabetic);
    let before = before.rsplit('\n').next().unwrap_or(before);
    let before = before.trim_start_matches(['"', '\'', ' ', '\t']);
    let mut words = before.split_ascii_whitespace().filter(|word| is_word(word));
    let first = words.next().unwrap_or_default();
    let is_key = first.ends_with([':', '=']) || first.contains('=') || first.starts_with('-');
    let is_instruction = first.len() > 1 && first.bytes().all(|byte| byte.is_ascii_uppercase());
    if !first.is_empty() && !is_key && !is_instruction {
        return true;
    }
    // A tag or a comment may follow what a line of a file sets.
    let after = after.split('\n').next().unwrap_or(after);
    let after = after.trim_start_matches(|byte: char| !byte.is_whitespace());
    first.is_empty() && after.split_ascii_whitespace().any(is_word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_are_no_part_of_a_word() {
        assert_eq!(bare(b"--tag=\"a\"'b'\\c", Dialect::Posix), "--tag=abc");
        assert_eq!(bare(&[b'x'; 1000], Dialect::Posix).len(), HEAD);
        assert_eq!(bare(b"\"C:\\x\"", Dialect::Windows), "C:\\x");
    }

    #[test]
    fn what_sets_a_variable_is_known() {
        assert_eq!(assigned("A_1=x"), Some("A_1"));
        assert_eq!(assigned("A[2]=x"), Some("A"));
        assert_eq!(assigned("A+=x"), Some("A"));
        assert_eq!(assigned("$env:A=x"), Some("A"));
        for other in ["--a=x", "=x", "a.b=x", "A", "1A=x", "a/b=c"] {
            assert_eq!(assigned(other), None, "{other}");
        }
    }

    #[test]
    fn defaults_and_patterns_of_expansions_are_told_apart() {
        assert_eq!(open_expansion("a${X:-"), Some(Expansion::Default("X".into())));
        assert_eq!(open_expansion("${A}${X="), Some(Expansion::Default("X".into())));
        assert_eq!(open_expansion("${X#"), Some(Expansion::Pattern("X".into())));
        assert_eq!(open_expansion("${X//"), Some(Expansion::Pattern("X".into())));
        assert_eq!(open_expansion("${X}/"), None);
        assert_eq!(open_expansion("${"), None);
    }

    #[test]
    fn a_message_has_words() {
        assert!(is_message("Pushing ", " now"));
        assert!(is_message("", " is ready"));
        assert!(is_message("image is ", ""));
        for before in ["", "image: ", "FROM ", "IMAGE=", "  - ", "--image ", "name=x image="] {
            assert!(!is_message(before, ":v1"), "{before}");
        }
    }
}
