//! Why nothing can be emitted.

use std::path::PathBuf;

use crate::sources::tree::LeftOut;

/// What is the matter with what was given.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EmitError {
    /// One overlay is for one file.
    #[error("{0} files would be rewritten, and what is emitted is for one")]
    TooMany(usize),
    /// It is no longer the file that was read.
    #[error("{} {}", .0.display(), .1.why())]
    Changed(PathBuf, LeftOut),
    /// It can't be read; why.
    #[error("what is to be overlaid is no YAML: {0}")]
    NotYaml(String),
    /// The rewrite made something else of it than a text with other names.
    #[error("it would not be the same YAML with other names: {0}")]
    NotTheSame(String),
}

impl EmitError {
    /// What to do.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::TooMany(_) => {
                "give its path: what `kustomize build` printed, or a chart's values"
            }
            Self::Changed(_, why) => why.hint(),
            Self::NotYaml(_) => "give what `kustomize build` prints, or a values.yaml",
            Self::NotTheSame(_) => "please report it, with what was rendered",
        }
    }
}
