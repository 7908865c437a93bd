//! Why an old command line can't be followed.

use std::path::{Path, PathBuf};

use crate::exit::ExitCode;

/// An error in an old command line, or in a file that it names. It never shows a value that may
/// be secret.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LegacyError {
    /// The command line itself.
    #[error("{message}")]
    Usage { message: String, hint: Option<String> },
    /// A file that it names.
    #[error("{}{}: {reason}", path.display(), place(*.line_column))]
    File { path: PathBuf, line_column: Option<(usize, usize)>, reason: String },
}

impl LegacyError {
    pub(super) fn usage(message: impl Into<String>) -> Self {
        Self::Usage { message: message.into(), hint: None }
    }

    pub(super) fn with_hint(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::Usage { message: message.into(), hint: Some(hint.into()) }
    }

    pub(super) fn file(path: &Path, reason: impl Into<String>) -> Self {
        Self::File { path: path.to_owned(), line_column: None, reason: reason.into() }
    }

    /// What to type next.
    pub(crate) fn hint(&self) -> Option<&str> {
        match self {
            Self::Usage { hint, .. } => hint.as_deref(),
            Self::File { .. } => None,
        }
    }

    /// A file that can't be read is no mistake in the command line.
    pub(crate) fn exit_code(&self) -> ExitCode {
        match self {
            Self::Usage { .. } => ExitCode::Usage,
            Self::File { .. } => ExitCode::CouldNotStart,
        }
    }
}

fn place(line_column: Option<(usize, usize)>) -> String {
    line_column.map_or_else(String::new, |(line, column)| format!(":{line}:{column}"))
}
