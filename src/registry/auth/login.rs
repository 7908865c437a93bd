//! Logins, and where they come from.

use std::path::PathBuf;

use futures::future::BoxFuture;

use crate::docker_config::AuthError;
use crate::http::Secret;
use crate::image::{Host, RepositoryName};

/// A user name with a password or an identity token.
#[derive(Debug, Clone)]
pub struct Login {
    /// The user name. Unused with a token.
    pub username: String,
    /// The password or the token.
    pub password: Secret,
    /// What the password is.
    pub kind: LoginKind,
    /// Where the login is from, for messages: `Docker's store (credential helper pass)`,
    /// `--ccr-auth-file`, `a 1-hour token made with the API key`.
    pub origin: String,
}

/// What stands in the place of a login's password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoginKind {
    /// A password.
    Password,
    /// An OAuth 2 refresh token, as `docker login` gets from some hosts.
    IdentityToken,
    /// A token for the registry itself, for which no token service is asked (`registrytoken` in
    /// Docker's configuration).
    RegistryToken,
}

/// A source of logins.
pub trait LoginSource: Send + Sync {
    /// The login for a host, or `None` to try anonymously.
    ///
    /// Asked for each token, so that a login which runs out can be renewed in time.
    fn login<'a>(
        &'a self,
        host: &'a Host,
        repository: Option<&'a RepositoryName>,
    ) -> BoxFuture<'a, Result<Option<Login>, LoginError>>;

    /// Another login to try after the host has refused this one, or `None`.
    fn refused<'a>(
        &'a self,
        _host: &'a Host,
        _login: &'a Login,
    ) -> BoxFuture<'a, Result<Option<Login>, LoginError>> {
        Box::pin(async { Ok(None) })
    }

    /// Another login to try if the host accepts this one but gives it too few rights, or `None`.
    fn with_more_rights<'a>(
        &'a self,
        _host: &'a Host,
        _login: &'a Login,
    ) -> BoxFuture<'a, Option<Login>> {
        Box::pin(async { None })
    }

    /// Called when `other` had the rights in this repository that `login` lacked.
    fn had_more_rights(
        &self,
        _host: &Host,
        _repository: &RepositoryName,
        _login: &Login,
        _other: &Login,
    ) {
    }
}

/// No logins: all requests are anonymous.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoLogins;

impl LoginSource for NoLogins {
    fn login<'a>(
        &'a self,
        _host: &'a Host,
        _repository: Option<&'a RepositoryName>,
    ) -> BoxFuture<'a, Result<Option<Login>, LoginError>> {
        Box::pin(async { Ok(None) })
    }
}

/// One login and no other: what the registry says is about this login.
#[derive(Debug, Clone)]
pub struct OnlyLogin(pub Login);

impl LoginSource for OnlyLogin {
    fn login<'a>(
        &'a self,
        _host: &'a Host,
        _repository: Option<&'a RepositoryName>,
    ) -> BoxFuture<'a, Result<Option<Login>, LoginError>> {
        Box::pin(async { Ok(Some(self.0.clone())) })
    }
}

/// A login that can't be read or stored.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LoginError {
    /// Docker's configuration exists but can't be opened.
    #[error("can't read {}: {reason}", path.display())]
    ConfigUnreadable {
        /// The file.
        path: PathBuf,
        /// From the operating system.
        reason: String,
    },
    /// Docker's configuration is not JSON, or not of Docker's shape.
    #[error("{} is not a Docker configuration: line {line}, column {column}: {reason}", path.display())]
    ConfigNotJson {
        /// The file.
        path: PathBuf,
        /// From 1.
        line: usize,
        /// From 1.
        column: usize,
        /// What was expected there.
        reason: String,
    },
    /// An entry below `auths` that can't be read.
    #[error("the login for {key} in {} can't be read: {error}", path.display())]
    AuthEntry {
        /// The file.
        path: PathBuf,
        /// The key below `auths`.
        key: String,
        /// What is wrong.
        error: AuthError,
    },
    /// The credential helper that the configuration names isn't installed.
    #[error("Docker's credential helper `{helper}` is not on the PATH")]
    HelperMissing {
        /// `docker-credential-NAME`
        helper: String,
    },
    /// The credential helper didn't answer in time; it was killed.
    #[error("Docker's credential helper `{helper}` gave no answer within {seconds} seconds")]
    HelperHangs {
        /// `docker-credential-NAME`
        helper: String,
        /// How long was waited.
        seconds: u64,
    },
    /// The credential helper reports an error.
    #[error("Docker's credential helper `{helper}` failed: {message}")]
    HelperFailed {
        /// `docker-credential-NAME`
        helper: String,
        /// What it says.
        message: String,
    },
    /// A login given as a file is neither a Docker configuration nor USER:PASSWORD.
    #[error("the login given by {origin} can't be read: {reason}")]
    AuthFile {
        /// The flag.
        origin: String,
        /// What is wrong with it. Never a part of it.
        reason: &'static str,
    },
    /// The login could not be stored.
    #[error("can't store the login in {}: {reason}", path.display())]
    NotStored {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// From a source of logins outside this room.
    #[error("{message}")]
    Other {
        /// What happened.
        message: String,
        /// What to do about it.
        hint: Option<String>,
    },
}

impl LoginError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::ConfigNotJson { path, .. } => Some(format!(
                "fix the file, or name another folder with DOCKER_CONFIG: python3 -m json.tool {}",
                path.display()
            )),
            Self::AuthEntry { key, .. } => Some(format!("docker login {key}")),
            Self::HelperMissing { helper } => Some(format!(
                "install {helper}, or take `credsStore` out of Docker's config.json and log in again"
            )),
            Self::HelperHangs { helper, .. } | Self::HelperFailed { helper, .. } => Some(format!(
                "try it by hand: {helper} list (a locked keychain or a missing desktop session are common causes)"
            )),
            Self::AuthFile { .. } => Some(
                "expected one line USER:PASSWORD, or Docker's config.json with an `auths` entry"
                    .to_owned(),
            ),
            Self::Other { hint, .. } => hint.clone(),
            Self::ConfigUnreadable { .. } | Self::NotStored { .. } => None,
        }
    }
}
