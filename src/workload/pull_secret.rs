//! Secrets that hold logins to registries, told apart by the hosts in them.
//!
//! Which image an entry is for is in `secret_entry`. Passwords are never kept, nor shown: what is
//! wrong is said without a piece of the content.

use serde::Deserialize as _;
use serde_json::Value;

use super::secret_entry::SecretEntry;
use crate::docker_config::{AuthEntry, AuthError, decode_base64};
use crate::image::{CcrHosts, Host};

/// A Secret of type `kubernetes.io/dockercfg` or `kubernetes.io/dockerconfigjson`, without its
/// passwords.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PullSecret {
    /// Its namespace; empty in a file that names none.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// The shape of its content.
    pub format: SecretFormat,
    /// One for each registry.
    pub entries: Vec<SecretEntry>,
    /// Whether the kubelet can read it: type, key and shape belong together. Else the entries are
    /// there, and of no use.
    pub is_readable: bool,
}

/// The two shapes of a pull secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SecretFormat {
    /// `.dockercfg`: `{HOST: {…}}`. What TKE makes.
    DockerCfg,
    /// `.dockerconfigjson`: `{"auths": {HOST: {…}}}`
    DockerConfigJson,
}

impl SecretFormat {
    const BOTH: [Self; 2] = [Self::DockerConfigJson, Self::DockerCfg];

    /// The key of the content in the Secret's data.
    #[must_use]
    pub fn data_key(self) -> &'static str {
        match self {
            Self::DockerCfg => ".dockercfg",
            Self::DockerConfigJson => ".dockerconfigjson",
        }
    }

    /// The type of the Secret.
    #[must_use]
    pub fn secret_type(self) -> &'static str {
        match self {
            Self::DockerCfg => "kubernetes.io/dockercfg",
            Self::DockerConfigJson => "kubernetes.io/dockerconfigjson",
        }
    }
}

/// A pull secret that can't be read. Names the Secret, never what is in it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PullSecretError {
    /// Neither `.dockerconfigjson` nor `.dockercfg` is in it.
    #[error(
        "pull secret `{namespace}/{name}` holds no login: it has neither .dockerconfigjson nor .dockercfg"
    )]
    NoData {
        /// Of the Secret.
        namespace: String,
        /// Of the Secret.
        name: String,
    },
    /// The value in `data` is no base64, or no string.
    #[error("pull secret `{namespace}/{name}`: {key} is not base64")]
    Base64 {
        /// Of the Secret.
        namespace: String,
        /// Of the Secret.
        name: String,
        /// In `data`.
        key: &'static str,
    },
    /// The content is not UTF-8.
    #[error("pull secret `{namespace}/{name}`: the content of {key} is not text")]
    NotText {
        /// Of the Secret.
        namespace: String,
        /// Of the Secret.
        name: String,
        /// In `data`.
        key: &'static str,
    },
    /// The content is no JSON.
    #[error(
        "pull secret `{namespace}/{name}`: the content of {key} is not JSON (line {line}, column {column})"
    )]
    Json {
        /// Of the Secret.
        namespace: String,
        /// Of the Secret.
        name: String,
        /// In `data`.
        key: &'static str,
        /// Counted from 1.
        line: usize,
        /// Counted from 1.
        column: usize,
    },
    /// The content is JSON, but not a map from registries to logins.
    #[error("pull secret `{namespace}/{name}`: the content of {key} is not a list of logins")]
    Shape {
        /// Of the Secret.
        namespace: String,
        /// Of the Secret.
        name: String,
        /// In `data`.
        key: &'static str,
    },
    /// The `auth` of an entry is not USER:PASSWORD in base64. The kubelet then uses none of them.
    #[error("pull secret `{namespace}/{name}`: an `auth` in {key} is not USER:PASSWORD in base64")]
    Auth {
        /// Of the Secret.
        namespace: String,
        /// Of the Secret.
        name: String,
        /// In `data`.
        key: &'static str,
    },
}

