//! Finding what names CCR in the bytes of any file, whatever its format.
//!
//! `needles` says where to look, `front` and `tail` where a name begins and ends. What it means
//! where it stands is for `context`.

mod bytes;
mod domain;
mod encoded;
mod escape;
mod fallback;
mod finder;
mod flag;
mod found;
mod front;
mod host_end;
mod needles;
mod steering;
mod tail;
mod template;
#[cfg(test)]
mod tests;

pub(in crate::sources) use finder::Finder;
pub(in crate::sources) use found::{Found, Name, Segment, Slash, What};
