//! YAML line by line, for what no parser reads: templates, and what is broken.
//!
//! It goes by the indentation, as people do. Of plain YAML it says what a parser says; complex keys
//! (`? a`) alone it doesn't know. Lines that are nothing but actions of a template have no place in
//! the structure, whatever their indentation.

use memchr::memchr3;

use super::anchors::{self, Anchors};
use super::block;
use super::flow::{Dialect, Flow};
use super::scalar;
use super::structure::{Builder, DEEPEST, Scalar, Style};
use super::text::{Text, is_space};
use crate::sources::span::Span;

/// Reads the file from `at` on, where a document begins.
pub(super) fn read<'a>(text: Text<'a, '_>, at: usize, builder: &mut Builder<'a, '_>) {
    let mut lines =
        Lines { text, builder, anchors: Anchors::default(), frames: Vec::new(), next: at };
    while let Some(at) = Some(lines.next).filter(|at| *at < text.bytes.len()) {
        lines.next = text.next_line(at);
        lines.line(at);
    }
    lines.end_document();
}

struct Lines<'a, 't, 'b, 'f> {
    text: Text<'a, 't>,
    builder: &'b mut Builder<'a, 'f>,
    anchors: Anchors<'a>,
    /// What is open, a document first.
    frames: Vec<Frame>,
    /// Where the next line begins that isn't read.
    next: usize,
}

/// A document, map or list that more may follow in.
#[derive(Debug)]
struct Frame {
    /// In bytes; -1 of a document.
    indent: isize,
    shape: Shape,
    /// The value that is awaited.
    slot: Option<Slot>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    Document,
    Map,
    List,
}

/// Where a value is awaited.
#[derive(Debug, Clone)]
struct Slot {
    at: usize,
    /// Actions of a template that stand there; what they leave behind isn't known.
    actions: Option<Span>,
}

