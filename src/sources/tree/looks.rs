//! What comes of looking at files.

use std::collections::HashSet;
use std::path::PathBuf;

use super::listed::{Listed, Unasked};
use super::{LeftOut, Stamp};

/// What came of looking at files.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::sources) struct Looks<T> {
    /// The files in which something was found, by path.
    pub(in crate::sources) found: Vec<Looked<T>>,
    /// What was met and not entered, couldn't be looked at, or names CCR and isn't text; by path, as
    /// the user would type it.
    pub(in crate::sources) left_out: Vec<(PathBuf, LeftOut)>,
    /// New versions of files that a run has left behind because it was killed.
    pub(in crate::sources) left_behind: Vec<Listed>,
    /// What could not be asked.
    pub(in crate::sources) unasked: Vec<Unasked>,
    /// What is only counted.
    pub(in crate::sources) counts: Counts,
}

/// A file in which something was found.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::sources) struct Looked<T> {
    /// Which one.
    pub(in crate::sources) file: Listed,
    /// What it was when it was read.
    pub(in crate::sources) stamp: Stamp,
    /// What was found.
    pub(in crate::sources) what: T,
    /// Why it isn't rewritten all the same.
    pub(in crate::sources) left_out: Option<LeftOut>,
}

/// What is only counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::sources) struct Counts {
    /// Files that were read.
    pub(in crate::sources) files: usize,
    /// Symbolic links.
    pub(in crate::sources) symlinks: usize,
    /// Files whose content Git LFS holds elsewhere.
    pub(in crate::sources) lfs_pointers: usize,
    /// Files that a sparse checkout leaves out.
    pub(in crate::sources) not_checked_out: usize,
}

impl<T> Looks<T> {
    /// Nothing yet.
    #[must_use]
    pub(super) fn new() -> Self {
        Self {
            found: Vec::new(),
            left_out: Vec::new(),
            left_behind: Vec::new(),
            unasked: Vec::new(),
            counts: Counts::default(),
        }
    }

    /// By path, and each once.
    pub(super) fn order(&mut self) {
        self.found.sort_by_cached_key(|looked| looked.file.path().into_os_string());
        // A file system without regard to case gives a file by two names.
        let mut seen = HashSet::new();
        self.found.retain(|looked| {
            let facts = looked.stamp.facts;
            facts.links != 1 || facts.identity.1 == 0 || seen.insert(facts.identity)
        });
        self.left_out.sort_by(|(a, _), (b, _)| a.cmp(b));
        self.left_out.dedup();
        self.left_behind.sort_by_cached_key(Listed::path);
    }
}
