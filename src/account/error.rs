//! Why an account can't be opened.

use std::path::PathBuf;

use super::MappingFileError;
use crate::diagnostic::CommonError;
use crate::http::HttpError;
use crate::image::Host;
use crate::registry::{LoginError, RegistryError};
use crate::tencent::{ApiError, KeyError};

/// Why a run can't start.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// No key, half a key, or a profile that can't be read.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The API refused.
    #[error(transparent)]
    Api(#[from] ApiError),
    /// The network can't be set up.
    #[error(transparent)]
    Http(#[from] HttpError),
    /// A registry can't be reached or refuses the login.
    #[error(transparent)]
    Registry(#[from] RegistryError),
    /// A login can't be read.
    #[error(transparent)]
    Login(#[from] LoginError),
    /// The mapping file can't be used.
    #[error(transparent)]
    Mapping(#[from] MappingFileError),
    /// No instance of that name.
    #[error("there is no TCR instance `{wanted}` that this key can see")]
    NoSuchInstance {
        /// As it was asked for.
        wanted: String,
        /// Those that exist, `name (region)`.
        existing: Vec<String>,
    },
    /// Neither the API nor the table of regions knows the registry's host.
    #[error("no registry host of CCR is known for {region}")]
    NoSourceHost {
        /// The region.
        region: String,
    },
    /// No instance at all.
    #[error("this key sees no TCR instance in any region")]
    NoInstance,
    /// Several, and none is named.
    #[error("this key sees {} TCR instances", existing.len())]
    SeveralInstances {
        /// `name (region)`
        existing: Vec<String>,
    },
    /// None of the instances is known to have the host.
    #[error(
        "the API doesn't say which TCR instance has the host {host}{}",
        unasked.as_ref().map(|error| format!(" ({error})")).unwrap_or_default()
    )]
    UnknownTargetHost {
        /// As it was given.
        host: Host,
        /// `name (region)`
        existing: Vec<String>,
        /// Why the custom domains of an instance are not known.
        unasked: Option<String>,
    },
    /// The instance can't take images now.
    #[error("the TCR instance {name} is not running: its status is {status}")]
    NotRunning {
        /// The instance.
        name: String,
        /// As the API says.
        status: String,
    },
    /// Neither name nor host of the target is known.
    #[error("no TCR instance and no host is given")]
    NoTarget,
    /// A login file that can't be opened.
    #[error("can't read the login from {flag} {}: {reason}", path.display())]
    AuthFileUnreadable {
        /// The flag that named it.
        flag: &'static str,
        /// The file, or `-`.
        path: PathBuf,
        /// From the operating system.
        reason: String,
    },
    /// A login file that holds no login, or none for the host.
    #[error("can't read the login from {flag} {}: {reason}", path.display())]
    AuthFile {
        /// The flag that named it.
        flag: &'static str,
        /// The file, or `-`.
        path: PathBuf,
        /// What is wrong with it. Never a part of it.
        reason: String,
    },
    /// `-` for more than one file.
    #[error("standard input can be read once, but `-` stands for two files")]
    StandardInputTwice,
    /// The CCR host is in fact a TCR instance.
    #[error("{host} answers as a TCR instance, not as CCR: the source would be the target")]
    SourceIsTarget {
        /// The host.
        host: Host,
    },
}

impl AccountError {
    /// Which of the common errors it is.
    #[must_use]
    pub fn common(&self) -> Option<CommonError> {
        match self {
            Self::Key(error) => error.common(),
            Self::Api(error) => error.common(),
            Self::Http(error) => error.common(),
            Self::Registry(error) => error.common(),
            Self::NoSuchInstance { .. } | Self::NoInstance => Some(CommonError::NoInstance),
            Self::SeveralInstances { .. } | Self::UnknownTargetHost { .. } | Self::NoTarget => {
                Some(CommonError::WhichInstance)
            }
            _ => None,
        }
    }

    /// What to type next.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Key(error) => error.hint(),
            Self::Api(error) => error.hint(),
            Self::Http(error) => error.hint(),
            Self::Registry(error) => error.hint(),
            Self::Login(error) => error.hint(),
            Self::Mapping(error) => Some(error.hint()),
            Self::NoSuchInstance { existing, .. }
            | Self::SeveralInstances { existing }
            | Self::UnknownTargetHost { existing, .. } => {
                let first = existing.first()?.split(' ').next()?;
                let all = existing.join(", ");
                Some(format!("there are: {all}; choose one with --tcr-name, as in --tcr-name {first}"))
            }
            Self::NoInstance => Some(
                "create an instance first, or use a key of the account that owns it: --tcr-secret-id and --tcr-secret-key, or TCR_SECRET_ID and TCR_SECRET_KEY".to_owned(),
            ),
            Self::NotRunning { .. } => {
                Some("wait until its status is Running, or look at it in the console".to_owned())
            }
            Self::NoSourceHost { .. } => Some("give it: --ccr-host HOST".to_owned()),
            Self::NoTarget => Some("give --tcr-name NAME or --tcr-host HOST".to_owned()),
            Self::AuthFile { .. } => Some(
                "expected a docker config.json that holds the host, or one line USER:PASSWORD"
                    .to_owned(),
            ),
            Self::AuthFileUnreadable { flag, .. } => Some(format!(
                "write USER:PASSWORD into a file that only you can read, or hand it over on standard input: {flag} -"
            )),
            Self::StandardInputTwice => Some("give one of the two as a file".to_owned()),
            Self::SourceIsTarget { host } => Some(format!(
                "the personal domain points at TCR here; run this where {} resolves to CCR, or give CCR's address: --resolve {}:{}:ADDRESS",
                host.name(),
                host.name(),
                host.port().unwrap_or(443)
            )),
        }
    }

    /// Further lines to show: where a key was looked for.
    #[must_use]
    pub fn details(&self) -> Vec<String> {
        match self {
            Self::Key(error) => {
                error.looked().iter().map(|place| format!("looked at {place}")).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Tencent's RequestId, if the API refused.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        match self {
            Self::Api(error) => error.request_id(),
            _ => None,
        }
    }
}
