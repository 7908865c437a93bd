//! Any file: which reader it gets, and the texts of other kinds inside it.

use super::command::{self, Dialect};
use super::edition::beside_flags;
use super::inner::Inner;
use super::keep::Kept;
use super::keys::plain;
use super::kind::{FileKind, Syntax, is_generated, is_recorded, is_test, kind};
use super::outline::{Meaning, Outline, within};
use super::stores::store;
use super::url::is_url;
use super::{
    Context, Purpose, Reading, dockerfile, groovy, hcl, make, settings, source, xml, yaml,
};
use crate::sources::find::{Found, What};
use crate::sources::span::Span;

/// No text in a text in a text is deeper.
const DEEPEST: usize = 6;

/// What each of `found` means in the file at `path`, which is `bytes`.
pub(in crate::sources) fn read(path: &str, bytes: &[u8], found: &[Found]) -> Reading {
    let outline = if is_generated(path, bytes) {
        everywhere(&Purpose::Generated, found)
    } else if is_recorded(path) {
        everywhere(&Purpose::Test, found)
    } else {
        resolved(text(path, None, bytes, found, 0))
    };
    reading(outline, bytes, found)
}

/// What each of `found` means in `bytes`, which a program has rendered as YAML or JSON.
pub(in crate::sources) fn read_rendered(bytes: &[u8], found: &[Found]) -> Reading {
    let is_json = matches!(bytes.trim_ascii_start(), [b'{' | b'[', ..]);
    let kind = if is_json { FileKind::Json } else { FileKind::Yaml };
    reading(resolved(text("rendered", Some(kind), bytes, found, 0)), bytes, found)
}

fn resolved(mut outline: Outline) -> Outline {
    let variables = outline.variables.resolved();
    for meaning in &mut outline.meanings {
        let used = meaning.variable.as_deref().and_then(|name| variables.get(name));
        if let (Some(used), Purpose::Reference | Purpose::Container) = (used, &meaning.purpose) {
            meaning.purpose = (*used).clone();
        }
    }
    outline
}

fn reading(mut outline: Outline, bytes: &[u8], found: &[Found]) -> Reading {
    beside_flags(bytes, found, &mut outline);
    let kept = Kept::of(bytes, found);
    let contexts = outline.meanings.into_iter().zip(found).map(|(meaning, found)| Context {
        is_marked_to_keep: kept.contains(found.span.start),
        purpose: meaning.purpose,
        place: meaning.place,
        map: meaning.map,
        also_in: meaning.also_in,
        variable: meaning.variable,
    });
    let contexts = contexts.collect();
    Reading { contexts, maps: outline.maps, unreadable: outline.unreadable }
}

/// A text that is written to `path`, if that is known, and the texts inside it.
fn text(
    path: &str,
    known: Option<FileKind>,
    bytes: &[u8],
    found: &[Found],
    depth: usize,
) -> Outline {
    let kind = known.unwrap_or_else(|| kind(path, bytes));
    let mut outline = by_kind(kind, path, bytes, found);
    for part in std::mem::take(&mut outline.parts) {
        let range = within(found, &part.span);
        if depth >= DEEPEST || (range.is_empty() && part.kind != Some(FileKind::Shell)) {
            continue;
        }
        let inner = Inner::of(bytes, &part);
        let found: Vec<Found> = found[range.clone()].iter().map(|it| inner.found(it)).collect();
        let read = text(&part.path, part.kind, inner.bytes(), &found, depth + 1);
        let maps = outline.maps.len();
        outline.variables.extend(read.variables);
        for (meaning, mut new) in outline.meanings[range].iter_mut().zip(read.meanings) {
            new.map = new.map.map(|map| map + maps);
            new.also_in.iter_mut().for_each(|map| *map += maps);
            new.unit = new.unit.map(|unit| inner.outer(&unit));
            if new.place.is_empty() {
                new.place = std::mem::take(&mut meaning.place);
            }
            *meaning = new;
        }
        outline.maps.extend(read.maps.into_iter().map(|fields| inner.outer_fields(fields)));
    }
    for (meaning, found) in outline.meanings.iter_mut().zip(found) {
        let is_used = matches!(
            meaning.purpose,
            Purpose::Reference
                | Purpose::Container
                | Purpose::Push
                | Purpose::Source
                | Purpose::Comparison
                | Purpose::Url
        );
        if !is_used {
            continue;
        }
        if found.what == What::Pattern {
            meaning.purpose = Purpose::Pattern;
        } else if found.what == What::PullSecret {
            // Elsewhere it is the Secret itself.
            if !plain(&meaning.place).contains("pullsecret") {
                meaning.purpose = Purpose::Auths;
            }
        } else if plain(&meaning.place).contains("pullsecret") {
            // A Secret that is called like the host.
            meaning.purpose = Purpose::Auths;
        } else if let Some(purpose) = store(path, bytes, &found.span) {
            meaning.purpose = purpose;
        } else if let What::Name(name) = &found.what
            && is_url(bytes, name)
        {
            meaning.purpose = Purpose::Url;
        }
    }
    outline
}

fn by_kind(kind: FileKind, path: &str, bytes: &[u8], found: &[Found]) -> Outline {
    let places = || found.iter().map(|found| found.span.clone()).collect::<Vec<Span>>();
    let whole = 0..bytes.len();
    match kind {
        FileKind::Yaml => yaml::read(path, bytes, found, false),
        FileKind::Json => yaml::read(path, bytes, found, true),
        FileKind::Dockerfile => dockerfile::read(bytes, found),
        FileKind::Make => make::read(bytes, found),
        FileKind::Settings => settings::read(bytes, found),
        FileKind::Xml => xml::read(bytes, found),
        FileKind::Hcl => hcl::read(bytes, found),
        FileKind::Groovy => groovy::read(bytes, found),
        FileKind::Shell => command::read(bytes, &whole, Dialect::Posix, &places()),
        FileKind::WindowsShell => command::read(bytes, &whole, Dialect::Windows, &places()),
        FileKind::Documentation => everywhere(&Purpose::Documentation, found),
        FileKind::Source(syntax) => {
            let purpose = if is_test(path) { Purpose::Test } else { Purpose::Source };
            source::read(bytes, found, syntax, &purpose)
        }
        FileKind::Text(Syntax::Plain) => source::read_plain(bytes, found),
        FileKind::Text(syntax) => source::read(bytes, found, syntax, &Purpose::Reference),
    }
}

fn everywhere(purpose: &Purpose, found: &[Found]) -> Outline {
    let meanings = vec![Meaning::new(purpose.clone(), ""); found.len()];
    Outline { meanings, ..Outline::default() }
}
