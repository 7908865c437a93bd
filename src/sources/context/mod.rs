//! What a found name means where it stands: one reader for each kind of file.
//!
//! Whether it is rewritten is for `decide`.

mod code;
mod command;
mod dockerfile;
mod edition;
mod inner;
mod keep;
mod kind;
mod outline;
mod path;
mod purpose;
mod read;
mod reading;
#[cfg(test)]
mod testing;
mod url;
mod variables;
pub(in crate::sources) mod yaml;

pub(in crate::sources) use command::purpose;
pub(in crate::sources) use kind::{FileKind, kind};
pub use purpose::Purpose;
pub(in crate::sources) use read::read;
pub(in crate::sources) use reading::{Context, Field, FieldValue, Fields, Reading};
