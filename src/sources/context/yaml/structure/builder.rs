//! A structure from events, in the order of the file.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use super::node::{Home, Kind, Label, Node, NodeId, Part, Scalar, Style};
use super::{Document, Structure};
use crate::sources::find::Found;
use crate::sources::span::Span;

/// Maps and lists nest this deep at most; no program's own files do.
pub(in super::super) const DEEPEST: usize = 256;

/// Of files that are no larger, in bytes, all of the structure is kept.
const SMALL: usize = 256 << 10;

/// Takes the events of one file.
#[derive(Debug)]
pub(in super::super) struct Builder<'a, 'f> {
    found: &'f [Found],
    /// How many of `found` have been passed.
    passed: usize,
    structure: Structure<'a>,
    open: Vec<Frame<'a>>,
    /// How many maps and lists are open that are too deep.
    too_deep: usize,
    anchors: HashMap<usize, Anchored<'a>>,
    /// The anchor in front of the next node; 0 if there is none.
    anchor: usize,
    /// Whether a tag in front of it says that it is text.
    is_tagged: bool,
    /// Whether everything is kept.
    keeps_all: bool,
}

/// A map or list that isn't closed.
#[derive(Debug)]
struct Frame<'a> {
    id: NodeId,
    is_map: bool,
    last: Option<NodeId>,
    items: usize,
    /// The key whose value is awaited, and what was found in it.
    key: Option<(Scalar<'a>, Range<usize>)>,
    holds: bool,
    anchor: usize,
}

#[derive(Debug, Clone)]
struct Anchored<'a> {
    node: NodeId,
    kind: Kind<'a>,
    holds: bool,
}

/// Where a document began, to take back what came of it.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct Mark {
    nodes: usize,
    documents: usize,
    passed: usize,
}

impl<'a, 'f> Builder<'a, 'f> {
    /// For a file of so many bytes.
    pub(in super::super) fn new(found: &'f [Found], size: usize) -> Self {
        let structure = Structure { homes: vec![None; found.len()], ..Structure::default() };
        Self {
            found,
            passed: 0,
            structure,
            open: Vec::new(),
            too_deep: 0,
            anchors: HashMap::new(),
            anchor: 0,
            is_tagged: false,
            keeps_all: size <= SMALL,
        }
    }

    /// Begins a document; one that is open ends.
    pub(in super::super) fn document(&mut self, start: usize) {
        while self.is_open() {
            self.close();
        }
        self.anchors.clear();
        (self.anchor, self.is_tagged) = (0, false);
        self.structure.documents.push(Document { start, root: None });
    }

    pub(in super::super) fn mark(&self) -> Mark {
        Mark {
            nodes: self.structure.nodes.len(),
            documents: self.structure.documents.len(),
            passed: self.passed,
        }
    }

    /// Forgets everything since `mark`, which was made between documents.
    pub(in super::super) fn back_to(&mut self, mark: Mark) {
        self.open.clear();
        self.too_deep = 0;
        self.structure.nodes.truncate(mark.nodes);
        self.structure.documents.truncate(mark.documents);
        self.structure.aliases.retain(|anchored, _| anchored.index() < mark.nodes);
        self.passed = mark.passed;
        self.structure.homes[mark.passed..].fill(None);
    }

    /// The next node has this anchor; 0 is none.
    pub(in super::super) fn anchor(&mut self, id: usize) {
        self.anchor = id;
    }

    /// The next node has a tag, which may say that it is text.
    pub(in super::super) fn tag(&mut self, is_text: bool) {
        self.is_tagged = is_text;
    }

    /// Says that something is left out.
    pub(in super::super) fn cut(&mut self) {
        self.structure.is_cut = true;
    }

    pub(in super::super) fn open_map(&mut self) {
        self.open_as(Kind::Map { first: None });
    }

    pub(in super::super) fn open_list(&mut self) {
        self.open_as(Kind::List { first: None });
    }

    /// Whether a map or list is open.
    pub(in super::super) fn is_open(&self) -> bool {
        !self.open.is_empty()
    }

