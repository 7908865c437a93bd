//! What a plugin does around its commands: reading the command line, completing it, signals, the
//! log, telling what went wrong.
//!
//! What is docker's or kubectl's alone is in that plugin. Needs [`terminal`](crate::terminal).

pub mod completion;
pub mod logging;
mod panics;
pub mod problems;
mod run;
mod stop;
pub mod usage;

pub use panics::report_panics;
pub use run::{RunError, run};
pub use stop::{Stop, on_signal};
