//! Settings that say Personal Edition, in any format: `imageType: personal`.

use memchr::memmem;

use super::bytes::{before, is_name, run_before};
use super::escape::Escape;
use crate::sources::span::Span;

/// What a key ends in, without regard to case and to `_` and `-`: SCF's `ImageType`, AGS's
/// `ImageRegistryType`, TEM's `RepoType`, TI's `TCRType`.
const KEYS: [&str; 4] = ["imagetype", "repotype", "registrytype", "tcrtype"];

/// Words of container images on Tencent Cloud. Many programs have pictures with an `imageType`.
const HINTS: [&str; 8] = [
    "imageuri",
    "image_uri",
    "imageconfig",
    "image_config",
    "registry",
    "tencent",
    "tccli",
    "imgrepo",
];

/// How long a key, and what stands between it and its value, may be.
const LONGEST: usize = 64;

/// How near one of the words must be, in bytes.
const NEAR: usize = 512;

/// The setting with the value at `value`, if it is one, in its quotes.
pub(super) fn with_value(bytes: &[u8], value: &Span) -> Option<Span> {
    let begins = match before(bytes, value.start) {
        // `${IMAGE_TYPE:-personal}`
        Some(b'-') => before(bytes, value.start - 1) == Some(b':'),
        other => !other.is_some_and(is_name),
    };
    let ends = bytes.get(value.end).is_none_or(|&byte| !is_name(byte) && !b"/:".contains(&byte));
    if !begins || !ends {
        return None;
    }
    let mut key = word_before(bytes, value.start)?;
    if !is_key(&bytes[key.clone()]) && bytes.get(key.end) == Some(&b'(') {
        // `ImageType: common.StringPtr("personal")`
        key = word_before(bytes, key.start)?;
    }
    if !is_key(&bytes[key.clone()]) || !is_of_containers(bytes, &key) {
        return None;
    }
    if let Some(escape) = Escape::around(bytes, key.start).filter(|it| it.end < key.end) {
        key.start = escape.end;
    }
    let opening = quote_at(bytes, key.end);
    if opening > 0 && bytes[..key.start].ends_with(&bytes[key.end..key.end + opening]) {
        key.start -= opening;
    }
    let closing = quote_at(bytes, value.end);
    let is_quoted = bytes[..value.start].ends_with(&bytes[value.end..value.end + closing]);
    Some(key.start..value.end + if is_quoted { closing } else { 0 })
}

/// The word in front of `at` and of what may stand between a key and its value, of which there must
/// be some.
fn word_before(bytes: &[u8], at: usize) -> Option<Span> {
    let between = run_before(bytes, at, LONGEST, |byte| {
        matches!(byte, b' ' | b'\t' | b'"' | b'\'' | b'`' | b'\\' | b':' | b'=' | b'>')
            || matches!(byte, b'(' | b')' | b',' | b'|' | b'?' | b'-' | b'[' | b'{' | b'&')
    });
    let end = at - between;
    let length = run_before(bytes, end, LONGEST, is_name);
    (between > 0 && length > 0).then_some(end - length..end)
}

fn is_key(word: &[u8]) -> bool {
    let letters = word.iter().filter(|byte| byte.is_ascii_alphanumeric());
    let letters: String = letters.map(|byte| char::from(byte.to_ascii_lowercase())).collect();
    KEYS.iter().any(|key| letters.ends_with(key))
}

fn is_of_containers(bytes: &[u8], key: &Span) -> bool {
    let near = &bytes[key.start.saturating_sub(NEAR)..bytes.len().min(key.end + NEAR)];
    let near: Vec<u8> = near.to_ascii_lowercase();
    HINTS.iter().any(|word| memmem::find(&near, word.as_bytes()).is_some())
}

/// The length of the quote at `at`, with the backslashes in front of it.
fn quote_at(bytes: &[u8], at: usize) -> usize {
    let signs = bytes[at..].iter().take_while(|&&byte| byte == b'\\').count();
    match bytes.get(at + signs) {
        Some(b'"' | b'\'' | b'`') => signs + 1,
        _ => 0,
    }
}
