//! What a found name means where it stands: one reader for each kind of file.
//!
//! Whether it is rewritten is for `decide`.

mod code;
mod command;
mod kind;
mod outline;
mod purpose;
mod reading;
mod variables;

pub(in crate::sources) use command::purpose;
pub(in crate::sources) use kind::{FileKind, kind};
pub(in crate::sources) use purpose::Purpose;
pub(in crate::sources) use reading::{Context, Field, FieldValue, Fields, Reading};
