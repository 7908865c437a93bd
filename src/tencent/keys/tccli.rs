//! A profile of tccli, Tencent's command line: `~/.tccli/NAME.credential`.

use std::path::PathBuf;

use jiff::Timestamp;
use serde::Deserialize;

use super::ApiKey;
use super::ini::read_if_there;
use crate::environment::Environment;
use crate::http::Secret;
use crate::tencent::KeyError;
use crate::tencent::api::{LenientNumber, LenientText, unix_time};

/// What a profile offers.
#[derive(Debug)]
pub(super) enum TccliProfile {
    /// A key; of a login (`tccli auth login`), with the moment at which that expires.
    Key(ApiKey, Option<Timestamp>),
    /// A role to assume with a key.
    Role { key: ApiKey, arn: String, session: Option<String> },
    /// The role of the machine.
    MachineRole,
}

// Everything as text first: the file is also written by hand.
#[derive(Deserialize, Default)]
#[serde(default)]
struct ProfileFile {
    #[serde(rename = "secretId")]
    id: LenientText,
    #[serde(rename = "secretKey")]
    secret: Option<Secret>,
    token: Option<Secret>,
    #[serde(rename = "role-arn")]
    role_arn: LenientText,
    #[serde(rename = "role-session-name")]
    session: LenientText,
    #[serde(rename = "type")]
    kind: LenientText,
    #[serde(rename = "expiresAt")]
    expires: LenientNumber,
}

/// Where a profile is kept.
pub(super) fn path(environment: &Environment, name: &str) -> Option<PathBuf> {
    let file = format!("{name}.credential");
    match environment.text("TENCENTCLOUD_SHARED_CREDENTIALS_DIR") {
        Some(folder) => Some(PathBuf::from(folder).join(file)),
        None => environment.in_home(&format!(".tccli/{file}")),
    }
}

/// Reads a profile; nothing if there is no such file, or no key in it.
///
/// tccli's order holds: the machine's role, then a role to assume, then the key itself.
pub(super) fn read(
    environment: &Environment,
    name: &str,
) -> Result<Option<TccliProfile>, KeyError> {
    let Some(path) = path(environment, name) else { return Ok(None) };
    let Some(text) = read_if_there(&path)? else { return Ok(None) };
    let stored: ProfileFile = serde_json::from_str(&text).map_err(|error| KeyError::File {
        path: path.clone(),
        // The line only: serde's own text quotes what it could not read, and that may be a key.
        reason: format!("not the JSON that tccli writes (line {})", error.line()),
    })?;
    if stored.kind.0 == "cvm-role" {
        return Ok(Some(TccliProfile::MachineRole));
    }
    let place = environment.shown(&path);
    let names = ["secretId", "secretKey"];
    let (id, secret, token) = (&stored.id.0, stored.secret.as_ref(), stored.token.as_ref());
    let key = ApiKey::from_parts(&place, names, Some(id), secret, token)?;
    let Some(key) = key else { return Ok(None) };
    let expires = unix_time(stored.expires.0);
    if expires.is_some_and(|moment| moment <= Timestamp::now()) {
        return Err(KeyError::Expired { path, profile: name.to_owned() });
    }
    Ok(Some(match stored.role_arn.some() {
        Some(arn) => TccliProfile::Role { key, arn, session: stored.session.some() },
        None => TccliProfile::Key(key, expires),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profile(text: &str) -> Result<Option<TccliProfile>, KeyError> {
        let home = tempfile::tempdir().unwrap();
        std::fs::create_dir(home.path().join(".tccli")).unwrap();
        std::fs::write(home.path().join(".tccli/work.credential"), text).unwrap();
        read(&Environment::for_tests(&[], home.path()), "work")
    }

    #[test]
    fn a_key_is_read() {
        let text = r#"{"secretId":"AKIDa","secretKey":"s","token":"t","expiresAt":4102444800}"#;
        let Some(TccliProfile::Key(key, expires)) = profile(text).unwrap() else {
            panic!("no key")
        };
        assert_eq!(key.id, "AKIDa");
        assert_eq!(key.token.unwrap().expose(), "t");
        assert_eq!(expires.unwrap().as_second(), 4_102_444_800);
    }

    #[test]
    fn a_login_that_has_expired_says_so() {
        let text = r#"{"secretId":"AKIDa","secretKey":"s","type":"oauth","expiresAt":1551113065}"#;
        let error = profile(text).unwrap_err();
        assert!(error.to_string().contains("has expired"), "{error}");
        assert_eq!(error.hint().unwrap(), "run `tccli auth login --profile work`");
    }

    #[test]
    fn roles_are_told_apart() {
        let text =
            r#"{"secretId":"AKIDa","secretKey":"s","role-arn":"qcs::cam::uin/1:roleName/r"}"#;
        let Some(TccliProfile::Role { arn, session, .. }) = profile(text).unwrap() else {
            panic!("no role")
        };
        assert_eq!((arn.as_str(), session), ("qcs::cam::uin/1:roleName/r", None));
        assert!(matches!(profile(r#"{"type":"cvm-role"}"#), Ok(Some(TccliProfile::MachineRole))));
    }

    #[test]
    fn what_holds_no_key_is_passed_over_and_what_is_broken_is_not() {
        assert!(profile("{}").unwrap().is_none());
        assert!(matches!(profile(r#"{"secretId":"AKIDa"}"#), Err(KeyError::Half { .. })));
        let error = profile(r#"{"secretKey":hunter2}"#).unwrap_err();
        assert!(!error.to_string().contains("hunter2"), "{error}");
    }
}
