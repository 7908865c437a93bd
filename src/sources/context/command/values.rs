//! `helm --set a.b=c,d=e`: the fields that stand beside each other.

use std::collections::HashMap;

use super::script::Command;
use super::text::inside_quotes;
use crate::sources::context::reading::{Field, FieldValue, Fields};
use crate::sources::span::Span;

/// What the flags of a command set.
#[derive(Debug, Default)]
pub(super) struct Values {
    /// One for each group of keys that are the same but for their last part.
    pub(super) maps: Vec<Fields>,
    /// By where a value begins: its map.
    pub(super) of: HashMap<usize, usize>,
}

/// Of no command more are read.
const MOST: usize = 256;

/// The values that `--set` and its kin give in `command`.
pub(super) fn values(command: &Command, bytes: &[u8]) -> Values {
    let mut values = Values::default();
    let mut groups: HashMap<&[u8], usize> = HashMap::new();
    let mut is_set = false;
    for word in command.words.iter().take(MOST) {
        let text = &bytes[word.clone()];
        let flag = [&b"--set="[..], b"--set-string="].into_iter().find(|it| text.starts_with(it));
        let start = match flag {
            Some(flag) => flag.len(),
            None if is_set => 0,
            None => {
                is_set = text == b"--set" || text == b"--set-string";
                continue;
            }
        };
        is_set = false;
        for pair in pairs(bytes, word.start + start..word.end) {
            let Some(equals) = memchr::memchr(b'=', &bytes[pair.clone()]) else { continue };
            let key = &bytes[pair.start..pair.start + equals];
            let value = pair.start + equals + 1..pair.end;
            let span = inside_quotes(bytes, &value).unwrap_or(value);
            let dot = memchr::memrchr(b'.', key);
            let (group, last) = dot.map_or((&b""[..], key), |dot| (&key[..dot], &key[dot + 1..]));
            let map = *groups.entry(group).or_insert_with(|| {
                values.maps.push(Fields::default());
                values.maps.len() - 1
            });
            let text = String::from_utf8_lossy(&bytes[span.clone()]).into_owned();
            let is_verbatim = !text.contains(['"', '\'', '\\', '$', '`', '{']);
            values.of.insert(span.start, map);
            values.maps[map].0.push(Field {
                key: String::from_utf8_lossy(last).into_owned(),
                value: FieldValue::Text(text),
                span,
                is_verbatim,
            });
        }
    }
    values
}

/// The parts of a word between commas, without the quotes around it.
fn pairs(bytes: &[u8], span: Span) -> Vec<Span> {
    let span = inside_quotes(bytes, &span).unwrap_or(span);
    let mut pairs = Vec::new();
    let mut start = span.start;
    for at in span.clone() {
        if bytes[at] == b',' && (at == span.start || bytes[at - 1] != b'\\') {
            pairs.push(start..at);
            start = at + 1;
        }
    }
    pairs.push(start..span.end);
    pairs
}
