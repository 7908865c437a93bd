//! What a reader says of a text before the texts inside it are read.

use super::Purpose;
use super::kind::FileKind;
use super::reading::Fields;
use super::variables::Variables;
use crate::sources::find::Found;
use crate::sources::span::Span;

/// What a reader says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Outline {
    /// One for each found place, in the same order.
    pub(super) meanings: Vec<Meaning>,
    /// The maps that any of them stands in.
    pub(super) maps: Vec<Fields>,
    /// Texts of another kind inside this one.
    pub(super) parts: Vec<Part>,
    /// The variables that are pushed to, and what they are made of.
    pub(super) variables: Variables,
    /// Why the format could not be read, if it couldn't.
    pub(super) unreadable: Option<String>,
}

impl Outline {
    /// Says of all in `span` that it is in a comment.
    pub(super) fn comment(&mut self, found: &[Found], span: &Span) {
        self.meanings[within(found, span)].fill(Meaning::new(Purpose::Comment, ""));
    }
}

/// What one found place means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Meaning {
    pub(super) purpose: Purpose,
    /// For people.
    pub(super) place: String,
    /// Which of the maps it stands in.
    pub(super) map: Option<usize>,
    /// Which other maps have the same field.
    pub(super) also_in: Vec<usize>,
    /// The variable that it is the value of.
    pub(super) variable: Option<String>,
    /// The command or block that it belongs to. A flag in there is beside it.
    pub(super) unit: Option<Span>,
}

impl Meaning {
    /// This purpose, and nothing else known.
    pub(super) fn new(purpose: Purpose, place: impl Into<String>) -> Self {
        Self {
            purpose,
            place: place.into(),
            map: None,
            also_in: Vec::new(),
            variable: None,
            unit: None,
        }
    }
}

/// A text inside another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) span: Span,
    /// How it is read; by its path and how it begins if nothing is known.
    pub(super) kind: Option<FileKind>,
    /// The file that it is written to, or empty.
    pub(super) path: String,
    pub(super) form: Form,
}

/// How a text is written that stands in another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// As it is.
    Plain,
    /// In a string, with its escapes.
    Escaped,
    /// A command as a list of strings: `["docker", "pull", "…"]`.
    List,
}

/// Which of `found`, which are sorted, stand in `span`.
pub(super) fn within(found: &[Found], span: &Span) -> std::ops::Range<usize> {
    let start = found.partition_point(|it| it.span.start < span.start);
    let end = found.partition_point(|it| it.span.start < span.end);
    start..end.max(start)
}
