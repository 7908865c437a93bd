//! Which reader a file gets, by its name and by how it begins.

mod content;
mod file_kind;
mod names;
mod place;

pub(in crate::sources) use file_kind::{FileKind, Syntax};
pub(super) use place::{is_generated, is_recorded, is_test};

/// Endings of templates. Without them the name says what comes out.
const TEMPLATES: [&str; 14] = [
    ".j2",
    ".jinja",
    ".jinja2",
    ".tmpl",
    ".tpl",
    ".template",
    ".tftpl",
    ".gotmpl",
    ".erb",
    ".in",
    ".dist",
    ".example",
    ".sample",
    ".bak",
];

/// The kind of the file at `path`, which begins with `bytes`.
pub(in crate::sources) fn kind(path: &str, bytes: &[u8]) -> FileKind {
    let path = path.replace('\\', "/").to_ascii_lowercase();
    let (folders, mut name) = path.rsplit_once('/').unwrap_or(("", &path));
    let is_in = |wanted: &[&str]| folders.split('/').any(|folder| wanted.contains(&folder));
    // Helm's own templates have this ending and no other.
    if name.strip_suffix(".tpl").is_some() && is_in(&["templates"]) {
        return FileKind::Yaml;
    }
    while let Some(bare) = TEMPLATES.iter().find_map(|ending| name.strip_suffix(ending))
        && !bare.is_empty()
    {
        name = bare;
    }
    let kind = names::by_name(name).or_else(|| names::by_extension(name));
    match kind.or_else(|| content::by_content(bytes)).unwrap_or(FileKind::Text(Syntax::Plain)) {
        FileKind::Text(Syntax::Plain) | FileKind::Source(Syntax::Html)
            if is_in(&["docs", "doc", "documentation"]) =>
        {
            FileKind::Documentation
        }
        // Flyway and others keep a checksum of what ran, and refuse to start after a change.
        FileKind::Text(Syntax::Sql) if is_in(&["migration", "migrations", "changelog"]) => {
            FileKind::Source(Syntax::Sql)
        }
        // Steps of Jenkins are in `vars`, classes in `src`.
        FileKind::Groovy if name.ends_with(".groovy") && is_in(&["src"]) => {
            FileKind::Source(Syntax::C)
        }
        kind => kind,
    }
}

#[cfg(test)]
mod tests;
