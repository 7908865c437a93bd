//! What is open while HCL is read, and the fields of it.

use std::collections::BTreeMap;

use crate::sources::context::reading::{Field, FieldValue, Fields};
use crate::sources::span::Span;

/// Of no block more fields are kept.
const MOST_FIELDS: usize = 512;

/// No expression that is longer is a field's value, in bytes.
const LONGEST: usize = 256;

/// A block, an object, a list, or the arguments of a function.
#[derive(Debug, Default)]
pub(super) struct Frame {
    /// `{`, `[`, `(`, or 0 of the file.
    pub(super) opener: u8,
    /// Where its inside begins.
    pub(super) start: usize,
    /// Of a block its type and labels, of another the key or the function in front of it.
    pub(super) names: Vec<String>,
    pub(super) is_block: bool,
    /// Words and strings that may become a block's head, or a key.
    pub(super) head: Vec<Span>,
    /// The key whose value is being read.
    pub(super) key: Option<String>,
    /// The value as far as it is read.
    value: Option<Span>,
    /// How many tokens it has.
    pieces: usize,
    /// Whether its only token is a string.
    is_text: bool,
    fields: Vec<Field>,
    /// Found places that a field's value begins with.
    places: Vec<(usize, usize)>,
    /// Of `set` blocks inside it: name, value, and the found place that the value begins with.
    sets: Vec<(String, Field, Option<usize>)>,
}

impl Frame {
    pub(super) fn new(opener: u8, start: usize, names: Vec<String>, is_block: bool) -> Self {
        Self { opener, start, names, is_block, ..Self::default() }
    }

    /// Another token of the value.
    pub(super) fn piece(&mut self, span: Span, is_text: bool) {
        self.pieces += 1;
        self.is_text = is_text && self.pieces == 1;
        let start = self.value.as_ref().map_or(span.start, |value| value.start);
        self.value = Some(start..span.end);
    }

    /// The found place `index` begins at `start`.
    pub(super) fn place(&mut self, index: usize, start: usize) {
        self.places.push((index, start));
    }

    /// The end of an attribute.
    pub(super) fn finish(&mut self, bytes: &[u8]) {
        let (key, value) = (self.key.take(), self.value.take());
        let (pieces, is_text) = (self.pieces, self.is_text);
        self.head.clear();
        self.pieces = 0;
        let (Some(key), Some(span)) = (key, value) else { return };
        if self.fields.len() >= MOST_FIELDS || span.len() > LONGEST {
            return;
        }
        let text = String::from_utf8_lossy(&bytes[span.clone()]).into_owned();
        let is_verbatim = is_text && !text.contains('\\');
        let value = match text.as_str() {
            _ if is_text => FieldValue::Text(text),
            _ if pieces > 1 => FieldValue::Text(format!("${{{text}}}")),
            "null" => FieldValue::Text(String::new()),
            "true" | "false" => FieldValue::Lossy,
            number if number.starts_with(|first: char| first.is_ascii_digit()) => {
                match number.parse::<i64>().ok().filter(|it| it.to_string() == number) {
                    Some(number) => FieldValue::Integer(number),
                    None => FieldValue::Lossy,
                }
            }
            _ => FieldValue::Text(format!("${{{text}}}")),
        };
        self.fields.push(Field { key, value, span, is_verbatim });
    }

    /// The maps of what was read, and the found places that are in each.
    pub(super) fn maps(&mut self) -> Vec<(Fields, Vec<usize>)> {
        let mut maps = Vec::new();
        let mut fields = std::mem::take(&mut self.fields);
        rename(&mut fields);
        let begins = |start: &usize| fields.iter().any(|field| field.span.start == *start);
        let places = self.places.iter().filter(|(_, start)| begins(start));
        let places: Vec<usize> = places.map(|(index, _)| *index).collect();
        if !places.is_empty() {
            maps.push((Fields(fields), places));
        }
        let mut groups: BTreeMap<String, (Fields, Vec<usize>)> = BTreeMap::new();
        for (name, field, place) in std::mem::take(&mut self.sets) {
            let (group, key) = name.rsplit_once('.').unwrap_or(("", &name));
            let group = groups.entry(group.to_owned()).or_default();
            group.0.0.push(Field { key: key.to_owned(), ..field });
            group.1.extend(place);
        }
        maps.extend(groups.into_values().filter(|(_, places)| !places.is_empty()));
        maps
    }

    /// Name and value of a `set` block of Helm's provider, and the place that the value begins with.
    pub(super) fn set(&self) -> Option<(String, Field, Option<usize>)> {
        let field = |key: &str| self.fields.iter().find(|field| field.key == key);
        let FieldValue::Text(name) = &field("name")?.value else { return None };
        let value = field("value")?;
        let place = self.places.iter().find(|(_, start)| *start == value.span.start);
        Some((name.clone(), value.clone(), place.map(|(index, _)| *index)))
    }

    /// Takes what `set` blocks inside of it set.
    pub(super) fn take_sets(&mut self, inner: Vec<(String, Field, Option<usize>)>) {
        if self.sets.len() < MOST_FIELDS {
            self.sets.extend(inner);
        }
    }

    /// Gives away what was taken: a list is no block.
    pub(super) fn give_sets(&mut self) -> Vec<(String, Field, Option<usize>)> {
        std::mem::take(&mut self.sets)
    }
}

/// TSF's `server` and `reponame` are a registry and a repository.
fn rename(fields: &mut [Field]) {
    let has = |key: &str| fields.iter().any(|field| field.key == key);
    if !(has("server") && has("reponame")) {
        return;
    }
    for field in fields {
        let name = match field.key.as_str() {
            "server" => "registry",
            "reponame" => "repository",
            "tag_name" => "tag",
            _ => continue,
        };
        name.clone_into(&mut field.key);
    }
}
