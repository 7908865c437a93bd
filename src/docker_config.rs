//! The logins in a Docker configuration, wherever one is kept: `auths` of `config.json` and of a
//! pull secret (`.dockerconfigjson`), or the older map without `auths` (`.dockercfg`).
//!
//! Which key is for which registry is decided by the reader: Docker and the kubelet have rules of
//! their own.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};

use crate::secret::Secret;

/// Entries by their keys, which name a registry in one of several spellings. Of a key that is
/// written twice the last one counts.
pub type AuthEntries = BTreeMap<String, AuthEntry>;

/// One entry as it is written.
///
/// Read as Go's `encoding/json` reads it for Docker and the kubelet: letters of a name may be small
/// or capital, of a field that is written twice the last one counts, `null` says nothing. An entry
/// of another type is told by [`AuthEntry::login`], so that the others can be used.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(from = "WrittenEntry")]
pub struct AuthEntry {
    auth: Option<Secret>,
    username: Option<Secret>,
    password: Option<Secret>,
    identitytoken: Option<Secret>,
    registrytoken: Option<Secret>,
    is_malformed: bool,
}

/// The login that an entry holds.
#[derive(Debug, Clone)]
pub struct EntryLogin {
    /// The user name; may be empty beside a token.
    pub username: String,
    /// The password; `None` if there is a user name only.
    pub password: Option<Secret>,
    /// An OAuth 2 refresh token, which goes before the password.
    pub identity_token: Option<Secret>,
    /// A token for the registry itself, which goes before the password.
    pub registry_token: Option<Secret>,
}

/// An entry that holds no login. No message shows a part of it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AuthError {
    /// It is not an object of texts.
    #[error("the entry is not an object of texts")]
    Shape,
    /// `auth` is not the base64 of USER:PASSWORD.
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
    /// [`AuthError`] if the entry or its `auth` can't be read.
    pub fn login(&self) -> Result<Option<EntryLogin>, AuthError> {
        if self.is_malformed {
            return Err(AuthError::Shape);
        }
        let filled = |secret: &Option<Secret>| secret.clone().filter(|secret| !secret.is_empty());
        let (identity_token, registry_token) =
            (filled(&self.identitytoken), filled(&self.registrytoken));
        let (username, password) = match filled(&self.auth) {
            Some(auth) => {
                let (username, password) = user_and_password(auth.expose())?;
                (username, Some(password))
            }
            None => {
                let username = self.username.as_ref().map(Secret::expose).unwrap_or_default();
                (username.to_owned(), self.password.clone())
            }
        };
        let is_empty = filled(&self.auth).is_none()
            && identity_token.is_none()
            && registry_token.is_none()
            && username.is_empty()
            && filled(&password).is_none();
        let login = EntryLogin { username, password, identity_token, registry_token };
        Ok((!is_empty).then_some(login))
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum WrittenEntry {
    Fields(Members<WrittenText>),
    Null(()),
    Other(IgnoredAny),
}

#[derive(Deserialize)]
#[serde(untagged)]
enum WrittenText {
    Text(Secret),
    Null(()),
    Other(IgnoredAny),
}

impl From<WrittenEntry> for AuthEntry {
    fn from(written: WrittenEntry) -> Self {
        let mut entry = Self::default();
        let fields = match written {
            WrittenEntry::Fields(Members(fields)) => fields,
            WrittenEntry::Null(()) => Vec::new(),
            WrittenEntry::Other(_) => return Self { is_malformed: true, ..entry },
        };
        for (name, value) in fields {
            let field = match name.to_ascii_lowercase().as_str() {
                "auth" => &mut entry.auth,
                "username" => &mut entry.username,
                "password" => &mut entry.password,
                "identitytoken" => &mut entry.identitytoken,
                "registrytoken" => &mut entry.registrytoken,
                _ => continue,
            };
            match value {
                WrittenText::Text(text) => *field = Some(text),
                WrittenText::Null(()) => {}
                WrittenText::Other(_) => entry.is_malformed = true,
            }
        }
        entry
    }
}

/// The members of a JSON object in the order in which they are written, with those that are
/// written twice.
pub struct Members<V>(pub Vec<(String, V)>);

impl<'de, V: Deserialize<'de>> Deserialize<'de> for Members<V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor(PhantomData))
    }
}

struct MembersVisitor<V>(PhantomData<V>);

impl<'de, V: Deserialize<'de>> Visitor<'de> for MembersVisitor<V> {
    type Value = Members<V>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Members<V>, A::Error> {
        let mut found = Vec::new();
        while let Some(member) = members.next_entry()? {
            found.push(member);
        }
        Ok(Members(found))
    }
}

fn user_and_password(auth: &str) -> Result<(String, Secret), AuthError> {
    let bytes = decode_base64(auth).ok_or(AuthError::NotBase64)?;
    let colon = bytes.iter().position(|&byte| byte == b':').ok_or(AuthError::NotBase64)?;
    let username = String::from_utf8_lossy(&bytes[..colon]).into_owned();
    match std::str::from_utf8(&bytes[colon + 1..]) {
        // Old versions of Docker padded with NUL.
        Ok(password) => Ok((username, password.trim_matches('\0').into())),
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
        let login = entries["r.lan"].login()?;
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
