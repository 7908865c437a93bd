//! Why one image could not be copied.

use std::fmt;

use crate::image::{Descriptor, Digest, ManifestError, ManifestKind, ManifestView};
use crate::registry::RegistryError;
use crate::transfer::report::{Failure, FailureClass};

/// Why one image could not be copied.
#[derive(Debug, Clone, thiserror::Error)]
pub enum CopyError {
    /// A registry said no.
    #[error("{0}")]
    Registry(#[source] std::sync::Arc<RegistryError>),
    /// The target doesn't take a manifest of an uncommon kind.
    #[error("{error}; {kind}")]
    Uncommon {
        /// What it said.
        error: std::sync::Arc<RegistryError>,
        /// What is uncommon about it.
        kind: Uncommon,
    },
    /// The source has no such manifest.
    #[error("{what} is not at the source")]
    NotFound {
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
    #[error("the image has more than {limit}")]
    GraphTooLarge {
        /// `2000 manifests`
        limit: &'static str,
    },
    /// A layer of a schema 1 image of unknown size.
    #[error("the source doesn't say how large layer {digest} is")]
    UnknownSize {
        /// Which one.
        digest: Digest,
    },
    /// The two fallback indexes can't be merged.
    #[error("the fallback tag {tag} is not an index of referrers: {reason}")]
    Fallback {
        /// The tag.
        tag: String,
        /// What is wrong.
        reason: String,
    },
    /// The target doesn't let us see what its tag points at.
    #[error("can't see whether someone has pushed to this tag: {error}")]
    NoLastLook {
        /// What it says.
        error: std::sync::Arc<RegistryError>,
    },
    /// Someone has pushed to the target's tag since the plan was made.
    #[error("someone has pushed to this tag since the plan was made: it points at {found} now")]
    Moved {
        /// What it points at.
        found: String,
    },
    /// Too many images of the repository had failed before this one's turn came.
    #[error("{}", failure.diagnostic.message)]
    GivenUp {
        /// What to report.
        failure: Box<Failure>,
        /// Whether it may work a little later.
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
            Self::Registry(error) | Self::Uncommon { error, .. } => error.is_transient(),
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
                if failure.diagnostic.hint.is_none() && is_broken_content(error) {
                    failure.diagnostic.hint = Some(BROKEN_THERE.to_owned());
                }
                return failure;
            }
            CopyError::NoLastLook { .. } => (
                FailureClass::Auth,
                "let the login pull from there too; --no-last-look copies without looking, and may overwrite a newer push",
            ),
            CopyError::GivenUp { failure, .. } => return (**failure).clone(),
            CopyError::Uncommon { error, kind } => (error.class().into(), kind.hint()),
            CopyError::NotFound { .. } => (FailureClass::NotFound, GONE),
            CopyError::Manifest { .. }
            | CopyError::GraphTooLarge { .. }
            | CopyError::UnknownSize { .. }
            | CopyError::Fallback { .. } => (FailureClass::Invalid, BROKEN_IN_CCR),
            CopyError::Moved { .. } => {
                (FailureClass::Conflict, "run it again: push times decide then, or --on-conflict")
            }
            CopyError::Unequal { .. } => {
                (FailureClass::Digest, "someone else pushes to this tag; run it again")
            }
        };
        Self::new(class, error.to_string()).with_hint(hint)
    }
}

/// A kind of manifest that not every registry takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Uncommon {
    /// An index of layers.
    BlobIndex,
    /// An image with layers that are fetched from elsewhere.
    ForeignLayers,
    /// Docker schema 1.
    Schema1,
    /// No image: a chart, a module, a signature.
    Artifact,
}

impl Uncommon {
    /// What is uncommon about a manifest, if anything is.
    pub(crate) fn of(view: &ManifestView) -> Option<Self> {
        let is_image = |artifact: &str| {
            artifact.contains(".image.config.") || artifact.contains(".container.image.")
        };
        if view.kind == ManifestKind::Index && !view.blobs.is_empty() {
            Some(Self::BlobIndex)
        } else if view.blobs.iter().any(Descriptor::may_be_elsewhere) {
            Some(Self::ForeignLayers)
        } else if view.kind == ManifestKind::Schema1 {
            Some(Self::Schema1)
        } else if view.artifact_type.as_deref().is_some_and(|artifact| !is_image(artifact)) {
            Some(Self::Artifact)
        } else {
            None
        }
    }

    fn hint(self) -> &'static str {
        match self {
            Self::BlobIndex => {
                "leave the tag out (--exclude), or let buildx write its cache as an image: --cache-to type=registry,image-manifest=true,…"
            }
            Self::ForeignLayers => {
                "let the registry take such layers (distribution: validation.manifests.urls.allow), or leave the image out (--exclude)"
            }
            Self::Schema1 => {
                "pull it with docker and push it again, which makes an image of today's kind of it, or leave it out (--exclude)"
            }
            Self::Artifact => {
                "update the registry, if it is an old one that takes only images, or leave it out (--exclude)"
            }
        }
    }
}

impl fmt::Display for Uncommon {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::BlobIndex => "it is an index of layers, as buildx writes its caches, and not every registry takes one",
            Self::ForeignLayers => "it has layers that clients fetch from elsewhere (`urls`), and not every registry takes such an image",
            Self::Schema1 => "it is an image of Docker's schema 1, which many registries no longer take",
            Self::Artifact => "it is an OCI artifact, and not every registry takes one",
        })
    }
}

const GONE: &str = "it may have been deleted since it was listed; run it again, and if it is still missing, the image is broken in CCR: push it again, or leave it out (--exclude, or remove its line from the list)";
const BROKEN_IN_CCR: &str = "the image is broken in CCR: push it again, or leave it out (--exclude, or remove its line from the list)";
const BROKEN_THERE: &str = "the image is broken at that registry: push it there again, or leave it out (--exclude, or remove its line from the list)";

/// Whether it is the content that is at fault, where the error alone can't tell. The message names
/// the registry that holds it.
fn is_broken_content(error: &RegistryError) -> bool {
    match error {
        RegistryError::NotFound { at, .. } => at.what.starts_with("blob "),
        RegistryError::Manifest { .. } => true,
        _ => false,
    }
}
