//! Where a word of a shell ends: quotes, expansions and commands inside it.

use memchr::memchr;

use super::dialect::Dialect;
use super::here::{Delimiter, document_end};
use crate::sources::span::Span;

/// What is open in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Open {
    /// `"`
    Quote,
    /// `$(` or `(`
    Paren,
    /// `${`
    Brace,
    /// A backtick.
    Backtick,
    /// `@(`, `?(`: a pattern of bash.
    Group,
}

/// A word, as far as it is read.
struct Scan<'a> {
    bytes: &'a [u8],
    at: usize,
    dialect: Dialect,
    /// Innermost last, and whether an apostrophe is a letter there.
    open: Vec<(Open, bool)>,
    /// Delimiters of here-documents that begin at the next line.
    awaited: Vec<Delimiter>,
    /// Where the outermost command inside it begins.
    command: Option<(usize, usize)>,
}

/// Where the word ends that begins at `start`: at `bytes`' end, or in front of the first byte that
/// is no part of it. `None` if something in it isn't closed. Calls `command` with the insides of
/// each `$(…)`, `<(…)` and `` `…` `` that isn't inside of another one.
///
/// `failures` counts searches that went to the end in vain; past a few there are no more of them.
pub(super) fn word_end(
    bytes: &[u8],
    start: usize,
    dialect: Dialect,
    failures: &mut u32,
    mut command: impl FnMut(Span),
) -> Option<usize> {
    let (open, awaited) = (Vec::new(), Vec::new());
    let mut scan = Scan { bytes, at: start, dialect, open, awaited, command: None };
    while let Some(&byte) = bytes.get(scan.at) {
        if scan.open.is_empty() && scan.ends_at(byte) {
            break;
        }
        scan.step(byte, failures, &mut command)?;
    }
    scan.open.is_empty().then_some(scan.at.min(bytes.len()))
}

impl Scan<'_> {
    fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    /// Whether a byte outside of quotes is no part of the word.
    fn ends_at(&self, byte: u8) -> bool {
        match byte {
            // `$(` and `@(` of bash's patterns never get here.
            b' ' | b'\t' | b'\n' | b'\r' | b';' | b'&' | b'|' | b'(' | b')' => true,
            b'<' | b'>' => self.peek(1) != b'(',
            b'\\' => self.dialect == Dialect::Posix && matches!(self.peek(1), b'\n' | b'\r'),
            _ => false,
        }
    }

    fn push(&mut self, what: Open, length: usize) {
        self.at += length;
        if matches!(what, Open::Paren | Open::Backtick) && self.command.is_none() {
            self.command = Some((self.at, self.open.len()));
        }
        // In `"${X:-…}"` it is one, too.
        let is_letter = match what {
            Open::Quote => true,
            Open::Brace => self.is_in_quotes(),
            Open::Paren | Open::Backtick | Open::Group => false,
        };
        self.open.push((what, is_letter));
    }

    fn pop(&mut self, command: &mut impl FnMut(Span)) {
        self.open.pop();
        if let Some((start, depth)) = self.command
            && depth == self.open.len()
        {
            command(start..self.at);
            self.command = None;
        }
        self.at += 1;
    }

    fn step(&mut self, byte: u8, failures: &mut u32, command: &mut impl FnMut(Span)) -> Option<()> {
        let inner = self.open.last().map(|(open, _)| *open);
        match (byte, inner) {
            (b'"', Some(Open::Quote)) | (b'`', Some(Open::Backtick)) => self.pop(command),
            (b'"', _) => self.push(Open::Quote, 1),
            (b'\'', _) if !self.is_in_quotes() => {
                self.at += 2 + memchr(b'\'', self.bytes.get(self.at + 1..)?)?;
            }
            (b'\\', _) if self.dialect == Dialect::Posix => self.at += 2,
            (b'`', _) if self.dialect == Dialect::Windows => self.at += 2,
            (b'`', _) => self.push(Open::Backtick, 1),
            (b'$', _) | (b'<' | b'>', None) if self.peek(1) == b'(' => {
                self.push(Open::Paren, 2);
            }
            (b'$', _) if self.peek(1) == b'{' => self.push(Open::Brace, 2),
            (b'}', Some(Open::Brace)) | (b')', Some(Open::Paren | Open::Group)) => {
                self.pop(command);
            }
            (b'(', Some(Open::Paren)) => self.push(Open::Paren, 1),
            (b'@' | b'?' | b'*' | b'+' | b'!', None) if self.peek(1) == b'(' => {
                self.push(Open::Group, 2);
            }
            (b'#', Some(Open::Paren)) if self.is_behind_blank() => {
                self.at += memchr(b'\n', &self.bytes[self.at..])?;
            }
            (b'<', Some(Open::Paren)) if self.peek(1) == b'<' => {
                match Delimiter::read(self.bytes, self.at) {
                    Some((delimiter, end)) => {
                        self.awaited.push(delimiter);
                        self.at = end;
                    }
                    None => self.at += 3,
                }
            }
            (b'\n', Some(Open::Paren)) => {
                self.at += 1;
                for delimiter in std::mem::take(&mut self.awaited) {
                    if let Some((_, end)) = document_end(self.bytes, self.at, &delimiter, failures)
                    {
                        self.at = end;
                    }
                }
            }
            _ => self.at += 1,
        }
        Some(())
    }

    /// Whether an apostrophe is a letter here.
    fn is_in_quotes(&self) -> bool {
        self.open.last().is_some_and(|(_, is_letter)| *is_letter)
    }

    fn is_behind_blank(&self) -> bool {
        let before = self.at.checked_sub(1).map(|before| self.bytes[before]);
        before.is_some_and(|byte| byte.is_ascii_whitespace())
    }
}
