//! One place in a file, as the rules look at it.

use super::fields::parameter;
use super::structure::{Home, NodeId, Part, Scalar, Structure, plain};
use crate::sources::find::{Found, What};

/// So much of a scalar is looked at around a place, in bytes.
const NEAR: usize = 512;

/// Where something was found in a scalar.
pub(super) struct At<'s> {
    pub(super) structure: &'s Structure<'s>,
    /// The path of the file, in lower case.
    pub(super) path: &'s str,
    pub(super) found: &'s Found,
    pub(super) home: Home,
    /// What stands in front of it in its scalar, as it is written.
    pub(super) before: String,
    /// What stands behind it.
    pub(super) after: String,
}

impl<'s> At<'s> {
    pub(super) fn new(
        structure: &'s Structure<'s>,
        path: &'s str,
        bytes: &[u8],
        found: &'s Found,
        home: Home,
    ) -> Self {
        let scalar = scalar_of(structure, home);
        let span = scalar.map_or(found.span.clone(), |scalar| scalar.span.clone());
        let start = span.start.max(found.span.start.saturating_sub(NEAR));
        let end = span.end.min(found.span.end.saturating_add(NEAR)).max(found.span.end);
        let text = |span| String::from_utf8_lossy(&bytes[span]).into_owned();
        Self {
            structure,
            path,
            found,
            home,
            before: text(start.min(found.span.start)..found.span.start),
            after: text(found.span.end..end),
        }
    }

    /// Whether it stands in a key.
    pub(super) fn is_key(&self) -> bool {
        self.home.part == Part::Key
    }

    /// Whether its scalar is nothing else, but for white space and quotes.
    pub(super) fn is_whole(&self) -> bool {
        self.begins() && self.after.trim_matches(is_around).is_empty()
    }

    /// Whether its scalar begins with it.
    pub(super) fn begins(&self) -> bool {
        self.before.trim_matches(is_around).is_empty()
    }

    /// The name of what it is the value of: the key, the name beside `value`, or the key of the list
    /// that it is in.
    pub(super) fn title(&self) -> &'s str {
        let node = self.home.node;
        if self.is_key() {
            return self.keys().next().unwrap_or_default();
        }
        match parameter(self.structure, node) {
            Some(name) => name,
            None => self.keys().next().unwrap_or_default(),
        }
    }

    /// The keys that lead to it, from the inside to the outside.
    pub(super) fn keys(&self) -> impl Iterator<Item = &'s str> + use<'s> {
        let structure = self.structure;
        let own = (!self.is_key()).then_some(self.home.node);
        own.into_iter()
            .chain(structure.around(self.home.node))
            .filter_map(|id| structure.node(id).key())
    }

    /// Whether one of these keys leads to it. In lower case, without dashes.
    pub(super) fn is_below(&self, keys: &[&str]) -> bool {
        self.keys().any(|key| keys.contains(&&*plain(key)))
    }

    /// The maps around it, from the inside to the outside.
    pub(super) fn maps(&self) -> impl Iterator<Item = NodeId> + use<'s> {
        let structure = self.structure;
        structure.around(self.home.node).filter(|id| structure.node(*id).is_map())
    }

    /// The innermost map around it.
    pub(super) fn map(&self) -> Option<NodeId> {
        self.maps().next()
    }

    /// What stands under a key beside it.
    pub(super) fn beside(&self, key: &str) -> Option<NodeId> {
        self.structure.get(self.map()?, key)
    }

    pub(super) fn text_beside(&self, key: &str) -> &'s str {
        self.map().and_then(|map| self.structure.text(map, key)).unwrap_or_default()
    }

    /// `apiVersion` and `kind` of the object of Kubernetes that it is in.
    pub(super) fn object(&self) -> Option<(&'s str, &'s str)> {
        let text = |map, key| self.structure.text(map, key);
        self.maps().find_map(|map| Some((text(map, "apiVersion")?, text(map, "kind")?)))
    }

    /// The map that the document is, if it is one.
    pub(super) fn root(&self) -> Option<NodeId> {
        self.maps().last()
    }

    /// The last part of the file's path.
    pub(super) fn file_name(&self) -> &'s str {
        self.path.rsplit('/').next().unwrap_or(self.path)
    }

    pub(super) fn is_name(&self) -> bool {
        matches!(self.found.what, What::Name(_))
    }
}

fn scalar_of<'s>(structure: &'s Structure<'s>, home: Home) -> Option<&'s Scalar<'s>> {
    let node = structure.node(home.node);
    match (&node.label, home.part) {
        (super::structure::Label::Key(key), Part::Key) => Some(key),
        _ => node.scalar(),
    }
}

fn is_around(character: char) -> bool {
    character.is_whitespace() || matches!(character, '"' | '\'' | '\\')
}
