//! Groovy as tokens. Kotlin's scripts for Gradle are near enough.

use memchr::{memchr, memmem};

use crate::sources::context::outline::Form;
use crate::sources::span::Span;

/// One piece of Groovy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    /// A name with its dots: `docker.image`.
    Word(Span),
    /// A string, without its quotes.
    Text(Span, Form),
    Comment(Span),
    /// `{`, `[` or `(`
    Open(u8),
    /// `}`, `]` or `)`
    Close,
    /// `=`
    Assign,
    Colon,
    Comma,
    /// A line's end, or `;`.
    End,
    /// Any other sign.
    Sign,
}

/// The tokens of Groovy.
pub(super) struct Tokens<'a> {
    bytes: &'a [u8],
    at: usize,
    /// Whether a value may begin here, so that a slash opens a pattern.
    is_open: bool,
    failures: u32,
}

/// How often the end of something may be missed before nothing is looked for beyond its line.
const MOST_FAILURES: u32 = 16;

impl<'a> Tokens<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        let at = bytes.len() - crate::text::without_mark(bytes).len();
        Self { bytes, at, is_open: true, failures: 0 }
    }

    fn line_end(&self, from: usize) -> usize {
        memchr(b'\n', &self.bytes[from..]).map_or(self.bytes.len(), |length| from + length)
    }

    /// A string of several lines from its three quotes at `start`.
    fn long(&mut self, start: usize, quotes: &[u8]) -> Option<Token> {
        let mut at = start + quotes.len();
        while self.failures < MOST_FAILURES {
            let Some(length) = memmem::find(&self.bytes[at..], quotes) else { break };
            at += length;
            let escapes = self.bytes[..at].iter().rev().take_while(|byte| **byte == b'\\').count();
            if escapes % 2 == 0 {
                self.at = at + quotes.len();
                return Some(Token::Text(start + quotes.len()..at, Form::Escaped));
            }
            at += 1;
        }
        self.failures += 1;
        None
    }

    /// A string from the quote at `start`; of what isn't closed, the rest of the line.
    fn text(&mut self, start: usize, quote: u8) -> Token {
        let mut at = start + 1;
        let mut depth = 0_usize;
        let is_open = quote == b'"' && self.failures < MOST_FAILURES;
        while let Some(&byte) = self.bytes.get(at) {
            match byte {
                b'\\' => at += 1,
                b'\n' => break,
                b'$' if is_open && self.bytes.get(at + 1) == Some(&b'{') => {
                    depth += 1;
                    at += 1;
                }
                b'}' if depth > 0 => depth -= 1,
                _ if byte == quote && depth == 0 => {
                    self.at = at + 1;
                    return Token::Text(start + 1..at, Form::Escaped);
                }
                _ => {}
            }
            at += 1;
        }
        // A `${` that isn't closed: the string ends at its quote all the same.
        self.failures += u32::from(depth > 0);
        let line = start + 1..at.min(self.bytes.len());
        let end = memchr(quote, &self.bytes[line.clone()]).map_or(line.end, |at| line.start + at);
        self.at = (end + 1).min(line.end).max(end);
        Token::Text(line.start..end, Form::Escaped)
    }

    /// A pattern between slashes, on one line.
    fn pattern(&mut self, start: usize) -> Option<Token> {
        let line = &self.bytes[start + 1..self.line_end(start)];
        let length = line
            .iter()
            .enumerate()
            .position(|(at, byte)| *byte == b'/' && (at == 0 || line[at - 1] != b'\\'))?;
        self.at = start + 1 + length + 1;
        Some(Token::Text(start + 1..start + 1 + length, Form::Plain))
    }

    fn token(&mut self, start: usize) -> Token {
        let byte = self.bytes[start];
        let rest = &self.bytes[start..];
        let next = rest.get(1).copied();
        match byte {
            b'\n' | b';' => Token::End,
            b'/' if next == Some(b'/') => {
                self.at = self.line_end(start);
                Token::Comment(start..self.at)
            }
            b'#' if start == 0 => {
                self.at = self.line_end(start);
                Token::Comment(start..self.at)
            }
            b'/' if next == Some(b'*') => {
                let end = memmem::find(&rest[2..], b"*/");
                self.at = end.map_or(self.bytes.len(), |end| start + 2 + end + 2);
                Token::Comment(start..self.at)
            }
            b'/' if self.is_open => self.pattern(start).unwrap_or(Token::Sign),
            b'"' | b'\'' => {
                let quotes = [byte; 3];
                let long = rest.starts_with(&quotes).then(|| self.long(start, &quotes)).flatten();
                long.unwrap_or_else(|| self.text(start, byte))
            }
            b'{' | b'[' | b'(' => Token::Open(byte),
            b'}' | b']' | b')' => Token::Close,
            b'=' if !matches!(next, Some(b'=' | b'~')) => Token::Assign,
            b'=' | b'!' | b'<' | b'>' if matches!(next, Some(b'=' | b'~')) => {
                self.at += rest[1..].iter().take_while(|it| matches!(it, b'=' | b'~')).count();
                Token::Sign
            }
            b':' => Token::Colon,
            b',' => Token::Comma,
            _ if byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'$') || !byte.is_ascii() => {
                let is_part = |byte: &&u8| {
                    byte.is_ascii_alphanumeric() || b"_$.?".contains(byte) || !byte.is_ascii()
                };
                self.at = start + rest.iter().take_while(is_part).count();
                Token::Word(start..self.at)
            }
            _ => Token::Sign,
        }
    }
}

impl Iterator for Tokens<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        loop {
            match (self.bytes.get(self.at)?, self.bytes.get(self.at + 1)) {
                (b' ' | b'\t' | b'\r', _) => self.at += 1,
                (b'\\', Some(b'\n')) => self.at += 2,
                _ => break,
            }
        }
        let start = self.at;
        self.at += 1;
        let token = self.token(start);
        self.is_open = !matches!(token, Token::Word(_) | Token::Text(..) | Token::Close);
        Some(token)
    }
}
