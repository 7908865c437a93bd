//! Why a tree can't be listed at all.

use std::path::PathBuf;

use crate::diagnostic::shell_word;

/// What keeps a run from starting.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TreeError {
    /// A path that was given.
    #[error("{} is not there", .0.display())]
    NotFound(PathBuf),
    /// A path that was given.
    #[error("{} can't be read: {reason}", path.display())]
    Unreadable {
        /// The path.
        path: PathBuf,
        /// The system's words.
        reason: String,
    },
    /// A repository without files.
    #[error("{} is a bare Git repository: it has no files", .0.display())]
    Bare(PathBuf),
    /// The repository belongs to another user, and Git reads it only if told to.
    #[error("Git doesn't read {}: it belongs to another user", .0.display())]
    DubiousOwnership(PathBuf),
    /// There is a repository and no program `git`, or Git can't use the repository.
    #[error("what Git holds of {} is unknown: {reason}", folder.display())]
    GitUnusable {
        /// The repository.
        folder: PathBuf,
        /// What is with Git.
        reason: String,
    },
    /// Git failed.
    #[error("Git failed in {}: {said}", folder.display())]
    GitFailed {
        /// Where it was run.
        folder: PathBuf,
        /// What it said.
        said: String,
    },
    /// Git did not end.
    #[error("Git did not answer in {} within {seconds} seconds", folder.display())]
    GitHangs {
        /// Where it was run.
        folder: PathBuf,
        /// How long it was waited for.
        seconds: u64,
    },
    /// A list of names.
    #[error("the list of files can't be read: {0}")]
    Names(String),
}

impl TreeError {
    /// What to do.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::NotFound(_) => {
                "check the path; of a sparse checkout: git sparse-checkout list".to_owned()
            }
            Self::Unreadable { .. } => "make it readable, or give other paths".to_owned(),
            Self::Bare(_) => "run this in a clone of it: git clone".to_owned(),
            Self::DubiousOwnership(folder) => {
                format!(
                    "git config --global --add safe.directory {}",
                    shell_word(&folder.display().to_string())
                )
            }
            Self::GitUnusable { .. } => {
                "install Git, or check with `git status`; add --allow-dirty to write without it"
                    .to_owned()
            }
            Self::GitFailed { .. } | Self::GitHangs { .. } => "check with `git status`".to_owned(),
            Self::Names(_) => {
                "one name a line, or NUL between them: git ls-files -z | … rewrite -".to_owned()
            }
        }
    }
}
