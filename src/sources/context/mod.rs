//! What a found name means where it stands: one reader for each kind of file.
//!
//! Whether it is rewritten is for `decide`.

mod purpose;
mod reading;

pub(in crate::sources) use purpose::Purpose;
pub(in crate::sources) use reading::{Context, Field, FieldValue, Fields, Reading};
