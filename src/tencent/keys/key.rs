//! API keys, and what the user says about them.

use std::fmt;

use crate::http::Secret;
use crate::tencent::KeyError;

/// A key that signs calls.
#[derive(Clone)]
pub struct ApiKey {
    /// `SecretId`. Starts with AKID or IKID.
    pub id: String,
    /// `SecretKey`. Signs, and is never sent.
    pub secret: Secret,
    /// What temporary keys have besides.
    pub token: Option<Secret>,
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Not the id either: with it, a leaked secret can be used.
        f.debug_struct("ApiKey").finish_non_exhaustive()
    }
}

impl ApiKey {
    /// Takes the parts that were found in one place; nothing if there is neither id nor secret.
    ///
    /// `names` says what the id and the secret are called there.
    pub(super) fn from_parts(
        place: &str,
        names: [&str; 2],
        id: Option<&str>,
        secret: Option<&Secret>,
        token: Option<&Secret>,
    ) -> Result<Option<Self>, KeyError> {
        let id = id.map(str::trim).filter(|id| !id.is_empty()).map(ToOwned::to_owned);
        let secret = secret.and_then(trimmed);
        let half =
            |missing: &str| KeyError::Half { place: place.to_owned(), missing: missing.to_owned() };
        match (id, secret) {
            (None, None) => Ok(None),
            (Some(_), None) => Err(half(names[1])),
            (None, Some(_)) => Err(half(names[0])),
            (Some(id), Some(secret)) => {
                // The id and the token stand in headers.
                let token = token.and_then(trimmed);
                let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_graphic());
                if !plain(&id) || token.as_ref().is_some_and(|token| !plain(token.expose())) {
                    return Err(KeyError::Malformed { place: place.to_owned() });
                }
                Ok(Some(Self { id, secret, token }))
            }
        }
    }
}

fn trimmed(secret: &Secret) -> Option<Secret> {
    let text = secret.expose().trim();
    (!text.is_empty()).then(|| Secret::from(text))
}

/// What the user says about a key: the flags for this edition, or those for both.
#[derive(Debug, Clone, Default)]
pub struct KeySettings {
    /// `SecretId`
    pub id: Option<String>,
    /// `SecretKey`
    pub secret: Option<Secret>,
    /// The token of a temporary key.
    pub token: Option<Secret>,
    /// A profile of tccli, or a section of the SDKs' credentials file. Named, it must exist.
    pub profile: Option<String>,
}
