//! HCL: Terraform, Packer, Nomad, `docker buildx bake`.

mod frame;
mod rules;
mod token;

use super::Purpose;
use super::code::by_code;
use super::keys::plain;
use super::outline::{Form, Meaning, Outline, Part, within};
use crate::sources::find::{Found, What};
use crate::sources::span::Span;
use frame::Frame;
use token::{Token, Tokens};

/// How much around a place is looked at, in bytes.
const AROUND: usize = 192;

/// What is deeper belongs to what it is in.
const DEEPEST: usize = 64;

/// What each of `found` means in HCL.
pub(super) fn read(bytes: &[u8], found: &[Found]) -> Outline {
    let meanings = vec![Meaning::new(Purpose::Reference, ""); found.len()];
    let outline = Outline { meanings, ..Outline::default() };
    let mut reader = Reader { bytes, found, outline, frames: Vec::new(), too_deep: 0 };
    let mut root = Frame::new(0, 0, Vec::new(), false);
    let mut word: Option<Span> = None;
    for (start, token) in Tokens::new(bytes) {
        let last_word = word.take();
        match token {
            Token::Comment(span) => reader.outline.comment(found, &span),
            Token::Word(span) => {
                reader.word(&mut root, &span);
                word = Some(span);
            }
            Token::Text(span) => reader.text(&mut root, &span),
            Token::Document(span) => reader.document(&mut root, &span),
            Token::Open(opener) => reader.open(&mut root, opener, start, last_word.as_ref()),
            Token::Close(_) => reader.close(&mut root, start),
            Token::Assign => reader.assign(&mut root, start),
            Token::Newline | Token::Comma => reader.separate(&mut root, token == Token::Comma),
            Token::Sign(_) => reader.top(&mut root).piece(start..start + 1, false),
        }
    }
    while !reader.frames.is_empty() {
        reader.close(&mut root, bytes.len());
    }
    root.finish(bytes);
    reader.fields(&mut root);
    reader.outline
}

struct Reader<'a> {
    bytes: &'a [u8],
    found: &'a [Found],
    outline: Outline,
    /// What is open, outermost first.
    frames: Vec<Frame>,
    /// How many more are open.
    too_deep: usize,
}

