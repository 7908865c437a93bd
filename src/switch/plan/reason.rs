//! Why an object stays as it is, and what helps.

use std::fmt;

use serde::Serialize;

use crate::diagnostic::CommonError;
use crate::image::{Digest, Host, Reference};
use crate::workload::Pointer;

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
    /// Its tag is to be pinned, and pods run another image than it names in TCR.
    RunsAnother {
        /// The new reference.
        new: Reference,
        /// What runs.
        digest: Digest,
    },
    /// Its tag is to be pinned, and it can't be told whether pods run what it names in TCR.
    RunsUnknown {
        /// The new reference.
        new: Reference,
        /// Why not.
        why: String,
    },
    /// Its tag is to be pinned, and nobody says its digest.
    NoDigest {
        /// The new reference.
        new: Reference,
    },
    /// The reference has no name in TCR.
    NoName {
        /// Why not.
        message: String,
        /// What to do.
        hint: String,
    },
    /// Its tag, or what it is joined with, can't be told from the object.
    TagUnknown {
        /// Of which image, and why.
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
    /// Nothing says with which login the image is pulled.
    LoginUnproven {
        /// The new reference.
        image: Reference,
        /// The kind of the object.
        kind: String,
        /// Where the object's list of pull secrets would be, if that is known.
        list: Option<Pointer>,
    },
    /// Its pods could not pull: the `ServiceAccount` has no Secret of TKE's addon for TCR.
    NotByAddon {
        /// The new host.
        host: Host,
        /// Of the account.
        namespace: String,
        /// The account's name.
        account: String,
        /// Why it has none; names neither namespace nor account.
        why: String,
        /// What to do; likewise.
        advice: String,
        /// The command for it, if there is one.
        command: Option<String>,
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
    /// Which of the common errors it is.
    #[must_use]
    pub fn common(&self) -> Option<CommonError> {
        match self {
            Self::Missing { .. } | Self::Foreign { .. } | Self::Stale { .. } => {
                Some(CommonError::ImageMissing)
            }
            Self::NoName { .. } => Some(CommonError::InvalidName),
            Self::NoSecret { .. }
            | Self::UselessLogin { .. }
            | Self::NotByAddon { .. }
            | Self::NoCredential { .. } => Some(CommonError::NoPullSecret),
            Self::Unverified { .. }
            | Self::RunsAnother { .. }
            | Self::RunsUnknown { .. }
            | Self::NoDigest { .. }
            | Self::TagUnknown { .. }
            | Self::Excluded { .. }
            | Self::LoginUnproven { .. } => None,
        }
    }

    /// What to type next; `None` where one line serves all objects with this reason.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        self.hint_with("")
    }

    /// The same with flags for its command, each with a blank in front.
    #[must_use]
    pub fn hint_with(&self, flags: &str) -> Option<String> {
        match self {
            Self::NotByAddon { advice, command, .. } => {
                let command = command.as_ref().map(|command| format!(": {command}{flags}"));
                let command = command.unwrap_or_default();
                Some(format!("{advice}{command}; or use --pull-secret add"))
            }
            Self::Missing { .. } | Self::Stale { .. } => None,
            Self::Foreign { old, .. } => Some(format!(
                "if it is someone else's, the command with --images copies it if it is public, and --map '{0}=OWN' gives it a name of your own; if {0} is yours, give the key of its account: CCR_SECRET_ID, CCR_SECRET_KEY",
                old.repository.namespace()
            )),
            Self::Unverified { .. } => Some(
                "run this where TCR can be reached, give an API key, or use --allow-unverified"
                    .to_owned(),
            ),
            Self::RunsAnother { .. } | Self::RunsUnknown { .. } => Some(
                "use --allow-drift to pin what the tag is in TCR; to keep what runs, write its digest into the image in CCR, copy it (kubectl tcr-switch images | docker ccr2tcr sync --images -), and switch then"
                    .to_owned(),
            ),
            Self::NoDigest { .. } => {
                Some("run this where TCR can be reached, or leave out --pin".to_owned())
            }
            Self::NoSecret { namespace, .. } | Self::UselessLogin { namespace, .. } => {
                Some(format!("kubectl tcr-switch secrets copy -n {namespace}"))
            }
            Self::LoginUnproven { list, .. } => {
                let name = list.as_ref().map(|list| {
                    format!(
                        "name a Secret for TCR in {}; or, ",
                        list.as_str().trim_start_matches('/').replace('/', ".")
                    )
                });
                Some(format!(
                    "{}if it can be pulled (by a login of its operator, a ServiceAccount or the nodes), use --allow-unproven-login",
                    name.unwrap_or_default()
                ))
            }
            Self::NoName { hint, .. }
            | Self::TagUnknown { hint, .. }
            | Self::Excluded { hint, .. }
            | Self::NoCredential { hint, .. } => Some(hint.clone()),
        }
    }

    /// For programs.
    #[must_use]
    pub fn class(&self) -> ReasonClass {
        match self {
            Self::Missing { .. } => ReasonClass::Missing,
            Self::Foreign { .. } => ReasonClass::Foreign,
            Self::Stale { .. } => ReasonClass::Stale,
            Self::Unverified { .. } => ReasonClass::Unverified,
            Self::RunsAnother { .. } | Self::RunsUnknown { .. } => ReasonClass::Drifted,
            Self::NoDigest { .. } => ReasonClass::NoDigest,
            Self::NoName { .. } => ReasonClass::NoName,
            Self::TagUnknown { .. } => ReasonClass::TagUnknown,
            Self::Excluded { .. } => ReasonClass::Excluded,
            Self::NoSecret { .. } | Self::NotByAddon { .. } | Self::NoCredential { .. } => {
                ReasonClass::NoCredential
            }
            Self::UselessLogin { .. } => ReasonClass::UselessLogin,
            Self::LoginUnproven { .. } => ReasonClass::LoginUnproven,
        }
    }
}

