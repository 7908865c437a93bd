//! The logins that `docker login` has stored. Storing one is in `write`.

use std::path::PathBuf;
use std::time::Duration;

use crate::environment::Environment;
use crate::image::Host;

use super::config::{DockerConfig, spellings};
use super::helper::Helpers;
use crate::registry::{Login, LoginError};

/// How long a credential helper may take. A keychain may prompt its user.
const HELPER_LIMIT: Duration = Duration::from_secs(10);

/// Docker's store of logins: `config.json` and the credential helpers that it names.
#[derive(Debug, Clone)]
pub struct DockerStore {
    pub(crate) folder: Option<PathBuf>,
    pub(crate) helpers: Helpers,
}

impl DockerStore {
    /// The store in a folder: the given one, else `DOCKER_CONFIG`, else `~/.docker`. Nothing is
    /// read yet.
    #[must_use]
    pub fn open(config_folder: Option<PathBuf>, environment: &Environment) -> Self {
        let folder = config_folder
            .or_else(|| environment.path("DOCKER_CONFIG").map(PathBuf::from))
            .or_else(|| environment.in_home(".docker"));
        let search = environment.path("PATH").unwrap_or_default().to_owned();
        Self { folder, helpers: Helpers { search, limit: HELPER_LIMIT } }
    }

    /// The login for a host, or `None` if there is none. Read again each time.
    ///
    /// # Errors
    /// [`LoginError`], which names the file or the helper. No file at all is no error.
    pub async fn get(&self, host: &Host) -> Result<Option<Login>, LoginError> {
        let Some((text, path)) = self.read().await? else { return Ok(None) };
        let config = DockerConfig::parse(&text, &path)?;
        let Some(helper) = config.helper(host) else { return config.login(host, &path) };
        match self.helpers.get(&helper.name, &spellings(host)).await {
            Ok(Some(found)) => Ok(Some(Login {
                // What the helpers' protocol says if the secret is an identity token.
                identity_token: found.username == "<token>",
                username: found.username,
                password: found.secret,
                origin: format!("Docker's store (credential helper {})", helper.name),
            })),
            Ok(None) => config.login(host, &path),
            // A file copied from a desktop may name a store that a server doesn't have.
            Err(error @ LoginError::HelperMissing { .. }) if !helper.for_host => {
                config.login(host, &path)?.map_or(Err(error), |login| Ok(Some(login)))
            }
            Err(error) => Err(error),
        }
    }

    /// The text of `config.json` and its path; `None` if there is none.
    pub(crate) async fn read(&self) -> Result<Option<(String, PathBuf)>, LoginError> {
        let Some(folder) = &self.folder else { return Ok(None) };
        let path = folder.join("config.json");
        match tokio::fs::read_to_string(&path).await {
            Ok(text) => Ok(Some((text, path))),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(LoginError::ConfigUnreadable { path, reason: error.to_string() }),
        }
    }
}

