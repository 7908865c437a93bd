//! Where words, operators and comments of a shell script begin and end.
//!
//! Every byte is looked at a fixed number of times: what isn't closed is given up at the end of
//! its line, and after a few of those nothing goes beyond a line any more.

use memchr::memchr;

use super::dialect::Dialect;
use super::here::{Delimiter, MOST_FAILURES, document_end};
use super::quotes::word_end;
use crate::sources::span::Span;

/// One piece of a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    /// A word, its quotes included.
    Word(Span),
    /// `>` or `>>`, followed by the word that says where to.
    Output,
    /// The same for another stream than the output.
    OtherOutput,
    /// `<<` with its delimiter: the command before it reads a here-document.
    Document,
    /// `NAME=(`, with the name; its elements follow as words, and then [`Token::Close`].
    Array(Span),
    /// `|`
    Pipe,
    /// `;`, `&`, `&&` or `||`: another command begins.
    Separator,
    /// `(`
    Open,
    /// `)`
    Close,
    /// The end of a line, with the texts of its here-documents behind it, as far as they end.
    Newline(Vec<Option<Span>>),
    /// From `#` to the end of the line.
    Comment(Span),
}

/// The pieces of a script, in their order.
pub(super) struct Lexer<'a> {
    bytes: &'a [u8],
    at: usize,
    dialect: Dialect,
    /// Delimiters of here-documents whose text begins at the next line.
    awaited: Vec<Delimiter>,
    failures: u32,
    /// The end of a line, none between it and `at`.
    line_end: usize,
}

impl<'a> Lexer<'a> {
    /// Of the script that stands in `span` of `bytes`.
    pub(super) fn new(bytes: &'a [u8], span: &Span, dialect: Dialect) -> Self {
        let bytes = &bytes[..span.end.min(bytes.len())];
        let at = span.start.min(bytes.len());
        let line_end = end_of_line(bytes, at);
        Self { bytes, at, dialect, awaited: Vec::new(), failures: 0, line_end }
    }

    /// Where the next piece is looked for.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    /// The end of the line that goes on here.
    fn line_end(&mut self) -> usize {
        if self.line_end < self.at {
            self.line_end = end_of_line(self.bytes, self.at);
        }
        self.line_end
    }

    /// Blanks, the first half of Windows' line ends, and line ends that are escaped.
    fn skip_blanks(&mut self) {
        while self.at < self.bytes.len() {
            let is_escape = match (self.peek(0), self.dialect) {
                (b' ' | b'\t' | b'\r', _) => {
                    self.at += 1;
                    continue;
                }
                (b'\\', Dialect::Posix) | (b'`' | b'^', Dialect::Windows) => true,
                _ => false,
            };
            let ends = (self.peek(1), self.peek(2));
            match ends {
                (b'\n', _) if is_escape => self.at += 2,
                (b'\r', b'\n') if is_escape => self.at += 3,
                _ => return,
            }
        }
    }

    fn operator(&mut self, length: usize, token: Token) -> Token {
        self.at += length;
        token
    }

    /// A word from here. What isn't closed ends with the line.
    fn word(&mut self) -> Token {
        let start = self.at;
        let line_only = self.failures >= MOST_FAILURES || self.dialect == Dialect::Windows;
        let line_end = self.line_end();
        let limit = if line_only { line_end } else { self.bytes.len() };
        let end = word_end(&self.bytes[..limit], start, self.dialect, &mut self.failures, |_| {});
        self.at = end.unwrap_or(line_end).max(start + 1);
        self.failures += u32::from(end.is_none());
        let span = start..self.at;
        if self.peek(0) == b'(' && self.bytes[span.clone()].ends_with(b"=") {
            self.at += 1;
            return Token::Array(span);
        }
        Token::Word(span)
    }

    /// Reads `>` and its kin. Whether the name of a file follows.
    fn output(&mut self) -> bool {
        self.at += 1;
        while matches!(self.peek(0), b'>' | b'|') {
            self.at += 1;
        }
        if self.peek(0) != b'&' {
            return true;
        }
        // `>&2` is another stream, `>& FILE` a file.
        self.at += 1;
        let is_stream = self.peek(0).is_ascii_digit() || self.peek(0) == b'-';
        self.at += usize::from(is_stream);
        !is_stream
    }

    /// The texts that begin here, each up to the line with its delimiter.
    fn documents(&mut self) -> Vec<Option<Span>> {
        let awaited = std::mem::take(&mut self.awaited);
        let text = |delimiter: &Delimiter| {
            let start = self.at;
            let (end, next) = document_end(self.bytes, start, delimiter, &mut self.failures)?;
            self.at = next;
            Some(start..end)
        };
        awaited.iter().map(text).collect()
    }
}

impl Iterator for Lexer<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        loop {
            self.skip_blanks();
            let byte = *self.bytes.get(self.at)?;
            let token = match byte {
                b'\n' => {
                    self.at += 1;
                    let texts = self.documents();
                    Token::Newline(texts)
                }
                b'#' => {
                    let start = self.at;
                    self.at = self.line_end();
                    Token::Comment(start..self.at)
                }
                b'|' | b'&' if self.peek(1) == byte => self.operator(2, Token::Separator),
                b'|' if self.peek(1) == b'&' => self.operator(2, Token::Pipe),
                b'|' => self.operator(1, Token::Pipe),
                b'&' if self.peek(1) == b'>' => {
                    self.at += 1;
                    continue;
                }
                b';' | b'&' => self.operator(1, Token::Separator),
                b'(' => self.operator(1, Token::Open),
                b')' => self.operator(1, Token::Close),
                b'<' if self.peek(1) == b'<' => {
                    let Some((delimiter, end)) = Delimiter::read(self.bytes, self.at) else {
                        self.at = (self.at + 3).min(self.bytes.len());
                        continue;
                    };
                    self.awaited.push(delimiter);
                    self.at = end;
                    Token::Document
                }
                b'<' | b'>' if self.peek(1) == b'(' => self.word(),
                b'<' => {
                    self.at += 1;
                    continue;
                }
                b'0'..=b'9' if self.peek(1) == b'<' => {
                    self.at += 1;
                    continue;
                }
                b'0'..=b'9' if self.peek(1) == b'>' => {
                    self.at += 1;
                    let token = if byte == b'1' { Token::Output } else { Token::OtherOutput };
                    if !self.output() {
                        continue;
                    }
                    token
                }
                b'>' if self.output() => Token::Output,
                b'>' => continue,
                _ => self.word(),
            };
            return Some(token);
        }
    }
}

fn end_of_line(bytes: &[u8], from: usize) -> usize {
    memchr(b'\n', &bytes[from..]).map_or(bytes.len(), |length| from + length)
}
