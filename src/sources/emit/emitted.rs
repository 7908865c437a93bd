//! What is emitted.

/// How such a file begins.
pub(super) const MARK: &str = "# Made by `rewrite --emit ";

/// What is emitted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Overlay {
    /// A Component for `kustomize build`.
    Component,
    /// Values for `helm -f`.
    Values {
        /// The keys that they stand below: the names of the dependency that they are for.
        below: Vec<String>,
    },
}

/// A file that is to be written, and what it can't bring about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Emitted {
    /// The whole file; nothing if there is nothing to bring about.
    pub text: Option<String>,
    /// What is left, each a sentence without a full stop.
    pub left: Vec<String>,
}

/// Whether a file was emitted.
#[must_use]
pub fn is_emitted(file: &[u8]) -> bool {
    file.starts_with(MARK.as_bytes())
}