impl Reader<'_> {
    fn top<'f>(&'f mut self, root: &'f mut Frame) -> &'f mut Frame {
        self.frames.last_mut().unwrap_or(root)
    }

    fn string(&self, span: &Span) -> String {
        let end = span.end.min(span.start + AROUND);
        String::from_utf8_lossy(&self.bytes[span.start..end]).into_owned()
    }

    fn word(&mut self, root: &mut Frame, span: &Span) {
        let top = self.top(root);
        match top.key {
            Some(_) => top.piece(span.clone(), false),
            None => top.head.push(span.clone()),
        }
        if memchr::memchr(b'.', &self.bytes[span.clone()]).is_some() {
            let (blocks, key) = (self.blocks(), self.key(root));
            let text = format!("${{{}}}", self.string(span));
            self.note_variables(&blocks, &key, &text);
        }
    }

    fn open(&mut self, root: &mut Frame, opener: u8, start: usize, word: Option<&Span>) {
        if self.frames.len() >= DEEPEST {
            self.too_deep += 1;
            return;
        }
        let top = self.top(root);
        let is_block = opener == b'{' && top.key.is_none() && !top.head.is_empty();
        let (head, key) = (std::mem::take(&mut top.head), top.key.clone());
        let names: Vec<String> = match opener {
            _ if is_block => head.iter().map(|span| self.string(span)).collect(),
            b'(' => word.iter().map(|span| self.string(span)).collect(),
            _ => key.into_iter().collect(),
        };
        self.frames.push(Frame::new(opener, start + 1, names, is_block));
    }

    fn close(&mut self, root: &mut Frame, at: usize) {
        if self.too_deep > 0 {
            self.too_deep -= 1;
            return;
        }
        let Some(mut frame) = self.frames.pop() else { return };
        frame.finish(self.bytes);
        let set = frame.set().filter(|_| self.is_set(root, &frame));
        let mut given = Vec::new();
        if let Some(set) = set {
            if let Some(place) = set.2 {
                self.outline.meanings[place].place = format!("set {}", set.0);
            }
            given.push(set);
        } else if frame.opener == b'{' {
            self.fields(&mut frame);
        } else {
            given = frame.give_sets();
        }
        if frame.opener == b'{' {
            for meaning in &mut self.outline.meanings[within(self.found, &(frame.start..at))] {
                meaning.unit.get_or_insert(frame.start..at);
            }
        }
        let bytes = self.bytes;
        let top = self.top(root);
        top.piece(frame.start..(at + 1).min(bytes.len()), false);
        if frame.is_block {
            top.finish(bytes);
        }
        top.take_sets(given);
    }

    /// Whether `frame` is a `set` block of Helm's provider, or an object in a list of them.
    fn is_set(&self, root: &Frame, frame: &Frame) -> bool {
        let is_name = |name: Option<&String>| name.is_some_and(|name| name.starts_with("set"));
        let outer = self.frames.last().unwrap_or(root);
        match frame.is_block {
            true => is_name(frame.names.first()),
            false => outer.opener == b'[' && is_name(outer.names.first()),
        }
    }

    fn fields(&mut self, frame: &mut Frame) {
        for (fields, places) in frame.maps() {
            for place in places {
                self.outline.meanings[place].map = Some(self.outline.maps.len());
            }
            self.outline.maps.push(fields);
        }
    }

    fn assign(&mut self, root: &mut Frame, start: usize) {
        let top = self.top(root);
        if top.key.is_some() || top.opener == b'[' || top.opener == b'(' {
            top.piece(start..start + 1, false);
            return;
        }
        let Some(key) = top.head.pop() else { return };
        top.head.clear();
        let name = self.string(&key);
        self.top(root).key = Some(name);
        // What is looked up by.
        for index in within(self.found, &key) {
            if matches!(self.found[index].what, What::Name(_)) {
                self.outline.meanings[index].purpose = Purpose::Comparison;
            }
        }
    }

    fn separate(&mut self, root: &mut Frame, is_comma: bool) {
        let bytes = self.bytes;
        let top = self.top(root);
        if top.opener == b'{' || (top.opener == 0 && !is_comma) {
            top.finish(bytes);
        }
    }

    /// The names around the top, the last ones, plain.
    fn blocks(&self) -> Vec<String> {
        let names = self.frames.iter().rev().flat_map(|frame| frame.names.iter().rev());
        let mut names: Vec<String> = names.take(12).map(|name| plain(name)).collect();
        names.reverse();
        names
    }

    /// The key that what comes next is the value of: of a list, the list's.
    fn key(&self, root: &Frame) -> String {
        let mut frames = self.frames.iter().rev().chain([root]);
        frames.find_map(|frame| frame.key.clone()).unwrap_or_default()
    }

    /// For people: the outermost block, the innermost, and the keys in it.
    fn place(&self, root: &Frame) -> String {
        let head = |frame: &Frame| {
            let labels = frame.names.iter().skip(1).map(|label| format!(" \"{label}\""));
            frame.names.first().cloned().unwrap_or_default() + &labels.collect::<String>()
        };
        let blocks: Vec<&Frame> = self.frames.iter().filter(|frame| frame.is_block).collect();
        let mut parts = Vec::new();
        if let Some(first) = blocks.first() {
            parts.push(head(first));
        }
        if blocks.len() > 2 {
            parts.push("…".to_owned());
        }
        if let [_, .., last] = blocks[..] {
            parts.push(head(last));
        }
        let inner = self.frames.iter().rposition(|frame| frame.is_block).map_or(0, |at| at);
        let frames = self.frames.get(inner..).unwrap_or_default();
        let outer = std::iter::once(root).filter(|_| blocks.is_empty());
        let keys: Vec<&str> =
            outer.chain(frames).filter_map(|frame| frame.key.as_deref()).collect();
        parts.extend((!keys.is_empty()).then(|| keys.join(".")));
        parts.join(" ")
    }

    /// The variable or local value that is set.
    fn variable(&self, root: &Frame) -> Option<String> {
        let block = self.frames.iter().find(|frame| frame.is_block);
        let names = block.map_or(&[][..], |block| &block.names);
        match names {
            [kind, name] if kind == "variable" => Some(name.clone()),
            [kind] if kind == "locals" => self.frames.first().and_then(|frame| frame.key.clone()),
            [] => root.key.clone(),
            _ => None,
        }
    }

    fn note_variables(&mut self, blocks: &[String], key: &str, text: &str) {
        if let Some(purpose @ (Purpose::Push | Purpose::Login)) =
            rules::purpose(blocks, &plain(key))
        {
            self.outline.variables.used(text, &purpose);
        }
    }

    fn text(&mut self, root: &mut Frame, span: &Span) {
        let range = within(self.found, span);
        let (blocks, key) = (self.blocks(), self.key(root));
        if memchr::memchr(b'$', &self.bytes[span.clone()]).is_some() {
            let text = self.string(span);
            self.note_variables(&blocks, &key, &text);
            if let Some(name) = self.variable(root) {
                self.outline.variables.set(&name, &text);
            }
        }
        if !range.is_empty() && self.top(root).key.is_some() | (self.top(root).opener == b'[') {
            let kind = rules::text_kind(&blocks, &plain(&key), &self.bytes[span.clone()]);
            if kind.is_some() {
                let (span, path) = (span.clone(), String::new());
                self.outline.parts.push(Part { span, kind, path, form: Form::Escaped });
            }
        }
        let starts: Vec<usize> =
            self.found[range.clone()].iter().map(|found| found.span.start).collect();
        let top = self.top(root);
        for index in range.clone() {
            top.place(index, starts[index - range.start]);
        }
        match top.key {
            Some(_) => top.piece(span.clone(), true),
            None => top.head.push(span.clone()),
        }
        self.say(root, span, range, &blocks, &key);
    }

    fn document(&mut self, root: &mut Frame, span: &Span) {
        let range = within(self.found, span);
        let (blocks, key) = (self.blocks(), self.key(root));
        if !range.is_empty() {
            let kind = rules::text_kind(&blocks, &plain(&key), &self.bytes[span.clone()]);
            if kind.is_some() {
                let (span, path) = (span.clone(), String::new());
                self.outline.parts.push(Part { span, kind, path, form: Form::Plain });
            }
            self.say(root, span, range, &blocks, &key);
        }
        self.top(root).piece(span.clone(), false);
    }

    fn say(
        &mut self,
        root: &Frame,
        span: &Span,
        range: std::ops::Range<usize>,
        blocks: &[String],
        key: &str,
    ) {
        if range.is_empty() {
            return;
        }
        let place = self.place(root);
        let variable = self.variable(root);
        let purpose = rules::purpose(blocks, &plain(key));
        for index in range {
            let found = &self.found[index];
            let before = &self.bytes[found.span.start.saturating_sub(AROUND)..found.span.start];
            let after_end = self.bytes.len().min(found.span.end + AROUND);
            let after = &self.bytes[found.span.end..after_end];
            let is_open = match &found.what {
                What::Name(name) => name.path.is_empty() || name.ends_in_slash,
                _ => false,
            };
            let code = by_code(
                &String::from_utf8_lossy(before),
                &String::from_utf8_lossy(after),
                is_open && found.span.end >= span.end,
            );
            let purpose = code.or_else(|| purpose.clone()).unwrap_or(Purpose::Reference);
            let meaning = Meaning::new(purpose, place.clone());
            self.outline.meanings[index] = Meaning { variable: variable.clone(), ..meaning };
        }
    }
}

#[cfg(test)]
mod agree;
#[cfg(test)]
mod tests;
