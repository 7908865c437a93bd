//! Tags that belong to another image: fallback indexes, cosign's signatures.
//!
//! They are copied before that image's own tag, so that it is never there without them.

use std::collections::{HashMap, HashSet};

use parking_lot::Mutex;

use super::tag_result::TagResult;
use crate::image::{Digest, ReferrerTag};
use crate::transfer::copy::graph::{Graph, GraphCache};
use crate::transfer::plan::RepositoryCopy;

/// The tags of one repository and round that belong to others, until they are taken.
#[derive(Default)]
pub(super) struct Followers {
    /// By the manifest that they refer to: their places in the plan, and what they point at.
    by_subject: HashMap<Digest, Vec<(usize, Option<Digest>)>>,
    waiting: Mutex<HashSet<usize>>,
}

impl Followers {
    /// Those among these tags of the repository that are to be copied.
    pub(super) fn among(repository: &RepositoryCopy, tags: &[usize]) -> Self {
        let mut followers = Self::default();
        for index in tags {
            let tag = &repository.tags[*index];
            if let (Some(referrer), true) = (ReferrerTag::parse(&tag.tag), tag.action.moves_tag()) {
                let of_subject = followers.by_subject.entry(referrer.subject).or_default();
                of_subject.push((*index, tag.digest.clone()));
                followers.waiting.get_mut().insert(*index);
            }
        }
        followers
    }

    /// Whether nobody has taken it yet.
    pub(super) fn is_waiting(&self, index: usize) -> bool {
        self.waiting.lock().contains(&index)
    }

    /// Takes one; `false` if somebody has.
    pub(super) fn take(&self, index: usize) -> bool {
        self.waiting.lock().remove(&index)
    }

    /// Takes those that refer to a manifest of the graph, and to these in turn as far as the
    /// listing tells what they point at. Each comes before what refers to it.
    pub(super) fn take_of(&self, graph: &Graph) -> Vec<usize> {
        let mut taken = Vec::new();
        let mut subjects: Vec<&Digest> = graph.nodes().map(|node| &node.manifest.digest).collect();
        while let Some(subject) = subjects.pop() {
            for (index, digest) in self.by_subject.get(subject).into_iter().flatten() {
                if self.take(*index) {
                    taken.push(*index);
                    subjects.extend(digest);
                }
            }
        }
        taken
    }
}

/// Those of one image, while it is copied: the last one is next.
pub(super) struct OwnFollowers<'a> {
    pub(super) graphs: &'a GraphCache,
    all: &'a Followers,
    waiting: Mutex<Vec<usize>>,
    results: Mutex<Vec<TagResult>>,
}

impl<'a> OwnFollowers<'a> {
    pub(super) fn new(graphs: &'a GraphCache, all: &'a Followers, own: Vec<usize>) -> Self {
        let (waiting, results) = (Mutex::new(own), Mutex::default());
        Self { graphs, all, waiting, results }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.waiting.lock().is_empty()
    }

    /// The one that is next; it stays until it is [`OwnFollowers::done`].
    pub(super) fn next(&self) -> Option<usize> {
        self.waiting.lock().last().copied()
    }

    /// Puts those before the next one that refer to what it brings. `false` if there are none.
    pub(super) fn add_those_of(&self, graph: &Graph) -> bool {
        let more = self.all.take_of(graph);
        let is_new = !more.is_empty();
        self.waiting.lock().extend(more);
        is_new
    }

    pub(super) fn done(&self, end: TagResult) {
        self.waiting.lock().retain(|index| *index != end.index);
        self.results.lock().push(end);
    }

    /// What became of them, and those that are left.
    pub(super) fn into_results(self) -> (Vec<TagResult>, Vec<usize>) {
        (self.results.into_inner(), self.waiting.into_inner())
    }
}
