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
mod place;
mod rules;
mod scalar;
mod structure;
mod text;

use super::keep;
use crate::sources::context::{Context, Purpose, Reading};
use crate::sources::find::Found;
use actions::Actions;
use at::At;
use fields::Maps;
use outside::Outside;
use rules::Documents;
use structure::{Builder, Part, Structure};
use text::Text;

/// What each place means that was found in the file at `path`.
pub(in crate::sources) fn read(path: &str, bytes: &[u8], found: &[Found]) -> Reading {
    let actions = Actions::of(bytes);
    let text = Text { bytes, actions: &actions };
    let path = path.replace('\\', "/").to_ascii_lowercase();
    let is_json = is_json(&path, bytes);
    let structure = structure(is_json, text, found);
    let mut documents = Documents::of(&structure, bytes);
    let mut maps = Maps::default();
    let mut outside = Outside::new(text);
    let contexts = found.iter().enumerate().map(|(index, found)| {
        let of_document = documents.at(found.span.start);
        let Some(home) = structure.homes[index] else {
            let is_comment = structure.is_comment(index);
            let purpose = of_document.unwrap_or_else(|| match is_comment {
                true => Purpose::Comment,
                false => outside.purpose(found.span.start),
            });
            return context(purpose, String::new());
        };
        let at = At::new(&structure, &path, bytes, found, home);
        let purpose = of_document.unwrap_or_else(|| rules::purpose(&at));
        let is_field = home.part == Part::Value && at.begins();
        let map = is_field.then(|| maps.beside(&structure, bytes, home.node)).flatten();
        Context { map, ..context(purpose, place::place(&structure, home)) }
    });
    let mut contexts: Vec<Context> = contexts.collect();
    for (context, found) in contexts.iter_mut().zip(found) {}
    let unreadable = structure
        .is_cut
        .then(|| format!("maps and lists are nested deeper than {} levels", structure::DEEPEST));
    Reading { contexts, maps: maps.all, unreadable }
}

fn context(purpose: Purpose, place: String) -> Context {
    Context { purpose, place, map: None, is_marked_to_keep: false }
}

fn structure<'a>(is_json: bool, text: Text<'a, '_>, found: &[Found]) -> Structure<'a> {
    let mut builder = Builder::new(found);
    if is_json {
        flow::read(text, &mut builder);
    } else if let Ok(source) = std::str::from_utf8(text.bytes) {
        parser::read(source, text, &mut builder);
    } else {
        lines::read(text, 0, &mut builder);
    }
    builder.finish()
}

/// Whether a file is JSON by its name, or by how it begins if that says nothing.
fn is_json(path: &str, bytes: &[u8]) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let has = |endings: &[&str]| endings.iter().any(|ending| name.contains(ending));
    if has(&[".yaml", ".yml"]) {
        return false;
    }
    let first = crate::text::without_mark(bytes).trim_ascii_start();
    has(&[".json"])
        || first.starts_with(b"[")
        || first.starts_with(b"{") && !first.starts_with(b"{{")
}

#[cfg(test)]
mod tests;
