//! A Dockerfile as instructions: lines that are continued, comments between them, here-documents.

use memchr::memchr;

use crate::sources::context::command::{Delimiter, document_end};
use crate::sources::span::Span;

/// One instruction.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Instruction {
    /// `FROM`, in upper case.
    pub(super) keyword: String,
    /// What stands behind it, without the texts of here-documents.
    pub(super) arguments: Span,
    /// The texts of here-documents.
    pub(super) documents: Vec<Span>,
    /// Where the next one begins.
    pub(super) end: usize,
}

/// What a Dockerfile is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    /// `# syntax=…` in the first lines.
    Directive(Span),
    Comment(Span),
    Instruction(Instruction),
}

/// The pieces of a Dockerfile, in their order. Comments inside of an instruction come behind it.
pub(super) struct Pieces<'a> {
    bytes: &'a [u8],
    at: usize,
    /// What continues a line.
    pub(super) escape: u8,
    /// Whether nothing but directives was there yet.
    is_head: bool,
    waiting: Vec<Piece>,
    failures: u32,
}

impl<'a> Pieces<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        let at = bytes.len() - crate::text::without_mark(bytes).len();
        Self { bytes, at, escape: b'\\', is_head: true, waiting: Vec::new(), failures: 0 }
    }

    /// The line that begins at `at`, without its end.
    fn line(&self, at: usize) -> Span {
        let length = memchr(b'\n', &self.bytes[at..]);
        at..length.map_or(self.bytes.len(), |length| at + length)
    }

    /// The name and value of a directive.
    fn directive(&self, line: &Span) -> Option<(String, String)> {
        let text = self.bytes[line.clone()].trim_ascii_start().strip_prefix(b"#")?;
        let text = String::from_utf8_lossy(&text[..text.len().min(256)]).into_owned();
        let (name, value) = text.split_once('=')?;
        let name = name.trim().to_ascii_lowercase();
        let is_known = matches!(name.as_str(), "syntax" | "escape" | "check");
        is_known.then(|| (name, value.trim().to_owned()))
    }

    fn instruction(&mut self, start: usize) -> Instruction {
        let mut arguments = start;
        let mut end = start;
        loop {
            let line = self.line(end);
            let text = self.bytes[line.clone()].trim_ascii();
            let next = (line.end + 1).min(self.bytes.len());
            let is_first = line.start == start;
            if !is_first && text.starts_with(b"#") {
                self.waiting.push(Piece::Comment(line.clone()));
            } else if !is_first && text.is_empty() {
                // An empty line in between is allowed.
            } else {
                arguments = line.end;
                if text.last() != Some(&self.escape) {
                    end = next;
                    break;
                }
            }
            end = next;
            if end >= self.bytes.len() {
                break;
            }
        }
        let text = &self.bytes[start..arguments];
        let indent = text.len() - text.trim_ascii_start().len();
        let is_letter = |byte: &&u8| byte.is_ascii_alphabetic();
        let length = text[indent..].iter().take(64).take_while(is_letter).count();
        let keyword = String::from_utf8_lossy(&text[indent..indent + length]).to_ascii_uppercase();
        let mut instruction = Instruction {
            arguments: (start + indent + length)..arguments,
            keyword,
            documents: Vec::new(),
            end,
        };
        self.documents(&mut instruction);
        instruction
    }

    /// Here-documents, which three instructions know, and `ONBUILD` with them.
    fn documents(&mut self, instruction: &mut Instruction) {
        if !matches!(instruction.keyword.as_str(), "RUN" | "COPY" | "ADD" | "ONBUILD") {
            return;
        }
        let line = &self.bytes[..instruction.arguments.end];
        let mut at = instruction.arguments.start;
        while let Some(length) = memchr::memmem::find(&line[at..], b"<<") {
            at += length;
            let Some((delimiter, end)) = Delimiter::read(line, at) else {
                at += 3;
                if at > line.len() {
                    return;
                }
                continue;
            };
            at = end;
            let start = instruction.end;
            let text = document_end(self.bytes, start, &delimiter, &mut self.failures);
            if let Some((text_end, next)) = text {
                instruction.documents.push(start..text_end);
                instruction.end = next;
            }
        }
    }
}

impl Iterator for Pieces<'_> {
    type Item = Piece;

    fn next(&mut self) -> Option<Piece> {
        if let Some(piece) = self.waiting.pop() {
            return Some(piece);
        }
        while self.at < self.bytes.len() {
            let line = self.line(self.at);
            let text = self.bytes[line.clone()].trim_ascii();
            if text.is_empty() {
                self.is_head = false;
            } else if text.starts_with(b"#") {
                self.at = (line.end + 1).min(self.bytes.len());
                let directive = self.directive(&line).filter(|_| self.is_head);
                self.is_head = directive.is_some();
                let Some((name, value)) = directive else { return Some(Piece::Comment(line)) };
                if name == "escape" && value == "`" {
                    self.escape = b'`';
                }
                return Some(Piece::Directive(line));
            } else {
                self.is_head = false;
                let instruction = self.instruction(line.start);
                self.at = instruction.end;
                return Some(Piece::Instruction(instruction));
            }
            self.at = (line.end + 1).min(self.bytes.len());
        }
        None
    }
}
