//! What commands of a shell do with the images they name: scripts, `RUN`, recipes, steps of CI.

mod argument;
mod dialect;
mod flags;
mod here;
mod outputs;
mod quotes;
mod read;
mod script;
mod sed;
mod text;
mod tools;
mod values;
mod words;

pub(super) use dialect::Dialect;
pub(super) use here::{Delimiter, document_end};
pub(super) use read::read;

use super::Purpose;
use crate::sources::span::Span;

/// What stands in `span` of `text`, a script or a part of one, is there for, and where it stands,
/// for people: `docker push`, or the variable that is set.
pub(in crate::sources) fn purpose(text: &[u8], span: Span) -> (Purpose, String) {
    let outline = read(text, &(0..text.len()), Dialect::Posix, &[span]);
    let meaning = outline.meanings.into_iter().next();
    meaning.map_or((Purpose::Reference, String::new()), |it| (it.purpose, it.place))
}

#[cfg(test)]
mod tests;
