//! API keys, what the user says about them, and what can be wrong with them.

use std::fmt;
use std::path::PathBuf;

use super::{ApiError, EndpointError};
use crate::http::Secret;

/// A key that signs calls.
#[derive(Clone)]
pub struct ApiKey {
    /// `SecretId`. Starts with AKID or IKID.
    pub id: String,
    /// `SecretKey`. Signs, and is never sent.
    pub secret: Secret,
    /// What temporary keys have besides.
    pub token: Option<Secret>,
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The id is no secret, but together with a leaked secret it's what one needs.
        f.debug_struct("ApiKey").finish_non_exhaustive()
    }
}

impl ApiKey {
    /// Takes the parts that were found in one place; nothing if there is neither id nor secret.
    ///
    /// `names` says what the id and the secret are called there.
    pub(super) fn from_parts(
        place: &str,
        names: [&str; 2],
        id: Option<&str>,
        secret: Option<&Secret>,
        token: Option<&Secret>,
    ) -> Result<Option<Self>, KeyError> {
        let id = id.map(str::trim).filter(|id| !id.is_empty()).map(ToOwned::to_owned);
        let secret = secret.and_then(trimmed);
        let half =
            |missing: &str| KeyError::Half { place: place.to_owned(), missing: missing.to_owned() };
        match (id, secret) {
            (None, None) => Ok(None),
            (Some(_), None) => Err(half(names[1])),
            (None, Some(_)) => Err(half(names[0])),
            (Some(id), Some(secret)) => {
                // The id and the token stand in headers.
                let token = token.and_then(trimmed);
                let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_graphic());
                if !plain(&id) || token.as_ref().is_some_and(|token| !plain(token.expose())) {
                    return Err(KeyError::Malformed { place: place.to_owned() });
                }
                Ok(Some(Self { id, secret, token }))
            }
        }
    }
}

fn trimmed(secret: &Secret) -> Option<Secret> {
    let text = secret.expose().trim();
    (!text.is_empty()).then(|| Secret::from(text))
}

/// Which side of the move a key is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Side {
    /// The Personal Edition, the source.
    Ccr,
    /// The Enterprise Edition, the target.
    Tcr,
}

impl Side {
    /// The three variables for this side alone: id, secret, token.
    pub(super) fn variables(self) -> [&'static str; 3] {
        match self {
            Self::Ccr => ["CCR_SECRET_ID", "CCR_SECRET_KEY", "CCR_SECRET_TOKEN"],
            Self::Tcr => ["TCR_SECRET_ID", "TCR_SECRET_KEY", "TCR_SECRET_TOKEN"],
        }
    }
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ccr => "CCR",
            Self::Tcr => "TCR",
        })
    }
}

/// What the user says about a key: the flags for this side, or those for both.
#[derive(Debug, Clone, Default)]
pub struct KeySettings {
    /// `SecretId`
    pub id: Option<String>,
    /// `SecretKey`
    pub secret: Option<Secret>,
    /// The token of a temporary key.
    pub token: Option<Secret>,
    /// A profile of tccli, or a section of the SDKs' credentials file. Named, it must exist.
    pub profile: Option<String>,
}

/// No key, or none that can be used.
#[derive(Debug, Clone, thiserror::Error)]
pub enum KeyError {
    /// Nothing anywhere.
    #[error("no API key for {side}")]
    None {
        /// Whose key was looked for.
        side: Side,
        /// Every place, in order, with what was found there.
        looked: Vec<String>,
    },
    /// An id without its secret, or the other way round.
    #[error("half an API key in {place}: {missing} is missing")]
    Half {
        /// Where the one half is.
        place: String,
        /// What the other half is called there.
        missing: String,
    },
    /// An id or token with characters that none has.
    #[error("the API key in {place} holds spaces or other characters that no key has")]
    Malformed {
        /// Where it is.
        place: String,
    },
    /// A file that can't be used.
    #[error("can't use {}: {reason}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A profile that was named, and isn't there.
    #[error("there is no profile `{name}` (named by {named_by})")]
    NoProfile {
        /// The profile.
        name: String,
        /// The flag or variable.
        named_by: String,
        /// The files.
        looked: Vec<String>,
    },
    /// A login of tccli that has run out.
    #[error("the login in {} has run out", path.display())]
    Expired {
        /// The profile's file.
        path: PathBuf,
        /// tccli's name for it.
        profile: String,
    },
    /// A role that gives no key.
    #[error("no key from {origin}: {error}")]
    Role {
        /// Which role.
        origin: String,
        /// What STS said.
        #[source]
        error: Box<ApiError>,
    },
    /// The machine's metadata service gives no key.
    #[error("no key from the machine's role: {reason}")]
    Metadata {
        /// What it answered.
        reason: String,
    },
    /// An endpoint in the environment that can't be one.
    #[error("{variable}: {error}")]
    Endpoint {
        /// The variable.
        variable: &'static str,
        /// What is wrong with it.
        #[source]
        error: EndpointError,
    },
}

impl KeyError {
    /// The places that were looked at in vain, in order; empty for other errors.
    #[must_use]
    pub fn looked(&self) -> &[String] {
        match self {
            Self::None { looked, .. } | Self::NoProfile { looked, .. } => looked,
            _ => &[],
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::None { side, .. } => {
                let [id, secret, _] = side.variables();
                Some(format!(
                    "set TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY (or {id} and {secret} for {side} alone), or run `tccli auth login`; keys are made at https://console.cloud.tencent.com/cam/capi"
                ))
            }
            Self::Half { missing, .. } => {
                Some(format!("give {missing} too, or take the other half away"))
            }
            Self::Malformed { place } => Some(format!("copy the key into {place} again")),
            Self::File { path, .. } => Some(format!("mend {} or take it away", path.display())),
            Self::NoProfile { name, .. } => {
                Some(format!("make it with `tccli configure --profile {name}`, or name another"))
            }
            Self::Expired { profile, .. } if profile == "default" => {
                Some("run `tccli auth login`".to_owned())
            }
            Self::Expired { profile, .. } => {
                Some(format!("run `tccli auth login --profile {profile}`"))
            }
            Self::Role { error, .. } => error.hint(),
            Self::Metadata { .. } => {
                Some("give the machine a role in the console, or another kind of key".to_owned())
            }
            Self::Endpoint { variable, .. } => Some(format!("correct {variable}, or unset it")),
        }
    }
}
