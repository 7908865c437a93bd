//! The words behind an instruction.

use memchr::memchr;

use crate::sources::span::Span;

/// How the words of an instruction are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Writing {
    /// What continues a line.
    pub(super) escape: u8,
    /// Whether quotes hold words together.
    pub(super) has_quotes: bool,
}

/// The words in `span`. Lines that are continued are one; comments between them are left out.
pub(super) fn words(bytes: &[u8], span: &Span, writing: Writing) -> Vec<Span> {
    let bytes = &bytes[..span.end];
    let mut words = Vec::new();
    let (mut start, mut quote) = (None, None);
    let mut at = span.start;
    while let Some(&byte) = bytes.get(at) {
        if byte == b'\n' || (byte == writing.escape && ends_line(bytes, at + 1)) {
            if quote.is_none() {
                words.extend(start.take().map(|start| start..at));
            }
            at = next_line(bytes, at);
            continue;
        }
        match quote {
            Some(open) if byte == open => quote = None,
            None if byte.is_ascii_whitespace() => {
                words.extend(start.take().map(|start| start..at));
                at += 1;
                continue;
            }
            None if writing.has_quotes && matches!(byte, b'"' | b'\'') => quote = Some(byte),
            _ => {}
        }
        start.get_or_insert(at);
        // A quote that is escaped is a letter.
        at += if byte == writing.escape { 2 } else { 1 };
    }
    words.extend(start.map(|start| start..span.end));
    words
}

/// Whether nothing but blanks comes before the end of the line.
fn ends_line(bytes: &[u8], at: usize) -> bool {
    let mut rest = bytes[at..].iter();
    rest.find(|byte| !matches!(byte, b' ' | b'\t' | b'\r')).is_none_or(|byte| *byte == b'\n')
}

/// Where the line behind this one begins, past comments.
fn next_line(bytes: &[u8], at: usize) -> usize {
    let line_end = |at: usize| memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |it| at + it);
    let mut end = line_end(at);
    while end < bytes.len() {
        let next = line_end(end + 1);
        if !bytes[end + 1..next].trim_ascii_start().starts_with(b"#") {
            return end + 1;
        }
        end = next;
    }
    bytes.len()
}
