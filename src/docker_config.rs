//! The logins in a Docker configuration, wherever one is kept: `auths` of `config.json` and of a
//! pull secret (`.dockerconfigjson`), or the older map without `auths` (`.dockercfg`).
//!
//! Which key is for which registry is decided by the reader: Docker and the kubelet have rules of
//! their own.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde::Deserialize;

use crate::secret::Secret;

/// Entries by their keys, which name a registry in one of several spellings. An entry may be
/// `null`: both Docker and the kubelet read that as an empty one.
pub type AuthEntries = BTreeMap<String, Option<AuthEntry>>;

/// One entry as it is written.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct AuthEntry {
    auth: Option<Secret>,
    username: Option<String>,
    password: Option<Secret>,
    identitytoken: Option<Secret>,
}

/// The login that an entry holds.
#[derive(Debug, Clone)]
pub struct EntryLogin {
    /// The user name; may be empty beside an identity token.
    pub username: String,
    /// The password; `None` if there is a user name only.
    pub password: Option<Secret>,
    /// An OAuth 2 refresh token, which goes before the password.
    pub identity_token: Option<Secret>,
}

/// An `auth` field that holds no login. Neither message shows a part of it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AuthError {
    /// It is not the base64 of USER:PASSWORD.
    #[error("`auth` is not the base64 of USER:PASSWORD")]
    NotBase64,
    /// The password is not UTF-8. The kubelet takes it all the same.
    #[error("the password in `auth` is not text")]
    NotText {
        /// The user name.
        username: String,
    },
}

impl AuthEntry {
    /// The login in this entry. `auth` goes before `username` and `password`, as in Docker and the
    /// kubelet. `None` if the entry is empty, which is what `docker login` leaves in the file for a
    /// login that it has given to a credential helper.
    ///
    /// # Errors
    /// [`AuthError`] if there is an `auth` that can't be read.
    pub fn login(&self) -> Result<Option<EntryLogin>, AuthError> {
        let filled = |secret: &Option<Secret>| secret.clone().filter(|secret| !secret.is_empty());
        let identity_token = filled(&self.identitytoken);
        let (username, password) = match filled(&self.auth) {
            Some(auth) => {
                let (username, password) = user_and_password(auth.expose())?;
                (username, Some(password))
            }
            None => (self.username.clone().unwrap_or_default(), self.password.clone()),
        };
        let is_empty = filled(&self.auth).is_none()
            && identity_token.is_none()
            && username.is_empty()
            && filled(&password).is_none();
        Ok((!is_empty).then_some(EntryLogin { username, password, identity_token }))
    }
}

fn user_and_password(auth: &str) -> Result<(String, Secret), AuthError> {
    let bytes = decode_base64(auth).ok_or(AuthError::NotBase64)?;
    let colon = bytes.iter().position(|&byte| byte == b':').ok_or(AuthError::NotBase64)?;
    let username = String::from_utf8_lossy(&bytes[..colon]).into_owned();
    match std::str::from_utf8(&bytes[colon + 1..]) {
        // Old versions of Docker padded with NUL.
        Ok(password) => Ok((username, password.trim_end_matches('\0').into())),
        Err(_) => Err(AuthError::NotText { username }),
    }
}

/// Base64 as Go reads it, and so the kubelet: line breaks don't count, and the padding is either
/// complete or left out. (Docker itself insists on the padding.)
///
/// The URL-safe alphabet is not read: nothing writes it here, and neither Docker nor the kubelet
/// could use such a login.
#[must_use]
pub fn decode_base64(text: &str) -> Option<Vec<u8>> {
    let text: String = text.chars().filter(|character| !matches!(character, '\r' | '\n')).collect();
    let text = text.trim();
    let padding = match text.ends_with('=') {
        true => DecodePaddingMode::RequireCanonical,
        false => DecodePaddingMode::RequireNone,
    };
    let config = GeneralPurposeConfig::new()
        .with_decode_padding_mode(padding)
        .with_decode_allow_trailing_bits(true);
    GeneralPurpose::new(&STANDARD, config).decode(text).ok()
}

