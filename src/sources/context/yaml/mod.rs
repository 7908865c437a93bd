//! YAML and JSON: which key a name stands under, what stands beside it, and what it is there for.
//!
//! Manifests, charts and their values, kustomize, compose files, most CI. Templates of them are read
//! as well as can be: by their lines.

mod actions;
mod anchors;
mod block;
mod fields;
mod flow;
mod lines;
mod structure;
mod parser;
mod place;
mod scalar;
mod text;

use crate::sources::context::{Context, Purpose, Reading};
use crate::sources::find::Found;
use actions::Actions;
use fields::Maps;
use structure::{Builder, Structure, Part};
use text::Text;

/// What each place means that was found in the file at `path`.
pub(in crate::sources) fn read(path: &str, bytes: &[u8], found: &[Found]) -> Reading {
    let actions = Actions::of(bytes);
    let text = Text { bytes, actions: &actions };
    let structure = structure(path, text, found);
    let mut maps = Maps::default();
    let contexts = found.iter().enumerate().map(|(index, one)| {
        let home = structure.homes[index];
        let map = home.filter(|home| home.part == Part::Value).and_then(|home| {
            let scalar = structure.node(home.node).scalar()?;
            let start = scalar.span.start + text.rest(scalar.span.start).iter().take_while(|b| b.is_ascii_whitespace()).count();
            (start == one.span.start).then(|| maps.beside(&structure, bytes, home.node))?
        });
        Context {
            purpose: Purpose::Reference,
            place: home.map(|home| place::place(&structure, home)).unwrap_or_default(),
            map,
            is_marked_to_keep: false,
        }
    });
    let contexts = contexts.collect();
    let unreadable = structure.is_cut.then(|| {
        format!("maps and lists are nested deeper than {} levels", structure::DEEPEST)
    });
    Reading { contexts, maps: maps.maps, unreadable }
}

fn structure<'a>(path: &str, text: Text<'a, '_>, found: &[Found]) -> Structure<'a> {
    let mut builder = Builder::new(found);
    if is_json(path, text.bytes) {
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
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    let has = |endings: &[&str]| endings.iter().any(|ending| name.contains(ending));
    if has(&[".yaml", ".yml"]) {
        return false;
    }
    let first = crate::text::without_mark(bytes).trim_ascii_start();
    has(&[".json"]) || first.starts_with(b"[") || first.starts_with(b"{") && !first.starts_with(b"{{")
}

#[cfg(test)]
mod tests;
