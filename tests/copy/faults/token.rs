//! A registry's token service, which can take back what it gave out.

use std::sync::atomic::{AtomicU64, Ordering};

use base64::Engine as _;

use super::http1::Head;
use super::request::{Kind, Request};

/// Logins that get tokens.
const USER: &str = "robot";
const PASSWORD: &str = "fault proof";

/// Tokens of one registry.
#[derive(Debug, Default)]
pub(super) struct Tokens {
    age: AtomicU64,
}

/// The login as a Docker configuration holds it.
pub(super) fn login() -> String {
    base64::engine::general_purpose::STANDARD.encode(format!("{USER}:{PASSWORD}"))
}

impl Tokens {
    /// Every token given out so far is void.
    pub(super) fn revoke(&self) {
        self.age.fetch_add(1, Ordering::SeqCst);
    }

    /// The answer to a request for a token.
    pub(super) fn answer(&self, request: &Request) -> (u16, String) {
        if request.head.get("Authorization") != Some(&format!("Basic {}", login())) {
            return (401, r#"{"errors":[{"code":"UNAUTHORIZED","message":"who is it?"}]}"#.into());
        }
        (200, format!(r#"{{"token":"{}","expires_in":300}}"#, self.token()))
    }

    /// Whether a request shows a token that holds.
    pub(super) fn admits(&self, request: &Request) -> bool {
        request.head.get("Authorization") == Some(&format!("Bearer {}", self.token()))
    }

    fn token(&self) -> String {
        format!("given-out-in-age-{}", self.age.load(Ordering::SeqCst))
    }
}

/// The answer to a request without a token.
pub(super) fn challenge(request: &Request) -> Head {
    let mut head = Head::new("HTTP/1.1 401 Unauthorized");
    let actions = if request.writes() { "pull,push" } else { "pull" };
    let scope = match request.kind {
        Kind::Ping => String::new(),
        _ => format!(r#",scope="repository:{}:{actions}""#, request.repository),
    };
    let shown = request.head.get("Authorization").is_some();
    let error = if shown { r#",error="invalid_token""# } else { "" };
    // By the name that the registry was asked by: it need not be an address.
    let host = request.head.get("Host").unwrap_or_default();
    let bearer = format!(r#"Bearer realm="http://{host}/token",service="faults"{scope}{error}"#);
    head.set("WWW-Authenticate", bearer);
    head
}
