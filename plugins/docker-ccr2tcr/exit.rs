//! The exit codes of `docker ccr2tcr`.

use std::{io, process};

use ccr2tcr::prompt::NotAgreed;
use ccr2tcr::terminal::unless_closed;
use ccr2tcr::transfer::Report;
use ccr2tcr::transfer::report::{Effort, Summary};
use serde::Serialize;

/// How a run ended, for the process that started it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
#[allow(dead_code, reason = "the commands say how they ended")]
pub(crate) enum ExitCode {
    /// All is well, and nothing is left to do.
    Done = 0,
    /// Something is left to do, or failed.
    Left = 1,
    /// Nothing was tried: configuration, login, network, or nothing matches.
    CouldNotStart = 2,
    /// The command line can't be understood; docker's own number for that (cli/cobra.go).
    Usage = 125,
    /// Stopped by a signal: 128 and SIGINT, as shells count.
    Interrupted = 130,
}

impl ExitCode {
    /// What a report amounts to.
    pub(crate) fn of(report: &Report) -> Self {
        match (report.interrupted, report.is_clean()) {
            (true, _) => Self::Interrupted,
            (false, true) => Self::Done,
            (false, false) => Self::Left,
        }
    }

    /// This verdict, once the data has been printed. That its reader is gone, as in
    /// `… | head`, doesn't change it.
    pub(crate) fn after(self, printed: io::Result<()>) -> io::Result<Self> {
        unless_closed(printed).map(|()| self)
    }
}

/// How a run ended, and what it did if it got so far.
#[derive(Debug)]
pub(crate) struct RunEnd {
    pub(crate) code: ExitCode,
    pub(crate) done: Option<(Summary, Effort)>,
}

impl RunEnd {
    /// After a run that has a report.
    pub(crate) fn with(code: ExitCode, report: Report) -> Self {
        Self { code, done: Some((report.summary, report.effort)) }
    }

    /// The last line for machines; docs/progress.md describes it.
    pub(crate) fn line(&self) -> impl Serialize {
        #[derive(Serialize)]
        #[serde(tag = "type", rename = "end", rename_all = "camelCase")]
        struct Line<'a> {
            exit_code: u8,
            #[serde(skip_serializing_if = "Option::is_none")]
            summary: Option<&'a Summary>,
            #[serde(skip_serializing_if = "Option::is_none")]
            effort: Option<&'a Effort>,
        }
        let done = self.done.as_ref();
        Line {
            exit_code: self.code as u8,
            summary: done.map(|(summary, _)| summary),
            effort: done.map(|(_, effort)| effort),
        }
    }
}

impl From<ExitCode> for RunEnd {
    fn from(code: ExitCode) -> Self {
        Self { code, done: None }
    }
}

impl From<NotAgreed> for ExitCode {
    fn from(answer: NotAgreed) -> Self {
        match answer {
            NotAgreed::No => Self::Left,
            NotAgreed::Interrupted => Self::Interrupted,
        }
    }
}

impl From<ExitCode> for process::ExitCode {
    fn from(code: ExitCode) -> Self {
        Self::from(code as u8)
    }
}
