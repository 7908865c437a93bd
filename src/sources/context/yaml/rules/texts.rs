//! Text for people in settings: descriptions, examples, notes.

use super::super::at::At;
use crate::sources::context::Purpose;

/// Keys whose values nobody but people read.
const KEYS: [&str; 12] = [
    "description",
    "descriptions",
    "longdescription",
    "example",
    "examples",
    "summary",
    "comment",
    "tooltip",
    "help",
    "helptext",
    "notes",
    "deprecated",
];

/// What a JSON file has in place of comments.
const COMMENTS: [&str; 3] = ["//", "#", "$comment"];

pub(super) fn purpose(at: &At<'_>) -> Option<Purpose> {
    let key = at.keys().next().filter(|_| !at.is_key())?;
    if COMMENTS.contains(&key) || key.starts_with("_comment") {
        return Some(Purpose::Comment);
    }
    KEYS.contains(&&*at.title()).then_some(Purpose::Documentation)
}
