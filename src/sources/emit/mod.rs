//! Writing down what a rewrite would do to files that aren't ours to change: bases of kustomize that
//! come from elsewhere, charts of third parties.
//!
//! Pure: what is rendered, or a chart's values, and what the rewrite makes of it come in; the text of
//! a file comes out that brings about the difference.

mod changes;
mod component;
mod error;
mod lines;
mod patch;
mod values;

pub(in crate::sources) use component::component;
pub(in crate::sources) use error::EmitError;
pub(in crate::sources) use values::values;

/// A file that is to be written, and what it can't bring about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::sources) struct Emitted {
    /// The whole file; nothing if there is nothing to bring about.
    pub(in crate::sources) text: Option<String>,
    /// What is left, each a sentence without a full stop.
    pub(in crate::sources) left: Vec<String>,
}

#[cfg(test)]
mod tests;
