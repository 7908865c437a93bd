//! Why an object stays as it is, and what helps.

use std::fmt;

use crate::image::Reference;

/// Something that a switch lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// TCR doesn't have the image.
    Missing {
        /// The new reference.
        new: Reference,
        /// The one in CCR.
        old: Reference,
    },
    /// Both sides have the tag, and it isn't the same image: CCR's may have been pushed after the
    /// copy.
    Stale {
        /// The new reference.
        new: Reference,
        /// The one in CCR.
        old: Reference,
    },
    /// Neither the registry nor the API could say whether TCR has the image.
    Unverified {
        /// The new reference.
        new: Reference,
        /// Why not.
        why: String,
    },
    /// The reference has no name in TCR.
    NoName {
        /// Why not.
        message: String,
        /// What to do.
        hint: String,
    },
    /// Its pods could not pull: no Secret of the namespace knows the host.
    NoCredential {
        /// What is lacking, and where.
        message: String,
        /// What to do.
        hint: String,
    },
}

impl Reason {
    /// What to type next; `None` where one line serves all objects with this reason.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Missing { .. } | Self::Stale { .. } => None,
            Self::Unverified { .. } => Some(
                "run it where TCR can be reached, give an API key, or --allow-unverified"
                    .to_owned(),
            ),
            Self::NoName { hint, .. } | Self::NoCredential { hint, .. } => Some(hint.clone()),
        }
    }

    /// The image in CCR that has to be copied for this reason to go away.
    #[must_use]
    pub fn to_copy(&self) -> Option<&Reference> {
        match self {
            Self::Missing { old, .. } | Self::Stale { old, .. } => Some(old),
            _ => None,
        }
    }

    /// A word for machines.
    #[must_use]
    pub fn class(&self) -> &'static str {
        match self {
            Self::Missing { .. } => "missing",
            Self::Stale { .. } => "stale",
            Self::Unverified { .. } => "unverified",
            Self::NoName { .. } => "noName",
            Self::NoCredential { .. } => "noCredential",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { new, .. } => write!(f, "{new} is not in TCR"),
            Self::Stale { new, old } => {
                write!(f, "{new} is stale: {old} is another image")
            }
            Self::Unverified { new, why } => {
                write!(f, "whether {new} is in TCR can't be told from here: {why}")
            }
            Self::NoName { message, .. } | Self::NoCredential { message, .. } => {
                f.write_str(message)
            }
        }
    }
}
