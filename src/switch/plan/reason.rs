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
    /// TCR doesn't have the image, and it is no image of the account's that is moved with all the
    /// others.
    Foreign {
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
    /// The mapping file says that the image is not to move.
    Excluded {
        /// Which image, and by which pattern.
        message: String,
        /// What to do if it is to move after all.
        hint: String,
    },
    /// Its pods could not pull: no Secret of the namespace knows the host.
    NoSecret {
        /// What is lacking, and where.
        message: String,
        /// The namespace that lacks one.
        namespace: String,
    },
    /// Its pods could not pull: the registry doesn't take the login that the namespace has for it, or
    /// doesn't let it pull this.
    UselessLogin {
        /// What is lacking, and where.
        message: String,
        /// The namespace that lacks another one.
        namespace: String,
    },
    /// Its pods could not pull, and another Secret alone wouldn't help.
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
            Self::Foreign { old, .. } => Some(format!(
                "if it is somebody else's, the line with --images copies it, as long as everybody may pull it, and --map '{0}=OWN' gives it a name of yours; if {0} is yours, give the key of its account: CCR_SECRET_ID, CCR_SECRET_KEY",
                old.repository.namespace()
            )),
            Self::Unverified { .. } => Some(
                "run it where TCR can be reached, give an API key, or --allow-unverified"
                    .to_owned(),
            ),
            Self::NoSecret { namespace, .. } | Self::UselessLogin { namespace, .. } => {
                Some(format!("kubectl tcr-switch secrets copy -n {namespace}"))
            }
            Self::NoName { hint, .. }
            | Self::Excluded { hint, .. }
            | Self::NoCredential { hint, .. } => Some(hint.clone()),
        }
    }

    /// A word for machines.
    #[must_use]
    pub fn class(&self) -> &'static str {
        match self {
            Self::Missing { .. } => "missing",
            Self::Foreign { .. } => "foreign",
            Self::Stale { .. } => "stale",
            Self::Unverified { .. } => "unverified",
            Self::NoName { .. } => "noName",
            Self::Excluded { .. } => "excluded",
            Self::NoSecret { .. } | Self::NoCredential { .. } => "noCredential",
            Self::UselessLogin { .. } => "uselessLogin",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { new, .. } => write!(f, "{new} is not in TCR"),
            Self::Foreign { new, old } => write!(
                f,
                "{new} is not in TCR, and namespace {} of {} isn't this account's",
                old.repository.namespace(),
                old.host
            ),
            Self::Stale { new, old } => {
                write!(f, "{new} is stale: {old} is another image")
            }
            Self::Unverified { new, why } => {
                write!(f, "whether {new} is in TCR can't be told from here: {why}")
            }
            Self::NoName { message, .. }
            | Self::Excluded { message, .. }
            | Self::NoSecret { message, .. }
            | Self::UselessLogin { message, .. }
            | Self::NoCredential { message, .. } => f.write_str(message),
        }
    }
}
