//! Logins and API keys on an old command line.

use ccr2tcr::http::Secret;

use super::LegacyError;
use super::flags::Meaning;
use super::scan::CommandLine;

/// A registry's user.
#[derive(Debug, Clone)]
pub(crate) struct LegacyLogin {
    pub(crate) username: String,
    pub(crate) password: Secret,
}

/// An API key of Tencent Cloud.
#[derive(Debug, Clone)]
pub(crate) struct LegacyKey {
    pub(crate) id: String,
    pub(crate) secret: Secret,
}

/// `username:password`, parted at the first colon: a password may have more of them.
pub(super) fn login(
    line: &CommandLine,
    meaning: Meaning,
) -> Result<Option<LegacyLogin>, LegacyError> {
    let (Some(name), Some(text)) = (line.name(meaning), line.text(meaning)) else {
        return Ok(None);
    };
    let Some((username, password)) = text.split_once(':') else {
        return Err(LegacyError::with_hint(
            format!("Invalid {name}Secret"),
            format!("--{name} is USERNAME:PASSWORD"),
        ));
    };
    Ok(Some(LegacyLogin { username: username.to_owned(), password: unescaped(password).into() }))
}

/// Whether the password of this login was written with escapes.
pub(super) fn has_escapes(line: &CommandLine, meaning: Meaning) -> bool {
    line.text(meaning).is_some_and(|text| text.contains('\\'))
}

// The wrapper put the password between the quotes of a YAML string as it was, so a runbook that
// works has `\"` and `\\` where `"` and `\` are meant (securityFileTemplate in run.go). What is no
// YAML string never worked there, and is taken as it is.
fn unescaped(password: &str) -> String {
    if !password.contains('\\') {
        return password.to_owned();
    }
    serde_yaml::from_str(&format!("\"{password}\"")).unwrap_or_else(|_| password.to_owned())
}

/// The key of one side: its own flags, each falling back to the common one.
///
/// `Ok(None)` if neither half is there, an error if only one is.
pub(super) fn key(
    line: &CommandLine,
    id: Meaning,
    secret: Meaning,
) -> Result<Option<LegacyKey>, LegacyError> {
    let id = line.text(id).or_else(|| line.text(Meaning::SecretId));
    let secret = line.text(secret).or_else(|| line.text(Meaning::SecretKey));
    match (id, secret) {
        (Some(id), Some(secret)) => {
            Ok(Some(LegacyKey { id: id.to_owned(), secret: secret.into() }))
        }
        (None, None) => Ok(None),
        _ => Err(missing_keys()),
    }
}

/// The old tool's words for a key that isn't whole.
pub(super) fn missing_keys() -> LegacyError {
    LegacyError::with_hint(
        "Require ccrSecretId or secretId, ccrSecretKey or secretKey",
        "both sides need an API key: --secretId and --secretKey for one account, \
         --ccrSecretId, --ccrSecretKey, --tcrSecretId and --tcrSecretKey for two",
    )
}
