//! Docker's `config.json`: finding a host's entry in it. Running a helper is in `helper`.
//!
//! The `docker_credential` crate doesn't do it, for it has one call for file and helper together:
//! - it waits for a helper without a limit, blocks the thread meanwhile, and its child can't be
//!   killed;
//! - it prefers the file to the helper, unlike Docker;
//! - its errors name neither file nor entry, and its passwords are plain strings;
//! - it rejects or doesn't find entries that Docker reads: `tests::docker_credential_fails_on`.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};

use crate::docker_config::{AuthEntries, AuthEntry};
use crate::http::Secret;
use crate::image::{Host, RepositoryName};

use crate::registry::{Login, LoginError, LoginKind};

/// The fields that say who logs in where, as Go's `encoding/json` reads them: see [`AuthEntry`].
#[derive(Default)]
pub(crate) struct DockerConfig {
    pub(super) auths: AuthEntries,
    pub(super) creds_store: Option<String>,
    pub(super) cred_helpers: BTreeMap<String, Option<String>>,
}

impl<'de> Deserialize<'de> for DockerConfig {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ConfigVisitor;
        impl<'de> Visitor<'de> for ConfigVisitor {
            type Value = DockerConfig;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_unit<E>(self) -> Result<DockerConfig, E> {
                Ok(DockerConfig::default())
            }

            fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<DockerConfig, A::Error> {
                let mut config = DockerConfig::default();
                while let Some(name) = fields.next_key::<String>()? {
                    match name.to_ascii_lowercase().as_str() {
                        "auths" => merge(&mut config.auths, fields.next_value()?),
                        "credhelpers" => merge(&mut config.cred_helpers, fields.next_value()?),
                        "credsstore" => {
                            let written: Option<String> = fields.next_value()?;
                            config.creds_store = written.or(config.creds_store);
                        }
                        _ => drop(fields.next_value::<IgnoredAny>()?),
                    }
                }
                Ok(config)
            }
        }
        deserializer.deserialize_any(ConfigVisitor)
    }
}

/// What a field adds to what was written for it before; `null` takes all of it back.
fn merge<V>(into: &mut BTreeMap<String, V>, written: Option<BTreeMap<String, V>>) {
    match written {
        Some(written) => into.extend(written),
        None => into.clear(),
    }
}

impl DockerConfig {
    /// Reads the text of `path`. As Docker, not beyond the end of the object.
    pub(crate) fn parse(text: &str, path: &Path) -> Result<Self, LoginError> {
        if text.trim().is_empty() {
            return Ok(Self::default());
        }
        let mut json = serde_json::Deserializer::from_str(text);
        Self::deserialize(&mut json).map_err(|error| LoginError::ConfigNotJson {
            path: path.to_owned(),
            line: error.line(),
            column: error.column(),
            reason: reason(&error),
        })
    }

    /// `credHelpers` goes before `credsStore`, as in Docker, and an empty one says that the file has
    /// the login. Docker wants to find the host there as it is; another spelling is used only where
    /// there is nothing else.
    pub(crate) fn helper(&self, host: &Host) -> Option<String> {
        let own = self.cred_helpers.iter().find(|(key, _)| key.eq_ignore_ascii_case(host.as_str()));
        let name = match (own, &self.creds_store) {
            (Some((_, name)), _) => name.clone(),
            (None, Some(store)) => Some(store.clone()),
            (None, None) => find(&self.cred_helpers, host)?.1.clone(),
        };
        name.filter(|name| !name.is_empty())
    }

    /// The login that stands in the file itself for a host.
    pub(crate) fn login(&self, host: &Host, path: &Path) -> Result<Option<Login>, LoginError> {
        match find(&self.auths, host) {
            Some((key, entry)) => login(key, entry, path),
            None => Ok(None),
        }
    }

    /// The logins for a part of a host, as `podman login HOST/NAMESPACE` writes them: what a
    /// repository begins with, and its login. One that can't be read is left out.
    pub(crate) fn logins_below(&self, host: &Host, path: &Path) -> Vec<(RepositoryName, Login)> {
        let below = self.auths.iter().filter_map(|(key, entry)| {
            let (of, part) = key.split_once('/')?;
            let part = part.parse().ok().filter(|_| of.eq_ignore_ascii_case(host.as_str()))?;
            let login = login(key, entry, path).ok()??;
            let origin = format!("{}, {key}", login.origin);
            Some((part, Login { origin, ..login }))
        });
        below.collect()
    }
}

