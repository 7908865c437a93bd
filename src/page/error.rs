//! Why there is no page.

use std::path::PathBuf;

/// No more bytes of reports are read for a page: several hundred thousand images.
pub(super) const MOST_BYTES: u64 = 256 << 20;

/// Why there is no page. Nothing is written then.
#[derive(Debug, thiserror::Error)]
pub enum PageError {
    /// A file can't be opened or read.
    #[error("can't read {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// From the operating system.
        source: std::io::Error,
    },
    /// All files together hold more than is read.
    #[error("{}: with this file the reports are larger than 256 MiB, which is the most that one page is made from", path.display())]
    TooLarge {
        /// The file that goes beyond it.
        path: PathBuf,
    },
    /// The JSON ends before its end.
    #[error("{} breaks off at line {line}", path.display())]
    BreaksOff {
        /// The file.
        path: PathBuf,
        /// Counted from 1.
        line: usize,
    },
    /// It is something else than JSON.
    #[error("{} is not JSON: {source}", path.display())]
    NotJson {
        /// The file.
        path: PathBuf,
        /// Where and why.
        source: serde_json::Error,
    },
    /// It is JSON, and no report.
    #[error("{} is not a report of this tool", path.display())]
    NotReport {
        /// The file.
        path: PathBuf,
    },
    /// It was printed by a command that has no page.
    #[error("{} is a `{kind}`, which there is no page of", path.display())]
    OtherKind {
        /// The file.
        path: PathBuf,
        /// `plan`, `scan`
        kind: String,
    },
    /// It was written by a later version.
    #[error("{}: its schemaVersion is {found}, this version reads `{what}` up to {newest}", path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// Of what command.
        what: String,
        /// The file's version.
        found: u64,
        /// The latest that is known here.
        newest: u64,
    },
    /// It names the command that wrote it, and has not the fields of that.
    #[error("{} is not a whole `{what}`: {source}", path.display())]
    Fields {
        /// The file.
        path: PathBuf,
        /// Of what command.
        what: String,
        /// Which field.
        source: serde_json::Error,
    },
    /// The page's name is taken by something else.
    #[error("{} is there, and is no page of this tool", path.display())]
    NotOurs {
        /// The file.
        path: PathBuf,
    },
    /// The page can't be written.
    #[error("can't write {}: {source}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// From the operating system.
        source: std::io::Error,
    },
}

impl PageError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Read { .. } => "name files that earlier runs wrote with --report or -o json",
            Self::TooLarge { .. } => "make several pages, or leave out runs that later ones repeat",
            Self::BreaksOff { .. } => {
                "the run that wrote it ended early, or the disk was full: run it again, or leave the file out"
            }
            Self::NotJson { .. } => {
                "expected is what --report FILE wrote, or -o json on stdout alone, without what stderr says"
            }
            Self::NotReport { .. } | Self::OtherKind { .. } => {
                "expected: `sync` and `verify` with --report FILE; `kubectl tcr-switch apply`, `rollback`, `verify`, `secrets copy` and `secrets prune`, `doctor`, `usage` and `rewrite` with -o json > FILE"
            }
            Self::Newer { .. } => {
                "make the page with the version that wrote the file, or a later one"
            }
            Self::Fields { .. } => "it was changed after it was written: run the command again",
            Self::NotOurs { .. } => "give another name: --html FILE, or move it away",
            Self::Write { .. } => {
                "choose a file in a folder that exists and can be written to: --html FILE"
            }
        }
    }
}
