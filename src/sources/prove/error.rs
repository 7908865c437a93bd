//! Why nothing could be proven or refuted.

use std::io;
use std::path::{Path, PathBuf};

use super::request::Size;
use crate::diagnostic::{Diagnostic, human_bytes, human_count};
use crate::sources::tree::{LeftOut, TreeError};

/// What kept the commands from being compared.
#[derive(Debug, thiserror::Error)]
pub enum ProveError {
    /// There are no edits, and no file that differs from HEAD.
    #[error(
        "there is nothing to prove: no file is to be rewritten, and none differs from what is committed"
    )]
    NothingChanged,
    /// Git is there and could not be asked.
    #[error(transparent)]
    Git(#[from] TreeError),
    /// The tree is larger than what is copied.
    #[error(
        "{} is too large to be copied for a proof: more than {} or {} files",
        root.display(), human_bytes(limit.bytes), human_count(limit.files)
    )]
    TooLarge {
        /// The tree.
        root: PathBuf,
        /// What is copied.
        limit: Size,
    },
    /// A file that is to be rewritten and isn't in the tree that is copied.
    #[error("{} is not in {}, which the commands get a copy of", path.display(), root.display())]
    Elsewhere {
        /// The file.
        path: PathBuf,
        /// The tree.
        root: PathBuf,
    },
    /// A file that is to be rewritten, and is no longer the one that was read.
    #[error("{} {}", .0.display(), .1.why())]
    Changed(PathBuf, LeftOut),
    /// The folder that commands run in isn't in the copies.
    #[error("{} is not copied: Git ignores it, or it is empty", .0.display())]
    NoFolder(PathBuf),
    /// A file could not be read or written.
    #[error("{}: {error}", path.display())]
    File {
        /// The file, in the tree or in a copy.
        path: PathBuf,
        /// The system's words.
        error: io::Error,
    },
    /// A shell could not be started.
    #[error("sh can't be run: {0}")]
    Shell(io::Error),
    /// The user wants to stop.
    #[error("stopped")]
    Stopped,
}

impl ProveError {
    /// With the file that it is about.
    pub(in crate::sources) fn file(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        |error| Self::File { path, error }
    }

    /// What to do.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::NothingChanged => "run it before the rewrite, or before it is committed",
            Self::Git(error) => return Some(error.hint()),
            Self::TooLarge { .. } => {
                "give a folder that is no Git repository and holds all that the command reads"
            }
            Self::Elsewhere { .. } => "run it in the repository of that file",
            Self::Changed(_, why) => why.hint(),
            Self::NoFolder(_) => "run it in a folder with files that Git holds",
            Self::File { error, .. } if error.kind() == io::ErrorKind::StorageFull => {
                "name a folder with more space: TMPDIR=…"
            }
            Self::Shell(_) => "`sh` must be in PATH",
            Self::File { .. } | Self::Stopped => return None,
        };
        Some(hint.to_owned())
    }

    /// For the person at the prompt.
    #[must_use]
    pub fn diagnostic(&self) -> Diagnostic {
        Diagnostic { hint: self.hint(), ..Diagnostic::new(self.to_string()) }
    }
}
