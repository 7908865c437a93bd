//! Storing a login the way `docker login` does: with the credential helper if there is one, else in
//! `config.json`.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use serde_json::value::RawValue;

use crate::http::Secret;
use crate::image::Host;

use super::config::DockerConfig;
use crate::registry::{DockerStore, LoginError};

/// Where a login was put.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stored {
    /// In this file, readable for its user.
    File(PathBuf),
    /// With this credential helper, `docker-credential-NAME`.
    Helper(String),
}

/// The fields of a JSON object as they were written.
type Fields = BTreeMap<String, Box<RawValue>>;

impl DockerStore {
    /// Stores a login for a host where docker will find it.
    ///
    /// Every other field of `config.json` stays as it is; the file is replaced atomically.
    ///
    /// # Errors
    /// [`LoginError`]; a `config.json` that can't be read is never overwritten.
    pub async fn store(
        &self,
        host: &Host,
        username: &str,
        password: &Secret,
    ) -> Result<Stored, LoginError> {
        let Some(folder) = &self.folder else {
            let path = PathBuf::from("~/.docker/config.json");
            return Err(LoginError::NotStored { path, reason: "there is no home folder".into() });
        };
        let path = folder.join("config.json");
        let text = self.read().await?.map_or_else(String::new, |(text, _)| text);
        let helper = DockerConfig::parse(&text, &path)?.helper(host);
        let (stored, entry) = if let Some(helper) = helper {
            self.helpers.store(&helper, host.as_str(), username, password).await?;
            // What docker writes to the file for a login that a helper has: an empty entry.
            (Stored::Helper(format!("docker-credential-{helper}")), None)
        } else {
            if username.contains(':') {
                let reason = "a user name with a colon can't be stored there".to_owned();
                return Err(LoginError::NotStored { path, reason });
            }
            let pair = Secret::from(format!("{username}:{}", password.expose()));
            (Stored::File(path.clone()), Some(STANDARD.encode(pair.expose()).into()))
        };
        let text = with_entry(&text, host, entry.as_ref(), &path)?;
        let file = path.clone();
        tokio::task::spawn_blocking(move || replace(&path, text.expose()))
            .await
            .map_err(|error| error.to_string())
            .and_then(|written| written.map_err(|error| error.to_string()))
            .map_err(|reason| LoginError::NotStored { path: file, reason })?;
        Ok(stored)
    }
}

