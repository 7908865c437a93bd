//! What a reader gives back.

use super::Purpose;
use crate::sources::span::Span;

/// What a reader says of all that was found in a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::sources) struct Reading {
    /// One for each found place, in the same order.
    pub(in crate::sources) contexts: Vec<Context>,
    /// The maps that any of them stands in.
    pub(in crate::sources) maps: Vec<Fields>,
    /// Why the format could not be read, if it couldn't: the file is read as plain text then.
    pub(in crate::sources) unreadable: Option<String>,
}

/// What stands around one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::sources) struct Context {
    /// What it is used as.
    pub(in crate::sources) purpose: Purpose,
    /// Where it stands, for people: `spec.containers[0].image`, `FROM`, `docker push`. May be empty.
    pub(in crate::sources) place: String,
    /// Which of the maps has a field whose whole value it is, or begins.
    pub(in crate::sources) map: Option<usize>,
    /// Which other maps have the same field: by an alias of it, or because they merge its map.
    pub(in crate::sources) also_in: Vec<usize>,
    /// The variable that it is the value of, where that is known.
    pub(in crate::sources) variable: Option<String>,
    /// Whether a marker beside it or above it says that it stays: `ccr2tcr:keep`.
    pub(in crate::sources) is_marked_to_keep: bool,
}

/// The scalars that stand beside each other in a map, in their order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::sources) struct Fields(pub(in crate::sources) Vec<Field>);

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::sources) struct Field {
    /// Its key.
    pub(in crate::sources) key: String,
    /// Its value.
    pub(in crate::sources) value: FieldValue,
    /// Where the value stands, without quotes. Empty at the place where it would stand if there is
    /// nothing.
    pub(in crate::sources) span: Span,
    /// Whether the bytes there are the value: nothing is escaped or folded.
    pub(in crate::sources) is_verbatim: bool,
}

/// The value of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::sources) enum FieldValue {
    /// A string; of null, an empty one.
    Text(String),
    /// A whole number, which reads as it was written.
    Integer(i64),
    /// A fraction, true or false: a program would read it, and lose how it was written.
    Lossy,
}
