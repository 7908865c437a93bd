//! A YAML or JSON file as maps, lists and scalars with their places in bytes.
//!
//! It comes from the events of one of three readers. Only what may matter to something found is
//! kept: below a map or list that nothing was found in, one level stays.

mod builder;
mod node;

pub(super) use builder::{Builder, DEEPEST};
pub(super) use node::{Home, Kind, Label, Node, NodeId, Part, Scalar, Style};

use std::collections::HashMap;

/// All documents of a file.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Structure<'a> {
    nodes: Vec<Node<'a>>,
    /// The roots, and where their documents begin, in this order.
    documents: Vec<Document>,
    /// Where each found place stands; `None` outside of scalars: in comments, mostly.
    pub(super) homes: Vec<Option<Home>>,
    /// The last of the entries with this key, of maps that anything was found in or beside.
    entries: HashMap<NodeId, HashMap<String, NodeId>>,
    /// Whether something nests deeper than is read.
    pub(super) is_cut: bool,
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
        self.entries.get(&map)?.get(key).copied()
    }

    /// The text of a key's value.
    pub(super) fn text(&self, map: NodeId, key: &str) -> Option<&str> {
        self.node(self.get(map, key)?).scalar().map(|scalar| &*scalar.text)
    }

    /// What `id` is in, from the inside to the outside, without itself.
    pub(super) fn around(&self, id: NodeId) -> impl Iterator<Item = NodeId> {
        std::iter::successors(self.node(id).parent, |id| self.node(*id).parent)
    }

    pub(super) fn documents(&self) -> &[Document] {
        &self.documents
    }

    /// Which document a place in the file belongs to.
    pub(super) fn document_at(&self, at: usize) -> Option<usize> {
        self.documents.partition_point(|document| document.start <= at).checked_sub(1)
    }

    fn index_entries(&mut self) {
        for (index, node) in self.nodes.iter().enumerate() {
            let Label::Key(key) = &node.label else { continue };
            let Some(parent) = node.parent else { continue };
            // No rule asks for a longer one.
            if key.text.len() <= 64 {
                let entries = self.entries.entry(parent).or_default();
                entries.insert(key.text.clone().into_owned(), NodeId::new(index));
            }
        }
    }
}
