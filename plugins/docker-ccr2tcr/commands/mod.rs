//! The commands. Each file builds the inputs, calls one function of the library and renders its
//! result.

pub(crate) mod instances;
pub(crate) mod login;
mod old_line;
mod problems;
mod select;
mod show_effort;
mod show_plan;
mod show_report;
pub(crate) mod sync;
pub(crate) mod verify;
mod watch;