    /// A comment. What is found in it has no place in the structure.
    pub(in super::super) fn comment(&mut self, span: &Span) {
        let within = self.found_in(span);
        if !within.is_empty() {
            self.structure.comments.push(within);
        }
    }

    /// A scalar: a key, or a value.
    pub(in super::super) fn scalar(&mut self, mut scalar: Scalar<'a>) {
        let anchor = std::mem::take(&mut self.anchor);
        if std::mem::take(&mut self.is_tagged) && scalar.style == Style::Plain {
            scalar.style = Style::Tagged;
        }
        // A flag may begin with the quote of its key.
        let quote = usize::from(matches!(scalar.style, Style::Single | Style::Double));
        let within = self.found_in(&(scalar.span.start - quote..scalar.span.end));
        if self.too_deep > 0 {
            return;
        }
        let holds = !within.is_empty();
        self.hold(holds);
        if self.awaits_key() {
            if let Some(frame) = self.open.last_mut() {
                frame.key = Some((scalar, within));
            }
            return;
        }
        let kind = Kind::Scalar(scalar);
        let anchored = (anchor > 0).then(|| kind.clone());
        let id = self.add(kind);
        if let Some(kind) = anchored {
            self.anchors.insert(anchor, Anchored { node: id, kind, holds });
        }
        self.settle(within, Home { node: id, part: Part::Value });
    }

    /// The alias of an anchor, which is written as `text`.
    pub(in super::super) fn alias(&mut self, anchor: usize, text: Cow<'a, str>, span: Span) {
        if self.too_deep > 0 {
            return;
        }
        let scalar = |text, span| Scalar { text, span, style: Style::Alias };
        if self.awaits_key() {
            // Few keys are aliases, and no rule has a use for them.
            return self.scalar(scalar(text, span));
        }
        let anchored = self.anchors.get(&anchor);
        let holds = anchored.filter(|anchored| anchored.holds).map(|anchored| anchored.node);
        let kind = match anchored.map(|anchored| &anchored.kind) {
            // What is changed of it is changed where the anchor is.
            Some(Kind::Scalar(there)) => {
                let span = if holds.is_some() { there.span.clone() } else { span };
                Kind::Scalar(scalar(there.text.clone(), span))
            }
            Some(other) => other.clone(),
            None => Kind::Alias(None),
        };
        let id = self.add(kind);
        if let Some(anchored) = holds {
            self.structure.aliases.entry(anchored).or_default().push(id);
            self.hold(true);
        }
    }

    /// Ends the innermost map or list.
    pub(in super::super) fn close(&mut self) {
        if self.too_deep > 0 {
            self.too_deep -= 1;
            return;
        }
        if let Some((key, _)) = self.open.last().and_then(|frame| frame.key.as_ref()) {
            let at = key.span.end;
            self.scalar(Scalar { text: "".into(), span: at..at, style: Style::Plain });
        }
        let Some(frame) = self.open.pop() else { return };
        if !frame.holds && !self.keeps_all {
            self.prune(frame.id);
        }
        if frame.anchor > 0 {
            let is_kept = frame.holds || self.keeps_all;
            let kind = Kind::Alias(is_kept.then_some(frame.id));
            let anchored = Anchored { node: frame.id, kind, holds: frame.holds };
            self.anchors.insert(frame.anchor, anchored);
        }
        self.hold(frame.holds);
    }

