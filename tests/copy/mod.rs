//! `docker ccr2tcr`: copying an account, verifying the copy, and what stops either.

mod api;
mod conflicts;
mod content_types;
mod faults;
mod fixtures;
mod image_list;
mod in_use;
mod interrupt;
mod invariants;
mod journey;
mod kill;
mod large_account;
mod legacy;
mod namespaces;
mod outputs;
mod plan_warnings;
mod referrers;
pub(crate) mod registry;
mod settings;
mod slow_answers;
mod visibility;
