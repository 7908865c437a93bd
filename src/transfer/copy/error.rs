//! Why one image could not be copied.

use crate::image::{Digest, ManifestError};
use crate::registry::RegistryError;
use crate::transfer::report::Failure;

/// Why one image could not be copied.
#[derive(Debug, Clone, thiserror::Error)]
pub enum CopyError {
    /// A registry said no.
    #[error("{0}")]
    Registry(#[source] std::sync::Arc<RegistryError>),
    /// The source has no such manifest.
    #[error("{what} is not at the source")]
    Missing {
        /// `the tag`, `the manifest sha256:…, listed by …`
        what: String,
    },
    /// A manifest's bytes can't be read, so what it names can't be copied.
    #[error("manifest {digest}: {error}")]
    Manifest {
        /// Which one.
        digest: Digest,
        /// What is wrong with it.
        error: ManifestError,
    },
    /// More manifests below one reference than any image has.
    #[error("more than {limit} hang together here")]
    GraphTooLarge {
        /// `2000 manifests`
        limit: &'static str,
    },
    /// A layer of a schema 1 image whose size nobody says.
    #[error("the source doesn't say how large layer {digest} is")]
    UnknownSize {
        /// Which one.
        digest: Digest,
    },
    /// The two fallback indexes can't be merged.
    #[error("the fallback tag {tag} holds something else than an index of referrers: {reason}")]
    Fallback {
        /// The tag.
        tag: String,
        /// What is wrong.
        reason: String,
    },
    /// Somebody has pushed to the target's tag since the plan was made.
    #[error("somebody has pushed to this tag since the plan was made: it points at {found} now")]
    Moved {
        /// What it points at.
        found: String,
    },
    /// Too many images of the repository had failed before this one's turn came.
    #[error("{}", failure.message)]
    GivenUp {
        /// What to report.
        failure: Box<Failure>,
        /// Whether it may be otherwise a little later.
        passes: bool,
    },
    /// The target answered with another digest than it was sent.
    #[error("the target has {found} under the tag, not {wanted}")]
    Unequal {
        /// What was sent.
        wanted: Digest,
        /// What is there.
        found: String,
    },
}

impl CopyError {
    /// Whether the same thing, done again from its start, may succeed a little later.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Registry(error) => error.is_transient(),
            Self::GivenUp { passes, .. } => *passes,
            _ => false,
        }
    }
}

impl From<RegistryError> for CopyError {
    fn from(error: RegistryError) -> Self {
        Self::Registry(std::sync::Arc::new(error))
    }
}

impl From<&CopyError> for Failure {
    fn from(error: &CopyError) -> Self {
        let (class, hint) = match error {
            CopyError::Registry(error) => {
                let mut failure = Self::from(&**error);
                if failure.hint.is_none() && is_broken_content(error) {
                    failure.hint = Some(BROKEN_THERE.to_owned());
                }
                return failure;
            }
            CopyError::Missing { .. } => (
                "not-found",
                Some(
                    "it may have been deleted since it was listed; run again, and if it stays, the image is broken in CCR: push it anew, or leave it out (--exclude; of a list, its line)",
                ),
            ),
            CopyError::Manifest { .. }
            | CopyError::GraphTooLarge { .. }
            | CopyError::UnknownSize { .. }
            | CopyError::Fallback { .. } => (
                "invalid",
                Some(
                    "the image is broken in CCR: push it anew, or leave it out (--exclude; of a list, its line)",
                ),
            ),
            CopyError::GivenUp { failure, .. } => return (**failure).clone(),
            CopyError::Moved { .. } => {
                ("conflict", Some("run it again: push times decide then, or --on-conflict"))
            }
            CopyError::Unequal { .. } => {
                ("digest", Some("somebody else pushes to this tag; run again"))
            }
        };
        Self {
            class: class.to_owned(),
            message: error.to_string(),
            hint: hint.map(str::to_owned),
            request_id: None,
        }
    }
}

const BROKEN_THERE: &str = "the image is broken at that registry: push it there anew, or leave it out (--exclude; of a list, its line)";

/// Whether it is the content that is at fault, where the error alone can't tell. The message names
/// the registry that holds it.
fn is_broken_content(error: &RegistryError) -> bool {
    match error {
        RegistryError::NotFound { at, .. } => at.what.starts_with("blob "),
        RegistryError::Manifest { .. } => true,
        _ => false,
    }
}
