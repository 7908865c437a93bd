//! From the bytes of a file to what becomes of it. Pure.

use std::path::Path;

use super::context::{self, Reading};
use super::decide::{Finding, Rules};
use super::find::{Finder, Found};

/// All that decides what becomes of a file's bytes.
pub(super) struct Rewriter {
    pub(super) finder: Finder,
    pub(super) rules: Rules,
}

impl Rewriter {
    /// What becomes of what names CCR in a file, and why its format can't be read if it can't.
    pub(super) fn look(&self, path: &Path, bytes: &[u8]) -> (Vec<Finding>, Option<String>) {
        self.look_with(bytes, |found| context::read(&path.to_string_lossy(), bytes, found))
    }

    /// The same of what a program has rendered.
    pub(super) fn look_at_rendered(&self, bytes: &[u8]) -> Vec<Finding> {
        // By this Helm says that nothing in it is to be changed by hand.
        let mut unmarked = bytes.to_vec();
        for at in memchr::memmem::find_iter(bytes, b"# Source: ") {
            unmarked[at + 2] = b's';
        }
        self.look_with(bytes, |found| context::read_rendered(&unmarked, found)).0
    }

    fn look_with(
        &self,
        bytes: &[u8],
        read: impl FnOnce(&[Found]) -> Reading,
    ) -> (Vec<Finding>, Option<String>) {
        let found = self.finder.find(bytes);
        if found.is_empty() {
            return (Vec::new(), None);
        }
        let reading = read(&found);
        (self.rules.decide(bytes, &found, &reading), reading.unreadable)
    }
}
