//! What proves who we are, and its renewal while the run goes on.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderValue;
use jiff::{SignedDuration, Timestamp};
use kube::config::{AuthInfo, Cluster};
use secrecy::ExposeSecret as _;

use super::exec_plugin::ExecPlugin;
use super::token_expiry::token_expiry;
use crate::http::Secret;
use crate::kubernetes::error::ClusterError;

/// A token is renewed this long before it expires.
const AHEAD: SignedDuration = SignedDuration::from_secs(10);
/// A token's file is read again after this time, as client-go does.
const FILE_KEPT: SignedDuration = SignedDuration::from_secs(60);

/// Where a login comes from.
pub(in crate::kubernetes) enum CredentialSource {
    /// None, or a client certificate that the TLS settings hold.
    None,
    /// A token or password that stays as it is.
    Fixed(HeaderValue),
    /// A token in a file, which somebody else renews; and the one that is taken while there is no
    /// such file.
    File(PathBuf, Option<HeaderValue>),
    /// A program. Boxed, for it is much the largest.
    Exec(Box<ExecPlugin>),
}

/// What a login has given.
#[derive(Default)]
pub(in crate::kubernetes) struct Credential {
    pub(in crate::kubernetes) authorization: Option<HeaderValue>,
    /// Certificate and key, PEM.
    pub(in crate::kubernetes) certificate: Option<(String, Secret)>,
    renew_at: Option<Timestamp>,
}

impl Credential {
    pub(in crate::kubernetes) fn is_due(&self) -> bool {
        self.renew_at.is_some_and(|moment| Timestamp::now() >= moment)
    }
}

impl CredentialSource {
    /// The order is client-go's: a token's file, token, password, program.
    pub(in crate::kubernetes) fn of(
        user: &AuthInfo,
        cluster: &Cluster,
    ) -> Result<Self, ClusterError> {
        let token = user.token.as_ref().map(|token| bearer(token.expose_secret())).transpose()?;
        match (&user.token_file, token) {
            (Some(file), token) => return Ok(Self::File(PathBuf::from(file), token)),
            (None, Some(token)) => return Ok(Self::Fixed(token)),
            (None, None) => {}
        }
        if let (Some(name), password) = (&user.username, &user.password) {
            let password = password.as_ref().map_or("", |password| password.expose_secret());
            return basic(name, password).map(Self::Fixed);
        }
        if let Some(exec) = &user.exec {
            return Ok(Self::Exec(Box::new(ExecPlugin::new(exec, cluster)?)));
        }
        match &user.auth_provider {
            Some(provider) if provider.name == "oidc" => {
                id_token(&provider.config).map(Self::Fixed)
            }
            Some(provider) => {
                let reason = "it is as old as kubectl 1.25; an `exec` program takes its place";
                Err(no_provider(&provider.name, reason))
            }
            None => Ok(Self::None),
        }
    }

    /// Whether a refused login may be good again once it is renewed.
    pub(in crate::kubernetes) fn is_renewable(&self) -> bool {
        matches!(self, Self::File(..) | Self::Exec(_))
    }

    /// Reads the file or runs the program.
    pub(in crate::kubernetes) async fn obtain(&self) -> Result<Credential, ClusterError> {
        match self {
            Self::None => Ok(Credential::default()),
            Self::Fixed(value) => {
                Ok(Credential { authorization: Some(value.clone()), ..Credential::default() })
            }
            Self::File(path, otherwise) => {
                let authorization = match (token_of(path).await, otherwise) {
                    (Err(_), Some(token)) => token.clone(),
                    (token, _) => token?,
                };
                let renew_at = Some(Timestamp::now() + FILE_KEPT);
                Ok(Credential { authorization: Some(authorization), renew_at, certificate: None })
            }
            Self::Exec(plugin) => {
                let given = plugin.run().await?;
                let authorization = given.token.map(|token| bearer(token.expose())).transpose()?;
                let renew_at = given.expires.map(|moment| moment - AHEAD);
                Ok(Credential { authorization, certificate: given.certificate, renew_at })
            }
        }
    }
}

async fn token_of(path: &Path) -> Result<HeaderValue, ClusterError> {
    let error = |reason: String| ClusterError::Setting {
        what: format!("the token in {}", path.display()),
        reason,
    };
    let text = tokio::fs::read_to_string(path).await.map_err(|reason| error(reason.to_string()))?;
    match text.trim() {
        "" => Err(error("it is empty".to_owned())),
        token => bearer(token),
    }
}

/// The token that kubectl has got from a provider and keeps in the kubeconfig.
///
/// A new one isn't fetched: most providers then give a new refresh token, too, and the old one is
/// void, so that kubectl would be logged out unless its file were changed.
fn id_token(config: &HashMap<String, String>) -> Result<HeaderValue, ClusterError> {
    let given = |key: &str| config.get(key).filter(|text| !text.is_empty());
    if let Some(missing) =
        ["idp-issuer-url", "client-id"].into_iter().find(|key| given(key).is_none())
    {
        return Err(no_provider("oidc", &format!("it has no {missing}")));
    }
    let renew = match given("refresh-token") {
        Some(_) => {
            "kubectl gets a new one and keeps it: run kubectl get namespaces, then this again"
        }
        None => "there is no refresh-token to get a new one with: log in again",
    };
    let token = given("id-token");
    let Some(token) = token else {
        return Err(no_provider("oidc", &format!("it has no id-token; {renew}")));
    };
    match token_expiry(token) {
        Some(end) if Timestamp::now() + AHEAD < end => bearer(token),
        Some(end) => {
            Err(no_provider("oidc", &format!("its id-token has expired on {end}; {renew}")))
        }
        None => Err(no_provider("oidc", &format!("its id-token is none; {renew}"))),
    }
}

fn bearer(token: &str) -> Result<HeaderValue, ClusterError> {
    header(&format!("Bearer {token}"))
}

/// A login with a password.
pub(super) fn basic(name: &str, password: &str) -> Result<HeaderValue, ClusterError> {
    header(&format!("Basic {}", STANDARD.encode(format!("{name}:{password}"))))
}

/// The value is marked, so that nobody logs it.
fn header(text: &str) -> Result<HeaderValue, ClusterError> {
    let mut value = HeaderValue::from_str(text).map_err(|_| ClusterError::Setting {
        what: "the login's token or password".to_owned(),
        reason: "it holds a character that can't be sent".to_owned(),
    })?;
    value.set_sensitive(true);
    Ok(value)
}

fn no_provider(name: &str, reason: &str) -> ClusterError {
    let what = format!("the kubeconfig's auth-provider `{name}`");
    ClusterError::Setting { what, reason: reason.to_owned() }
}
