//! Finding what names CCR in the bytes of any file, whatever its format.
//!
//! What it means where it stands is for `context`.

mod found;

pub(in crate::sources) use found::{Found, Name, Segment, Slash, What};