fn login(key: &str, entry: &AuthEntry, path: &Path) -> Result<Option<Login>, LoginError> {
    let found = entry.login().map_err(|error| LoginError::AuthEntry {
        path: path.to_owned(),
        key: key.to_owned(),
        error,
    })?;
    let Some(found) = found else { return Ok(None) };
    let (kind, secret) = match (found.identity_token, found.registry_token) {
        (Some(token), _) => (LoginKind::IdentityToken, Some(token)),
        (None, Some(token)) => (LoginKind::RegistryToken, Some(token)),
        (None, None) => (LoginKind::Password, found.password),
    };
    let origin = format!("Docker's store ({})", path.display());
    let is_empty = |secret: &Secret| secret.is_empty() && found.username.is_empty();
    let secret = secret.filter(|secret| !is_empty(secret));
    Ok(secret.map(|password| Login { username: found.username, password, kind, origin }))
}

/// The spellings under which a host may have been stored, the usual one first.
pub(crate) fn spellings(host: &Host) -> [String; 5] {
    [
        host.to_string(),
        format!("https://{host}"),
        format!("https://{host}/v1/"),
        format!("https://{host}/v2/"),
        format!("http://{host}"),
    ]
}

/// The entry of a host: by one of its spellings, else by a key that names it with a path.
fn find<'a, V>(entries: &'a BTreeMap<String, V>, host: &Host) -> Option<(&'a String, &'a V)> {
    let exact = spellings(host);
    let mut exact = exact.iter().filter_map(|spelling| entries.get_key_value(spelling));
    exact.next().or_else(|| {
        entries.iter().find(|(key, _)| hostname(key).eq_ignore_ascii_case(host.as_str()))
    })
}

/// The host in a key, whatever its scheme, user, path and query (docker's `ConvertToHostname`).
pub(super) fn hostname(key: &str) -> &str {
    match key.split_once("://") {
        Some((_, rest)) => {
            let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
            authority.rsplit('@').next().unwrap_or_default()
        }
        None => key.split('/').next().unwrap_or_default(),
    }
}

