//! Groovy: Jenkins' pipelines, CODING's, Gradle's builds.

mod rules;
mod token;

use std::collections::HashSet;

use super::Purpose;
use super::code::by_code;
use super::command::{act_of_words, is_message};
use super::keys::plain;
use super::outline::{Form, Meaning, Outline, Part, within};
use crate::sources::find::{Found, What};
use crate::sources::span::Span;
use rules::{Around, Use, usage};
use token::{Token, Tokens};

/// How much around a place is looked at, in bytes.
const AROUND: usize = 192;

/// What is deeper belongs to what it is in.
const DEEPEST: usize = 64;

/// Of no statement more strings are words of a command.
const MOST_WORDS: usize = 64;

/// What each of `found` means in Groovy.
pub(super) fn read(bytes: &[u8], found: &[Found]) -> Outline {
    let meanings = vec![Meaning::new(Purpose::Reference, ""); found.len()];
    let outline = Outline { meanings, ..Outline::default() };
    let frames = vec![Frame::default()];
    let (pushed, before) = (pushed(bytes), Before::Start);
    let mut reader = Reader { bytes, found, outline, frames, too_deep: 0, before, pushed };
    for token in Tokens::new(bytes) {
        reader.token(token);
    }
    reader.outline
}

/// What is open, with the statement that is being read in it.
#[derive(Debug, Default)]
struct Frame {
    opener: u8,
    /// What stands in front of it: a function, or the name of a block.
    name: String,
    /// The first and the last name of the statement.
    first: String,
    last: String,
    key: String,
    assigned: String,
    /// The strings of the statement, for commands that are lists.
    words: Vec<String>,
    /// `file:` of `writeFile`.
    file: String,
}

/// The token before.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Before {
    Start,
    Word,
    Text,
    /// A closing bracket, and what stood in front of the opening one.
    Close(String),
    Other,
}

struct Reader<'a> {
    bytes: &'a [u8],
    found: &'a [Found],
    outline: Outline,
    /// Never empty: the first is the file.
    frames: Vec<Frame>,
    too_deep: usize,
    before: Before,
    /// The names that stand in front of `.push(`.
    pushed: HashSet<String>,
}

