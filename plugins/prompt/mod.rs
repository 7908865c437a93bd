//! What both plugins do at the prompt, around their commands: reading the command line, completing
//! it, being asked to stop, the log, telling what went wrong.
//!
//! Each plugin has this folder as a module of its own. What is docker's or kubectl's alone is
//! beside that plugin's commands.

pub(crate) mod completion;
mod faults;
pub(crate) mod logging;
pub(crate) mod problems;
mod run;
mod stop;
pub(crate) mod usage;

pub(crate) use faults::admit_faults;
pub(crate) use run::run;
pub(crate) use stop::{Stop, on_signal};
