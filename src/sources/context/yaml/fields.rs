//! What stands beside a scalar: the fields that a reference in parts is read from.

use std::collections::HashMap;

use super::scalar;
use super::structure::{Kind, Label, NodeId, Scalar, Structure, Style};
use crate::sources::context::{Field, FieldValue, Fields};

/// So many fields of other maps are merged into one at most, and through so many of them.
const MERGED: usize = 256;
const DEEPEST: usize = 4;

/// So many maps are given out at most because others are merged or have aliases.
const SHARED: usize = 10_000;

/// The maps that are given out, each of them once.
#[derive(Debug, Default)]
pub(super) struct Maps {
    pub(super) all: Vec<Fields>,
    /// Which of them a map of the file became.
    known: HashMap<NodeId, usize>,
    /// Which of them the entries of a list of `{name, value}` became, by what their names begin
    /// with.
    parameters: HashMap<NodeId, HashMap<String, usize>>,
    shared: usize,
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
        let key = structure.node(id).key()?;
        if structure.get(map, key) != Some(id) {
            let fields = nearest(structure, map, id)?;
            let fields = fields.into_iter().map(|(key, scalar)| field(key, scalar, bytes));
            return Some(self.add(fields.collect()));
        }
        Some(self.of_map(structure, bytes, map))
    }

    /// The other maps that have it: where an alias of it stands, or where its map is merged.
    pub(super) fn also(
        &mut self,
        structure: &Structure<'_>,
        bytes: &[u8],
        id: NodeId,
    ) -> Vec<usize> {
        let parent = |id: NodeId| structure.node(id).parent;
        let is_merge = |id: &NodeId| structure.node(*id).key() == Some("<<");
        let merging = |alias: &NodeId| match parent(*alias) {
            Some(list) if structure.node(list).is_list() => Some(list).filter(is_merge),
            _ => Some(*alias).filter(is_merge),
        };
        let aliases = structure.aliases(id).iter().copied();
        let merges = parent(id).map(|map| structure.aliases(map)).unwrap_or_default();
        let maps = aliases.chain(merges.iter().filter_map(merging)).filter_map(parent);
        let maps = maps.filter(|map| structure.node(*map).is_map());
        let maps: Vec<NodeId> = maps.take(SHARED - self.shared).collect();
        self.shared += maps.len();
        maps.into_iter().map(|map| self.of_map(structure, bytes, map)).collect()
    }

    fn of_map(&mut self, structure: &Structure<'_>, bytes: &[u8], map: NodeId) -> usize {
        if let Some(known) = self.known.get(&map) {
            return *known;
        }
        let mut scalars = Vec::new();
        merged(structure, map, DEEPEST, &mut scalars);
        scalars.extend(own(structure, map));
        let fields = scalars.into_iter().map(|(key, scalar)| field(key, scalar, bytes));
        let index = self.add(fields.collect());
        self.known.insert(map, index);
        index
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

/// The scalars of a map, by key.
fn own<'s>(
    structure: &'s Structure<'_>,
    map: NodeId,
) -> impl Iterator<Item = (&'s str, &'s Scalar<'s>)> {
    structure.children(map).filter_map(|child| {
        let node = structure.node(child);
        Some((node.key()?, node.scalar()?))
    })
}

/// What `<<` brings into a map. What counts more comes later, and the map's own last.
fn merged<'s>(
    structure: &'s Structure<'_>,
    map: NodeId,
    depth: usize,
    into: &mut Vec<(&'s str, &'s Scalar<'s>)>,
) {
    let Some(merge) = structure.get(map, "<<").filter(|_| depth > 0) else { return };
    let mut aliases: Vec<NodeId> = match structure.node(merge).kind {
        Kind::List { .. } => structure.children(merge).take(MERGED).collect(),
        _ => vec![merge],
    };
    aliases.reverse();
    for alias in aliases {
        let Kind::Alias(Some(map)) = structure.node(alias).kind else { continue };
        merged(structure, map, depth - 1, into);
        into.extend(own(structure, map).take(MERGED.saturating_sub(into.len())));
    }
}

/// Of a map in which keys stand more than once, as in the branches of a template, those scalars that
/// are nearest to one of them.
fn nearest<'s>(
    structure: &'s Structure<'_>,
    map: NodeId,
    id: NodeId,
) -> Option<Vec<(&'s str, &'s Scalar<'s>)>> {
    let all: Vec<NodeId> = structure.children(map).take(MERGED).collect();
    let here = all.iter().position(|child| *child == id)?;
    let mut chosen: Vec<(&str, &Scalar<'_>, usize)> = Vec::new();
    for (at, child) in all.iter().enumerate() {
        let node = structure.node(*child);
        let (Some(key), Some(scalar)) = (node.key(), node.scalar()) else { continue };
        let distance = at.abs_diff(here);
        match chosen.iter_mut().find(|(known, ..)| *known == key) {
            Some(known) if distance < known.2 => *known = (key, scalar, distance),
            Some(_) => {}
            None => chosen.push((key, scalar, distance)),
        }
    }
    Some(chosen.into_iter().map(|(key, scalar, _)| (key, scalar)).collect())
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
