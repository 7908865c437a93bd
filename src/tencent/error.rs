//! What can go wrong with a call of the API, and with the key that signs it.
//!
//! In one file, for each holds the other: a call needs a key, and the key of a role needs a call.

use std::path::PathBuf;

use super::api::refusal;
use super::{Edition, EndpointError, Refusal};
use crate::diagnostic::{CommonError, Diagnostic};
use crate::http::HttpError;
use crate::image::Host;

/// A call that brought no usable answer.
#[derive(Debug, Clone, thiserror::Error)]
pub enum ApiError {
    /// The API answered, and said no.
    #[error(transparent)]
    Refused(Box<Refusal>),
    /// The API was not reached, or the connection broke.
    #[error(transparent)]
    Http(#[from] HttpError),
    /// A status other than 200. Errors of the API come with 200, so this is from a gateway or proxy.
    #[error("{host} answered {action} with HTTP {status} instead of the API's 200")]
    Status {
        /// What was called.
        action: String,
        /// The API's host.
        host: Host,
        /// The HTTP status.
        status: u16,
    },
    /// An answer that isn't what the API's documentation says.
    #[error("the answer to {action} can't be understood: {reason}{}", quoted_id(request_id.as_deref()))]
    Unreadable {
        /// What was called.
        action: String,
        /// What is wrong with the answer.
        reason: String,
        /// Tencent's id for the call, if the answer got as far as that.
        request_id: Option<String>,
    },
    /// An endpoint in plain HTTP that is not allowed.
    #[error("the API endpoint http://{host} is not encrypted")]
    PlainHttp {
        /// The endpoint's host.
        host: Host,
    },
    /// There is no key to sign with any more.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// A name is taken, but what holds it can't be seen with this key.
    #[error("{name} exists, but this key can't see it")]
    Hidden {
        /// What was to be created.
        name: String,
        /// The API's refusal to create it.
        #[source]
        refusal: Box<ApiError>,
    },
}

fn quoted_id(request_id: Option<&str>) -> String {
    request_id.map(|id| format!(" (RequestId {id})")).unwrap_or_default()
}

impl ApiError {
    fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Refused(refusal) => Some(refusal),
            Self::Hidden { refusal, .. } => refusal.refusal(),
            Self::Key(KeyError::Role { error, .. }) => error.refusal(),
            _ => None,
        }
    }

    /// The API's error code, `UnauthorizedOperation`.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.refusal().map(|refusal| refusal.code.as_str())
    }

    /// Tencent's id for the call, which its support asks for.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        match self {
            Self::Unreadable { request_id, .. } => request_id.as_deref(),
            _ => self.refusal()?.request_id.as_deref(),
        }
    }

    /// Which of the common errors it is.
    #[must_use]
    pub fn common(&self) -> Option<CommonError> {
        match self {
            Self::Refused(refusal) => refusal.common(),
            Self::Http(error) => error.common(),
            Self::Key(error) => error.common(),
            Self::Hidden { refusal, .. } => refusal.common(),
            Self::Status { .. } => Some(CommonError::Unreachable),
            Self::Unreadable { .. } | Self::PlainHttp { .. } => None,
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Refused(refusal) => refusal.hint(),
            Self::Http(error) => error.hint(),
            Self::Key(error) => error.hint(),
            Self::Status { host, status: 407, .. } => Some(format!(
                "a proxy asks for a login on the way to {host}: put it into HTTPS_PROXY, or name {host} in NO_PROXY"
            )),
            Self::Status { host, .. } => {
                Some(format!("check what stands between this machine and {host}: a proxy, a gateway, or the wrong endpoint"))
            }
            Self::Unreadable { .. } => Some(
                "check that the endpoint is Tencent's API and not a proxy's page; -v shows each call".to_owned(),
            ),
            Self::PlainHttp { host } => {
                Some(format!("use https://{host}, or allow plain HTTP with --insecure-registry {host}"))
            }
            Self::Hidden { name, .. } => Some(format!(
                "{name} may belong to another sub-account: ask the account's administrator for access to it, or map to another name with --map"
            )),
        }
    }

    /// What happened, what to do about it, and Tencent's id for the call.
    #[must_use]
    pub fn diagnostic(&self) -> Diagnostic {
        Diagnostic {
            message: self.to_string(),
            hint: self.hint(),
            request_id: self.request_id().map(ToOwned::to_owned),
            common: self.common(),
        }
    }

    fn has_code(&self, wanted: impl Fn(&str) -> bool) -> bool {
        self.code().is_some_and(wanted)
    }

    /// Whether the thing exists already. The API has two spellings of this for the same action.
    #[must_use]
    pub fn is_already_exists(&self) -> bool {
        self.has_code(|code| {
            matches!(
                code,
                "FailedOperation.ErrorTcrResourceConflict"
                    | "InternalError.ErrorTcrResourceConflict"
            )
        })
    }

    /// Whether the key lacks a permission. Inside an instance the API says the same of a namespace
    /// that isn't there; then [`Self::is_not_found`] holds too.
    #[must_use]
    pub fn is_permission(&self) -> bool {
        self.has_code(refusal::is_permission)
    }

    /// Whether a quota is used up.
    #[must_use]
    pub fn is_quota(&self) -> bool {
        self.has_code(refusal::is_quota)
    }

    /// Whether the Personal Edition was never set up in the region: there is nothing to move.
    #[must_use]
    pub fn is_not_initialised(&self) -> bool {
        self.has_code(refusal::is_not_initialised)
    }

    /// Whether the API doesn't accept the key as such. No other call will fare better.
    #[must_use]
    pub fn is_key_refused(&self) -> bool {
        self.has_code(refusal::is_key_refused)
    }

    /// Whether what was asked for isn't there.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.refusal().is_some_and(|refusal| {
            let code = refusal.code.as_str();
            let missing =
                code == "InternalError.ErrNotExist" || refusal::is_of(code, "ResourceNotFound");
            let hidden = code.ends_with(".ErrorTcrUnauthorized")
                && refusal.message.to_ascii_lowercase().contains("not found");
            (missing || hidden) && !refusal::is_not_initialised(code)
        })
    }

    /// Whether the call may have been carried out although no answer came: look before trying again.
    #[must_use]
    pub fn is_ambiguous(&self) -> bool {
        match self {
            Self::Http(error) => {
                matches!(
                    error,
                    HttpError::Timeout { .. }
                        | HttpError::Broken { .. }
                        | HttpError::TooLarge { .. }
                )
            }
            Self::Status { status, .. } => *status >= 500,
            Self::Unreadable { .. } => true,
            Self::Refused(refusal) => refusal::is_internal(&refusal.code),
            Self::PlainHttp { .. } | Self::Key(_) | Self::Hidden { .. } => false,
        }
    }
}

