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

pub(in crate::sources) use error::ProveError;
pub(in crate::sources) use listing::LeftOut;
pub(in crate::sources) use proof::{Before, Expected, Outcome, Proof, Proven};
pub(in crate::sources) use request::{Limits, ProveRequest, Tree};
pub(in crate::sources) use run::prove;

#[cfg(test)]
mod tests;
