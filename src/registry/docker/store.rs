//! The logins that `docker login` has stored, and where else Docker and its kin look for some.
//! Storing one is in `write`.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::environment::Environment;
use crate::http::Secret;
use crate::image::{Host, RepositoryName};
use crate::text;

use super::config::{DockerConfig, spellings};
use super::helper::Helpers;
use crate::registry::{Login, LoginError, LoginKind};

/// How long a credential helper may take. A keychain may prompt its user.
const HELPER_LIMIT: Duration = Duration::from_secs(10);

/// Logins beside those in the file; as in Docker it goes before them.
pub(super) const VARIABLE: &str = "DOCKER_AUTH_CONFIG";

/// Docker's store of logins: `config.json` and the credential helpers that it names,
/// `DOCKER_AUTH_CONFIG`, and what `podman login` has written.
#[derive(Debug, Clone)]
pub struct DockerStore {
    pub(crate) folder: Option<PathBuf>,
    pub(crate) helpers: Helpers,
    /// The value of `DOCKER_AUTH_CONFIG`.
    pub(super) variable: Option<Secret>,
    /// Where Podman may keep logins, in its order.
    pub(super) podman: Vec<PathBuf>,
}

/// The logins for one host.
#[derive(Debug, Clone, Default)]
pub struct HostLogins {
    /// For all of it.
    pub(crate) whole: Option<Login>,
    /// For repositories whose names begin with this, by whole parts.
    below: Vec<(RepositoryName, Login)>,
    /// Sources of logins that could not be read; there were others.
    pub warnings: Vec<LoginError>,
}