#[cfg(test)]
mod tests {
    use base64::engine::general_purpose::{STANDARD, URL_SAFE};

    use super::*;

    /// User name, password and identity token.
    type Parts = (String, Option<String>, Option<String>);

    fn parts(entry: &str) -> Result<Option<Parts>, AuthError> {
        let entries: AuthEntries =
            serde_json::from_str(&format!(r#"{{"r.lan":{entry}}}"#)).unwrap();
        let login = entries["r.lan"].clone().unwrap_or_default().login()?;
        let text = |secret: Option<Secret>| secret.map(|secret| secret.expose().to_owned());
        Ok(login.map(|l| (l.username, text(l.password), text(l.identity_token))))
    }

    #[test]
    fn each_shape_that_is_written_is_read() {
        let pair = |username: &str, password: &str| {
            Ok(Some((username.to_owned(), Some(password.to_owned()), None)))
        };
        let token = Ok(Some(("u".to_owned(), Some(String::new()), Some("tok".to_owned()))));
        let only_token = Ok(Some((String::new(), None, Some("tok".to_owned()))));
        let auth = |auth: &str| format!(r#"{{"auth":"{auth}"}}"#);
        for (entry, expected) in [
            // docker login; kubectl create secret docker-registry; TKE's qcloudregistrykey.
            (auth("dTpwOnE="), pair("u", "p:q")),
            (
                r#"{"username":"u","password":"p","email":"e@x","auth":"dTpw"}"#.to_owned(),
                pair("u", "p"),
            ),
            (r#"{"username":"u","password":"p","email":"e@x"}"#.to_owned(), pair("u", "p")),
            // `auth` goes before the fields.
            (r#"{"username":"x","password":"y","auth":"dTpw"}"#.to_owned(), pair("u", "p")),
            (r#"{"username":"u","password":"p","auth":""}"#.to_owned(), pair("u", "p")),
            // Without padding, broken into lines, with bits left over, with Docker's old NULs.
            (auth("dTpwcQ"), pair("u", "pq")),
            (auth(r"dTpw\r\ncQ==\n"), pair("u", "pq")),
            (auth("dTpwcR=="), pair("u", "pq")),
            (auth(&STANDARD.encode("u:p\0\0")), pair("u", "p")),
            // docker login at a registry with OAuth 2, with and without a user name.
            (r#"{"auth":"dTo=","identitytoken":"tok"}"#.to_owned(), token),
            (r#"{"identitytoken":"tok"}"#.to_owned(), only_token),
            // What is left for a login that a helper keeps.
            ("{}".to_owned(), Ok(None)),
            ("null".to_owned(), Ok(None)),
            (r#"{"auth":null,"username":"","identitytoken":""}"#.to_owned(), Ok(None)),
            // Both are empty, and yet it is a login to the kubelet.
            (auth("Og=="), pair("", "")),
        ] {
            assert_eq!(parts(&entry), expected, "{entry}");
        }
    }

    #[test]
    fn what_docker_and_the_kubelet_refuse_is_refused() {
        let url_safe = URL_SAFE.encode("u:\u{ff}\u{fe}?>");
        assert!(url_safe.contains('_') || url_safe.contains('-'), "{url_safe}");
        for auth in ["***", "dTpwc", "dTpwcQ=", "bm8gY29sb24=", &url_safe] {
            assert_eq!(
                parts(&format!(r#"{{"auth":"{auth}"}}"#)),
                Err(AuthError::NotBase64),
                "{auth}"
            );
        }
        let binary = format!(r#"{{"auth":"{}"}}"#, STANDARD.encode(b"u:\xff"));
        assert_eq!(parts(&binary), Err(AuthError::NotText { username: "u".to_owned() }));
    }

    #[test]
    fn an_entry_does_not_show_its_password() {
        let entry: AuthEntry = serde_json::from_str(r#"{"auth":"dTpw","password":"p"}"#).unwrap();
        let shown = format!("{entry:?} {:?}", entry.login());
        assert!(!shown.contains("dTpw") && !shown.contains("\"p\""), "{shown}");
    }
}
