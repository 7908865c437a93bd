//! Writing down what a rewrite would do to files that aren't ours to change: bases of kustomize that
//! come from elsewhere, charts of third parties.
//!
//! Pure: what is rendered, or a chart's values, and what the rewrite makes of it come in; the text of
//! a file comes out that brings about the difference.

mod changes;
mod component;
mod emitted;
mod error;
mod lines;
mod patch;
mod values;

pub(in crate::sources) use component::component;
pub use emitted::{Emitted, Overlay, is_emitted};
pub use error::EmitError;
pub(in crate::sources) use values::values;

#[cfg(test)]
mod tests;
