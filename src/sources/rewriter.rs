//! From the bytes of a file to what becomes of it. Pure.

use std::path::Path;

use super::context;
use super::decide::{Finding, Rules};
use super::find::Finder;

/// All that decides what becomes of a file's bytes.
pub(super) struct Rewriter {
    pub(super) finder: Finder,
    pub(super) rules: Rules,
}

impl Rewriter {
    /// What becomes of what names CCR in a file, and why its format can't be read if it can't.
    pub(super) fn look(&self, path: &Path, bytes: &[u8]) -> (Vec<Finding>, Option<String>) {
        let found = self.finder.find(bytes);
        if found.is_empty() {
            return (Vec::new(), None);
        }
        let reading = context::read(&path.to_string_lossy(), bytes, &found);
        (self.rules.decide(bytes, &found, &reading), reading.unreadable)
    }
}