/// The store in a folder that is the helpers' `PATH`, too.
#[cfg(test)]
pub(super) fn store_in(folder: &std::path::Path) -> DockerStore {
    let path = [("PATH", folder.to_str().unwrap())];
    DockerStore::open(Some(folder.to_owned()), &Environment::for_tests(&path, folder))
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;
    use std::time::Instant;

    use super::super::helper::SCRIPTS;
    use super::*;

    fn store(config: &str, script: Option<&str>) -> (tempfile::TempDir, DockerStore) {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("config.json"), config).unwrap();
        if let Some(script) = script {
            let path = folder.path().join("docker-credential-test");
            std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        }
        let mut store = store_in(folder.path());
        store.helpers.limit = Duration::from_secs(5);
        (folder, store)
    }

    async fn ask(config: &str, script: Option<&str>) -> Result<Option<Login>, LoginError> {
        let _alone = SCRIPTS.lock().await;
        let (_folder, store) = store(config, script);
        store.get(&"r.lan".parse().unwrap()).await
    }

    const BY_HELPER: &str = r#"{"credsStore":"test","auths":{"r.lan":{}}}"#;

    #[tokio::test]
    async fn a_helper_is_asked_by_every_spelling() {
        let script = r#"read -r server
            [ "$1 $server" = "get https://r.lan/v1/" ] || { echo credentials not found in native keychain; exit 1; }
            echo '{"ServerURL":"x","Username":"u","Secret":"p"}'"#;
        let login = ask(BY_HELPER, Some(script)).await.unwrap().unwrap();
        assert_eq!((login.username.as_str(), login.password.expose()), ("u", "p"));
        assert_eq!(login.origin, "Docker's store (credential helper test)");
    }

    #[tokio::test]
    async fn an_identity_token_is_told_by_its_user_name() {
        let script = r#"cat >/dev/null; echo '{"Username":"<token>","Secret":"t"}'"#;
        assert!(ask(BY_HELPER, Some(script)).await.unwrap().unwrap().identity_token);
    }

    #[tokio::test]
    async fn a_helper_that_knows_nothing_is_no_error() {
        let script = "cat >/dev/null; echo credentials not found in native keychain; exit 1";
        assert!(ask(BY_HELPER, Some(script)).await.unwrap().is_none());
        let beside = r#"{"credsStore":"test","auths":{"r.lan":{"auth":"dTpw"}}}"#;
        assert_eq!(ask(beside, Some(script)).await.unwrap().unwrap().username, "u");
    }

    #[tokio::test]
    async fn a_helper_that_hangs_is_cut_off() {
        let _alone = SCRIPTS.lock().await;
        let (_folder, mut store) = store(BY_HELPER, Some("exec sleep 60"));
        store.helpers.limit = Duration::from_millis(200);
        let begin = Instant::now();
        let error = store.get(&"r.lan".parse().unwrap()).await.unwrap_err();
        assert!(begin.elapsed() < Duration::from_secs(5), "{:?}", begin.elapsed());
        let helper = "docker-credential-test".to_owned();
        assert_eq!(error, LoginError::HelperHangs { helper, seconds: 1 });
    }

    #[tokio::test]
    async fn a_helper_that_is_missing_or_fails_is_named() {
        let missing = ask(BY_HELPER, None).await.unwrap_err();
        assert!(missing.to_string().contains("`docker-credential-test`"), "{missing}");
        assert!(matches!(missing, LoginError::HelperMissing { .. }));
        let failed = ask(BY_HELPER, Some("echo pass store is uninitialized; exit 1")).await;
        let helper = "docker-credential-test".to_owned();
        let message = "pass store is uninitialized".to_owned();
        assert_eq!(failed.unwrap_err(), LoginError::HelperFailed { helper, message });
        let rubbish = ask(BY_HELPER, Some("echo hello")).await.unwrap_err();
        assert!(matches!(rubbish, LoginError::HelperFailed { .. }));
        let elsewhere = r#"{"credsStore":"x/../../bin/sh"}"#;
        let elsewhere = ask(elsewhere, None).await.unwrap_err();
        assert!(matches!(elsewhere, LoginError::HelperMissing { .. }));
    }

    #[tokio::test]
    async fn a_store_that_is_not_installed_leaves_what_the_file_holds() {
        let config = r#"{"credsStore":"desktop","auths":{"r.lan":{"auth":"dTpw"}}}"#;
        assert_eq!(ask(config, None).await.unwrap().unwrap().username, "u");
    }

    #[tokio::test]
    async fn no_file_and_no_entry_are_no_error() {
        let folder = tempfile::tempdir().unwrap();
        let store = store_in(&folder.path().join("none"));
        assert!(store.get(&"r.lan".parse().unwrap()).await.unwrap().is_none());
        assert!(ask(r#"{"auths":{}}"#, None).await.unwrap().is_none());
        let broken = ask("{", None).await.unwrap_err();
        assert!(matches!(broken, LoginError::ConfigNotJson { line: 1, .. }), "{broken}");
    }
}
