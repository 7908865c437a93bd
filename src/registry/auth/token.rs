//! The credential that is sent with each request: a bearer token with its lifetime, or a password.

use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use reqwest::header::HeaderValue;
use serde_json::Value;

use crate::http::Secret;
use crate::image::RepositoryName;

use crate::registry::{Access, Login};
use crate::text::without_mark;

/// A token's lifetime if its service doesn't say (distribution, "Token Authentication").
const DEFAULT_LIFETIME: Duration = Duration::from_secs(60);
/// A stream starts only with this much left, or half of a shorter lifetime.
const ENOUGH_FOR_A_STREAM: Duration = Duration::from_secs(60);

/// For how long the rights in a token are taken to be those of its login.
const NEW: Duration = Duration::from_secs(1);

/// An `Authorization` header, and how long it is valid.
#[derive(Debug)]
pub(crate) struct Credential {
    header: HeaderValue,
    secret: Secret,
    since: Instant,
    lifetime: Option<Duration>,
    /// The login that it was made with; `None` for an anonymous token.
    pub(crate) login: Option<Login>,
}

impl Credential {
    /// User name and password. `None` if they can't be put in a header.
    pub(crate) fn basic(login: Login) -> Option<Self> {
        let header = basic_header(&login)?;
        let secret = login.password.clone();
        Some(Self { header, secret, since: Instant::now(), lifetime: None, login: Some(login) })
    }

    /// A token that needs no token service. `None` if it can't be put in a header.
    pub(crate) fn registry_token(login: Login) -> Option<Self> {
        let (header, secret) = (bearer_header(&login.password)?, login.password.clone());
        Some(Self { header, secret, since: Instant::now(), lifetime: None, login: Some(login) })
    }

    /// Reads a token service's response to a request sent at `since`. `None` if it holds no token.
    pub(crate) fn from_answer(body: &[u8], since: Instant, login: Option<Login>) -> Option<Self> {
        let value: Value = serde_json::from_slice(without_mark(body)).ok()?;
        let text = |name: &str| value.get(name).and_then(Value::as_str).filter(|t| !t.is_empty());
        let secret = Secret::from(text("token").or_else(|| text("access_token"))?);
        let lifetime = value
            .get("expires_in")
            .and_then(Value::as_f64)
            .filter(|seconds| *seconds > 0.0)
            .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
            .unwrap_or(DEFAULT_LIFETIME);
        let header = bearer_header(&secret)?;
        Some(Self { header, secret, since, lifetime: Some(lifetime), login })
    }

    /// Whether a token requested now would give no more rights than this one.
    pub(crate) fn is_new(&self) -> bool {
        self.since.elapsed() < NEW
    }

    pub(crate) fn header(&self) -> HeaderValue {
        self.header.clone()
    }

    /// Whether the credential is valid long enough for another request, or for a long stream.
    ///
    /// It is renewed at three quarters of its lifetime.
    pub(crate) fn is_fresh(&self, for_a_stream: bool) -> bool {
        let Some(lifetime) = self.lifetime else { return true };
        let left = lifetime.saturating_sub(self.since.elapsed());
        let needed = if for_a_stream {
            ENOUGH_FOR_A_STREAM.min(lifetime / 2).max(lifetime / 4)
        } else {
            lifetime / 4
        };
        left > needed
    }

    /// Whether the token says that it gives this access; `None` if it can't be read.
    ///
    /// Token services answer 200 with a token that allows nothing; its `access` claim shows it
    /// before the first push fails (distribution, "Token Authentication Implementation").
    pub(crate) fn grants(&self, repository: &RepositoryName, access: Access) -> Option<bool> {
        let payload = self.secret.expose().split('.').nth(1)?;
        let payload = URL_SAFE_NO_PAD.decode(payload.trim_end_matches('=')).ok()?;
        let payload: Value = serde_json::from_slice(&payload).ok()?;
        let granted = match payload.get("access")? {
            Value::Array(granted) => granted.as_slice(),
            Value::Null => &[],
            _ => return None,
        };
        let wanted = match access {
            Access::Pull => "pull",
            Access::Push => "push",
        };
        Some(granted.iter().any(|entry| {
            let actions = entry.get("actions").and_then(Value::as_array);
            entry.get("name").and_then(Value::as_str) == Some(repository.as_str())
                && actions.is_some_and(|actions| actions.iter().any(|a| a == wanted || a == "*"))
        }))
    }
}

fn bearer_header(token: &Secret) -> Option<HeaderValue> {
    let mut header = HeaderValue::try_from(format!("Bearer {}", token.expose())).ok()?;
    header.set_sensitive(true);
    Some(header)
}

/// `Authorization: Basic` for a login.
pub(crate) fn basic_header(login: &Login) -> Option<HeaderValue> {
    let pair = Secret::from(format!("{}:{}", login.username, login.password.expose()));
    let mut header =
        HeaderValue::try_from(format!("Basic {}", STANDARD.encode(pair.expose()))).ok()?;
    header.set_sensitive(true);
    Some(header)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(body: &str, age: u64) -> Option<Credential> {
        let since = Instant::now().checked_sub(Duration::from_secs(age)).unwrap();
        Credential::from_answer(body.as_bytes(), since, None)
    }

    #[test]
    fn a_token_is_renewed_at_three_quarters_of_its_life() {
        let body = r#"{"access_token":"t","expires_in":100}"#;
        assert!(token(body, 70).unwrap().is_fresh(false));
        assert!(!token(body, 76).unwrap().is_fresh(false));
        // 60 seconds by default.
        assert!(token(r#"{"token":"t"}"#, 40).unwrap().is_fresh(false));
        assert!(!token(r#"{"token":"t"}"#, 46).unwrap().is_fresh(false));
    }

    #[test]
    fn a_stream_wants_a_minute_or_half_of_the_life() {
        let long = r#"{"token":"t","expires_in":200}"#;
        assert!(token(long, 130).unwrap().is_fresh(true));
        assert!(!token(long, 141).unwrap().is_fresh(true));
        let short = r#"{"token":"t","expires_in":20}"#;
        assert!(token(short, 9).unwrap().is_fresh(true));
        assert!(!token(short, 11).unwrap().is_fresh(true));
    }

    #[test]
    fn an_answer_without_a_token_is_none() {
        for body in ["{}", "<html>", r#"{"token":""}"#, r#"{"token":"a\nb"}"#] {
            assert!(token(body, 0).is_none(), "{body}");
        }
    }

    #[test]
    fn what_a_token_grants_is_read_from_it() {
        let jwt = |claims: &str| {
            let body = format!(r#"{{"token":"h.{}.s"}}"#, URL_SAFE_NO_PAD.encode(claims));
            token(&body, 0).unwrap()
        };
        let web: RepositoryName = "shop/web".parse().unwrap();
        let pull =
            jwt(r#"{"access":[{"type":"repository","name":"shop/web","actions":["pull"]}]}"#);
        assert_eq!(pull.grants(&web, Access::Pull), Some(true));
        assert_eq!(pull.grants(&web, Access::Push), Some(false));
        assert_eq!(jwt(r#"{"access":null}"#).grants(&web, Access::Pull), Some(false));
        assert_eq!(jwt(r#"{"sub":"x"}"#).grants(&web, Access::Pull), None);
        assert_eq!(token(r#"{"token":"opaque"}"#, 0).unwrap().grants(&web, Access::Pull), None);
    }

    #[test]
    fn a_credential_does_not_show_itself() {
        let credential = token(r#"{"token":"hunter2"}"#, 0).unwrap();
        assert!(!format!("{credential:?}").contains("hunter2"));
    }
}
