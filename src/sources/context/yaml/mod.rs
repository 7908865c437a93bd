//! YAML and JSON: which key a name stands under, what stands beside it, and what it is there for.
//!
//! Manifests, charts and their values, kustomize, compose files, most CI. Templates of them are read
//! as well as can be: by their lines.

mod actions;
mod anchors;
mod at;
mod block;
mod fields;
mod flow;
mod lines;
mod outside;
mod parser;
mod parts;
mod place;
mod rules;
mod scalar;
mod structure;
mod text;
mod variables;

use crate::sources::context::Purpose;
use crate::sources::context::outline::{Meaning, Outline};
use crate::sources::find::{Found, What};
use actions::Actions;
use at::At;
use fields::Maps;
use outside::Outside;
use rules::Documents;
use structure::{Builder, Part, Structure};
use text::Text;

/// What each place means that was found in the file at `path`, which is JSON or YAML.
pub(super) fn read(path: &str, bytes: &[u8], found: &[Found], is_json: bool) -> Outline {
    let actions = Actions::of(bytes);
    let text = Text { bytes, actions: &actions };
    let path = path.replace('\\', "/").to_ascii_lowercase();
    let structure = structure(text, found, is_json);
    let mut documents = Documents::of(&structure, bytes);
    let mut maps = Maps::default();
    let mut outside = Outside::new(text);
    // What was found in one scalar stands beside each other.
    let mut last = None;
    let meanings = found.iter().enumerate().map(|(index, found)| {
        let of_document = documents.at(found.span.start);
        let Some(mut home) = structure.homes[index] else {
            let is_comment = structure.is_comment(index);
            let purpose = of_document.unwrap_or_else(|| match is_comment {
                true => Purpose::Comment,
                false => outside.purpose(&found.span),
            });
            return Meaning::new(purpose, "");
        };
        if found.what == What::EditionFlag {
            // It begins with its key.
            home.part = Part::Value;
        }
        let is_in_part = match last {
            Some((node, is_in_part)) if node == home.node => is_in_part,
            _ => parts::is_part(&structure, home.node),
        };
        last = Some((home.node, is_in_part));
        let at = At { is_in_part, ..At::new(&structure, &path, bytes, home, &found.span) };
        let purpose = of_document.unwrap_or_else(|| rules::purpose(&at, &found.what));
        // What is pushed, and what kustomize looks for, is a whole name in one field.
        let is_whole = matches!(purpose, Purpose::Push | Purpose::Login | Purpose::Matcher);
        let is_field = home.part == Part::Value && at.begins() && !is_whole;
        let map = is_field.then(|| maps.beside(&structure, bytes, home.node)).flatten();
        let mut also_in = match map {
            Some(_) => maps.also(&structure, bytes, home.node),
            None => Vec::new(),
        };
        also_in.retain(|also| Some(*also) != map);
        Meaning {
            map,
            also_in,
            variable: variables::set_by(&at),
            ..Meaning::new(purpose, place::place(&structure, home))
        }
    });
    let meanings: Vec<Meaning> = meanings.collect();
    let unreadable = structure
        .is_cut
        .then(|| format!("maps and lists are nested deeper than {} levels", structure::DEEPEST));
    Outline {
        parts: parts::parts(&structure, bytes, &meanings),
        variables: variables::variables(&structure, &path, bytes),
        maps: maps.all,
        meanings,
        unreadable,
    }
}

fn structure<'a>(text: Text<'a, '_>, found: &[Found], is_json: bool) -> Structure<'a> {
    let mut builder = Builder::new(found, text.bytes.len());
    if is_json {
        flow::read(text, &mut builder);
    } else if let Ok(source) = std::str::from_utf8(text.bytes) {
        parser::read(source, text, &mut builder);
    } else {
        lines::read(text, 0, &mut builder);
    }
    builder.finish()
}

#[cfg(test)]
mod tests;
