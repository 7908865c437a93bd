//! HCL as tokens.

use memchr::{memchr, memmem};

use crate::sources::span::Span;

/// One piece of HCL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    /// A name, `var.registry` with its dots, or a number.
    Word(Span),
    /// A string, without its quotes.
    Text(Span),
    /// A here-document, without its delimiters.
    Document(Span),
    Comment(Span),
    /// `{`, `[` or `(`
    Open(u8),
    /// `}`, `]` or `)`
    Close(u8),
    /// `=` or `:`
    Assign,
    Comma,
    Newline,
    /// Any other sign.
    Sign(u8),
}

/// The tokens of HCL, and where each begins.
pub(super) struct Tokens<'a> {
    bytes: &'a [u8],
    at: usize,
    failures: u32,
}

/// How often the end of something may be missed before nothing is looked for beyond its line.
const MOST_FAILURES: u32 = 16;

/// No delimiter of a here-document is longer, in bytes.
const LONGEST_DELIMITER: usize = 128;

impl<'a> Tokens<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        let at = bytes.len() - crate::text::without_mark(bytes).len();
        Self { bytes, at, failures: 0 }
    }

    fn line_end(&self, from: usize) -> usize {
        memchr(b'\n', &self.bytes[from..]).map_or(self.bytes.len(), |length| from + length)
    }

    /// A string from the quote at `start`; of what isn't closed, the rest of the line.
    fn text(&mut self, start: usize) -> Token {
        let mut at = start + 1;
        // How many `${` are open, which may hold strings, and whether one of those is.
        let (mut depth, mut is_inner) = (0_usize, false);
        while let Some(&byte) = self.bytes.get(at) {
            match byte {
                b'\\' => at += 1,
                b'\n' => break,
                b'"' if depth == 0 => {
                    self.at = at + 1;
                    return Token::Text(start + 1..at);
                }
                b'"' => is_inner = !is_inner,
                b'$' | b'%' if !is_inner && self.bytes.get(at + 1) == Some(&b'{') => {
                    depth += 1;
                    at += 1;
                }
                b'{' if depth > 0 && !is_inner => depth += 1,
                b'}' if depth > 0 && !is_inner => depth -= 1,
                _ => {}
            }
            at += 1;
        }
        let end = at.min(self.bytes.len());
        self.at = end;
        Token::Text(start + 1..end)
    }

    /// A here-document from `<<` at `start`.
    fn document(&mut self, start: usize) -> Option<Token> {
        let head = &self.bytes[start + 2..self.bytes.len().min(start + 2 + LONGEST_DELIMITER)];
        let length = memchr(b'\n', head)?;
        let line_end = start + 2 + length;
        let word = &head[..length];
        let word = word.strip_prefix(b"-").or(word.strip_prefix(b"~")).unwrap_or(word).trim_ascii();
        let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
        if word.is_empty() || !word.iter().all(is_name) {
            return None;
        }
        let text = (line_end + 1).min(self.bytes.len());
        let mut line = text;
        while self.failures < MOST_FAILURES && line < self.bytes.len() {
            let end = self.line_end(line);
            if self.bytes[line..end].trim_ascii() == word {
                self.at = end;
                return Some(Token::Document(text..line));
            }
            line = end + 1;
        }
        self.failures += 1;
        None
    }
}

impl Iterator for Tokens<'_> {
    type Item = (usize, Token);

    fn next(&mut self) -> Option<(usize, Token)> {
        while matches!(self.bytes.get(self.at), Some(b' ' | b'\t' | b'\r')) {
            self.at += 1;
        }
        let start = self.at;
        let byte = *self.bytes.get(start)?;
        let next = self.bytes.get(start + 1).copied();
        self.at += 1;
        let is_name =
            |byte: &u8| byte.is_ascii_alphanumeric() || b"_-.*".contains(byte) || !byte.is_ascii();
        let token = match (byte, next) {
            (b'\n', _) => Token::Newline,
            (b'#', _) | (b'/', Some(b'/')) => {
                self.at = self.line_end(start);
                Token::Comment(start..self.at)
            }
            (b'/', Some(b'*')) => {
                let end = memmem::find(&self.bytes[start + 2..], b"*/");
                self.at = end.map_or(self.bytes.len(), |end| start + 2 + end + 2);
                Token::Comment(start..self.at)
            }
            (b'"', _) => self.text(start),
            (b'<', Some(b'<')) => self.document(start).unwrap_or(Token::Sign(byte)),
            (b'{' | b'[' | b'(', _) => Token::Open(byte),
            (b'}' | b']' | b')', _) => Token::Close(byte),
            (b'=', Some(b'=' | b'>')) | (b'!' | b'<' | b'>', Some(b'=')) => {
                self.at += 1;
                if next == Some(b'>') { Token::Assign } else { Token::Sign(b'=') }
            }
            (b'=' | b':', _) => Token::Assign,
            (b',', _) => Token::Comma,
            _ if byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii() => {
                self.at += self.bytes[self.at..].iter().take_while(|byte| is_name(byte)).count();
                Token::Word(start..self.at)
            }
            _ => Token::Sign(byte),
        };
        Some((start, token))
    }
}