impl PullSecretError {
    /// Namespace and name of the Secret.
    #[must_use]
    pub fn place(&self) -> (&str, &str) {
        match self {
            Self::NoData { namespace, name }
            | Self::Base64 { namespace, name, .. }
            | Self::NotText { namespace, name, .. }
            | Self::Json { namespace, name, .. }
            | Self::Shape { namespace, name, .. }
            | Self::Auth { namespace, name, .. } => (namespace, name),
        }
    }

    /// What to type next.
    #[must_use]
    pub fn hint(&self) -> String {
        let (namespace, name) = self.place();
        format!(
            "no pod can pull with it; recreate it: kubectl delete secret {name} -n {namespace} && kubectl create secret docker-registry {name} -n {namespace} --docker-server=HOST --docker-username=USER --docker-password=…"
        )
    }
}

/// Reads the pull secret that `object` is; `None` if it is none, by type nor by the key of its
/// data.
///
/// Its content decides, whatever its type: both shapes are read under either key. `stringData` goes
/// before `data`, as in the API server.
///
/// # Errors
/// [`PullSecretError`] if it can't be read.
#[must_use]
pub fn pull_secret(object: &Value) -> Option<Result<PullSecret, PullSecretError>> {
    if object.get("kind")?.as_str() != Some("Secret")
        || object.get("apiVersion")?.as_str() != Some("v1")
    {
        return None;
    }
    let secret_type = object.get("type").and_then(Value::as_str);
    let by_type =
        SecretFormat::BOTH.into_iter().find(|format| secret_type == Some(format.secret_type()));
    let has = |format: &SecretFormat| {
        ["stringData", "data"].into_iter().any(|field| content(object, field, *format).is_some())
    };
    // The key that belongs to the type, else the one that is there.
    let by_key =
        by_type.filter(has).or_else(|| SecretFormat::BOTH.into_iter().find(|format| has(format)));
    if by_type.is_none() && by_key.is_none() {
        return None;
    }
    Some(Reading::of(object).read(object, by_type, by_key))
}

fn content<'a>(object: &'a Value, field: &str, format: SecretFormat) -> Option<&'a Value> {
    object.get(field)?.get(format.data_key()).filter(|value| !value.is_null())
}

/// One Secret being read.
struct Reading {
    namespace: String,
    name: String,
}

impl Reading {
    fn of(object: &Value) -> Self {
        let text = |key: &str| {
            let text = object.get("metadata").and_then(|metadata| metadata.get(key)?.as_str());
            text.unwrap_or_default().to_owned()
        };
        Self { namespace: text("namespace"), name: text("name") }
    }

    fn read(
        self,
        object: &Value,
        by_type: Option<SecretFormat>,
        by_key: Option<SecretFormat>,
    ) -> Result<PullSecret, PullSecretError> {
        let Self { namespace, name } = self;
        let Some(by_key) = by_key else {
            return Err(PullSecretError::NoData { namespace, name });
        };
        match logins(object, by_key).and_then(|text| entries(&text, by_key)) {
            Ok((format, entries)) => {
                let is_readable = by_type == Some(by_key) && format == by_key;
                Ok(PullSecret { namespace, name, format, entries, is_readable })
            }
            Err(fault) => Err(fault.of(namespace, name, by_key.data_key())),
        }
    }
}

/// What is wrong, before it is said of which Secret.
enum Fault {
    Base64,
    NotText,
    Json { line: usize, column: usize },
    Shape,
    Auth,
}

impl Fault {
    fn of(self, namespace: String, name: String, key: &'static str) -> PullSecretError {
        match self {
            Self::Base64 => PullSecretError::Base64 { namespace, name, key },
            Self::NotText => PullSecretError::NotText { namespace, name, key },
            Self::Json { line, column } => {
                PullSecretError::Json { namespace, name, key, line, column }
            }
            Self::Shape => PullSecretError::Shape { namespace, name, key },
            Self::Auth => PullSecretError::Auth { namespace, name, key },
        }
    }
}

