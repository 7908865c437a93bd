//! A YAML or JSON file as maps, lists and scalars with their places in bytes.
//!
//! It comes from the events of one of three readers. Of large files, only what may matter to
//! something found is kept: below a map or list that nothing was found in, one level stays.

mod builder;
mod node;

pub(super) use builder::{Builder, DEEPEST};
pub(super) use node::{Home, Kind, Label, Node, NodeId, Part, Scalar, Style};

use std::collections::HashMap;
use std::ops::Range;

use crate::sources::context::keys::plain;

/// All documents of a file.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Structure<'a> {
    nodes: Vec<Node<'a>>,
    /// The roots, and where their documents begin, in this order.
    documents: Vec<Document>,
    /// Where each found place stands; `None` outside of scalars: in comments, mostly.
    pub(super) homes: Vec<Option<Home>>,
    /// The aliases of nodes that anything was found in.
    aliases: HashMap<NodeId, Vec<NodeId>>,
    /// Which of what was found stands in comments that the reader knows.
    comments: Vec<Range<usize>>,
    /// Of maps that anything was found in or beside.
    entries: HashMap<NodeId, Entries>,
    /// Whether something nests deeper than is read.
    pub(super) is_cut: bool,
}

/// What a map has, by key.
#[derive(Debug, Default, PartialEq, Eq)]
struct Entries {
    /// The last one with each key.
    last: HashMap<String, NodeId>,
    has_user: bool,
    has_password: bool,
    /// A setting of it, or of a map in it, that says Personal Edition.
    flag: Option<NodeId>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Document {
    pub(super) start: usize,
    pub(super) root: Option<NodeId>,
}

impl<'a> Structure<'a> {
    pub(super) fn node(&self, id: NodeId) -> &Node<'a> {
        &self.nodes[id.index()]
    }

    /// What is in a map or list, in its order.
    pub(super) fn children(&self, id: NodeId) -> impl Iterator<Item = NodeId> {
        let first = match self.node(id).kind {
            Kind::Map { first } | Kind::List { first } => first,
            Kind::Scalar(_) | Kind::Alias(_) => None,
        };
        std::iter::successors(first, |id| self.node(*id).next)
    }

    /// The value of a key; of the last one, if it stands there twice.
    pub(super) fn get(&self, map: NodeId, key: &str) -> Option<NodeId> {
        self.entries.get(&map)?.last.get(key).copied()
    }

    /// Whether a map says who logs in with which password.
    pub(super) fn has_login(&self, map: NodeId) -> bool {
        self.entries.get(&map).is_some_and(|entries| entries.has_user && entries.has_password)
    }

    /// The text of a key's value.
    pub(super) fn text(&self, map: NodeId, key: &str) -> Option<&str> {
        self.node(self.get(map, key)?).scalar().map(|scalar| &*scalar.text)
    }

    /// What `id` is in, from the inside to the outside, without itself.
    pub(super) fn around(&self, id: NodeId) -> impl Iterator<Item = NodeId> {
        std::iter::successors(self.node(id).parent, |id| self.node(*id).parent)
    }

    /// All values that are scalars, in the order of the file.
    pub(super) fn scalars(&self) -> impl Iterator<Item = (NodeId, &Scalar<'a>)> {
        let nodes = self.nodes.iter().enumerate();
        nodes.filter_map(|(index, node)| Some((NodeId::new(index), node.scalar()?)))
    }

    pub(super) fn documents(&self) -> &[Document] {
        &self.documents
    }

    /// The aliases of a node that something was found in.
    pub(super) fn aliases(&self, id: NodeId) -> &[NodeId] {
        self.aliases.get(&id).map_or(&[], Vec::as_slice)
    }

    /// Whether what was found stands in a comment; nothing is known of those of YAML.
    pub(super) fn is_comment(&self, found: usize) -> bool {
        let before = self.comments.partition_point(|comment| comment.end <= found);
        self.comments.get(before).is_some_and(|comment| comment.contains(&found))
    }

    /// Which document a place in the file belongs to.
    pub(super) fn document_at(&self, at: usize) -> Option<usize> {
        self.documents.partition_point(|document| document.start <= at).checked_sub(1)
    }

    /// The setting that says Personal Edition in a map, or in one that is directly in it.
    pub(super) fn edition_flag(&self, map: NodeId) -> Option<&Node<'a>> {
        self.entries.get(&map)?.flag.map(|id| self.node(id))
    }

    fn index_entries(&mut self) {
        for (index, node) in self.nodes.iter().enumerate() {
            let Label::Key(key) = &node.label else { continue };
            let Some(parent) = node.parent else { continue };
            // No rule asks for a longer one.
            if key.text.len() <= 64 {
                let entries = self.entries.entry(parent).or_default();
                entries.last.insert(key.text.clone().into_owned(), NodeId::new(index));
                let plain = plain(&key.text);
                if is_edition_flag(&plain, node) {
                    entries.flag = Some(NodeId::new(index));
                    if let Some(outer) = self.nodes[parent.index()].parent {
                        let outer = self.entries.entry(outer).or_default();
                        outer.flag.get_or_insert(NodeId::new(index));
                    }
                }
                let entries = self.entries.entry(parent).or_default();
                entries.has_user |=
                    plain.ends_with("username") || matches!(&*plain, "user" | "login" | "usr");
                entries.has_password |= plain.ends_with("password")
                    || matches!(&*plain, "passwd" | "pass" | "token" | "secret");
            }
        }
    }
}

/// Settings of TKE, SCF, CODING and others, whose value for CCR is `personal`.
fn is_edition_flag(key: &str, node: &Node<'_>) -> bool {
    let ends = ["imagetype", "repotype", "registrytype"];
    // TI-ONE and the security service say `CCR`.
    let values = ["personal", "ccr"];
    let is_personal = |text: &str| values.iter().any(|value| value.eq_ignore_ascii_case(text));
    node.scalar().is_some_and(|scalar| is_personal(&scalar.text))
        && ends.iter().any(|end| key.ends_with(end))
}
