//! What can go wrong between us and a registry, and what to do about it.
//!
//! How a response becomes one of these is in `transport::refusal`.

use std::fmt;

use crate::diagnostic::CommonError;
use crate::http::HttpError;
use crate::image::{Digest, Host, ManifestError, RepositoryName};

use super::{ErrorClass, LoginError};

/// The reason for not following an address that the user may override.
pub(super) const PLAIN_HTTP: &str = "over plain HTTP";

/// What a request was about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestContext {
    /// The registry.
    pub host: Host,
    /// The repository, where there is one.
    pub repository: Option<RepositoryName>,
    /// `manifest v1`, `blob sha256:…`, `tags`.
    pub what: String,
}

impl fmt::Display for RequestContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.repository {
            Some(repository) => write!(f, "{}/{repository} ({})", self.host, self.what),
            None => write!(f, "{} ({})", self.host, self.what),
        }
    }
}

impl RequestContext {
    /// Whether it was about a manifest, and so about one image.
    pub(crate) fn is_manifest(&self) -> bool {
        self.what.starts_with("manifest ")
    }

    /// `HOST/REPOSITORY`, where there is one.
    fn repository(&self) -> String {
        match &self.repository {
            Some(repository) => format!("{}/{repository}", self.host),
            None => self.to_string(),
        }
    }
}

/// Which rule of a registry forbids something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PolicyRule {
    /// The tag may not be moved or overwritten.
    ImmutableTag,
    /// A vulnerability scan blocks the image.
    Scan,
    /// The registry takes nothing for the time being.
    ReadOnly,
    /// A proxy or a firewall in front of the registry, which the registry knows nothing of.
    Firewall,
    /// Another one; the message says which.
    Other,
}

