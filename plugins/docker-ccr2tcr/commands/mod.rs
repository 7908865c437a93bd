//! The commands. Each file builds the inputs, calls one function of the library and renders its
//! result.

pub(crate) mod doctor;
mod in_use;
pub(crate) mod instances;
pub(crate) mod job;
pub(crate) mod login;
pub(crate) mod network;
mod old_line;
pub(crate) mod policy;
mod problems;
pub(crate) mod report;
pub(crate) mod rewrite;
mod select;
pub(crate) mod sync;
mod tell_plan;
mod tell_report;
pub(crate) mod triggers;
pub(crate) mod usage;
pub(crate) mod verify;
mod watch;
