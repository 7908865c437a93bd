//! Here-documents: their delimiters, and where they end.

use memchr::memchr;

/// How often the end of something may be missed before nothing is looked for beyond its line.
pub(super) const MOST_FAILURES: u32 = 16;

/// The word behind `<<`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::sources::context) struct Delimiter(Vec<u8>);

impl Delimiter {
    /// The one that follows the `<<` at `at`, and where it ends. `None` if it is `<<<` or another
    /// thing.
    pub(in crate::sources::context) fn read(bytes: &[u8], at: usize) -> Option<(Self, usize)> {
        let is_blank = |byte: u8| matches!(byte, b' ' | b'\t');
        let mut start = at + 2;
        start += usize::from(bytes.get(start) == Some(&b'-'));
        start += bytes.get(start..)?.iter().take_while(|byte| is_blank(**byte)).count();
        let is_part = |byte: &&u8| {
            byte.is_ascii_alphanumeric() || b"_-.+\"'\\!".contains(byte) || !byte.is_ascii()
        };
        let length = bytes[start..].iter().take(128).take_while(is_part).count();
        let word = &bytes[start..start + length];
        let is_letter = |byte: &u8| !matches!(byte, b'\'' | b'"' | b'\\');
        let word: Vec<u8> = word.iter().copied().filter(is_letter).collect();
        // A number is what something is shifted by.
        let is_name = word.iter().any(|byte| !byte.is_ascii_digit());
        is_name.then_some((Self(word), start + length))
    }
}

/// Where the text that begins at `start` ends, and where the line behind its delimiter begins.
///
/// The delimiter may be indented, as it is where a whole script is: in YAML, in Dockerfiles.
pub(in crate::sources::context) fn document_end(
    bytes: &[u8],
    start: usize,
    delimiter: &Delimiter,
    failures: &mut u32,
) -> Option<(usize, usize)> {
    let mut line = start;
    while *failures < MOST_FAILURES && line < bytes.len() {
        let end = memchr(b'\n', &bytes[line..]).map_or(bytes.len(), |length| line + length);
        if bytes[line..end].trim_ascii() == delimiter.0 {
            return Some((line, (end + 1).min(bytes.len())));
        }
        line = end + 1;
    }
    *failures += 1;
    None
}