    pub(in super::super) fn finish(mut self) -> Structure<'a> {
        while self.is_open() {
            self.close();
        }
        self.structure.index_entries();
        self.structure
    }

    /// Whether the next scalar is a key.
    pub(in super::super) fn awaits_key(&self) -> bool {
        self.open.last().is_some_and(|frame| frame.is_map && frame.key.is_none())
    }

    /// Whether the next node is the value of a key.
    pub(in super::super) fn awaits_value(&self) -> bool {
        self.open.last().is_some_and(|frame| frame.key.is_some())
    }

    fn open_as(&mut self, kind: Kind<'a>) {
        if self.too_deep > 0 || self.open.len() == DEEPEST {
            if self.too_deep == 0 {
                self.add(Kind::Alias(None));
            }
            self.structure.is_cut = true;
            self.too_deep += 1;
            return;
        }
        if self.awaits_key() {
            // A map or list that is itself a key. It stands beside its value, under no name.
            self.scalar(Scalar { text: "".into(), span: 0..0, style: Style::Plain });
            let unnamed = self.open.last().and_then(|frame| frame.key.clone());
            self.push(kind);
            // Its value follows when it is closed.
            if let Some(parent) = self.open.iter_mut().rev().nth(1) {
                parent.key = unnamed;
            }
            return;
        }
        self.push(kind);
    }

    fn push(&mut self, kind: Kind<'a>) {
        let anchor = std::mem::take(&mut self.anchor);
        self.is_tagged = false;
        let is_map = matches!(kind, Kind::Map { .. });
        let id = self.add(kind);
        self.open.push(Frame { id, is_map, last: None, items: 0, key: None, holds: false, anchor });
    }

    fn add(&mut self, kind: Kind<'a>) -> NodeId {
        let id = NodeId::new(self.structure.nodes.len());
        let mut within = 0..0;
        let (parent, label) = match self.open.last_mut() {
            None => (None, Label::Document),
            Some(frame) => {
                let label = match frame.key.take() {
                    Some((key, found)) => {
                        within = found;
                        Label::Key(key)
                    }
                    None => Label::Item(frame.items),
                };
                frame.items += 1;
                (Some(frame.id), label)
            }
        };
        match (self.open.last_mut(), parent) {
            (Some(frame), Some(parent)) => {
                let last = frame.last.replace(id);
                self.link(parent, last, id);
            }
            _ => {
                if let Some(document) = self.structure.documents.last_mut() {
                    document.root.get_or_insert(id);
                }
            }
        }
        self.structure.nodes.push(Node { parent, next: None, label, kind });
        self.settle(within, Home { node: id, part: Part::Key });
        id
    }

    fn link(&mut self, parent: NodeId, last: Option<NodeId>, id: NodeId) {
        match last {
            Some(last) => self.structure.nodes[last.index()].next = Some(id),
            None => {
                if let Kind::Map { first } | Kind::List { first } =
                    &mut self.structure.nodes[parent.index()].kind
                {
                    *first = Some(id);
                }
            }
        }
    }

    /// Which of what was found begins in `span`. What stands in front of it is passed.
    fn found_in(&mut self, span: &Span) -> Range<usize> {
        while self.found.get(self.passed).is_some_and(|found| found.span.start < span.start) {
            self.passed += 1;
        }
        let first = self.passed;
        while self.found.get(self.passed).is_some_and(|found| found.span.start < span.end) {
            self.passed += 1;
        }
        first..self.passed
    }

    fn settle(&mut self, within: Range<usize>, home: Home) {
        self.structure.homes[within].fill(Some(home));
    }

    fn hold(&mut self, holds: bool) {
        if let Some(frame) = self.open.last_mut() {
            frame.holds |= holds;
        }
    }

    /// Keeps the first level below a node that nothing was found in. What is below has been pruned
    /// in the same way, so that each node is looked at twice at most.
    fn prune(&mut self, id: NodeId) {
        let nodes = &mut self.structure.nodes;
        let first = id.index() + 1;
        let (mut kept, mut last) = (first, None);
        for index in first..nodes.len() {
            if nodes[index].parent != Some(id) {
                continue;
            }
            nodes.swap(kept, index);
            if let Kind::Map { first } | Kind::List { first } = &mut nodes[kept].kind {
                *first = None;
            }
            nodes[kept].next = None;
            let here = NodeId::new(kept);
            match last.replace(kept) {
                Some(last) => nodes[last].next = Some(here),
                None => {
                    if let Kind::Map { first } | Kind::List { first } = &mut nodes[id.index()].kind
                    {
                        *first = Some(here);
                    }
                }
            }
            kept += 1;
        }
        nodes.truncate(kept);
    }
}
