//! The lines of a file of settings.

use memchr::{memchr, memmem};

use crate::sources::context::reading::{Field, FieldValue};
use crate::sources::span::Span;

/// No key is longer, in bytes.
const LONGEST_KEY: usize = 128;

/// A line with a key, or one that goes on with its value.
pub(super) struct Line {
    pub(super) span: Span,
    /// `a.b` of `[a.b]`.
    pub(super) section: String,
    pub(super) key: String,
    /// Without quotes. Of a line that goes on, all of it.
    pub(super) value: Span,
    /// Where a comment begins, or the end.
    pub(super) comment: usize,
}

impl Line {
    /// What the keys have in common that make one reference: the section, and the key without its
    /// last part. Nothing in common is no group: `REGISTRY` alone is put in front of anything.
    pub(super) fn group(&self) -> Option<String> {
        let last = self.last().filter(|_| self.part().is_some())?;
        let prefix = &self.key[..self.key.len() - last.len()];
        let group = format!("{}|{prefix}", self.section);
        (group.len() > 1).then_some(group)
    }

    /// The last part of a key that has parts, or belongs to a section.
    fn last(&self) -> Option<&str> {
        let key = self.key.as_str();
        let last = key.rsplit(['.', '_', '-']).next()?;
        (last.len() < key.len() || !self.section.is_empty()).then_some(last)
    }

    /// What part of a reference the key names.
    pub(super) fn part(&self) -> Option<&'static str> {
        Some(match self.last()?.to_ascii_lowercase().as_str() {
            "registry" => "registry",
            "repository" | "repo" => "repository",
            "tag" => "tag",
            "digest" => "digest",
            _ => return None,
        })
    }

    pub(super) fn field(&self, bytes: &[u8], key: &str) -> Field {
        let text = String::from_utf8_lossy(&bytes[self.value.clone()]).into_owned();
        let is_verbatim = !text.contains(['\\', '$', '"', '\'']);
        let (key, value) = (key.to_owned(), FieldValue::Text(text));
        Field { key, value, span: self.value.clone(), is_verbatim }
    }
}

/// The lines of a file that aren't empty.
pub(super) struct Lines<'a> {
    bytes: &'a [u8],
    at: usize,
    section: String,
    key: String,
}

impl<'a> Lines<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        let at = bytes.len() - crate::text::without_mark(bytes).len();
        Self { bytes, at, section: String::new(), key: String::new() }
    }

    /// Where the line ends that begins at `start`, with those that go on with it: they are indented,
    /// behind a backslash.
    fn end_of_line(&self, start: usize) -> usize {
        let mut at = start;
        loop {
            let length = memchr(b'\n', &self.bytes[at..]);
            let end = length.map_or(self.bytes.len(), |length| at + length);
            let is_continued = self.bytes[start..end].trim_ascii_end().ends_with(b"\\")
                && matches!(self.bytes.get(end + 1), Some(b' ' | b'\t'));
            if !is_continued {
                return end;
            }
            at = end + 1;
        }
    }

    /// Where the value begins and ends that stands in `span`.
    fn value(&self, span: Span) -> (Span, usize) {
        let text = &self.bytes[span.clone()];
        let start = span.start + text.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        let quote = self.bytes[start..span.end].first().copied();
        if let Some(quote @ (b'"' | b'\'')) = quote
            && let Some(length) = memchr(quote, &self.bytes[start + 1..span.end])
        {
            let end = start + 1 + length;
            let comment = memchr(b'#', &self.bytes[end..span.end]).map_or(span.end, |at| end + at);
            return (start + 1..end, comment);
        }
        let hash = memmem::find(&self.bytes[start..span.end], b" #");
        let comment = hash.map_or(span.end, |at| start + at + 1);
        let text = self.bytes[start..comment].trim_ascii_end();
        (start..start + text.len(), comment)
    }
}

impl Iterator for Lines<'_> {
    type Item = Line;

    fn next(&mut self) -> Option<Line> {
        while self.at < self.bytes.len() {
            let start = self.at;
            let end = self.end_of_line(start);
            self.at = (end + 1).min(self.bytes.len());
            let line = &self.bytes[start..end];
            let indent = line.len() - line.trim_ascii_start().len();
            let text = line.trim_ascii();
            if text.is_empty() {
                self.key.clear();
                continue;
            }
            let section = |section: &str| section.to_owned();
            if matches!(text[0], b'#' | b';' | b'!') || text.starts_with(b"//") {
                let (key, value) = (String::new(), start..end);
                let section = section(&self.section);
                return Some(Line { span: start..end, section, key, value, comment: start });
            }
            if text[0] == b'[' && is_header(text) {
                let name = &text[..text.len().min(LONGEST_KEY)];
                let name = String::from_utf8_lossy(name);
                let letters = |letter: &char| !matches!(letter, '[' | ']' | '"' | '\'' | ' ');
                self.section = name.chars().filter(letters).collect();
                self.key.clear();
                let (value, section) = (end..end, section(&self.section));
                let key = String::new();
                return Some(Line { span: start..end, section, key, value, comment: end });
            }
            let key = key(text);
            let (key_length, value_start) = key.unwrap_or((0, 0));
            if key_length > 0 {
                let text = &text[..key_length];
                let text = String::from_utf8_lossy(text);
                let name = text.trim().trim_matches(['"', '\'']);
                self.key = name.strip_prefix("export ").unwrap_or(name).trim().to_owned();
            }
            let from = start + indent + value_start;
            let (value, comment) = self.value(from..end);
            let (section, key) = (section(&self.section), self.key.clone());
            return Some(Line { span: start..end, section, key, value, comment });
        }
        None
    }
}

/// Whether a line that begins with a bracket is the name of a section, and no list's end.
fn is_header(text: &[u8]) -> bool {
    let name = text.split(|byte| *byte == b'#').next().unwrap_or(text).trim_ascii_end();
    name.ends_with(b"]") && !name.contains(&b',') && !name.starts_with(b"[\"")
}

/// The length of the key that a line begins with, and where its value begins: behind `=`, `:` or
/// the first blank.
fn key(text: &[u8]) -> Option<(usize, usize)> {
    let head = &text[..text.len().min(LONGEST_KEY)];
    if matches!(head[0], b']' | b'}' | b'{' | b',') {
        return None;
    }
    let is_quoted = matches!(head[0], b'"' | b'\'');
    let quote_end = if is_quoted { memchr(head[0], &head[1..])? + 2 } else { 0 };
    let is_sign = |at: &usize| {
        let key = &head[quote_end..*at];
        match head[*at] {
            b'=' => !is_quoted || key.trim_ascii().is_empty(),
            // A colon may stand in a value, too: of an address or a tag.
            b':' => {
                let key = key.trim_ascii_end();
                !key.iter().any(|byte| byte.is_ascii_whitespace() || *byte == b'/')
                    && head.get(at + 1) != Some(&b'/')
            }
            _ => false,
        }
    };
    let sign = (quote_end..head.len()).find(is_sign);
    match sign {
        Some(sign) => Some((sign, sign + 1)),
        None if is_quoted => None,
        None => {
            let blank = head.iter().position(u8::is_ascii_whitespace)?;
            Some((blank, blank + 1))
        }
    }
}