/// A request to a registry that did not do what it should.
#[derive(Debug, Clone, thiserror::Error)]
pub enum RegistryError {
    /// No usable answer at all.
    #[error(transparent)]
    Http(#[from] HttpError),
    /// The login itself could not be read.
    #[error(transparent)]
    Login(#[from] LoginError),
    /// The registry or its token service refuses the login, and every other one that there is.
    #[error("{host} refuses the login from {origin}{}: {message}", by(realm.as_deref()))]
    LoginRefused {
        /// The registry.
        host: Host,
        /// [`crate::registry::Login::origin`].
        origin: String,
        /// The token service, if it was that which refused.
        realm: Option<String>,
        /// What it says.
        message: String,
    },
    /// The registry wants a login and there is none for it.
    #[error("{host} asks for a login, and there is none for it")]
    NoLogin {
        /// The registry.
        host: Host,
    },
    /// The login is good, but not for this.
    // Access is given by repository: with the blob in it, one refusal would look like many.
    #[error("{}: access denied: {message}", at.repository())]
    Denied {
        /// What it was about.
        at: Box<RequestContext>,
        /// What the registry says.
        message: String,
    },
    /// The token was no longer accepted when a streaming upload began. A new upload gets a new
    /// token.
    #[error("{at}: the token was no longer accepted; the upload has to start again")]
    TokenExpired {
        /// What it was about.
        at: Box<RequestContext>,
    },
    /// It isn't there.
    #[error("{at}: not found: {message}")]
    NotFound {
        /// What it was about.
        at: Box<RequestContext>,
        /// What the registry says.
        message: String,
    },
    /// A rule of the registry forbids it.
    #[error("{at}: forbidden by a rule of the registry: {message}")]
    Policy {
        /// What it was about.
        at: Box<RequestContext>,
        /// Which rule.
        rule: PolicyRule,
        /// What the registry says.
        message: String,
    },
    /// No space left.
    #[error("{at}: the quota is used up: {message}")]
    Quota {
        /// What it was about.
        at: Box<RequestContext>,
        /// What the registry says.
        message: String,
    },
    /// Too many requests, even after waiting.
    #[error("{at}: too many requests: {message}")]
    RateLimited {
        /// What it was about.
        at: Box<RequestContext>,
        /// What the registry says.
        message: String,
    },
    /// A manifest was pushed whose blobs or children the registry doesn't hold.
    #[error("{at}: the registry lacks a part of it: {message}")]
    MissingChild {
        /// What it was about.
        at: Box<RequestContext>,
        /// What the registry says.
        message: String,
    },
    /// The registry refuses the request as malformed.
    #[error("{at}: refused with status {status}: {message}")]
    Invalid {
        /// What it was about.
        at: Box<RequestContext>,
        /// The HTTP status.
        status: u16,
        /// What the registry says.
        message: String,
    },
    /// The registry failed, several times if the request could be repeated.
    #[error("{at}: the registry failed with status {status}: {message}")]
    Server {
        /// What it was about.
        at: Box<RequestContext>,
        /// The HTTP status.
        status: u16,
        /// What the registry says.
        message: String,
    },
    /// An answer that breaks the protocol.
    #[error("{at}: {reason}")]
    Protocol {
        /// What it was about.
        at: Box<RequestContext>,
        /// What is wrong with the answer.
        reason: String,
    },
    /// The registry points to an address that must not be followed.
    #[error("{at}: the registry points to {address}, {reason}")]
    UnsafeAddress {
        /// What it was about.
        at: Box<RequestContext>,
        /// Scheme and host, no more: a query may hold a signature.
        address: String,
        /// Why it isn't followed.
        reason: &'static str,
    },
    /// Bytes that are not what their digest says.
    #[error("{at}: the bytes have digest {actual}, not {expected}")]
    DigestMismatch {
        /// What it was about.
        at: Box<RequestContext>,
        /// What was asked for, or announced.
        expected: Digest,
        /// What came.
        actual: Digest,
    },
    /// More or fewer bytes than the descriptor says.
    #[error("{at}: {actual} bytes came, not {expected}")]
    SizeMismatch {
        /// What it was about.
        at: Box<RequestContext>,
        /// Bytes.
        expected: u64,
        /// Bytes, as far as they were counted.
        actual: u64,
    },
    /// A manifest larger than any registry has to take.
    #[error("{at}: the manifest is larger than {limit} bytes")]
    ManifestTooLarge {
        /// What it was about.
        at: Box<RequestContext>,
        /// Bytes, [`crate::image::MANIFEST_LIMIT`].
        limit: u64,
    },
    /// A manifest whose digest can't even be computed.
    #[error("{at}: {error}")]
    Manifest {
        /// What it was about.
        at: Box<RequestContext>,
        /// What is wrong with it.
        error: ManifestError,
    },
    /// The upload session is gone; a new one has to be opened.
    #[error("{at}: the upload session is lost: {message}")]
    UploadLost {
        /// What it was about.
        at: Box<RequestContext>,
        /// What the registry says.
        message: String,
    },
    /// The registry received other bytes than were sent.
    #[error("{at}: the blob was corrupted on its way there: {message}")]
    Corrupted {
        /// What it was about.
        at: Box<RequestContext>,
        /// What the registry says.
        message: String,
    },
    /// The registry accepts no blob in one streaming PUT; it may accept it in pieces.
    #[error("{at}: the registry does not accept the blob in one request (status {status})")]
    MonolithicRefused {
        /// What it was about.
        at: Box<RequestContext>,
        /// The HTTP status.
        status: u16,
    },
    /// The registry stopped reading an upload, or never confirmed its last byte.
    #[error("{at}: the upload stalled for {seconds} seconds")]
    Stalled {
        /// What it was about.
        at: Box<RequestContext>,
        /// How long was waited.
        seconds: u64,
    },
}

fn by(realm: Option<&str>) -> String {
    realm.map(|realm| format!(" at its token service {realm}")).unwrap_or_default()
}

/// The statuses after which the same request may succeed.
pub(super) fn is_transient_status(status: u16) -> bool {
    // From 520 on: Cloudflare, where the registry behind it doesn't answer it.
    matches!(status, 408 | 425 | 429 | 500 | 502 | 503 | 504 | 520..=524)
}

impl RegistryError {
    /// The class of the error.
    #[must_use]
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::Http(HttpError::TooLarge { .. } | HttpError::CertificateFile { .. })
            | Self::Invalid { .. }
            | Self::Protocol { .. }
            | Self::UnsafeAddress { .. }
            | Self::ManifestTooLarge { .. }
            | Self::Manifest { .. }
            | Self::MissingChild { .. }
            | Self::MonolithicRefused { .. } => ErrorClass::Invalid,
            Self::Http(_) | Self::UploadLost { .. } | Self::Stalled { .. } => ErrorClass::Network,
            Self::Login(_)
            | Self::LoginRefused { .. }
            | Self::NoLogin { .. }
            | Self::Denied { .. }
            | Self::TokenExpired { .. } => ErrorClass::Auth,
            Self::NotFound { .. } => ErrorClass::NotFound,
            Self::Policy { .. } => ErrorClass::Policy,
            Self::Quota { .. } => ErrorClass::Quota,
            Self::RateLimited { .. } => ErrorClass::Rate,
            Self::Server { .. } => ErrorClass::Server,
            Self::DigestMismatch { .. } | Self::SizeMismatch { .. } | Self::Corrupted { .. } => {
                ErrorClass::Digest
            }
        }
    }

