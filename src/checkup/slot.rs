//! What one check finds out and others build on.

use std::sync::OnceLock;

use super::finding::Finding;

/// Filled at most once, by the check that is named as needed.
#[derive(Debug)]
pub(super) struct Slot<T>(OnceLock<T>);

impl<T> Default for Slot<T> {
    fn default() -> Self {
        Self(OnceLock::new())
    }
}

impl<T> Slot<T> {
    /// Fills it. A second value is dropped.
    pub(super) fn fill(&self, value: T) {
        let _ = self.0.set(value);
    }

    /// What is in it, if its check ran.
    pub(super) fn peek(&self) -> Option<&T> {
        self.0.get()
    }

    /// What is in it.
    ///
    /// # Errors
    /// A finding, if its check could not find it out.
    pub(super) fn get(&self) -> Result<&T, Finding> {
        self.0
            .get()
            .ok_or_else(|| Finding::not_proven("what this builds on could not be found out"))
    }
}
