//! Dockerfiles: which instruction a name stands in.

mod instruction;
mod words;

use std::collections::HashSet;

use super::Purpose;
use super::keys::by_variable;
use super::kind::FileKind;
use super::outline::{Form, Meaning, Outline, Part, within};
use crate::sources::find::Found;
use crate::sources::span::Span;
use instruction::{Instruction, Piece, Pieces};
use words::{Writing, words};

/// What each of `found` means in a Dockerfile.
pub(super) fn read(bytes: &[u8], found: &[Found]) -> Outline {
    let mut pieces = Pieces::new(bytes);
    let meanings = vec![Meaning::new(Purpose::Reference, ""); found.len()];
    let outline = Outline { meanings, ..Outline::default() };
    let mut reader = Reader { bytes, found, outline, escape: b'\\', images: HashSet::new() };
    while let Some(piece) = pieces.next() {
        reader.escape = pieces.escape;
        match piece {
            Piece::Directive(line) => reader.all(&line, &Purpose::Container, "# syntax"),
            Piece::Comment(line) => reader.all(&line, &Purpose::Comment, ""),
            Piece::Instruction(instruction) => reader.instruction(&instruction, ""),
        }
    }
    reader.arguments();
    reader.outline
}

struct Reader<'a> {
    bytes: &'a [u8],
    found: &'a [Found],
    outline: Outline,
    escape: u8,
    /// The arguments that are an image from end to end: `FROM ${BASE}`.
    images: HashSet<String>,
}

impl Reader<'_> {
    fn all(&mut self, span: &Span, purpose: &Purpose, place: &str) {
        for meaning in &mut self.outline.meanings[within(self.found, span)] {
            *meaning = Meaning::new(purpose.clone(), place);
        }
    }

    fn words(&self, span: &Span, has_quotes: bool) -> Vec<Span> {
        words(self.bytes, span, Writing { escape: self.escape, has_quotes })
    }

    fn text(&self, span: &Span) -> String {
        String::from_utf8_lossy(&self.bytes[span.start..span.end.min(span.start + 256)])
            .into_owned()
    }

    fn instruction(&mut self, instruction: &Instruction, before: &str) {
        let keyword = instruction.keyword.as_str();
        let place = format!("{before}{keyword}");
        let arguments = &instruction.arguments;
        self.all(arguments, &Purpose::Reference, &place);
        for document in &instruction.documents {
            self.all(document, &Purpose::Reference, &place);
        }
        match keyword {
            "FROM" => {
                let words = self.words(arguments, false);
                let image = words.iter().find(|word| !self.bytes[word.start..].starts_with(b"--"));
                if let Some(image) = image {
                    self.image(image, &place);
                }
            }
            "COPY" | "ADD" => self.copy(instruction, &place),
            "RUN" | "CMD" | "ENTRYPOINT" | "HEALTHCHECK" => self.run(instruction, &place),
            "ARG" | "ENV" | "LABEL" => self.assignments(arguments, &place),
            "SAVE" => self.all(arguments, &Purpose::Push, &format!("{place} IMAGE")),
            "ONBUILD" => self.on_build(instruction, &place),
            _ => {}
        }
    }

    /// An image that is pulled.
    fn image(&mut self, span: &Span, place: &str) {
        let text = self.text(span);
        let name = text.strip_prefix("${").and_then(|text| text.strip_suffix('}'));
        let name = name.or_else(|| text.strip_prefix('$')).unwrap_or_default();
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        // What follows `:-` is the argument's default.
        let name = name.split(':').next().unwrap_or_default();
        if !name.is_empty() && name.bytes().all(is_name) {
            self.images.insert(name.to_owned());
        }
        self.all(span, &Purpose::Container, place);
    }

    fn copy(&mut self, instruction: &Instruction, place: &str) {
        let words = self.words(&instruction.arguments, false);
        for word in &words {
            if self.bytes[word.clone()].starts_with(b"--from=") {
                self.image(&(word.start + b"--from=".len()..word.end), &format!("{place} --from"));
            }
        }
        let Some(last) = words.last() else { return };
        for document in &instruction.documents {
            self.part(document.clone(), None, self.text(last), Form::Plain);
        }
    }

    fn run(&mut self, instruction: &Instruction, place: &str) {
        let words = self.words(&instruction.arguments, false);
        let mut words = words.iter().peekable();
        while let Some(flag) = words.next_if(|word| self.bytes[word.start..].starts_with(b"--")) {
            let text = &self.bytes[flag.clone()];
            for parameter in text.split(|byte| *byte == b',') {
                let parameter = parameter.strip_prefix(b"--mount=").unwrap_or(parameter);
                if let Some(image) = parameter.strip_prefix(b"from=") {
                    let start = flag.start + (image.as_ptr() as usize - text.as_ptr() as usize);
                    self.image(&(start..start + image.len()), &format!("{place} --mount"));
                }
            }
        }
        if instruction.keyword == "HEALTHCHECK" {
            words.next();
        }
        let Some(first) = words.next() else { return };
        let end =
            instruction.documents.last().map_or(instruction.arguments.end, |_| instruction.end);
        let is_list = self.bytes[first.start] == b'[';
        let form = if is_list { Form::List } else { Form::Plain };
        let kind = if self.escape == b'`' { FileKind::WindowsShell } else { FileKind::Shell };
        self.part(first.start..end, Some(kind), String::new(), form);
    }

    fn part(&mut self, span: Span, kind: Option<FileKind>, path: String, form: Form) {
        self.outline.parts.push(Part { span, kind, path, form });
    }

    /// `NAME=VALUE …`, or `NAME VALUE`.
    fn assignments(&mut self, arguments: &Span, place: &str) {
        let words = self.words(arguments, true);
        let is_pair = |word: &Span| memchr::memchr(b'=', &self.bytes[word.clone()]);
        let whole = words.first().filter(|first| is_pair(first).is_none());
        if let Some(name) = whole {
            let name = self.text(name);
            self.all(arguments, &Purpose::Reference, &format!("{place} {name}"));
            return;
        }
        for word in &words {
            let Some(length) = is_pair(word) else { continue };
            let name = self.text(&(word.start..word.start + length));
            let range = within(self.found, word);
            let purpose = by_variable(&name).unwrap_or(Purpose::Reference);
            self.all(word, &purpose, &format!("{place} {name}"));
            if place.ends_with("ARG") {
                for meaning in &mut self.outline.meanings[range] {
                    meaning.variable = Some(name.clone());
                }
            }
        }
    }

    fn on_build(&mut self, instruction: &Instruction, place: &str) {
        let arguments = &instruction.arguments;
        let Some(keyword) = self.words(arguments, false).first().cloned() else { return };
        let inner = Instruction {
            keyword: self.text(&keyword).to_ascii_uppercase(),
            arguments: keyword.end..arguments.end,
            documents: instruction.documents.clone(),
            end: instruction.end,
        };
        if inner.keyword != "ONBUILD" {
            self.instruction(&inner, &format!("{place} "));
        }
    }

    /// Arguments whose default is an image from end to end.
    fn arguments(&mut self) {
        for meaning in &mut self.outline.meanings {
            let name = meaning.variable.as_deref();
            let is_image = name.is_some_and(|name| self.images.contains(name));
            if is_image && meaning.purpose == Purpose::Reference {
                meaning.purpose = Purpose::Container;
            }
        }
    }
}

#[cfg(test)]
mod agree;
#[cfg(test)]
mod tests;