impl HostLogins {
    /// The login for a repository: the one for the longest part of its name, else the host's.
    #[must_use]
    pub fn for_repository(&self, repository: Option<&RepositoryName>) -> Option<&Login> {
        let name = repository.map_or("", RepositoryName::as_str);
        let is_below = |part: &RepositoryName| {
            let rest = name.strip_prefix(part.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let below = self.below.iter().filter(|(part, _)| is_below(part));
        let longest = below.max_by_key(|(part, _)| part.as_str().len()).map(|(_, login)| login);
        longest.or(self.whole.as_ref())
    }

    /// Whether this is one of them.
    #[must_use]
    pub fn holds(&self, login: &Login) -> bool {
        let below = self.below.iter().map(|(_, login)| login);
        self.whole.iter().chain(below).any(|own| own.origin == login.origin)
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.whole.is_none() && self.below.is_empty()
    }

    /// The host's login, if there is none for it here yet.
    fn or_whole(&mut self, login: Option<Login>) {
        self.whole = self.whole.take().or(login);
    }
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
        let path = |variable| environment.path(variable).map(PathBuf::from);
        let config = path("XDG_CONFIG_HOME").or_else(|| environment.in_home(".config"));
        let folders = [path("XDG_RUNTIME_DIR"), config].into_iter().flatten();
        let podman = path("REGISTRY_AUTH_FILE")
            .into_iter()
            .chain(folders.map(|folder| folder.join("containers/auth.json")))
            .collect();
        let variable = environment.text(VARIABLE).map(Secret::from);
        Self { folder, helpers: Helpers::new(search, HELPER_LIMIT), variable, podman }
    }

    /// The logins for a host. Read again each time.
    ///
    /// As in Docker `DOCKER_AUTH_CONFIG` goes before the file; as in crane what Podman keeps is used
    /// where Docker has nothing.
    ///
    /// # Errors
    /// [`LoginError`], which names the file. No file at all is no error; a helper that fails is one
    /// of the [`HostLogins::warnings`].
    pub async fn get(&self, host: &Host) -> Result<HostLogins, LoginError> {
        let mut found = HostLogins::default();
        if let Some(variable) = &self.variable {
            // As Docker: what can't be read there is said, and the file counts.
            match variable_login(variable, host) {
                Ok(login) => found.or_whole(login),
                Err(error) => found.warnings.push(error),
            }
        }
        if found.whole.is_none()
            && let Some((text, path)) = self.read().await?
        {
            let config = DockerConfig::parse(&text, &path)?;
            found.below = config.logins_below(host, &path);
            if let Some(helper) = config.helper(host) {
                match self.ask(&helper, host).await {
                    Ok(login) => found.or_whole(login),
                    Err(error) => found.warnings.push(error),
                }
            }
            if found.whole.is_none() {
                found.or_whole(config.login(host, &path)?);
            }
        }
        if found.is_empty() {
            for path in &self.podman {
                let Some(text) = read_config(path).await? else { continue };
                let config = DockerConfig::parse(&text, path)?;
                found.below = config.logins_below(host, path);
                found.or_whole(config.login(host, path)?);
                break;
            }
        }
        Ok(found)
    }

    /// What a helper says. One that is missing, fails or hangs is no reason to go without the login
    /// that stands in the file: a file copied from a desktop names a store that a server lacks.
    async fn ask(&self, helper: &str, host: &Host) -> Result<Option<Login>, LoginError> {
        let found = self.helpers.get(helper, &spellings(host)).await?;
        Ok(found.map(|found| Login {
            // What the helpers' protocol says if the secret is an identity token.
            kind: match found.username.as_str() {
                "<token>" => LoginKind::IdentityToken,
                _ => LoginKind::Password,
            },
            username: found.username,
            password: found.secret,
            origin: format!("Docker's store (credential helper {helper})"),
        }))
    }

    /// The text of `config.json` and its path; `None` if there is none.
    pub(crate) async fn read(&self) -> Result<Option<(String, PathBuf)>, LoginError> {
        let Some(folder) = &self.folder else { return Ok(None) };
        let path = folder.join("config.json");
        Ok(read_config(&path).await?.map(|text| (text, path)))
    }
}

fn variable_login(variable: &Secret, host: &Host) -> Result<Option<Login>, LoginError> {
    let path = Path::new(VARIABLE);
    let login = DockerConfig::parse(variable.expose(), path)?.login(host, path)?;
    Ok(login.map(|login| Login { origin: VARIABLE.to_owned(), ..login }))
}

async fn read_config(path: &Path) -> Result<Option<String>, LoginError> {
    config_text(path, tokio::fs::read(path).await)
}

/// The text of a configuration; `None` if there is no such file. Bytes that are no text are left to
/// the reader of JSON, which like Docker's minds them only where they count.
pub(super) fn config_text(
    path: &Path,
    read: std::io::Result<Vec<u8>>,
) -> Result<Option<String>, LoginError> {
    match read {
        Ok(bytes) => {
            let lossy = String::from_utf8_lossy(text::without_mark(&bytes)).into_owned();
            Ok(Some(text::decode(bytes).unwrap_or(lossy)))
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => {
            let (path, reason) = (path.to_owned(), error.to_string());
            Err(LoginError::ConfigUnreadable { path, reason })
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
        Ok(store.get(&"r.lan".parse().unwrap()).await?.whole)
    }

    /// What is said of a helper.
    async fn warning(config: &str, script: Option<&str>) -> LoginError {
        let _alone = SCRIPTS.lock().await;
        let (_folder, store) = store(config, script);
        let mut found = store.get(&"r.lan".parse().unwrap()).await.unwrap();
        assert!(found.is_empty());
        found.warnings.pop().unwrap()
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
        let login = ask(BY_HELPER, Some(script)).await.unwrap().unwrap();
        assert_eq!(login.kind, LoginKind::IdentityToken);
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
        // Each host of a run asks; it is waited for once.
        for host in ["r.lan", "r.lan", "other.lan"] {
            let found = store.get(&host.parse().unwrap()).await.unwrap();
            let helper = "docker-credential-test".to_owned();
            assert_eq!(found.warnings, [LoginError::HelperHangs { helper, seconds: 1 }]);
        }
        assert!(begin.elapsed() < Duration::from_millis(390), "{:?}", begin.elapsed());
    }

    #[tokio::test]
    async fn a_helper_that_is_missing_or_fails_is_named() {
        let missing = warning(BY_HELPER, None).await;
        assert!(missing.to_string().contains("`docker-credential-test`"), "{missing}");
        assert!(matches!(missing, LoginError::HelperMissing { .. }));
        let failed = warning(BY_HELPER, Some("echo pass store is uninitialized; exit 1")).await;
        let helper = "docker-credential-test".to_owned();
        let message = "pass store is uninitialized".to_owned();
        assert_eq!(failed, LoginError::HelperFailed { helper, message });
        let rubbish = warning(BY_HELPER, Some("echo hello")).await;
        assert!(matches!(rubbish, LoginError::HelperFailed { .. }));
        let elsewhere = warning(r#"{"credsStore":"x/../../bin/sh"}"#, None).await;
        assert!(matches!(elsewhere, LoginError::HelperMissing { .. }));
    }

    #[tokio::test]
    async fn a_helper_that_is_of_no_use_leaves_what_the_file_holds() {
        for helper in [r#""credsStore":"test""#, r#""credHelpers":{"r.lan":"test"}"#] {
            let config = format!(r#"{{{helper},"auths":{{"r.lan":{{"auth":"dTpw"}}}}}}"#);
            for script in [None, Some("echo Cannot autolaunch D-Bus without X11; exit 1")] {
                assert_eq!(ask(&config, script).await.unwrap().unwrap().username, "u");
            }
        }
    }

    #[tokio::test]
    async fn no_file_and_no_entry_are_no_error() {
        let folder = tempfile::tempdir().unwrap();
        let store = store_in(&folder.path().join("none"));
        assert!(store.get(&"r.lan".parse().unwrap()).await.unwrap().whole.is_none());
        assert!(ask(r#"{"auths":{}}"#, None).await.unwrap().is_none());
        let broken = ask("{", None).await.unwrap_err();
        assert!(matches!(broken, LoginError::ConfigNotJson { line: 1, .. }), "{broken}");
    }
}
