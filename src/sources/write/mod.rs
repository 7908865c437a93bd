//! Writing files: the new version beside the old one, then in its place.
//!
//! A file is the old one or the new one, at any time, whatever fails. What was read must still be
//! there; mode, owner, group and (on Linux) extended attributes with access lists are kept, or
//! nothing is written.

mod attributes;
mod batch;
mod durable;
mod error;
mod version;

pub(in crate::sources) use batch::{Change, replace_all};
pub use error::WriteError;

#[cfg(test)]
mod tests;
