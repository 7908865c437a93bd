//! The YAML files of the engine: API keys and registry logins.
//!
//! An error says where it is and what was expected there, never what stands there.

use std::fmt;
use std::io;
use std::marker::PhantomData;
use std::path::Path;

use ccr2tcr::http::Secret;
use serde::Deserialize;
use serde::de::{DeserializeOwned, Deserializer, MapAccess, Visitor};

use super::{LegacyError, LegacyKey};

/// Reads a file as text.
pub(super) type ReadFile<'a> = &'a dyn Fn(&Path) -> io::Result<String>;

/// One entry of `--securityFile`.
#[derive(Debug, Clone)]
pub(crate) struct RegistryLogin {
    /// The host, as it is written.
    pub(crate) registry: String,
    /// The namespace, if the login is only for one.
    pub(crate) namespace: Option<String>,
    pub(crate) username: String,
    pub(crate) password: Secret,
    /// Certificates are not checked, and plain HTTP will do.
    pub(crate) insecure: bool,
}

#[derive(Deserialize)]
struct SecurityEntry {
    #[serde(default)]
    username: String,
    #[serde(default = "nothing")]
    password: Secret,
    #[serde(default)]
    insecure: bool,
}

#[derive(Deserialize)]
struct SecretFile {
    ccr: Option<SecretEntry>,
    tcr: Option<SecretEntry>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SecretEntry {
    #[serde(default)]
    secret_id: String,
    #[serde(default = "nothing")]
    secret_key: Secret,
}

fn nothing() -> Secret {
    "".into()
}

/// Reads `--securityFile`.
pub(super) fn registry_logins(
    path: &Path,
    read_file: ReadFile<'_>,
) -> Result<Vec<RegistryLogin>, LegacyError> {
    let expected = "expected `REGISTRY: {username: …, password: …}` or `REGISTRY/NAMESPACE: …`";
    let entries: Entries<SecurityEntry> = read(path, read_file, expected)?;
    let logins = entries.unique(path)?.into_iter().map(|(key, entry)| {
        let (registry, namespace) = match key.split_once('/') {
            Some((registry, namespace)) => (registry.to_owned(), Some(namespace.to_owned())),
            None => (key, None),
        };
        let SecurityEntry { username, password, insecure } = entry;
        RegistryLogin { registry, namespace, username, password, insecure }
    });
    Ok(logins.collect())
}

/// Reads `--secretFile`: the keys of CCR and TCR. A side that is missing uses the other's.
pub(super) fn keys(
    path: &Path,
    read_file: ReadFile<'_>,
) -> Result<(LegacyKey, LegacyKey), LegacyError> {
    let expected = "expected `ccr: {secretId: …, secretKey: …}` and the same for `tcr`";
    let file: SecretFile = read(path, read_file, expected)?;
    let (ccr, tcr) = (key(path, "ccr", file.ccr)?, key(path, "tcr", file.tcr)?);
    match (ccr, tcr) {
        (Some(ccr), Some(tcr)) => Ok((ccr, tcr)),
        (Some(only), None) | (None, Some(only)) => Ok((only.clone(), only)),
        (None, None) => Err(LegacyError::file(path, format!("holds no key: {expected}"))),
    }
}

fn key(
    path: &Path,
    side: &str,
    entry: Option<SecretEntry>,
) -> Result<Option<LegacyKey>, LegacyError> {
    let Some(SecretEntry { secret_id, secret_key }) = entry else { return Ok(None) };
    match (secret_id.is_empty(), secret_key.is_empty()) {
        (false, false) => Ok(Some(LegacyKey { id: secret_id, secret: secret_key })),
        (true, true) => Ok(None),
        (true, false) => Err(LegacyError::file(path, format!("`{side}` has no secretId"))),
        (false, true) => Err(LegacyError::file(path, format!("`{side}` has no secretKey"))),
    }
}

/// Reads a YAML file. serde's own message is not shown: it quotes the value that it stumbled over.
pub(super) fn read<T: DeserializeOwned>(
    path: &Path,
    read_file: ReadFile<'_>,
    expected: &str,
) -> Result<T, LegacyError> {
    let text = read_file(path).map_err(|error| LegacyError::file(path, error.to_string()))?;
    serde_yaml::from_str(&text).map_err(|error| LegacyError::File {
        path: path.to_owned(),
        line_column: error.location().map(|place| (place.line(), place.column())),
        reason: format!("can't be read: {expected}"),
    })
}

/// A map in the file's order, in which keys that come twice are still there.
pub(super) struct Entries<V>(Vec<(String, V)>);

impl<V> Entries<V> {
    /// The entries, if no key comes twice: the old tool took one of the two without a word.
    pub(super) fn unique(self, path: &Path) -> Result<Vec<(String, V)>, LegacyError> {
        for (index, (key, _)) in self.0.iter().enumerate() {
            if self.0[..index].iter().any(|(earlier, _)| earlier == key) {
                return Err(LegacyError::file(path, format!("`{key}` is there twice")));
            }
        }
        Ok(self.0)
    }
}

impl<'de, V: Deserialize<'de>> Deserialize<'de> for Entries<V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(InOrder(PhantomData))
    }
}

struct InOrder<V>(PhantomData<V>);

impl<'de, V: Deserialize<'de>> Visitor<'de> for InOrder<V> {
    type Value = Entries<V>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        Ok(Entries(entries))
    }
}
