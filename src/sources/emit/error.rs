//! Why nothing can be emitted.

/// What is the matter with what was given.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(in crate::sources) enum EmitError {
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
    pub(in crate::sources) fn hint(&self) -> &'static str {
        match self {
            Self::NotYaml(_) => "give what `kustomize build` prints, or a values.yaml",
            Self::NotTheSame(_) => "please report it, with what was rendered",
        }
    }
}
