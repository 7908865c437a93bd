//! Maps and lists between brackets: JSON, whatever is lenient with it, and the flow style of YAML.
//!
//! Nothing is refused: what makes no sense is passed over, so that what follows is still read.

use memchr::memmem;

use super::actions::is_control;
use super::anchors::Anchors;
use super::scalar;
use super::structure::{Builder, Style};
use super::text::{Text, is_space};

/// How a text between brackets is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    /// JSON, with the comments and commas that many programs allow in it.
    Json,
    /// YAML below a block that is indented by so many bytes.
    Yaml(usize),
}

/// Reads a file of JSON: one value, or one after the other.
pub(super) fn read<'a>(text: Text<'a, '_>, builder: &mut Builder<'a, '_>) {
    let mut flow = Flow { text, dialect: Dialect::Json, anchors: &mut Anchors::default(), builder };
    let mut at = 0;
    while let Some(start) = flow.skip_space(at) {
        flow.builder.document(start);
        at = flow.node(start).max(start + 1);
    }
}

/// A reader of what stands between brackets.
pub(super) struct Flow<'a, 't, 'b, 'f> {
    pub(super) text: Text<'a, 't>,
    pub(super) dialect: Dialect,
    pub(super) anchors: &'b mut Anchors<'a>,
    pub(super) builder: &'b mut Builder<'a, 'f>,
}

/// What a bracket opened; a pair is the map in `[a: b]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Open {
    Map,
    List,
    Pair,
}

impl Flow<'_, '_, '_, '_> {
    /// Reads the map, list or scalar at `at`. Gives where it ends.
    pub(super) fn node(&mut self, mut at: usize) -> usize {
        let mut open: Vec<Open> = Vec::new();
        // Where the value would stand if there were one.
        let mut missing = at;
        while let Some(next) = self.skip_space(at) {
            at = next;
            let mut is_value = true;
            match self.text.bytes[at] {
                b'{' | b'[' if self.text.actions.at(at).is_none() => {
                    let is_map = self.text.bytes[at] == b'{';
                    open.push(if is_map { Open::Map } else { Open::List });
                    if is_map {
                        self.builder.open_map();
                    } else {
                        self.builder.open_list();
                    }
                    at += 1;
                    continue;
                }
                b'}' | b']' => {
                    self.fill(missing);
                    if open.last() == Some(&Open::Pair) {
                        open.pop();
                        self.builder.close();
                    }
                    if open.pop().is_some() {
                        self.builder.close();
                    }
                    at += 1;
                }
                b',' => {
                    self.fill(missing);
                    is_value = open.last() == Some(&Open::Pair);
                    at += 1;
                }
                b':' if self.is_colon(at) => {
                    at += 1;
                    missing = at;
                    continue;
                }
                b'?' if self.text.is_gap(at + 1) => {
                    at += 1;
                    continue;
                }
                b'&' | b'!' if self.dialect != Dialect::Json => {
                    at = self.anchors.property(self.text, at, true, self.builder);
                    continue;
                }
                _ => {
                    let (end, is_key) = self.scalar(at, open.last() == Some(&Open::List));
                    at = end;
                    missing = end;
                    if is_key {
                        open.push(Open::Pair);
                    }
                    is_value = !is_key && !self.builder.awaits_value();
                }
            }
            if is_value && open.last() == Some(&Open::Pair) {
                open.pop();
                self.builder.close();
            }
            if open.is_empty() {
                return at;
            }
        }
        for _ in open {
            self.fill(missing);
            self.builder.close();
        }
        self.end(at)
    }

    /// Where the text ends that could be read, if it broke off.
    fn end(&self, at: usize) -> usize {
        match self.dialect {
            Dialect::Json => self.text.bytes.len(),
            // The line that is no longer part of it is read again.
            Dialect::Yaml(_) => self.text.line_end(at),
        }
    }

    /// A key that has no value has null.
    fn fill(&mut self, at: usize) {
        if self.builder.awaits_value() {
            self.builder.scalar(scalar::read(self.text.bytes, at..at, Style::Plain));
        }
    }

