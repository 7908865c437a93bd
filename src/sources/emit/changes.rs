//! Where two readings of the same YAML differ.

use serde::Deserialize as _;
use serde_json::Value;

use super::error::EmitError;
use crate::text::without_mark;

/// A text that becomes another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Change<'a> {
    /// Keys and indices from the top.
    pub(super) path: Vec<Step<'a>>,
    pub(super) old: &'a str,
    pub(super) new: &'a str,
}

/// A part of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step<'a> {
    Key(&'a str),
    Item(usize),
}

/// The documents of a YAML file, without those that are empty.
pub(super) fn documents(text: &[u8]) -> Result<Vec<Value>, EmitError> {
    let documents =
        serde_yaml::Deserializer::from_slice(without_mark(text)).map(Value::deserialize);
    let documents: Result<Vec<_>, _> = documents.collect();
    let documents = documents.map_err(|error| EmitError::NotYaml(error.to_string()))?;
    Ok(documents.into_iter().filter(|document| !document.is_null()).collect())
}

/// All texts that differ, in their order.
///
/// # Errors
/// If anything else differs; the place.
pub(super) fn changes<'a>(old: &'a Value, new: &'a Value) -> Result<Vec<Change<'a>>, EmitError> {
    let mut all = Vec::new();
    walk(old, new, &mut Vec::new(), &mut all)?;
    Ok(all)
}

fn walk<'a>(
    old: &'a Value,
    new: &'a Value,
    path: &mut Vec<Step<'a>>,
    all: &mut Vec<Change<'a>>,
) -> Result<(), EmitError> {
    match (old, new) {
        (Value::String(old), Value::String(new)) => {
            if old != new {
                all.push(Change { path: path.clone(), old, new });
            }
        }
        (Value::Object(old), Value::Object(new)) if old.keys().eq(new.keys()) => {
            for ((key, old), new) in old.iter().zip(new.values()) {
                path.push(Step::Key(key));
                walk(old, new, path, all)?;
                path.pop();
            }
        }
        (Value::Array(old), Value::Array(new)) if old.len() == new.len() => {
            for (index, (old, new)) in old.iter().zip(new).enumerate() {
                path.push(Step::Item(index));
                walk(old, new, path, all)?;
                path.pop();
            }
        }
        _ if old == new => {}
        _ => return Err(EmitError::NotTheSame(pointer(path))),
    }
    Ok(())
}

/// A path as JSON patches have it (RFC 6901).
pub(super) fn pointer(path: &[Step<'_>]) -> String {
    let parts = path.iter().map(|step| match step {
        Step::Key(key) => format!("/{}", key.replace('~', "~0").replace('/', "~1")),
        Step::Item(index) => format!("/{index}"),
    });
    parts.collect()
}
