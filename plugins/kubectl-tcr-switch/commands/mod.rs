//! The commands. Each file builds the inputs, calls one function of the library and renders its
//! result.

pub(crate) mod apply;
mod clusters;
pub(crate) mod completion;
pub(crate) mod diff;
pub(crate) mod doctor;
pub(crate) mod guard;
mod guard_refusals;
mod guard_rewrite;
pub(crate) mod images;
mod made_before;
mod place;
mod problems;
mod refused;
mod remarks;
pub(crate) mod report;
mod restored_secrets;
pub(crate) mod rewrite;
pub(crate) mod rollback;
mod running;
pub(crate) mod scan;
mod secrets_change;
pub(crate) mod secrets_copy;
pub(crate) mod secrets_list;
pub(crate) mod secrets_prune;
mod show;
mod show_plan;
mod show_report;
mod sync_lines;
mod usage;
pub(crate) mod verify;
