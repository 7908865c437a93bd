//! Where something stands, for people: `spec.containers[0].image`.

use super::structure::{Home, Label, NodeId, Part, Structure};

/// No place is longer, in bytes, but for its last part; what is outside is left out then.
const LONGEST: usize = 160;

/// The path from the root of the document to where something was found.
pub(super) fn place(structure: &Structure<'_>, home: Home) -> String {
    let mut place = String::new();
    let mut parts: Vec<String> = Vec::new();
    let mut length = 0;
    for id in std::iter::once(home.node).chain(structure.around(home.node)) {
        let part = part(structure, id);
        if length + part.len() > LONGEST && !parts.is_empty() {
            place.push('…');
            break;
        }
        length += part.len();
        parts.push(part);
    }
    place.extend(parts.into_iter().rev());
    let place = place.strip_prefix('.').unwrap_or(&place).to_owned();
    match home.part {
        Part::Value => place,
        Part::Key => format!("{place} (key)"),
    }
}

fn part(structure: &Structure<'_>, id: NodeId) -> String {
    match &structure.node(id).label {
        Label::Document => String::new(),
        Label::Item(index) => format!("[{index}]"),
        Label::Key(key) => {
            let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
            let text: String = key.text.chars().take(LONGEST / 2).collect();
            let is_plain = !text.is_empty() && text.chars().all(is_plain);
            if is_plain { format!(".{text}") } else { format!("[{text:?}]") }
        }
    }
}