    /// Which of the common errors it is.
    #[must_use]
    pub fn common(&self) -> Option<CommonError> {
        match self {
            Self::Http(error) => error.common(),
            Self::LoginRefused { .. } => Some(CommonError::LoginRefused),
            Self::NoLogin { .. } => Some(CommonError::NoLogin),
            Self::Denied { .. } => Some(CommonError::AccessDenied),
            Self::Policy { rule: PolicyRule::ImmutableTag, .. } => Some(CommonError::ImmutableTag),
            Self::Quota { .. } => Some(CommonError::Quota),
            Self::RateLimited { .. } => Some(CommonError::RateLimited),
            Self::Stalled { .. } => Some(CommonError::Unreachable),
            _ => None,
        }
    }

    /// Whether the same thing, done again from its start, may succeed a little later.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Http(error) => error.is_transient(),
            Self::RateLimited { .. }
            | Self::TokenExpired { .. }
            | Self::UploadLost { .. }
            | Self::Stalled { .. } => true,
            Self::Server { status, .. } | Self::Invalid { status, .. } => {
                is_transient_status(*status)
            }
            _ => false,
        }
    }

    /// What the request was about, where a registry was asked for something.
    #[must_use]
    pub fn at(&self) -> Option<&RequestContext> {
        match self {
            Self::Http(_) | Self::Login(_) | Self::LoginRefused { .. } | Self::NoLogin { .. } => {
                None
            }
            Self::Denied { at, .. }
            | Self::TokenExpired { at }
            | Self::NotFound { at, .. }
            | Self::Policy { at, .. }
            | Self::Quota { at, .. }
            | Self::RateLimited { at, .. }
            | Self::MissingChild { at, .. }
            | Self::Invalid { at, .. }
            | Self::Server { at, .. }
            | Self::Protocol { at, .. }
            | Self::UnsafeAddress { at, .. }
            | Self::DigestMismatch { at, .. }
            | Self::SizeMismatch { at, .. }
            | Self::ManifestTooLarge { at, .. }
            | Self::Manifest { at, .. }
            | Self::UploadLost { at, .. }
            | Self::Corrupted { at, .. }
            | Self::MonolithicRefused { at, .. }
            | Self::Stalled { at, .. } => Some(at),
        }
    }

    /// Whether what was asked for isn't there.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        matches!(self, Self::NotFound { .. })
    }

    /// Whether a manifest was refused because a part of it isn't there.
    #[must_use]
    pub fn is_missing_child(&self) -> bool {
        matches!(self, Self::MissingChild { .. })
    }

    /// Whether nothing can be read from this registry: it isn't reached, isn't trusted, or refuses
    /// all logins. Other errors concern one item.
    #[must_use]
    pub fn is_fatal(&self) -> bool {
        match self {
            Self::Http(error) => !matches!(
                error,
                HttpError::TooLarge { .. } | HttpError::Broken { .. } | HttpError::Timeout { .. }
            ),
            Self::Login(_) | Self::LoginRefused { .. } | Self::NoLogin { .. } => true,
            _ => false,
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        let fixed = |text: &str| Some(text.to_owned());
        match self {
            Self::Http(error) => error.hint(),
            Self::Login(error) => error.hint(),
            Self::NoLogin { host } | Self::LoginRefused { host, .. } => Some(login_hint(host)),
            Self::Denied { at, .. } => Some(format!(
                "check that the namespace exists and that the login may use it; another login: {}",
                login_hint(&at.host)
            )),
            Self::Policy { rule: PolicyRule::ImmutableTag, .. } => fixed(
                "take the tag out of the namespace's immutable-tag rule while it is copied, or leave it as it is",
            ),
            Self::Policy { rule: PolicyRule::Scan, .. } => fixed(
                "lift the rule that blocks vulnerable images for this namespace, or leave the image out",
            ),
            Self::Policy { rule: PolicyRule::ReadOnly, .. } => {
                fixed("run it again once the registry takes pushes again")
            }
            Self::Policy { rule: PolicyRule::Firewall, at, .. } => Some(format!(
                "ask who runs the proxy or firewall in front of {}: another login would not help",
                at.host
            )),
            Self::Invalid { at, status: 413, .. } => Some(format!(
                "a proxy in front of {} may limit the size of requests (nginx: client_max_body_size)",
                at.host
            )),
            Self::Quota { .. } => fixed(
                "free some space or raise the quota, and run it again: what was copied is kept",
            ),
            Self::DigestMismatch { at, .. } | Self::SizeMismatch { at, .. } => Some(format!(
                "run it again; if the error stays, the image is broken in {}: push it again or leave it out with --exclude",
                at.host
            )),
            Self::ManifestTooLarge { .. } => fixed(
                "no registry takes a manifest of that size: leave the image out with --exclude",
            ),
            Self::Invalid { at, .. } if at.is_manifest() => Some(format!(
                "{} doesn't take such a manifest: leave the image out (--exclude, or remove its line from the list), or ask who runs the registry",
                at.host
            )),
            Self::Server { .. } => {
                fixed("run it again later: what is there already is not copied twice")
            }
            Self::RateLimited { .. } | Self::MissingChild { .. } | Self::Corrupted { .. } => {
                fixed("run it again: what is there already is not copied twice")
            }
            Self::UnsafeAddress { address, reason, .. } if *reason == PLAIN_HTTP => Some(format!(
                "if that is intended, allow plain HTTP there: --insecure-registry {}",
                address.trim_start_matches("http://")
            )),
            _ => None,
        }
    }
}