    /// Reads a scalar. Gives where it ends, and whether it is the key of a pair in a list.
    fn scalar(&mut self, at: usize, in_list: bool) -> (usize, bool) {
        let bytes = self.text.bytes;
        let quote = bytes[at];
        let escapes = quote == b'"' || self.dialect == Dialect::Json;
        let quoted = matches!(quote, b'"' | b'\'')
            .then(|| self.text.closing(at, bytes.len(), escapes))
            .flatten();
        let (span, style, end) = match quoted {
            Some(close) if escapes => (at + 1..close, Style::Double, close + 1),
            Some(close) => (at + 1..close, Style::Single, close + 1),
            None => {
                let end = self.plain_end(at);
                (at..end, Style::Plain, end)
            }
        };
        let colon = self.text.skip_blanks(end);
        let is_key = in_list
            && self.dialect != Dialect::Json
            && self.text.get(colon) == Some(b':')
            && (quoted.is_some() || self.is_colon(colon));
        if is_key {
            self.builder.open_map();
        }
        if quote == b'*' && self.dialect != Dialect::Json && !is_key {
            self.anchors.alias(self.text, span, self.builder);
        } else {
            self.builder.scalar(scalar::read(bytes, span, style));
        }
        (end, is_key)
    }

    /// Where a scalar without quotes ends, the spaces behind it left out.
    fn plain_end(&mut self, start: usize) -> usize {
        let bytes = self.text.bytes;
        let (mut at, mut end) = (start, start);
        while let Some(&byte) = bytes.get(at) {
            if let Some(action) = self.text.actions.at(at) {
                (at, end) = (action.end, action.end);
                continue;
            }
            match byte {
                b',' | b'[' | b']' | b'{' | b'}' if at > start => break,
                b':' if at > start && self.is_colon(at) => break,
                b'#' if at > start && is_space(bytes[at - 1]) => break,
                b'\n' | b'\r' => {
                    let Some(next) = self.skip_space(at) else { break };
                    // A comment ends it, too.
                    let is_over = bytes[at..next].contains(&b'#')
                        || matches!(bytes[next], b',' | b'[' | b']' | b'{' | b'}')
                        || bytes[next] == b':' && self.is_colon(next);
                    if self.dialect == Dialect::Json || is_over {
                        break;
                    }
                    at = next;
                }
                byte if is_space(byte) && self.dialect == Dialect::Json => break,
                byte if is_space(byte) => at += 1,
                _ => {
                    at += 1;
                    end = at;
                }
            }
        }
        end.max(start + 1).min(bytes.len())
    }

    /// Whether the colon at `at` separates a key from its value.
    fn is_colon(&self, at: usize) -> bool {
        self.dialect == Dialect::Json
            || self.text.is_gap(at + 1)
            || matches!(self.text.get(at + 1), Some(b',' | b'[' | b']' | b'{' | b'}'))
            || at > 0 && matches!(self.text.bytes[at - 1], b'"' | b'\'')
    }

    /// Behind white space, comments and what leaves nothing behind. `None` where the text is over.
    fn skip_space(&mut self, mut at: usize) -> Option<usize> {
        let text = self.text;
        loop {
            let byte = text.get(at)?;
            at = match byte {
                b'\n' => {
                    if self.is_outside(at + 1) {
                        return None;
                    }
                    at + 1
                }
                _ if byte.is_ascii_whitespace() => at + 1,
                b'#' if text.is_over(at) => text.line_end(at),
                b'/' if self.dialect == Dialect::Json
                    && matches!(text.get(at + 1), Some(b'/' | b'*')) =>
                {
                    let end = match text.bytes[at + 1] {
                        b'/' => text.line_end(at),
                        _ => memmem::find(text.rest(at + 2), b"*/")
                            .map_or(text.bytes.len(), |end| at + end + 4),
                    };
                    self.builder.comment(&(at..end));
                    end
                }
                b'{' => match text.actions.at(at) {
                    Some(action) if is_control(&text.bytes[action.clone()]) => action.end,
                    _ => return Some(at),
                },
                // A byte order mark, at the start of the file.
                0xef if at == 0 && text.bytes.starts_with("\u{feff}".as_bytes()) => 3,
                _ => return Some(at),
            };
        }
    }

    /// Whether the line at `at` belongs to the block around a map or list in YAML: it wasn't closed.
    fn is_outside(&self, at: usize) -> bool {
        let Dialect::Yaml(indent) = self.dialect else { return false };
        if self.text.is_marker(at) {
            return true;
        }
        let content = self.text.skip_blanks(at);
        content - at <= indent && self.text.is_entry(content)
    }
}
