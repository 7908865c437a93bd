//! One place in a file, as the rules look at it.

use super::fields::parameter;
use super::structure::{Home, Label, NodeId, Part, Scalar, Structure};
use crate::sources::context::keys::plain;
use crate::sources::span::Span;

/// So much of a scalar is looked at around a place, in bytes.
const NEAR: usize = 512;

/// Where something stands in a scalar.
pub(super) struct At<'s> {
    pub(super) structure: &'s Structure<'s>,
    /// The path of the file, in lower case.
    pub(super) path: &'s str,
    pub(super) home: Home,
    /// The keys that lead to it, from the inside to the outside, as they are compared.
    pub(super) plain_keys: Vec<String>,
    /// Whether its scalar is a text of another kind: a script, a file.
    pub(super) is_in_part: bool,
    /// It, as it is written.
    pub(super) text: String,
    /// What stands in front of it in its scalar, as it is written.
    pub(super) before: String,
    /// What stands behind it.
    pub(super) after: String,
}

impl<'s> At<'s> {
    /// What stands at `span` of `bytes`.
    pub(super) fn new(
        structure: &'s Structure<'s>,
        path: &'s str,
        bytes: &[u8],
        home: Home,
        span: &Span,
    ) -> Self {
        let scalar = scalar_of(structure, home).map_or(span.clone(), |it| it.span.clone());
        let start = scalar.start.max(span.start.saturating_sub(NEAR)).min(span.start);
        let end = scalar.end.min(span.end.saturating_add(NEAR)).max(span.end);
        let text = |span| String::from_utf8_lossy(&bytes[span]).into_owned();
        let at = Self {
            structure,
            path,
            home,
            is_in_part: false,
            text: text(span.start..span.end.min(span.start + NEAR)),
            before: text(start..span.start),
            after: text(span.end..end),
            plain_keys: Vec::new(),
        };
        Self { plain_keys: at.keys().map(plain).collect(), ..at }
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

    /// The key of the list that it is an entry of, or its own, as it is compared. Of an entry of
    /// `{name, value}`, the name.
    pub(super) fn title(&self) -> String {
        let name = (!self.is_key()).then(|| parameter(self.structure, self.home.node)).flatten();
        name.map_or_else(|| self.plain_key().to_owned(), plain)
    }

    /// The keys that lead to it, from the inside to the outside.
    pub(super) fn keys(&self) -> impl Iterator<Item = &'s str> + use<'s> {
        let structure = self.structure;
        let own = (!self.is_key()).then_some(self.home.node).into_iter();
        let nodes = own.chain(structure.around(self.home.node));
        nodes.filter_map(|id| structure.node(id).key())
    }

    /// Whether one of these keys leads to it, as they are compared.
    pub(super) fn is_below(&self, keys: &[&str]) -> bool {
        self.plain_keys.iter().any(|key| keys.contains(&&**key))
    }

    /// The innermost key that leads to it, as it is compared.
    pub(super) fn plain_key(&self) -> &str {
        self.plain_keys.first().map_or("", String::as_str)
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

    /// Whether a key stands beside it.
    pub(super) fn is_beside(&self, key: &str) -> bool {
        self.map().is_some_and(|map| self.structure.get(map, key).is_some())
    }

    /// The text under a key of one of the innermost `depth` maps around it.
    pub(super) fn text_near(&self, key: &str, depth: usize) -> Option<&'s str> {
        self.maps().take(depth).find_map(|map| self.structure.text(map, key))
    }

    /// `apiVersion` and `kind` of the object of Kubernetes that it is in.
    pub(super) fn object(&self) -> Option<(&'s str, &'s str)> {
        let text = |map, key| self.structure.text(map, key);
        self.maps().find_map(|map| Some((text(map, "apiVersion")?, text(map, "kind")?)))
    }

    /// Whether it is an entry of a list.
    pub(super) fn is_item(&self) -> bool {
        matches!(self.structure.node(self.home.node).label, Label::Item(_))
    }

    /// Whether it is in an entry of a list directly.
    pub(super) fn is_in_item(&self) -> bool {
        let map = self.structure.node(self.home.node).parent;
        map.is_some_and(|map| matches!(self.structure.node(map).label, Label::Item(_)))
    }

    /// The last part of the file's path.
    pub(super) fn file_name(&self) -> &'s str {
        self.path.rsplit('/').next().unwrap_or(self.path)
    }
}

fn scalar_of<'s>(structure: &'s Structure<'s>, home: Home) -> Option<&'s Scalar<'s>> {
    let node = structure.node(home.node);
    match (&node.label, home.part) {
        (Label::Key(key), Part::Key) => Some(key),
        _ => node.scalar(),
    }
}

fn is_around(character: char) -> bool {
    character.is_whitespace() || matches!(character, '"' | '\'' | '\\')
}
