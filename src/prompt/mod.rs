//! What a plugin does around its commands: reading the command line, completing it, signals, the
//! log, asking before a change, telling what went wrong.
//!
//! What is docker's or kubectl's alone is in that plugin. Needs [`terminal`](crate::terminal).

pub mod completion;
mod confirm;
pub mod help;
pub mod logging;
mod panics;
pub mod problems;
mod run;
mod stop;
pub mod usage;

pub use confirm::{NotAgreed, confirm, confirm_by_name};
pub use panics::report_panics;
pub use run::{RunError, run};
pub use stop::{Stop, on_signal};