impl Reader<'_> {
    fn string(&self, span: &Span) -> String {
        let end = span.end.min(span.start + AROUND);
        String::from_utf8_lossy(&self.bytes[span.start..end]).into_owned()
    }

    fn token(&mut self, token: Token) {
        let depth = self.frames.len();
        let Some(frame) = self.frames.last_mut() else { return };
        let is_statement = matches!(frame.opener, 0 | b'{');
        let mut before = Before::Other;
        match token {
            Token::Comment(span) => {
                self.outline.comment(self.found, &span);
                return;
            }
            Token::Word(span) => {
                before = Before::Word;
                self.word(&span);
            }
            Token::Text(span, form) => {
                before = Before::Text;
                self.text(&span, form);
            }
            Token::Open(_) if depth > DEEPEST => self.too_deep += 1,
            Token::Open(opener) => {
                let name = match (&self.before, opener) {
                    (Before::Word, _) => frame.last.clone(),
                    (Before::Close(name), b'{') => name.clone(),
                    (Before::Text, b'{') => frame.first.clone(),
                    (_, b'[') if !frame.key.is_empty() => frame.key.clone(),
                    (_, b'[') => frame.assigned.clone(),
                    _ => String::new(),
                };
                self.frames.push(Frame { opener, name, ..Frame::default() });
            }
            Token::Close if self.too_deep > 0 => self.too_deep -= 1,
            Token::Close if depth > 1 => {
                let name = self.frames.pop().map(|frame| frame.name).unwrap_or_default();
                before = Before::Close(name);
            }
            Token::Assign => frame.assigned = frame.last.clone(),
            Token::Colon if self.before == Before::Word => frame.key = frame.last.clone(),
            Token::Comma => frame.key.clear(),
            Token::End if is_statement => {
                // A comma or an operator goes on in the next line.
                if self.before != Before::Other {
                    let (opener, name) = (frame.opener, std::mem::take(&mut frame.name));
                    *frame = Frame { opener, name, ..Frame::default() };
                    before = Before::Start;
                }
            }
            Token::End => before = self.before.clone(),
            Token::Close | Token::Colon | Token::Sign => {}
        }
        self.before = before;
    }

    fn word(&mut self, span: &Span) {
        let text = self.string(span).replace("?.", ".");
        let is_argument = self.frames.last().is_some_and(|frame| frame.opener == b'(');
        let usage = if is_argument { usage(&self.around(), "") } else { None };
        let Some(frame) = self.frames.last_mut() else { return };
        if !frame.assigned.is_empty() {
            let name = frame.assigned.rsplit('.').next().unwrap_or_default().to_owned();
            self.outline.variables.set(&name, &format!("${{{text}}}"));
        }
        if let Some(Use::For(purpose @ (Purpose::Push | Purpose::Login))) = usage {
            self.outline.variables.used(&format!("${{{text}}}"), &purpose);
        }
        if frame.first.is_empty() && !matches!(text.as_str(), "def" | "final" | "return" | "val") {
            frame.first.clone_from(&text);
        }
        frame.last = text;
    }

    /// What stands around what comes next.
    fn around(&self) -> Around {
        let Some(frame) = self.frames.last() else { return Around::default() };
        let callee = match frame.opener {
            _ if self.before == Before::Word => frame.last.as_str(),
            // A list as an argument: `withDockerRegistry([url: …])`.
            b'[' if frame.name.is_empty() => {
                let outer = self.frames.iter().rev().find(|frame| frame.opener != b'[');
                outer.map_or("", |outer| outer.name.as_str())
            }
            b'(' | b'[' => frame.name.as_str(),
            _ if frame.assigned.is_empty() => frame.first.as_str(),
            _ => "",
        };
        let is_block = |frame: &&Frame| frame.opener == b'{' && !frame.name.is_empty();
        let mut blocks: Vec<String> =
            self.frames.iter().rev().filter(is_block).take(12).map(name_of).collect();
        blocks.reverse();
        Around {
            callee: callee.to_owned(),
            key: frame.key.clone(),
            assigned: frame.assigned.clone(),
            blocks,
        }
    }

    fn text(&mut self, span: &Span, form: Form) {
        let around = self.around();
        let text = self.string(span);
        let quotes = self.bytes[span.end..].iter().take(3);
        let quotes = quotes.take_while(|byte| matches!(byte, b'"' | b'\'' | b'/')).count();
        let after = self.string(&(span.end + quotes..self.bytes.len()));
        let usage = usage(&around, &after);
        let range = within(self.found, span);
        if let Some(Use::For(purpose @ (Purpose::Push | Purpose::Login))) = &usage {
            self.outline.variables.used(&text, purpose);
        }
        let variable = around.assigned.rsplit('.').next().filter(|name| !name.is_empty());
        if let Some(name) = variable {
            self.outline.variables.set(name, &text);
        }
        if let Some(Use::Text(kind)) = &usage
            && (!range.is_empty() || text.contains('$'))
        {
            let path = self.frames.last().map(|frame| frame.file.clone()).unwrap_or_default();
            self.outline.parts.push(Part { span: span.clone(), kind: *kind, path, form });
        }
        let variable = variable.map(str::to_owned);
        let mut outer = self.frames.iter().rev();
        let statement = outer.find(|frame| matches!(frame.opener, 0 | b'{'));
        let result = statement.map(|frame| frame.assigned.clone()).unwrap_or_default();
        for index in range {
            let purpose = self.purpose(index, span, usage.as_ref(), &result);
            let meaning = Meaning::new(purpose, place(&around));
            self.outline.meanings[index] = Meaning { variable: variable.clone(), ..meaning };
        }
        let Some(frame) = self.frames.last_mut() else { return };
        if frame.key == "file" {
            frame.file.clone_from(&text);
        }
        if frame.words.len() < MOST_WORDS {
            frame.words.push(text);
        }
    }

    /// What the found place `index` is for, in a string with this use.
    fn purpose(&self, index: usize, span: &Span, usage: Option<&Use>, result: &str) -> Purpose {
        let found = &self.found[index];
        let before = self.string(&(found.span.start.saturating_sub(AROUND)..found.span.start));
        let after = self.string(&(found.span.end..self.bytes.len()));
        let is_open = match &found.what {
            What::Name(name) => name.path.is_empty() || name.ends_in_slash,
            _ => false,
        };
        if let Some(purpose) = by_code(&before, &after, is_open && found.span.end >= span.end) {
            return purpose;
        }
        match usage {
            Some(Use::For(Purpose::Container)) if self.pushed.contains(result) => Purpose::Push,
            Some(Use::For(purpose)) => purpose.clone(),
            Some(Use::Argument) => {
                let words = self.frames.last().map(|frame| frame.words.as_slice());
                act_of_words(words.unwrap_or_default())
            }
            Some(Use::Message) => {
                let from = before.len() - before.len().min(found.span.start - span.start);
                let before = before.get(from..).unwrap_or_default();
                let after = self.string(&(found.span.end..span.end.max(found.span.end)));
                match is_message(before, &after) {
                    true => Purpose::Documentation,
                    false => Purpose::Reference,
                }
            }
            Some(Use::Text(_)) | None => Purpose::Reference,
        }
    }
}

/// The names that stand in front of `.push(` anywhere.
fn pushed(bytes: &[u8]) -> HashSet<String> {
    let is_letter = |byte: &&u8| byte.is_ascii_alphanumeric() || **byte == b'_';
    let names = memchr::memmem::find_iter(bytes, b".push(").map(|end| {
        let length = bytes[..end].iter().rev().take(AROUND).take_while(is_letter).count();
        String::from_utf8_lossy(&bytes[end - length..end]).into_owned()
    });
    names.filter(|name| !name.is_empty()).collect()
}

fn name_of(frame: &Frame) -> String {
    plain(frame.name.rsplit('.').next().unwrap_or_default())
}

/// For people.
fn place(around: &Around) -> String {
    let block = around.blocks.last().map_or("", String::as_str);
    let name = if around.callee.is_empty() { &around.assigned } else { &around.callee };
    match (around.callee.is_empty(), around.key.is_empty()) {
        (true, true) if block.is_empty() => name.clone(),
        (true, true) => format!("{block}.{name}"),
        (_, true) => name.clone(),
        (_, false) => format!("{name} {}", around.key).trim().to_owned(),
    }
}

#[cfg(test)]
mod tests;
