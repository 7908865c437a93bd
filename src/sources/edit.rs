//! Changes of a file's bytes.

use super::span::Span;

/// What takes the place of some bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::sources) struct Edit {
    /// The bytes that go.
    pub(in crate::sources) span: Span,
    /// What comes. No line begins or ends in it.
    pub(in crate::sources) new: String,
}

/// Edits of one file: sorted, disjoint, each of them within a line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::sources) struct Edits(Vec<Edit>);

impl Edits {
    /// These edits of `bytes`; one that is there twice counts once.
    ///
    /// # Errors
    /// Those that can't be made together, or would change the lines.
    pub(in crate::sources) fn new(bytes: &[u8], mut edits: Vec<Edit>) -> Result<Self, Edit> {
        edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
        edits.dedup();
        edits.retain(|edit| bytes.get(edit.span.clone()) != Some(edit.new.as_bytes()));
        let mut end = 0;
        for edit in &edits {
            let old = bytes.get(edit.span.clone());
            let is_in_line = |text: &[u8]| !text.contains(&b'\n') && !text.contains(&b'\r');
            let is_sound = edit.span.start >= end
                && old.is_some_and(is_in_line)
                && is_in_line(edit.new.as_bytes());
            if !is_sound {
                return Err(edit.clone());
            }
            end = edit.span.end;
        }
        Ok(Self(edits))
    }

    #[cfg(test)]
    pub(in crate::sources) fn iter(&self) -> std::slice::Iter<'_, Edit> {
        self.0.iter()
    }

    pub(in crate::sources) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// `bytes`, which the edits were made for, with all of them.
    pub(in crate::sources) fn apply(&self, bytes: &[u8]) -> Vec<u8> {
        let mut new = Vec::with_capacity(bytes.len() + 32 * self.0.len());
        let mut at = 0;
        for edit in &self.0 {
            new.extend_from_slice(&bytes[at..edit.span.start]);
            new.extend_from_slice(edit.new.as_bytes());
            at = edit.span.end;
        }
        new.extend_from_slice(&bytes[at..]);
        new
    }
}