/// What was wrong, without a part of the file: it may be a password.
fn reason(error: &serde_json::Error) -> String {
    match error.classify() {
        serde_json::error::Category::Data => "a field of another type is expected there",
        serde_json::error::Category::Eof => "the file ends too early",
        _ => "not JSON",
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD as BASE64;

    use super::*;

    fn config(text: &str) -> DockerConfig {
        DockerConfig::parse(text, Path::new("/c.json")).unwrap()
    }

    fn login(text: &str, host: &str) -> Option<(String, String, bool)> {
        let login = config(text).login(&host.parse().unwrap(), Path::new("/c.json")).unwrap();
        login.map(|l| {
            let is_token = l.kind == LoginKind::IdentityToken;
            (l.username, l.password.expose().to_owned(), is_token)
        })
    }

    #[test]
    fn a_host_is_found_under_every_spelling() {
        let auth = BASE64.encode("u:p:with:colons");
        for key in
            ["r.lan", "https://r.lan", "https://r.lan/v1/", "https://r.lan/v2/", "http://R.lan/x"]
        {
            let text = format!(r#"{{"auths":{{"other.lan":{{}},"{key}":{{"auth":"{auth}"}}}}}}"#);
            let expected = ("u".to_owned(), "p:with:colons".to_owned(), false);
            assert_eq!(login(&text, "r.lan"), Some(expected), "{key}");
            assert_eq!(login(&text, "r.lan:5000"), None);
        }
    }

    #[test]
    fn identity_tokens_plain_fields_and_empty_entries_are_read() {
        let entry = |entry: &str| login(&format!(r#"{{"auths":{{"r.lan":{entry}}}}}"#), "r.lan");
        let token = format!(r#"{{"auth":"{}","identitytoken":"tok"}}"#, BASE64.encode("u:"));
        assert_eq!(entry(&token), Some(("u".to_owned(), "tok".to_owned(), true)));
        let plain = entry(r#"{"username":"u","password":"p"}"#);
        assert_eq!(plain, Some(("u".to_owned(), "p".to_owned(), false)));
        assert_eq!(entry("{}"), None);
        let unpadded = format!(r#"{{"auth":"{}"}}"#, BASE64.encode("u:pw").trim_end_matches('='));
        assert_eq!(entry(&unpadded), Some(("u".to_owned(), "pw".to_owned(), false)));
    }

    /// Once the crate reads all of these, it is worth another look.
    #[test]
    fn docker_credential_fails_on() {
        use docker_credential::{DockerCredential, get_credential_from_reader};
        let expected = ("u".to_owned(), "p".to_owned(), false);
        let ok = DockerCredential::UsernamePassword("u".to_owned(), "p".to_owned());
        for (shape, auths) in [
            ("a null entry beside", r#"{"r.lan":{"auth":"dTpw"},"x.lan":null}"#),
            ("a line break in base64", r#"{"r.lan":{"auth":"dTpw\n"}}"#),
            ("NUL after the password", r#"{"r.lan":{"auth":"dTpwAA=="}}"#),
            ("an empty auth", r#"{"r.lan":{"auth":"","username":"u","password":"p"}}"#),
            ("an empty token", r#"{"r.lan":{"auth":"dTpw","identitytoken":""}}"#),
            ("other fields beside", r#"{"r.lan":{"auth":"dTpw","username":"x","password":"y"}}"#),
            ("a path without a scheme", r#"{"r.lan/v2/":{"auth":"dTpw"}}"#),
            ("capitals", r#"{"https://R.lan":{"auth":"dTpw"}}"#),
        ] {
            let text = format!(r#"{{"auths":{auths}}}"#);
            assert_eq!(login(&text, "r.lan").as_ref(), Some(&expected), "{shape}");
            let theirs = get_credential_from_reader(text.as_bytes(), "r.lan");
            assert_ne!(theirs.as_ref(), Ok(&ok), "{shape}");
        }
    }

    #[test]
    fn a_helper_for_the_host_goes_before_the_store() {
        let helper = |text: &str, host: &str| config(text).helper(&host.parse().unwrap());
        let named = |name: &str| Some(name.to_owned());
        let both = r#"{"credsStore":"pass","credHelpers":{"R.lan":"acme","y.lan":""}}"#;
        assert_eq!(helper(both, "r.lan"), named("acme"));
        assert_eq!(helper(both, "x.lan"), named("pass"));
        assert_eq!(helper(both, "y.lan"), None);
        // Docker doesn't take this key for the host.
        let other = r#"{"credsStore":"pass","credHelpers":{"https://r.lan":"acme"}}"#;
        assert_eq!(helper(other, "r.lan"), named("pass"));
        let alone = r#"{"credHelpers":{"https://r.lan":"acme"}}"#;
        assert_eq!(helper(alone, "r.lan"), named("acme"));
    }

    #[test]
    fn a_malformed_config_is_told_with_line_and_column() {
        let text = "{\n  \"auths\": {\n    \"r.lan\": {\"auth\": \"aHVudGVyMg==\",}\n  }\n}";
        let error = DockerConfig::parse(text, Path::new("/home/u/.docker/config.json"));
        let error = error.err().unwrap();
        assert!(matches!(&error, LoginError::ConfigNotJson { line: 3, column: 38, .. }), "{error}");
        assert!(error.to_string().contains("/home/u/.docker/config.json"), "{error}");
        assert!(!error.to_string().contains("aHVud"), "{error}");
        assert!(DockerConfig::parse("", Path::new("/c")).is_ok());
    }

    #[test]
    fn an_auth_that_is_not_base64_names_file_and_key() {
        for auth in ["***", &BASE64.encode("no colon")] {
            let config = config(&format!(r#"{{"auths":{{"r.lan":{{"auth":"{auth}"}}}}}}"#));
            let error = config.login(&"r.lan".parse().unwrap(), Path::new("/c.json")).unwrap_err();
            assert!(matches!(&error, LoginError::AuthEntry { key, .. } if key == "r.lan"));
            assert!(!error.to_string().contains(auth));
        }
    }
}
