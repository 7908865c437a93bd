//! Patterns for places in an object, as the rows of `kinds` have them.
//!
//! Keys between slashes: `spec/nodeSets/*/podTemplate/spec`. `*` is each entry of a list or a map,
//! `**`, at the end, everything below. `key?` is there only if the object has it; other keys may be
//! missing.

use serde_json::Value;

use super::pointer::Pointer;

/// The places in `object` that a pattern without `**` stands for, and what stands there.
pub(super) fn expand<'a>(object: &'a Value, pattern: &str) -> Vec<(Pointer, Option<&'a Value>)> {
    let mut places = vec![(Pointer::root(), Some(object))];
    for part in pattern.split('/') {
        places = places.into_iter().flat_map(|(at, value)| enter(&at, value, part)).collect();
    }
    places
}

fn enter<'a>(
    at: &Pointer,
    value: Option<&'a Value>,
    part: &str,
) -> Vec<(Pointer, Option<&'a Value>)> {
    if part == "*" {
        return match value {
            Some(Value::Array(list)) => {
                list.iter().enumerate().map(|(index, one)| (at.index(index), Some(one))).collect()
            }
            Some(Value::Object(map)) => {
                map.iter().map(|(key, one)| (at.key(key), Some(one))).collect()
            }
            _ => Vec::new(),
        };
    }
    let (key, must_exist) = part.strip_suffix('?').map_or((part, false), |key| (key, true));
    let inner = value.and_then(|value| value.get(key)).filter(|inner| !inner.is_null());
    if must_exist && inner.is_none() { Vec::new() } else { vec![(at.key(key), inner)] }
}

/// Whether a pattern stands for this place.
pub(super) fn includes(pattern: &str, place: &Pointer) -> bool {
    let mut keys = place.as_str().split('/').skip(1);
    for part in pattern.split('/') {
        match keys.next() {
            Some(_) if part == "**" => return true,
            Some(key) if part == "*" || part == key => {}
            _ => return false,
        }
    }
    keys.next().is_none()
}

/// A pattern as it is from the root, if what begins with `./` is meant from `at`.
pub(super) fn from_root(pattern: &str, at: &Pointer) -> String {
    match pattern.strip_prefix("./") {
        // Keys are escaped in both, so that `includes` may compare them.
        Some(inner) => format!("{}/{inner}", at.as_str().trim_start_matches('/')),
        None => pattern.to_owned(),
    }
}
