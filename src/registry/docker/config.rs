//! Docker's `config.json`: finding a host's entry in it. Running a helper is in `helper`.
//!
//! The `docker_credential` crate doesn't do it, for it has one call for file and helper together:
//! - it waits for a helper without a limit, blocks the thread meanwhile, and its child can't be
//!   killed;
//! - it prefers the file to the helper, unlike Docker;
//! - its errors name neither file nor entry, and its passwords are plain strings;
//! - it rejects or doesn't find entries that Docker reads: `tests::docker_credential_fails_on`.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use crate::docker_config::{AuthEntries, AuthEntry};
use crate::image::Host;

use crate::registry::{Login, LoginError};

/// The fields that say who logs in where.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DockerConfig {
    #[serde(default)]
    auths: Option<AuthEntries>,
    #[serde(default)]
    creds_store: Option<String>,
    #[serde(default)]
    cred_helpers: Option<BTreeMap<String, String>>,
}

/// The helper that has the login of a host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Helper {
    pub(crate) name: String,
    /// Named for this host, not for all.
    pub(crate) for_host: bool,
}

impl DockerConfig {
    /// Reads the text of `path`.
    pub(crate) fn parse(text: &str, path: &Path) -> Result<Self, LoginError> {
        if text.trim().is_empty() {
            return Ok(Self::default());
        }
        serde_json::from_str(text).map_err(|error| LoginError::ConfigNotJson {
            path: path.to_owned(),
            line: error.line(),
            column: error.column(),
            reason: reason(&error),
        })
    }

    /// `credHelpers` goes before `credsStore`, as in Docker.
    pub(crate) fn helper(&self, host: &Host) -> Option<Helper> {
        let named = self.cred_helpers.iter().flatten();
        let own = find(&named, host).map(|(_, name)| (name, true));
        let (name, for_host) = own.or(self.creds_store.as_ref().map(|name| (name, false)))?;
        (!name.is_empty()).then(|| Helper { name: name.clone(), for_host })
    }

    /// The login that stands in the file itself.
    pub(crate) fn login(&self, host: &Host, path: &Path) -> Result<Option<Login>, LoginError> {
        let Some((key, entry)) = find(&self.auths.iter().flatten(), host) else { return Ok(None) };
        let read = entry.as_ref().map_or(Ok(None), AuthEntry::login);
        let login = read
            .map_err(|_| LoginError::AuthNotBase64 { path: path.to_owned(), key: key.clone() })?;
        Ok(login.and_then(|login| {
            let is_token = login.identity_token.is_some();
            let (username, password) = (login.username, login.identity_token.or(login.password)?);
            let origin = format!("Docker's store ({})", path.display());
            (!(username.is_empty() && password.is_empty())).then_some(Login {
                username,
                password,
                identity_token: is_token,
                origin,
            })
        }))
    }
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
fn find<'a, V: 'a>(
    entries: &(impl Iterator<Item = (&'a String, &'a V)> + Clone),
    host: &Host,
) -> Option<(&'a String, &'a V)> {
    let exact = spellings(host);
    let mut exact =
        exact.iter().filter_map(|spelling| entries.clone().find(|(key, _)| *key == spelling));
    exact.next().or_else(|| entries.clone().find(|(key, _)| is_key_of(key, host)))
}

/// Whether a key means the host once scheme and path are off (docker's `ConvertToHostname`).
fn is_key_of(key: &str, host: &Host) -> bool {
    let bare = key.strip_prefix("https://").or(key.strip_prefix("http://")).unwrap_or(key);
    bare.split('/').next().unwrap_or_default().eq_ignore_ascii_case(host.as_str())
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
        login.map(|l| (l.username, l.password.expose().to_owned(), l.identity_token))
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
        let config = config(r#"{"credsStore":"pass","credHelpers":{"https://r.lan":"acme"}}"#);
        let helper = |host: &str| config.helper(&host.parse().unwrap());
        assert_eq!(helper("r.lan"), Some(Helper { name: "acme".to_owned(), for_host: true }));
        assert_eq!(helper("x.lan"), Some(Helper { name: "pass".to_owned(), for_host: false }));
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
            assert!(matches!(&error, LoginError::AuthNotBase64 { key, .. } if key == "r.lan"));
            assert!(!error.to_string().contains(auth));
        }
    }
}
