//! A text inside another: its bytes without escapes, and where they stand outside.

use std::borrow::Cow;

use super::outline::{Form, Part};
use super::reading::{Field, Fields};
use crate::sources::find::{Found, Segment, What};
use crate::sources::span::Span;

/// A part of a text, as a text of its own.
pub(super) struct Inner<'a> {
    bytes: Cow<'a, [u8]>,
    /// Where its first byte stands outside.
    start: usize,
    /// Where each byte stands outside, and the end, if any escape was undone.
    places: Option<Vec<usize>>,
}

impl<'a> Inner<'a> {
    pub(super) fn of(bytes: &'a [u8], part: &Part) -> Self {
        let text = &bytes[part.span.clone()];
        let start = part.span.start;
        match part.form {
            Form::List => {
                return Self { bytes: Cow::Owned(without_brackets(text)), start, places: None };
            }
            Form::Escaped if text.contains(&b'\\') => {}
            Form::Escaped | Form::Plain => {
                return Self { bytes: Cow::Borrowed(text), start, places: None };
            }
        }
        let (mut unescaped, mut places) = (Vec::new(), Vec::new());
        let mut at = 0;
        while let Some(&byte) = text.get(at) {
            places.push(start + at);
            let (letter, length) = match (byte, text.get(at + 1)) {
                (b'\\', Some(b'n')) => (b'\n', 2),
                (b'\\', Some(b'r')) => (b'\r', 2),
                (b'\\', Some(b't')) => (b'\t', 2),
                (b'\\', Some(&escaped @ (b'"' | b'\'' | b'\\' | b'/' | b'$' | b'`'))) => {
                    (escaped, 2)
                }
                _ => (byte, 1),
            };
            unescaped.push(letter);
            at += length;
        }
        places.push(part.span.end);
        Self { bytes: Cow::Owned(unescaped), start, places: Some(places) }
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Where a byte of the outer text stands in here.
    fn at(&self, outer: usize) -> usize {
        let at = match &self.places {
            Some(places) => places.partition_point(|place| *place < outer),
            None => outer.saturating_sub(self.start),
        };
        at.min(self.bytes.len())
    }

    fn inner(&self, outer: &Span) -> Span {
        self.at(outer.start)..self.at(outer.end)
    }

    /// Where bytes of this text stand outside.
    pub(super) fn outer(&self, inner: &Span) -> Span {
        let at = |at: usize| match &self.places {
            Some(places) => places[at.min(places.len() - 1)],
            None => self.start + at,
        };
        at(inner.start)..at(inner.end)
    }

    /// Fields of this text, with their places outside.
    pub(super) fn outer_fields(&self, fields: Fields) -> Fields {
        let outer = |field: Field| {
            let span = self.outer(&field.span);
            let is_verbatim = field.is_verbatim && span.len() == field.span.len();
            Field { span, is_verbatim, ..field }
        };
        Fields(fields.0.into_iter().map(outer).collect())
    }

    /// The same place, found in here.
    pub(super) fn found(&self, found: &Found) -> Found {
        let segment = |segment: &Segment| Segment {
            span: self.inner(&segment.span),
            text: segment.text.clone(),
            is_template: segment.is_template,
        };
        let mut what = found.what.clone();
        if let What::Name(name) = &mut what {
            name.host_span = self.inner(&name.host_span);
            name.scheme = self.inner(&name.scheme);
            for part in name.path.iter_mut().chain(&mut name.tag).chain(&mut name.digest) {
                *part = segment(part);
            }
        }
        Found { span: self.inner(&found.span), what }
    }
}

/// A list of strings as words: blanks take the place of brackets and commas.
fn without_brackets(text: &[u8]) -> Vec<u8> {
    let mut words = text.to_vec();
    let mut quote = None;
    let mut is_escaped = false;
    for byte in &mut words {
        match quote {
            Some(_) if is_escaped => is_escaped = false,
            Some(_) if *byte == b'\\' => is_escaped = true,
            Some(open) if *byte == open => quote = None,
            None if matches!(*byte, b'"' | b'\'') => quote = Some(*byte),
            None if matches!(*byte, b'[' | b']' | b',' | b'\n' | b'\r') => *byte = b' ',
            _ => {}
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inner(text: &str, form: Form) -> (String, Vec<usize>) {
        let part = Part { span: 2..text.len(), kind: None, path: String::new(), form };
        let inner = Inner::of(text.as_bytes(), &part);
        let outer = (0..=inner.bytes().len()).map(|at| inner.outer(&(at..at)).start).collect();
        (String::from_utf8(inner.bytes().to_vec()).unwrap(), outer)
    }

    #[test]
    fn a_text_in_a_string_has_no_escapes_any_more() {
        assert_eq!(inner(r#"--a\n\"b"#, Form::Escaped), ("a\n\"b".into(), vec![2, 3, 5, 7, 8]));
        assert_eq!(inner(r"--a\n", Form::Plain), (r"a\n".into(), vec![2, 3, 4, 5]));
        let (words, _) = inner(r#"--["a", "b,[\"c"]"#, Form::List);
        assert_eq!(words, r#" "a"  "b,[\"c" "#);
    }
}