impl<'a> Lines<'a, '_, '_, '_> {
    fn line(&mut self, start: usize) {
        let text = self.text;
        let mark = if start == 0 && text.bytes.starts_with("\u{feff}".as_bytes()) { 3 } else { 0 };
        let start = start + mark;
        let content = text.skip_blanks(start);
        if text.is_marker(start) {
            self.end_document();
            if text.bytes[start] == b'-' {
                self.begin_document(start, start + 3);
                self.value(text.skip_blanks(start + 3), -1);
            }
            return;
        }
        let is_directive = self.frames.is_empty() && text.get(start) == Some(b'%');
        if is_directive || text.is_over(content) {
            return;
        }
        if let Some(end) = block::actions_end(text, content) {
            self.next = text.next_line(end);
        } else {
            self.entry(start, content);
        }
    }

    /// A line with something on it.
    fn entry(&mut self, start: usize, mut at: usize) {
        let column = |at: usize| isize::try_from(at - start).unwrap_or(isize::MAX);
        self.dedent(column(at), self.is_dash(at));
        if self.frames.is_empty() || self.frames.len() == 1 && self.frames[0].slot.is_none() {
            self.end_document();
            self.begin_document(at, at);
        }
        while self.is_dash(at) {
            if !self.list(column(at), at + 1) {
                return;
            }
            at = self.text.skip_blanks(at + 1);
            if self.text.is_over(at) {
                return;
            }
        }
        let mut node = at;
        while matches!(self.text.get(node), Some(b'&' | b'!')) {
            node = self.text.skip_blanks(node + anchors::word(self.text.rest(node), false).len());
        }
        let Some((key, colon)) = self.key(node) else {
            let indent = self.frames.last().map_or(-1, |frame| frame.indent);
            return self.value(at, indent);
        };
        if self.map(column(at)) {
            self.properties(at);
            self.builder.scalar(key);
            self.set_slot(colon + 1);
            self.value(self.text.skip_blanks(colon + 1), column(at));
        }
    }

    /// A value, in a block that is indented by `indent`. Where no value is awaited, it is none.
    fn value(&mut self, at: usize, indent: isize) {
        let text = self.text;
        if self.frames.last().is_none_or(|frame| frame.slot.is_none()) {
            return;
        }
        let at = self.properties(at);
        if text.is_over(at) {
            return;
        }
        if let Some(block) = block::read(text, at, indent) {
            self.take_slot();
            self.builder.scalar(block.scalar);
            self.next = block.next;
            return;
        }
        match text.bytes[at] {
            b'"' | b'\'' => match self.closing_quote(at, indent) {
                Some(close) => {
                    let style = if text.bytes[at] == b'"' { Style::Double } else { Style::Single };
                    self.take_slot();
                    self.builder.scalar(scalar::read(text.bytes, at + 1..close, style));
                    self.next = text.next_line(close);
                }
                None => self.plain(at, indent),
            },
            b'*' => {
                let end = at + anchors::word(text.rest(at), false).len();
                self.take_slot();
                self.anchors.alias(text, at..end, self.builder);
            }
            b'{' | b'[' if text.actions.at(at).is_none() => {
                self.take_slot();
                let dialect = Dialect::Yaml(usize::try_from(indent).unwrap_or_default());
                let (anchors, builder) = (&mut self.anchors, &mut *self.builder);
                let end = Flow { text, dialect, anchors, builder }.node(at);
                self.next = text.next_line(end);
            }
            _ => self.plain(at, indent),
        }
    }

    /// The closing quote of what begins at `at`, if no line of it belongs to the block.
    fn closing_quote(&self, at: usize, indent: isize) -> Option<usize> {
        let close = self.text.closing_quote(at, self.text.bytes.len())?;
        let mut line = self.text.next_line(at);
        while line <= close {
            let content = self.text.skip_blanks(line);
            let column = isize::try_from(content - line).unwrap_or(isize::MAX);
            if column <= indent && self.text.is_entry(content) {
                return None;
            }
            line = self.text.next_line(line);
        }
        Some(close)
    }

    fn plain(&mut self, at: usize, indent: isize) {
        let text = self.text;
        if let Some(end) = block::actions_end(text, at) {
            // What they leave behind may be a map or list that goes on below.
            self.next = text.next_line(end);
            if let Some(slot) = self.frames.last_mut().and_then(|frame| frame.slot.as_mut()) {
                slot.actions = Some(at..end);
            }
            return;
        }
        let (mut end, mut line, mut goes_on) = self.plain_line(at);
        while goes_on {
            let next = text.next_line(line);
            let content = next + text.rest(next).iter().take_while(|byte| **byte == b' ').count();
            let column = isize::try_from(content - next).unwrap_or(isize::MAX);
            if next >= text.bytes.len() || text.is_marker(next) {
                break;
            }
            if text.line_end(next) <= text.skip_blanks(content) {
                line = next;
                continue;
            }
            if column <= indent
                || text.is_over(content)
                || block::actions_end(text, content).is_some()
                || self.key(content).is_some()
            {
                break;
            }
            (end, line, goes_on) = self.plain_line(content);
            self.next = text.next_line(line);
        }
        self.next = self.next.max(text.next_line(end));
        self.take_slot();
        self.builder.scalar(scalar::read(text.bytes, at..end, Style::Plain));
    }

    /// Where plain text ends on its line, where the line ends, and whether it may go on in the next.
    fn plain_line(&self, start: usize) -> (usize, usize, bool) {
        let bytes = self.text.bytes;
        let (mut at, mut line) = (start, self.text.line_end(start));
        while let Some(found) = memchr3(b'#', b'{', b'\n', &bytes[at..line]) {
            at += found;
            if let Some(action) = self.text.actions.at(at) {
                at = action.end;
                line = line.max(self.text.line_end(at));
            } else if bytes[at] == b'#' && at > start && is_space(bytes[at - 1]) {
                return (start + bytes[start..at].trim_ascii_end().len(), line, false);
            } else {
                at += 1;
            }
        }
        (start + bytes[start..line].trim_ascii_end().len(), line, true)
    }

    /// The key at `at`, and its colon.
    fn key(&self, at: usize) -> Option<(Scalar<'a>, usize)> {
        let (text, bytes) = (self.text, self.text.bytes);
        let end = text.line_end(at);
        let first = text.get(at)?;
        if matches!(first, b'"' | b'\'') {
            let close = text.closing_quote(at, end)?;
            let colon = text.skip_blanks(close + 1);
            let style = if first == b'"' { Style::Double } else { Style::Single };
            let is_key = text.get(colon) == Some(b':') && text.is_gap(colon + 1);
            return is_key.then(|| (scalar::read(bytes, at + 1..close, style), colon));
        }
        let is_sign = b"[]{},#|>@`%*?:".contains(&first) && text.actions.at(at).is_none();
        let may_begin = matches!(first, b'?' | b':') && !text.is_gap(at + 1);
        if is_sign && !may_begin {
            return None;
        }
        let mut colon = at;
        while let Some(found) = memchr3(b':', b'#', b'{', bytes.get(colon..end)?) {
            colon += found;
            match bytes[colon] {
                b':' if text.is_gap(colon + 1) => {
                    let key = at..at + bytes[at..colon].trim_ascii_end().len();
                    return Some((scalar::read(bytes, key, Style::Plain), colon));
                }
                b'#' if colon > at && is_space(bytes[colon - 1]) => return None,
                _ => colon = text.actions.at(colon).map_or(colon + 1, |action| action.end),
            }
        }
        None
    }

    fn properties(&mut self, mut at: usize) -> usize {
        while matches!(self.text.get(at), Some(b'&' | b'!')) {
            at = self.anchors.property(self.text, at, false, self.builder);
        }
        at
    }

    fn is_dash(&self, at: usize) -> bool {
        self.text.get(at) == Some(b'-') && self.text.is_gap(at + 1)
    }

    /// Begins an entry of the list that is indented by `indent`, whose dash ends at `at`.
    fn list(&mut self, indent: isize, at: usize) -> bool {
        if self.frames.len() > DEEPEST {
            self.builder.cut();
            return false;
        }
        let Some(frame) = self.frames.last() else { return false };
        if frame.shape == Shape::List && frame.indent == indent {
            self.fill();
        } else if frame.slot.is_some() {
            self.take_slot();
            self.builder.open_list();
            self.frames.push(Frame { indent, shape: Shape::List, slot: None });
        } else {
            return false;
        }
        self.set_slot(at);
        true
    }

    /// Begins an entry of the map that is indented by `indent`. Where none is awaited, it is one of
    /// the map around.
    fn map(&mut self, indent: isize) -> bool {
        let Some(frame) = self.frames.last() else { return false };
        let is_map = frame.shape == Shape::Map;
        if is_map && (frame.indent == indent || frame.slot.is_none()) {
            self.fill();
        } else if frame.slot.is_some() {
            self.take_slot();
            self.builder.open_map();
            self.frames.push(Frame { indent, shape: Shape::Map, slot: None });
        } else {
            return false;
        }
        true
    }

    /// Ends what is indented more than a line.
    fn dedent(&mut self, indent: isize, is_dash: bool) {
        while let Some(frame) = self.frames.last() {
            let is_over = frame.indent > indent
                || frame.indent == indent && frame.shape == Shape::List && !is_dash;
            if !is_over {
                return;
            }
            self.close();
        }
    }

    fn set_slot(&mut self, at: usize) {
        if let Some(frame) = self.frames.last_mut() {
            frame.slot = Some(Slot { at, actions: None });
        }
    }

    fn take_slot(&mut self) -> Option<Slot> {
        self.frames.last_mut().and_then(|frame| frame.slot.take())
    }

    /// What is awaited and doesn't come is null.
    fn fill(&mut self) {
        if let Some(slot) = self.take_slot() {
            let span = slot.actions.unwrap_or(slot.at..slot.at);
            self.builder.scalar(scalar::read(self.text.bytes, span, Style::Plain));
        }
    }

    fn close(&mut self) {
        self.fill();
        if self.frames.pop().is_some_and(|frame| frame.shape != Shape::Document) {
            self.builder.close();
        }
    }

    fn begin_document(&mut self, start: usize, at: usize) {
        self.builder.document(start);
        self.frames.push(Frame {
            indent: -1,
            shape: Shape::Document,
            slot: Some(Slot { at, actions: None }),
        });
    }

    fn end_document(&mut self) {
        while !self.frames.is_empty() {
            self.close();
        }
        self.anchors.clear();
    }
}
