//! The SDKs' credentials file, `~/.tencentcloud/credentials`.
//!
//! No library: configparser cuts values at `;` and `#`, where the SDKs take them literally; with
//! rust-ini, its escapes switched off, as many lines would be left here.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::ApiKey;
use crate::environment::Environment;
use crate::http::Secret;
use crate::tencent::KeyError;
use crate::text;

/// The files in which the SDKs look, in their order. One named by the variable is the only one.
pub(super) fn files(environment: &Environment) -> Vec<PathBuf> {
    if let Some(file) = environment.text("TENCENTCLOUD_CREDENTIALS_FILE") {
        return vec![PathBuf::from(file)];
    }
    let home = environment.in_home(".tencentcloud/credentials");
    home.into_iter().chain([environment.system("/etc/tencentcloud/credentials")]).collect()
}

/// The key in a section of a file; nothing if there is no such file, section or key.
pub(super) fn read(path: &Path, section: &str) -> Result<Option<ApiKey>, KeyError> {
    let Some(text) = read_if_there(path)? else { return Ok(None) };
    let values = section_of(&text, section);
    let place = format!("{} [{section}]", path.display());
    let secret_of = |name| values.get(name).copied().map(Secret::from);
    let (secret, token) = (secret_of("secret_key"), secret_of("token"));
    let id = values.get("secret_id").copied();
    ApiKey::from_parts(&place, ["secret_id", "secret_key"], id, secret.as_ref(), token.as_ref())
}

/// A file's text; nothing if there is no such file.
pub(super) fn read_if_there(path: &Path) -> Result<Option<String>, KeyError> {
    match std::fs::File::open(path).and_then(text::read) {
        Ok(text) => Ok(Some(text)),
        Err(error) if is_absent(&error) => Ok(None),
        Err(error) => Err(KeyError::File { path: path.to_owned(), reason: error.to_string() }),
    }
}

fn is_absent(error: &std::io::Error) -> bool {
    matches!(error.kind(), std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory)
}

// The SDKs take values literally; their own documentation shows quotes, so those are taken off.
fn section_of<'a>(text: &'a str, wanted: &str) -> HashMap<String, &'a str> {
    let mut values = HashMap::new();
    let mut inside = false;
    for line in text.trim_start_matches('\u{feff}').lines().map(str::trim) {
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            inside = name.trim() == wanted;
        } else if line.starts_with(['#', ';']) {
        } else if let Some((name, value)) = line.split_once('=').filter(|_| inside) {
            values.insert(name.trim().to_ascii_lowercase(), unquoted(value.trim()));
        }
    }
    values
}

fn unquoted(value: &str) -> &str {
    ['"', '\'']
        .iter()
        .find_map(|quote| value.strip_prefix(*quote)?.strip_suffix(*quote))
        .unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str, section: &str) -> Result<Option<ApiKey>, KeyError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("credentials");
        std::fs::write(&path, text).unwrap();
        read(&path, section)
    }

    #[test]
    fn a_section_holds_a_key() {
        let text = "# mine\n[default]\nsecret_id = AKIDa\nsecret_key=\"s=1\"\n\n[other]\nsecret_id='AKIDb'\nsecret_key = t\n";
        let default = key(text, "default").unwrap().unwrap();
        assert_eq!((default.id.as_str(), default.secret.expose()), ("AKIDa", "s=1"));
        assert_eq!(key(text, "other").unwrap().unwrap().id, "AKIDb");
        assert!(key(text, "third").unwrap().is_none());
    }

    #[test]
    fn half_a_key_names_the_other_half() {
        let error = key("[default]\nsecret_id = AKIDa\nsecret_key =\n", "default").unwrap_err();
        assert!(error.to_string().ends_with("secret_key is missing"), "{error}");
    }
}
