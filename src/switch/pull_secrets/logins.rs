//! The logins that a new pull secret holds, and the Secret made of them.
//!
//! Nothing here can be shown: the JSON with the passwords is made when it is sent.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::docker_config::{AuthEntries, AuthEntry, decode_base64};
use crate::http::Secret;
use crate::image::{Host, RepositoryName};
use crate::kubernetes::token_expiry;
use crate::proof::LoginUse;
use crate::registry::{Login, LoginKind};
use crate::workload::{PullSecret, PullSecretError, SecretFormat, pull_secret};

/// The label of the Secrets that are made here, with [`OURS`] as its value.
pub(super) const MANAGED_BY: &str = "app.kubernetes.io/managed-by";
pub(super) const OURS: &str = "tcr-switch";

/// Logins for one registry.
#[derive(Debug, Clone)]
pub(super) struct PullLogins(pub(super) Vec<PullLogin>);

/// One of them.
#[derive(Debug, Clone)]
pub(super) struct PullLogin {
    /// The registry, as it will be written.
    pub(super) key: String,
    pub(super) username: String,
    pub(super) password: Secret,
}

/// Why a Secret can't give its logins.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum FromSecretError {
    /// It is a Secret of another kind, or one that no kubelet reads.
    #[error("Secret {namespace}/{name} is not a pull secret that the kubelet can use")]
    NoPullSecret {
        /// Of the Secret.
        namespace: String,
        /// Of the Secret.
        name: String,
    },
    /// Its content is damaged.
    #[error(transparent)]
    Broken(#[from] PullSecretError),
    /// It is for other registries.
    #[error("pull secret {namespace}/{name} holds no login for {host}")]
    OtherHosts {
        /// Of the Secret.
        namespace: String,
        /// Of the Secret.
        name: String,
        /// The registry.
        host: Host,
    },
}

impl FromSecretError {
    /// What to type next.
    #[must_use]
    pub(super) fn hint(&self) -> String {
        match self {
            Self::Broken(error) => error.hint(),
            Self::NoPullSecret { .. } | Self::OtherHosts { .. } => {
                "kubectl tcr-switch secrets list -A shows which Secret is for which host".to_owned()
            }
        }
    }
}

#[derive(Deserialize)]
struct Config {
    auths: AuthEntries,
}

impl PullLogin {
    /// As it is shown to a registry; `origin` is where it is from.
    pub(super) fn to_registry(&self, origin: &str) -> Login {
        Login {
            username: self.username.clone(),
            password: self.password.clone(),
            kind: LoginKind::Password,
            origin: origin.to_owned(),
        }
    }
}

impl PullLogins {
    /// One login for a registry.
    #[must_use]
    pub(super) fn one(host: &Host, username: &str, password: Secret) -> Self {
        Self(vec![PullLogin { key: host.to_string(), username: username.to_owned(), password }])
    }

    /// Its place in a dry run, where the login is created later.
    #[must_use]
    pub(super) fn stand_in(host: &Host) -> Self {
        Self::one(host, "dry-run", Secret::from("dry-run"))
    }

    /// Each login with those of `repositories` that a kubelet would pull with it; `origin` says
    /// where they are from.
    #[must_use]
    pub(super) fn uses<'a>(
        &self,
        origin: &str,
        host: &Host,
        repositories: &'a BTreeSet<RepositoryName>,
    ) -> Vec<LoginUse<'a>> {
        let secrets = self.alone();
        let uses = self.0.iter().zip(&secrets).map(|(login, secret)| LoginUse {
            login: login.to_registry(origin),
            repositories: repositories
                .iter()
                .filter(|name| secret.knows(host, name.as_str()))
                .collect(),
        });
        uses.collect()
    }

    /// The logins for `host` in a Secret, and no others.
    ///
    /// # Errors
    /// [`FromSecretError`], which names the Secret and never what is in it.
    pub(super) fn from_secret(object: &Value, host: &Host) -> Result<Self, FromSecretError> {
        let text = |key: &str| object["metadata"][key].as_str().unwrap_or_default().to_owned();
        let (namespace, name) = (text("namespace"), text("name"));
        let no_pull_secret =
            || FromSecretError::NoPullSecret { namespace: namespace.clone(), name: name.clone() };
        let secret = pull_secret(object).ok_or_else(no_pull_secret)??;
        let entries = entries(object, &secret).filter(|_| secret.is_readable);
        let entries = entries.ok_or_else(no_pull_secret)?;
        let logins: Vec<PullLogin> = entries
            .into_iter()
            .filter(|(key, _)| is_for(&secret, key, host))
            .filter_map(|(key, entry)| login(key, &entry))
            .collect();
        if logins.is_empty() {
            return Err(FromSecretError::OtherHosts { namespace, name, host: host.clone() });
        }
        Ok(Self(logins))
    }

    /// When the first of them ends, if its password says so: TCR's tokens are JWTs.
    #[must_use]
    pub(super) fn end(&self) -> Option<Timestamp> {
        self.0.iter().filter_map(|login| token_expiry(login.password.expose())).min()
    }

    /// Each login as a Secret of its own, which tells what the kubelet would try it for.
    pub(super) fn alone(&self) -> Vec<PullSecret> {
        let secret = |login: &PullLogin| pull_secret(&Self(vec![login.clone()]).object("", ""));
        self.0.iter().filter_map(secret).flatten().collect()
    }

    /// The Secret. It holds the passwords: send it, and let it go.
    pub(super) fn object(&self, namespace: &str, name: &str) -> Value {
        let login = |login: &PullLogin| {
            let password = login.password.expose();
            let auth = STANDARD.encode(format!("{}:{password}", login.username));
            let entry = json!({"username": login.username, "password": password, "auth": auth});
            (login.key.clone(), entry)
        };
        let auths: Map<String, Value> = self.0.iter().map(login).collect();
        let content = STANDARD.encode(json!({ "auths": auths }).to_string());
        json!({
            "apiVersion": "v1", "kind": "Secret",
            "type": SecretFormat::DockerConfigJson.secret_type(),
            "metadata": {"namespace": namespace, "name": name, "labels": {MANAGED_BY: OURS}},
            "data": {SecretFormat::DockerConfigJson.data_key(): content},
        })
    }
}

