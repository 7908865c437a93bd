//! Moving about in the bytes of a file: spaces, line ends, comments, quotes.

use memchr::{memchr, memchr3, memmem};

use super::actions::Actions;

/// The bytes of a file, and the actions of templates in it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Text<'a, 't> {
    pub(super) bytes: &'a [u8],
    pub(super) actions: &'t Actions,
}

pub(super) fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

impl<'a> Text<'a, '_> {
    pub(super) fn get(self, at: usize) -> Option<u8> {
        self.bytes.get(at).copied()
    }

    pub(super) fn rest(self, at: usize) -> &'a [u8] {
        self.bytes.get(at..).unwrap_or_default()
    }

    /// Where the line ends that `at` is in, in front of `\n` or `\r\n`.
    pub(super) fn line_end(self, at: usize) -> usize {
        let end = memchr(b'\n', self.rest(at)).map_or(self.bytes.len(), |found| at + found);
        if end > at && self.bytes[end - 1] == b'\r' { end - 1 } else { end }
    }

    /// Where the line after that of `at` begins.
    pub(super) fn next_line(self, at: usize) -> usize {
        memchr(b'\n', self.rest(at)).map_or(self.bytes.len(), |found| at + found + 1)
    }

    /// Behind the spaces and tabs at `at`.
    pub(super) fn skip_blanks(self, at: usize) -> usize {
        at + self.rest(at).iter().take_while(|byte| is_space(**byte)).count()
    }

    /// Whether nothing is at `at` before the line ends, but a comment maybe.
    pub(super) fn is_over(self, at: usize) -> bool {
        match self.get(at) {
            None | Some(b'\n' | b'\r') => true,
            Some(b'#') => at == 0 || self.bytes[at - 1].is_ascii_whitespace(),
            Some(_) => false,
        }
    }

    /// Whether white space or the end is at `at`.
    pub(super) fn is_gap(self, at: usize) -> bool {
        self.get(at).is_none_or(|byte| byte.is_ascii_whitespace())
    }

    /// Whether a line begins at `at` that separates documents.
    pub(super) fn is_marker(self, at: usize) -> bool {
        let rest = self.rest(at);
        (rest.starts_with(b"---") || rest.starts_with(b"...")) && self.is_gap(at + 3)
    }

    /// Whether the line at `at`, behind its indentation, looks like the entry of a list or map.
    pub(super) fn is_entry(self, at: usize) -> bool {
        let line = &self.bytes[at..self.line_end(at)];
        line.starts_with(b"- ")
            || line.first().is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'_')
                && (line.ends_with(b":") || memmem::find(line, b": ").is_some())
    }

    /// The closing quote of what begins with a quote at `at`, before `end`, as YAML has it. Quotes
    /// within actions are theirs.
    pub(super) fn closing_quote(self, at: usize, end: usize) -> Option<usize> {
        self.closing(at, end, self.bytes[at] == b'"')
    }

    /// The same. `escapes`: a backslash is an escape, and not the doubled quote.
    pub(super) fn closing(self, at: usize, end: usize, escapes: bool) -> Option<usize> {
        let quote = self.bytes[at];
        let mut at = at + 1;
        loop {
            at += memchr3(quote, b'\\', b'{', self.bytes.get(at..end)?)?;
            at = match self.bytes[at] {
                b'{' => self.actions.at(at).map_or(at + 1, |action| action.end),
                b'\\' if escapes => at + 2,
                b'\\' => at + 1,
                _ if !escapes && self.get(at + 1) == Some(quote) => at + 2,
                _ => return Some(at),
            };
        }
    }
}
