//! What a proof came to.

use std::fmt;
use std::time::Duration;

use serde::Serialize;

use super::listing::NotCopied;
use crate::diagnostic::{Diagnostic, counted};

/// What all commands showed.
#[derive(Debug, Clone)]
pub struct Proven {
    /// What the new files were compared with.
    pub before: Before,
    /// One for each command, in their order.
    pub proofs: Vec<Proof>,
    /// What commands could not read.
    pub not_copied: Vec<NotCopied>,
}

/// What the new files are compared with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Before {
    /// The files as they are, without the edits of this run.
    Files,
    /// This commit: the files were rewritten before, and that isn't committed.
    Head(String),
}

/// What one command showed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// The command.
    pub command: String,
    /// What came of it.
    pub outcome: Outcome,
    /// What to do, if it isn't as it should be.
    pub hint: Option<String>,
    /// How long its runs took together.
    pub time: Duration,
}

/// What came of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It renders the same, but for the names.
    Same {
        /// Lines that it renders.
        lines: usize,
        /// How many of them have a new name.
        mapped: usize,
        /// What differs and may.
        expected: Expected,
    },
    /// It renders something else.
    Different {
        /// Lines that differ and should not.
        lines: usize,
        /// The start of what differs, as a unified diff.
        diff: String,
        /// What differs and may.
        expected: Expected,
    },
    /// It fails, times out or prints too much with the old files already.
    FailsBefore(Failure),
    /// It does so with the new ones.
    FailsAfter(Failure),
    /// It prints nothing.
    RendersNothing,
}

/// How a command failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What happened: follows "it".
    pub what: String,
    /// The end of what it said on standard error.
    pub said: String,
}

/// Differences that are no mistake, in lines unless said otherwise.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Expected {
    /// Hashes of content.
    pub checksums: usize,
    /// Names with kustomize's hash of their content; names, not lines.
    pub renamed: usize,
    /// base64 of text that was rewritten; folded base64 is one line.
    pub encoded: usize,
    /// Lines that aren't the same when the old files are rendered twice.
    pub random: usize,
}

impl Proof {
    /// Whether the command renders the same, but for the names.
    #[must_use]
    pub fn holds(&self) -> bool {
        matches!(self.outcome, Outcome::Same { .. })
    }

    /// For the person at the prompt. The diff, and what the command said, are apart from it.
    #[must_use]
    pub fn diagnostic(&self) -> Diagnostic {
        let command = &self.command;
        let message = match &self.outcome {
            Outcome::Same { lines, mapped: 0, .. } => format!(
                "`{command}` renders the same {}, and none of them has a new name",
                counted(*lines, "line", "lines")
            ),
            Outcome::Same { lines, mapped, expected } => format!(
                "`{command}` renders {}: {} the new names, all else is the same{expected}",
                counted(*lines, "line", "lines"),
                counted(*mapped, "has", "have"),
            ),
            Outcome::Different { lines, expected, .. } => format!(
                "`{command}` renders something else: {} by more than the new names{expected}",
                counted(*lines, "line differs", "lines differ")
            ),
            Outcome::FailsBefore(failure) => format!(
                "`{command}` can't prove anything: with the old files, too, it {}",
                failure.what
            ),
            Outcome::FailsAfter(failure) => {
                format!(
                    "`{command}` works with the old files; with the new ones it {}",
                    failure.what
                )
            }
            Outcome::RendersNothing => {
                format!("`{command}` can't prove anything: it prints nothing")
            }
        };
        Diagnostic { hint: self.hint.clone(), ..Diagnostic::new(message) }
    }
}

impl fmt::Display for Expected {
    /// Nothing, or a list in brackets that follows a sentence.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = [
            (self.checksums, "checksum", "checksums"),
            (self.renamed, "name with a hash", "names with a hash"),
            (self.encoded, "base64 text", "base64 texts"),
            (self.random, "random line", "random lines"),
        ];
        let parts = parts.into_iter().filter(|(count, ..)| *count > 0);
        let parts: Vec<_> = parts.map(|(count, one, many)| counted(count, one, many)).collect();
        match parts.is_empty() {
            true => Ok(()),
            false => write!(f, " (but for {}, as expected)", parts.join(", ")),
        }
    }
}