/// What kind of reason keeps an object from being switched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReasonClass {
    /// TCR lacks the image.
    Missing,
    /// The same, and it is not an image of this account.
    Foreign,
    /// CCR has another image under the tag.
    Stale,
    /// It could not be checked whether TCR has the image.
    Unverified,
    /// Pods run another image than the tag that is to be pinned names in TCR, or that can't be told.
    Drifted,
    /// The tag can't be pinned, as its digest isn't known.
    NoDigest,
    /// The image has no name in TCR.
    NoName,
    /// The image's tag stands in no field that is known, or in two that differ.
    TagUnknown,
    /// The mapping file excludes the image.
    Excluded,
    /// Pods could not pull.
    NoCredential,
    /// TCR refuses the login of the namespace.
    UselessLogin,
    /// It is not known with which login the image is pulled.
    LoginUnproven,
    /// Helm, Argo CD, Flux or an operator manages the object.
    Managed,
    /// The object can't be changed.
    Immutable,
    /// The user leaves the object out.
    ExcludedObject,
    /// The server refuses the change in a dry run.
    Refused,
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
                write!(f, "{new} is stale: {old} is a different image")
            }
            Self::Unverified { new, why } => {
                write!(f, "can't check from here whether {new} is in TCR: {why}")
            }
            Self::RunsAnother { new, digest } => {
                write!(f, "{new} can't be pinned: its pods run another image, {digest}")
            }
            Self::RunsUnknown { new, why } => write!(
                f,
                "{new} can't be pinned: can't tell whether its pods run that image: {why}"
            ),
            Self::NoDigest { new } => {
                write!(f, "{new} can't be pinned: nobody says its digest")
            }
            Self::LoginUnproven { image, kind, list } => match list {
                Some(_) => write!(
                    f,
                    "can't check whether {image} can be pulled: this {kind} names no Secret for it"
                ),
                None => write!(
                    f,
                    "can't check whether {image} can be pulled: it is not known how the {kind} pulls it"
                ),
            },
            Self::NotByAddon { host, namespace, account, why, .. } => write!(
                f,
                "ServiceAccount {account} of namespace {namespace} has no Secret of the TCR addon for {host}: {why}"
            ),
            Self::NoName { message, .. }
            | Self::TagUnknown { message, .. }
            | Self::Excluded { message, .. }
            | Self::NoSecret { message, .. }
            | Self::UselessLogin { message, .. }
            | Self::NoCredential { message, .. } => f.write_str(message),
        }
    }
}
