//! Where the comments of a language are: outside of its strings.

use memchr::{memchr, memmem};

use crate::sources::context::kind::Syntax;
use crate::sources::span::Span;

/// How often the end of something may be missed before nothing is looked for beyond its line.
const MOST_FAILURES: u32 = 16;

/// The comments of a text, in their order.
pub(super) struct Comments<'a> {
    bytes: &'a [u8],
    at: usize,
    syntax: Syntax,
    failures: u32,
}

impl<'a> Comments<'a> {
    pub(super) fn new(bytes: &'a [u8], syntax: Syntax) -> Self {
        Self { bytes, at: 0, syntax, failures: 0 }
    }

    fn line_end(&self, from: usize) -> usize {
        memchr(b'\n', &self.bytes[from..]).map_or(self.bytes.len(), |length| from + length)
    }

    /// Where what begins at `at` with a comment's sign ends.
    fn comment(&mut self, at: usize) -> Option<usize> {
        use Syntax::{C, CAndHash, Dashes, Hash, Html, Lisp, Percent, Plain, Sql};
        let rest = &self.bytes[at..];
        let line = |is_comment: bool| is_comment.then(|| self.line_end(at));
        let block = |open: &[u8], close: &[u8]| {
            let inside = rest.strip_prefix(open)?;
            let end = memmem::find(inside, close).map(|end| at + open.len() + end + close.len());
            Some(end.unwrap_or(self.bytes.len()))
        };
        let is_head = || {
            let before = &self.bytes[..at];
            before
                .iter()
                .rev()
                .find(|byte| !matches!(byte, b' ' | b'\t'))
                .is_none_or(|it| *it == b'\n')
        };
        match self.syntax {
            Plain => None,
            C => line(rest.starts_with(b"//")).or_else(|| block(b"/*", b"*/")),
            CAndHash => {
                line(rest.starts_with(b"//") || rest[0] == b'#').or_else(|| block(b"/*", b"*/"))
            }
            Hash => line(rest[0] == b'#'),
            Sql => line(rest.starts_with(b"--")).or_else(|| block(b"/*", b"*/")),
            Dashes => block(b"--[[", b"]]").or_else(|| line(rest.starts_with(b"--"))),
            Lisp => line(rest[0] == b';'),
            Percent => line(rest[0] == b'%'),
            Html => block(b"<!--", b"-->")
                .or_else(|| block(b"/*", b"*/"))
                .or_else(|| line(rest.starts_with(b"//") && is_head())),
        }
    }

    /// Where the string ends that begins at `at`: with its line if it isn't closed.
    fn string(&mut self, at: usize, quote: u8) -> usize {
        let quotes = [quote; 3];
        let is_long = self.bytes[at..].starts_with(&quotes);
        let reaches_over_lines = quote == b'`' || is_long || self.syntax == Syntax::Sql;
        if reaches_over_lines && self.failures < MOST_FAILURES {
            let end: &[u8] = if is_long && quote != b'`' { &quotes } else { &quotes[..1] };
            let from = at + end.len();
            if let Some(length) = memmem::find(&self.bytes[from..], end) {
                return from + length + end.len();
            }
            self.failures += 1;
        }
        let mut end = at + 1;
        while let Some(&byte) = self.bytes.get(end) {
            match byte {
                b'\\' if self.syntax != Syntax::Sql => end += 1,
                b'\n' => return end,
                _ if byte == quote => return end + 1,
                _ => {}
            }
            end += 1;
        }
        end
    }

    fn is_quote(&self, byte: u8) -> bool {
        match byte {
            b'"' => true,
            b'\'' => !matches!(self.syntax, Syntax::Lisp | Syntax::Html),
            b'`' => matches!(self.syntax, Syntax::C | Syntax::CAndHash),
            _ => false,
        }
    }
}

impl Iterator for Comments<'_> {
    type Item = Span;

    fn next(&mut self) -> Option<Span> {
        if self.syntax == Syntax::Plain {
            return None;
        }
        while let Some(&byte) = self.bytes.get(self.at) {
            let start = self.at;
            if self.is_quote(byte) {
                self.at = self.string(start, byte).min(self.bytes.len());
            } else if matches!(byte, b'/' | b'#' | b'-' | b';' | b'%' | b'<')
                && let Some(end) = self.comment(start)
            {
                self.at = end.max(start + 1);
                return Some(start..end);
            } else {
                self.at += 1;
            }
        }
        None
    }
}
