//! The exit codes of `kubectl tcr-switch`.
//!
//! They are those of `kubectl diff`, which scripts know: 0 nothing is left, 1 something is, more an
//! error, a line that can't be understood among them. kubectl itself ends with 1 then, which would
//! be taken for an answer here. (On Windows kubectl makes every one but 0 a 1; the `summary` of
//! `-o json` says it there.)

use std::{io, process};

use ccr2tcr::terminal::unless_closed;
use serde::Serialize;

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum ExitCode {
    /// Nothing in scope names CCR any more.
    Done = 0,
    /// Something still does: found under `--dry-run`, declined, skipped, partly applied, unread.
    Left = 1,
    /// An error: the command line, configuration, login, network.
    Error = 2,
    /// Stopped by a signal: 128 and SIGINT, as shells count.
    Interrupted = 130,
}

impl ExitCode {
    /// This verdict, once the data has been printed. That its reader is gone, as in
    /// `… | head`, doesn't change it.
    pub(crate) fn after(self, printed: io::Result<()>) -> io::Result<Self> {
        unless_closed(printed).map(|()| self)
    }

    /// The last line for machines.
    pub(crate) fn line(self) -> impl Serialize {
        serde_json::json!({"type": "end", "exitCode": self as u8})
    }
}

impl From<ExitCode> for process::ExitCode {
    fn from(code: ExitCode) -> Self {
        Self::from(code as u8)
    }
}
