//! The parts of an structure.

use std::borrow::Cow;

use crate::sources::span::Span;

/// Names a node of one structure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(in super::super) struct NodeId(u32);

impl NodeId {
    /// Files are far smaller than what this can count.
    pub(super) fn new(index: usize) -> Self {
        Self(u32::try_from(index).unwrap_or(u32::MAX))
    }

    pub(super) fn index(self) -> usize {
        self.0 as usize
    }
}

/// A map, a list, a scalar, or an alias of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) struct Node<'a> {
    pub(in super::super) parent: Option<NodeId>,
    pub(super) next: Option<NodeId>,
    pub(in super::super) label: Label<'a>,
    pub(in super::super) kind: Kind<'a>,
}

/// What leads to a node from the one that it is in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) enum Label<'a> {
    Document,
    Key(Scalar<'a>),
    Item(usize),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) enum Kind<'a> {
    Map {
        first: Option<NodeId>,
    },
    List {
        first: Option<NodeId>,
    },
    Scalar(Scalar<'a>),
    /// Of a map or list; `None` if it isn't kept.
    Alias(Option<NodeId>),
}

/// Text, as it is meant and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) struct Scalar<'a> {
    /// Without quotes and escapes.
    pub(in super::super) text: Cow<'a, str>,
    /// Where it stands, without quotes.
    pub(in super::super) span: Span,
    pub(in super::super) style: Style,
}

/// How a scalar is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Style {
    /// Without quotes: it may be a number.
    Plain,
    /// Without quotes, and a tag says that it is text.
    Tagged,
    Single,
    Double,
    Literal,
    Folded,
    /// The name of an anchor. The text is that of the scalar there.
    Alias,
}

/// Where something that was found stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) struct Home {
    pub(in super::super) node: NodeId,
    pub(in super::super) part: Part,
}

/// Which part of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Part {
    Key,
    Value,
}

impl<'a> Node<'a> {
    pub(in super::super) fn scalar(&self) -> Option<&Scalar<'a>> {
        match &self.kind {
            Kind::Scalar(scalar) => Some(scalar),
            _ => None,
        }
    }

    /// The key that it stands under; `None` of an entry of a list.
    pub(in super::super) fn key(&self) -> Option<&str> {
        match &self.label {
            Label::Key(key) => Some(&key.text),
            Label::Document | Label::Item(_) => None,
        }
    }

    pub(in super::super) fn is_map(&self) -> bool {
        matches!(self.kind, Kind::Map { .. })
    }

    pub(in super::super) fn is_list(&self) -> bool {
        matches!(self.kind, Kind::List { .. })
    }
}