// The user name of a Personal registry is the account's number; that of Enterprise is made with
// the key (API documents 1141/41829, 1141/39287).
fn login_hint(host: &Host) -> String {
    let command = format!("docker login {host}");
    if host.is_ccr_name() {
        format!(
            "{command} (the user name is the account's UIN, a sub-account's its own; the password is the one set in CCR)"
        )
    } else if host.is_tcr_name() {
        format!(
            "{command}, or give an API key (TENCENTCLOUD_SECRET_ID, TENCENTCLOUD_SECRET_KEY): a one-hour token is made with it"
        )
    } else {
        command
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hint_knows_what_a_user_name_is_at_each_edition() {
        let hint = |host: &str| RegistryError::NoLogin { host: host.parse().unwrap() }.hint();
        let ccr = hint("hkccr.ccs.tencentyun.com").unwrap();
        assert!(ccr.starts_with("docker login hkccr.ccs.tencentyun.com") && ccr.contains("UIN"));
        assert!(hint("prod.tencentcloudcr.com").unwrap().contains("API key"));
        assert_eq!(hint("r.example.com").unwrap(), "docker login r.example.com");
    }

    #[test]
    fn errors_are_small_enough_to_hand_around() {
        assert!(size_of::<RegistryError>() <= 128, "{}", size_of::<RegistryError>());
    }
}
