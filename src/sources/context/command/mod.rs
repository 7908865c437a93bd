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
pub(super) use text::is_message;

use super::Purpose;
use crate::sources::span::Span;

/// What stands in `span` of `text`, a script or a part of one, is there for, and where it stands,
/// for people: `docker push`, or the variable that is set.
pub(in crate::sources) fn purpose(text: &[u8], span: Span) -> (Purpose, String) {
    let outline = read(text, &(0..text.len()), Dialect::Posix, &[span]);
    let meaning = outline.meanings.into_iter().next();
    meaning.map_or((Purpose::Reference, String::new()), |it| (it.purpose, it.place))
}

/// What the word behind `words` is for, which are a command so far.
pub(super) fn act_of_words(words: &[String]) -> Purpose {
    let called = tools::called(words);
    let previous = words.last().map_or("", String::as_str);
    let positional = words.len().saturating_sub(called.first);
    let role = argument::Role {
        called: &called,
        is_in_front: words.is_empty(),
        previous,
        word: "",
        positional,
        given_to: None,
    };
    role.purpose().0
}

#[cfg(test)]
mod tests;