/// No key, or none that can be used.
#[derive(Debug, Clone, thiserror::Error)]
pub enum KeyError {
    /// Nothing anywhere.
    #[error("no API key for {edition}")]
    None {
        /// Whose key was looked for.
        edition: Edition,
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
    /// A login of tccli that has expired.
    #[error("the login in {} has expired", path.display())]
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
        variable: String,
        /// What is wrong with it.
        #[source]
        error: EndpointError,
    },
}

impl KeyError {
    /// The places that hold no key, in the order in which they were looked at; empty for other errors.
    #[must_use]
    pub fn looked(&self) -> &[String] {
        match self {
            Self::None { looked, .. } | Self::NoProfile { looked, .. } => looked,
            _ => &[],
        }
    }

    /// Which of the common errors it is.
    #[must_use]
    pub fn common(&self) -> Option<CommonError> {
        match self {
            Self::None { .. } | Self::Half { .. } | Self::NoProfile { .. } => {
                Some(CommonError::NoApiKey)
            }
            Self::Expired { .. } => Some(CommonError::KeyRefused),
            Self::Role { error, .. } => error.common(),
            Self::Malformed { .. }
            | Self::File { .. }
            | Self::Metadata { .. }
            | Self::Endpoint { .. } => None,
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::None { edition, .. } => {
                let [id, secret, _] = edition.variables();
                Some(format!(
                    "set TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY (or {id} and {secret} for {edition} alone), or run `tccli auth login`; keys are made at https://console.cloud.tencent.com/cam/capi"
                ))
            }
            Self::Half { missing, .. } => {
                Some(format!("give {missing} too, or remove the other half"))
            }
            Self::Malformed { place } => Some(format!("copy the key into {place} again")),
            Self::File { path, .. } => Some(format!("fix {} or remove it", path.display())),
            Self::NoProfile { name, .. } => {
                Some(format!("create it with `tccli configure --profile {name}`, or name another"))
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
