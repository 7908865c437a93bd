//! Which files are looked at, and their bytes.
//!
//! In a Git work tree Git says which files there are; elsewhere all of a folder's files are taken.
//! Nothing is followed: no symbolic link, no submodule, no other repository inside of one.

mod dirty;
mod error;
mod facts;
mod folder;
mod git;
mod ignored;
mod kind;
mod left_out;
mod list;
mod listed;
mod look;
mod looks;
mod names;
mod new_version;
mod open;
mod parallel;
mod read;
mod repository;
mod stays;
mod uncommitted;
mod untracked;
mod walk;

pub use dirty::Dirty;
pub use error::TreeError;
pub(in crate::sources) use facts::{Facts, Stamp};
pub(in crate::sources) use git::{ELSEWHERE, Git};
pub use left_out::LeftOut;
pub(in crate::sources) use list::Wanted;
pub(in crate::sources) use listed::{Listed, Unasked};
pub(in crate::sources) use look::{Looking, look};
pub use names::names;
pub(in crate::sources) use new_version::{PREFIX, SUFFIX};
pub(in crate::sources) use open::open;
pub(in crate::sources) use parallel::each;
pub(in crate::sources) use repository::{path_of, repository_of};
pub(in crate::sources) use stays::why_it_cannot_be_replaced;
pub(in crate::sources) use uncommitted::dirty;

#[cfg(test)]
pub(in crate::sources) mod tests;