/// The text with an entry for the host below `auths`.
fn with_entry(
    text: &str,
    host: &Host,
    auth: Option<&Secret>,
    path: &Path,
) -> Result<Secret, LoginError> {
    let failed = |error: serde_json::Error| LoginError::ConfigNotJson {
        path: path.to_owned(),
        line: error.line(),
        column: error.column(),
        reason: "not an object".to_owned(),
    };
    let read = |text: &str| match text.trim() {
        "" | "null" => Ok(Fields::new()),
        text => serde_json::from_str(text).map_err(failed),
    };
    let raw = |text: String| RawValue::from_string(text).map_err(failed);
    let mut fields = read(text)?;
    let mut auths = read(fields.get("auths").map_or("", |auths| auths.get()))?;
    let entry = match auth {
        // Base64 needs no escaping.
        Some(auth) => format!(r#"{{"auth":"{}"}}"#, auth.expose()),
        None => "{}".to_owned(),
    };
    auths.insert(host.to_string(), raw(entry)?);
    fields.insert("auths".to_owned(), raw(serde_json::to_string(&auths).map_err(failed)?)?);
    // Tabs, as docker writes it. What was there stays as it was written.
    let mut written = Vec::new();
    let tabs = serde_json::ser::PrettyFormatter::with_indent(b"\t");
    fields
        .serialize(&mut serde_json::Serializer::with_formatter(&mut written, tabs))
        .map_err(failed)?;
    written.push(b'\n');
    Ok(String::from_utf8_lossy(&written).into_owned().into())
}

/// Replaces a file atomically and keeps its mode; a new one is readable for its user alone.
fn replace(path: &Path, text: &str) -> std::io::Result<()> {
    // A symlink stays one: what it points to is replaced.
    let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let folder = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    // Created with mode 0600.
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(text.as_bytes())?;
    if let Ok(before) = std::fs::metadata(&path) {
        file.as_file().set_permissions(before.permissions())?;
    }
    file.as_file().sync_all()?;
    file.persist(&path).map_err(|error| error.error)?;
    Ok(())
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::super::store::store_in;
    use super::*;

    fn host() -> Host {
        "r.lan:5000".parse().unwrap()
    }

    fn mode(path: &Path) -> u32 {
        std::fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[tokio::test]
    async fn a_new_file_is_for_its_user_alone() {
        let folder = tempfile::tempdir().unwrap();
        let store = store_in(&folder.path().join("new"));
        let stored = store.store(&host(), "u", &"p:\"ä".into()).await.unwrap();
        let path = folder.path().join("new/config.json");
        assert_eq!(stored, Stored::File(path.clone()));
        assert_eq!(mode(&path), 0o600);
        let login = store.get(&host()).await.unwrap().whole.unwrap();
        assert_eq!((login.username.as_str(), login.password.expose()), ("u", "p:\"ä"));
    }

    #[tokio::test]
    async fn other_fields_and_the_mode_are_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.json");
        let before = r#"{"psFormat": "table {{.ID}}", "big": 12345678901234567890123,
            "auths": {"other.lan": {"auth": "eDp5", "email": "e"}, "r.lan:5000": {"auth": "b2xkOm9sZA=="}}}"#;
        std::fs::write(&path, before).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
        let store = store_in(folder.path());
        store.store(&host(), "u", &"p".into()).await.unwrap();
        let after = std::fs::read_to_string(&path).unwrap();
        assert!(after.contains("12345678901234567890123"), "{after}");
        let after: serde_json::Value = serde_json::from_str(&after).unwrap();
        assert_eq!(after["psFormat"], "table {{.ID}}");
        assert_eq!(after["auths"]["other.lan"]["email"], "e");
        assert_eq!(after["auths"]["r.lan:5000"]["auth"], "dTpw");
        assert_eq!(mode(&path), 0o640);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left over");
    }

    #[tokio::test]
    async fn a_helper_gets_the_login_on_its_input() {
        let _alone = super::super::helper::SCRIPTS.lock().await;
        let folder = tempfile::tempdir().unwrap();
        let script = folder.path().join("docker-credential-test");
        let seen = folder.path().join("seen");
        let text = format!("#!/bin/sh\necho \"$@\" >{0}; cat >>{0}\n", seen.display());
        std::fs::write(&script, text).unwrap();
        std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o755)).unwrap();
        let config = folder.path().join("config.json");
        std::fs::write(&config, r#"{"credsStore":"test"}"#).unwrap();
        let store = store_in(folder.path());
        let stored = store.store(&host(), "u", &"p\"".into()).await.unwrap();
        assert_eq!(stored, Stored::Helper("docker-credential-test".to_owned()));
        let seen = std::fs::read_to_string(seen).unwrap();
        let expected =
            "store\n{\"ServerURL\":\"r.lan:5000\",\"Username\":\"u\",\"Secret\":\"p\\\"\"}";
        assert_eq!(seen, expected);
        let config = std::fs::read_to_string(config).unwrap();
        assert!(config.contains(r#""auths": {"r.lan:5000":{}}"#), "{config}");
    }

    #[tokio::test]
    async fn what_can_not_be_read_is_not_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.json");
        std::fs::write(&path, "{ broken").unwrap();
        let store = store_in(folder.path());
        assert!(store.store(&host(), "u", &"p".into()).await.is_err());
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "{ broken");
    }
}
