//! Proving a rewrite with the program that reads the files: what it renders of the old files, with
//! the names in it mapped, is what it renders of the new ones.
//!
//! Commands run in copies of the tree, one after the other under the same path, so that what they
//! say of paths is the same. Nothing here knows how names are mapped: that is given.

mod committed;
mod compare;
mod copies;
mod diff;
mod encoded;
mod error;
mod expected;
mod files;
mod git;
mod links;
mod listing;
mod pattern;
mod proof;
mod render;
mod request;
mod run;

pub use error::ProveError;
pub use listing::NotCopied;
pub use proof::{Before, Expected, Failure, Outcome, Proof, Proven};
pub use request::{Limits, Size};
pub(in crate::sources) use request::{ProveRequest, Tree};
pub(in crate::sources) use run::prove;

#[cfg(test)]
mod tests;
