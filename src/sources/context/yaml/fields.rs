//! What stands beside a scalar: the fields that a reference in parts is read from.

use std::collections::HashMap;

use super::scalar;
use super::structure::{Label, NodeId, Scalar, Structure, Style};
use crate::sources::context::{Field, FieldValue, Fields};

/// The maps that are given out, each of them once.
#[derive(Debug, Default)]
pub(super) struct Maps {
    pub(super) all: Vec<Fields>,
    /// Which of them a map of the file became.
    known: HashMap<NodeId, usize>,
    /// Which of them the entries of a list of `{name, value}` became, by what their names begin
    /// with.
    parameters: HashMap<NodeId, HashMap<String, usize>>,
}

impl Maps {
    /// The map that has the scalar `id` as a field.
    pub(super) fn beside(
        &mut self,
        structure: &Structure<'_>,
        bytes: &[u8],
        id: NodeId,
    ) -> Option<usize> {
        let map = structure.node(id).parent.filter(|map| structure.node(*map).is_map())?;
        if let Some(name) = parameter(structure, id) {
            return self.parameter(structure, bytes, map, name);
        }
        if let Some(known) = self.known.get(&map) {
            return Some(*known);
        }
        let scalars = structure.children(map).filter_map(|child| {
            let node = structure.node(child);
            Some((node.key()?, node.scalar()?))
        });
        let fields = scalars.map(|(key, scalar)| field(key, scalar, bytes)).collect();
        let index = self.add(fields);
        self.known.insert(map, index);
        Some(index)
    }

    /// The map of those entries beside `item` whose names begin as `name` does.
    fn parameter(
        &mut self,
        structure: &Structure<'_>,
        bytes: &[u8],
        item: NodeId,
        name: &str,
    ) -> Option<usize> {
        let list = structure.node(item).parent?;
        if !self.parameters.contains_key(&list) {
            let mut groups: HashMap<String, Vec<Field>> = HashMap::new();
            for item in structure.children(list) {
                let Some(value) = structure.get(item, "value") else { continue };
                let (Some(name), Some(scalar)) =
                    (structure.text(item, "name"), structure.node(value).scalar())
                else {
                    continue;
                };
                let (group, key) = split(name);
                groups.entry(group.to_owned()).or_default().push(field(key, scalar, bytes));
            }
            let groups = groups.into_iter().map(|(name, fields)| (name, self.add(fields)));
            let groups = groups.collect();
            self.parameters.insert(list, groups);
        }
        self.parameters.get(&list)?.get(split(name).0).copied()
    }

    fn add(&mut self, fields: Vec<Field>) -> usize {
        self.all.push(Fields(fields));
        self.all.len() - 1
    }
}

/// The name beside the value `id`, in an entry of a list of `{name, value}`.
pub(super) fn parameter<'o>(structure: &'o Structure<'_>, id: NodeId) -> Option<&'o str> {
    let node = structure.node(id);
    let item = node.parent.filter(|_| node.key() == Some("value"))?;
    matches!(structure.node(item).label, Label::Item(_)).then(|| structure.text(item, "name"))?
}

/// `image.repository` is `repository` of `image`.
fn split(name: &str) -> (&str, &str) {
    name.rsplit_once('.').unwrap_or(("", name))
}

fn field(key: &str, scalar: &Scalar<'_>, bytes: &[u8]) -> Field {
    let span = scalar.span.clone();
    // The line end behind a block is none of it.
    let is_block = matches!(scalar.style, Style::Literal | Style::Folded);
    let text = if is_block { scalar.text.trim_end_matches('\n') } else { &scalar.text };
    let is_verbatim = bytes[span.clone()] == *text.as_bytes();
    let value = if is_block { FieldValue::Text(text.to_owned()) } else { scalar::value(scalar) };
    Field { key: key.to_owned(), value, span, is_verbatim }
}
