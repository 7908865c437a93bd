//! Random strings, and the ledger of all that are secret, so that tests can look for them in what
//! a client prints.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use rand::Rng as _;
use rand::distr::Alphanumeric;
use serde_json::Value;

/// So many random letters and digits.
pub(crate) fn alphanumeric(length: usize) -> String {
    rand::rng().sample_iter(Alphanumeric).take(length).map(char::from).collect()
}

/// So many random hexadecimal digits.
pub(crate) fn hexadecimal(length: usize) -> String {
    let mut rng = rand::rng();
    (0..length).map(|_| char::from(b"0123456789abcdef"[rng.random_range(0..16)])).collect()
}

/// A random UUID, version 4.
pub(crate) fn uuid() -> String {
    let hex = hexadecimal(32);
    format!("{}-{}-4{}-a{}-{}", &hex[..8], &hex[8..12], &hex[13..16], &hex[17..20], &hex[20..])
}

/// What looks like a JSON Web Token, with a random signature.
pub(crate) fn token(claims: &Value) -> String {
    let header = URL_SAFE_NO_PAD.encode(r#"{"alg":"RS256","typ":"JWT"}"#);
    let claims = URL_SAFE_NO_PAD.encode(claims.to_string());
    format!("{header}.{claims}.{}", alphanumeric(86))
}

/// Every secret that was handed out or is accepted.
#[derive(Debug, Default)]
pub(crate) struct SecretLedger(BTreeSet<String>);

impl SecretLedger {
    /// Notes a secret.
    pub(crate) fn note(&mut self, secret: &str) {
        self.0.insert(secret.to_owned());
    }

    /// Notes a password, also in the spelling of Basic authentication.
    pub(crate) fn note_login(&mut self, user: &str, password: &str) {
        self.note(password);
        self.note(&STANDARD.encode(format!("{user}:{password}")));
    }

    /// All of them.
    pub(crate) fn all(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}
