//! What a found name means where it stands: one reader for each kind of file.
//!
//! Whether it is rewritten is for `decide`.

#[cfg(test)]
mod ci_tests;
mod code;
mod command;
mod dockerfile;
mod edition;
mod groovy;
mod hcl;
#[cfg(test)]
mod hostile_tests;
mod inner;
mod keep;
mod keys;
mod kind;
mod make;
mod outline;
mod purpose;
mod read;
mod reading;
mod settings;
mod source;
mod stores;
#[cfg(test)]
mod testing;
mod url;
mod variables;
mod xml;
mod yaml;

pub use purpose::Purpose;
pub(in crate::sources) use read::{read, read_rendered};
pub(in crate::sources) use reading::{Context, Field, FieldValue, Fields, Reading};
