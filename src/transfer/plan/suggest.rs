//! What to type instead of a pattern that matches nothing. Pure.

use crate::diagnostic::shortened;
use crate::image::Pattern;
use crate::transfer::inventory::{Inventory, SourceRepository};

/// Names shown where none is similar.
const SHOWN: usize = 10;

/// What to type instead of `pattern`.
pub(super) fn instead_of(pattern: &Pattern, inventory: &Inventory) -> String {
    let meant = |repository: &&SourceRepository| {
        pattern.matches_repository(&repository.host, &repository.name)
    };
    let found: Vec<_> = inventory.repositories.iter().filter(meant).collect();
    if !found.is_empty() {
        return other_tag(pattern, &found);
    }
    if let Some(left_out) = inventory.left_out.iter().find(meant) {
        return format!(
            "{} exists and is excluded: by --exclude, by `exclude` in the mapping file, because no cluster uses it (--in-use), or because the report of --retry-from has it as done",
            left_out.name
        );
    }
    other_name(pattern, inventory)
}

fn other_tag(pattern: &Pattern, found: &[&SourceRepository]) -> String {
    let wanted = pattern.as_str().rsplit_once(':').map_or("", |(_, tag)| tag);
    let tags = found.iter().flat_map(|repository| repository.tags.iter());
    let tags: Vec<&str> = tags.map(|tag| tag.name.as_str()).collect();
    let none = match found {
        [only] => format!("{} exists, but has no such tag", only.name),
        several => format!("{} repositories match, but none has a tag like that", several.len()),
    };
    match nearest(wanted, &tags) {
        Some(tag) => format!("{none}; did you mean `{tag}`?"),
        None if tags.is_empty() => none,
        None => format!("{none}; there are: {}", listed(tags)),
    }
}

fn other_name(pattern: &Pattern, inventory: &Inventory) -> String {
    let path = pattern.path();
    let all = inventory.repositories.iter().chain(&inventory.left_out);
    let names: Vec<&str> = all
        .map(|repository| match path.contains('/') {
            true => repository.name.as_str(),
            false => repository.name.namespace(),
        })
        .collect();
    match nearest(path, &names) {
        Some(name) => format!("did you mean `{name}`?"),
        None if names.is_empty() => {
            "the account holds no images in the chosen regions; --ccr-region names others"
                .to_owned()
        }
        None => format!("there are: {}", listed(names)),
    }
}

fn nearest<'a>(wanted: &str, names: &[&'a str]) -> Option<&'a str> {
    names
        .iter()
        .map(|name| (strsim::damerau_levenshtein(name, wanted), *name))
        .filter(|(distance, name)| *distance <= 1.max(name.len() / 3))
        .min()
        .map(|(_, name)| name)
}

fn listed(mut names: Vec<&str>) -> String {
    names.sort_unstable();
    names.dedup();
    shortened(&names, SHOWN)
}