fn entries(object: &Value, secret: &PullSecret) -> Option<AuthEntries> {
    let encoded = object["data"][secret.format.data_key()].as_str()?;
    let text = decode_base64(encoded)?;
    match secret.format {
        SecretFormat::DockerCfg => serde_json::from_slice(&text).ok(),
        SecretFormat::DockerConfigJson => {
            serde_json::from_slice(&text).ok().map(|config: Config| config.auths)
        }
    }
}

/// Whether an entry is for this host: by name, or by a pattern that the kubelet holds against it.
fn is_for(secret: &PullSecret, key: &str, host: &Host) -> bool {
    let entry = secret.entries.iter().find(|entry| entry.key == key);
    entry.is_some_and(|entry| {
        let alone = PullSecret { entries: vec![entry.clone()], ..secret.clone() };
        entry.host.as_ref() == Some(host) || alone.knows(host, "")
    })
}

fn login(key: String, entry: &AuthEntry) -> Option<PullLogin> {
    let login = entry.login().ok()??;
    Some(PullLogin { key, username: login.username, password: login.password? })
}

#[cfg(test)]
mod tests {
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use super::*;
    use crate::switch::pull_secrets::test_inventory::secret;

    fn host(text: &str) -> Host {
        text.parse().unwrap()
    }

    #[test]
    fn only_the_logins_for_the_host_are_taken() {
        let keys = [
            "https://prod.tencentcloudcr.com/v1/",
            "*.tencentcloudcr.com",
            "ccr.ccs.tencentyun.com",
            "https://index.docker.io/v1/",
        ];
        let logins =
            PullLogins::from_secret(&secret("a", "b", &keys), &host("prod.tencentcloudcr.com"));
        let keys: Vec<String> = logins.unwrap().0.into_iter().map(|login| login.key).collect();
        assert_eq!(keys, ["*.tencentcloudcr.com", "https://prod.tencentcloudcr.com/v1/"]);
    }

    #[test]
    fn a_secret_for_others_or_of_another_kind_is_named() {
        let other =
            PullLogins::from_secret(&secret("a", "b", &["r.lan"]), &host("s.lan")).unwrap_err();
        assert_eq!(other.to_string(), "pull secret a/b holds no login for s.lan");
        let opaque = json!({
            "apiVersion": "v1", "kind": "Secret", "type": "Opaque",
            "metadata": {"namespace": "a", "name": "b"}, "data": {},
        });
        let error = PullLogins::from_secret(&opaque, &host("s.lan")).unwrap_err();
        assert!(error.to_string().starts_with("Secret a/b is not a pull secret"), "{error}");
    }

    #[test]
    fn the_secret_that_is_made_is_one_that_the_kubelet_reads() {
        let logins = PullLogins::one(&host("r.lan:5000"), "u", Secret::from("a:b"));
        let object = logins.object("shop", "tcr");
        let made = pull_secret(&object).unwrap().unwrap();
        assert!(made.is_readable && made.knows(&host("r.lan:5000"), "shop/web"));
        assert_eq!(made.entries[0].username.as_deref(), Some("u"));
        // And it gives back what was put into it.
        let again = PullLogins::from_secret(&object, &host("r.lan:5000")).unwrap();
        assert_eq!(again.0[0].password.expose(), "a:b");
        assert!(!format!("{again:?}").contains("a:b"));
    }

    #[test]
    fn a_token_says_when_it_ends() {
        let claims = URL_SAFE_NO_PAD.encode(r#"{"exp": 1700000000, "sub": "x"}"#);
        let token = |text: String| PullLogins::one(&host("r.lan"), "u", Secret::from(text)).end();
        let end = token(format!("e30.{claims}.c2ln")).unwrap();
        assert_eq!(end.as_second(), 1_700_000_000);
        assert_eq!(token("Pass.word.1".to_owned()), None);
        assert_eq!(token("password".to_owned()), None);
    }
}