/// The content as text.
fn logins(object: &Value, format: SecretFormat) -> Result<String, Fault> {
    if let Some(text) = content(object, "stringData", format) {
        return match text {
            Value::String(text) => Ok(text.clone()),
            _ => Err(Fault::NotText),
        };
    }
    let encoded = content(object, "data", format).and_then(Value::as_str).ok_or(Fault::Base64)?;
    let bytes = decode_base64(encoded).ok_or(Fault::Base64)?;
    String::from_utf8(bytes).map_err(|_| Fault::NotText)
}

/// The entries, and the shape that they were found in.
fn entries(text: &str, by_key: SecretFormat) -> Result<(SecretFormat, Vec<SecretEntry>), Fault> {
    let content: Value = serde_json::from_str(text)
        .map_err(|error| Fault::Json { line: error.line(), column: error.column() })?;
    let Value::Object(content) = content else { return Err(Fault::Shape) };
    let (format, logins) = match content.get("auths") {
        Some(Value::Object(auths)) => (SecretFormat::DockerConfigJson, auths),
        Some(Value::Null) => return Ok((SecretFormat::DockerConfigJson, Vec::new())),
        Some(_) => return Err(Fault::Shape),
        // Docker's configuration has other fields beside `auths`, so only what looks like a login
        // makes it the old shape.
        None if by_key == SecretFormat::DockerConfigJson && !content.values().any(is_login) => {
            return Ok((SecretFormat::DockerConfigJson, Vec::new()));
        }
        None => (SecretFormat::DockerCfg, &content),
    };
    let entries =
        logins.iter().map(|(key, login)| Ok(SecretEntry::new(key.clone(), username(login)?)));
    Ok((format, entries.collect::<Result<_, _>>()?))
}

fn is_login(entry: &Value) -> bool {
    ["auth", "username", "password"].iter().any(|field| entry.get(field).is_some())
}

/// Who logs in. As in the kubelet a field of another type spoils the whole.
fn username(entry: &Value) -> Result<Option<String>, Fault> {
    let entry = AuthEntry::deserialize(entry).map_err(|_| Fault::Shape)?;
    match entry.login() {
        // A registry's identity token is Docker's; the kubelet doesn't know it.
        Ok(login) => Ok(login.and_then(|login| {
            let is_known = !login.username.is_empty() || login.password.is_some();
            is_known.then_some(login.username)
        })),
        Err(AuthError::NotText { username }) => Ok(Some(username)),
        Err(AuthError::NotBase64) => Err(Fault::Auth),
        Err(AuthError::Shape) => Err(Fault::Shape),
    }
}

impl PullSecret {
    /// Whether the kubelet finds a login in it to pull `repository` from `host`.
    ///
    /// As in its own keyring: scheme and `/v1/` of the key don't count, a host may be a pattern, the
    /// port must be the same, a path is what the repository begins with. An entry without a login,
    /// and a Secret that the kubelet can't read, know nobody.
    #[must_use]
    pub fn knows(&self, host: &Host, repository: &str) -> bool {
        self.entries_for(host, repository).next().is_some()
    }

    /// The logins that the kubelet finds in it to pull `repository` from `host`, by the rule of
    /// [`Self::knows`]. It tries them all.
    pub fn entries_for(&self, host: &Host, repository: &str) -> impl Iterator<Item = &SecretEntry> {
        let is_hub = matches!(host.as_str(), "docker.io" | "index.docker.io");
        self.entries.iter().filter(move |entry| {
            self.is_readable && (entry.knows(host, repository) || is_hub && entry.is_hubs_default())
        })
    }

    /// Whether at least one entry is for CCR.
    #[must_use]
    pub fn is_for_ccr(&self, ccr: &CcrHosts) -> bool {
        self.entries.iter().any(|entry| entry.is_for_ccr(ccr))
    }

    /// Whether there is an entry for CCR, and none for anything else.
    #[must_use]
    pub fn is_only_for_ccr(&self, ccr: &CcrHosts) -> bool {
        !self.entries.is_empty() && self.entries.iter().all(|entry| entry.is_only_for_ccr(ccr))
    }
}

#[cfg(test)]
mod tests;
