//! Which logins are stored, as far as the files say: no credential helper is started, and no
//! password leaves this file.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::http::Secret;
use crate::image::Host;

use super::config::{DockerConfig, hostname};
use super::store::{DockerStore, VARIABLE, config_text};
use crate::registry::LoginError;

/// A login that is stored, or is said to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredLogin {
    /// The registry.
    pub host: Host,
    /// The user, if it is known and is not empty.
    pub username: Option<String>,
    /// Who has the password.
    pub keeper: LoginKeeper,
}

/// Who has the password of a stored login.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LoginKeeper {
    /// A file, or the variable `DOCKER_AUTH_CONFIG`: its path or name.
    Place(PathBuf),
    /// The program `docker-credential-NAME`, which was not started.
    Helper(String),
}

/// All of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StoredLogins {
    /// One for each host, by host.
    pub logins: Vec<StoredLogin>,
    /// The helper for hosts of which nothing is written (`credsStore`).
    pub helper: Option<String>,
}

impl DockerStore {
    /// Where `config.json` is, or would be; `None` if there is no home folder.
    #[must_use]
    pub fn file(&self) -> Option<PathBuf> {
        self.folder.as_ref().map(|folder| folder.join("config.json"))
    }

    /// The logins for hosts that `wanted` accepts, by the places of [`DockerStore::get`]: the first
    /// that names a host counts.
    ///
    /// # Errors
    /// [`LoginError`] if a file, or a login that is wanted, can't be read.
    pub fn stored(&self, wanted: impl Fn(&Host) -> bool) -> Result<StoredLogins, LoginError> {
        let mut found = BTreeMap::new();
        let mut helper = None;
        let variable = self.variable.as_ref().map(Secret::expose);
        // As in `get`: what can't be read there is passed over.
        if let Some(config) =
            variable.and_then(|text| DockerConfig::parse(text, Path::new(VARIABLE)).ok())
        {
            collect(&config, Path::new(VARIABLE), &wanted, &mut found)?;
        }
        if let Some(path) = self.file()
            && let Some(config) = read(&path)?
        {
            collect(&config, &path, &wanted, &mut found)?;
            helper = config.creds_store.filter(|name| !name.is_empty());
        }
        for path in &self.podman {
            let Some(config) = read(path)? else { continue };
            collect(&config, path, &wanted, &mut found)?;
            break;
        }
        Ok(StoredLogins { logins: found.into_values().collect(), helper })
    }
}

fn read(path: &Path) -> Result<Option<DockerConfig>, LoginError> {
    let text = config_text(path, std::fs::read(path))?;
    text.map(|text| DockerConfig::parse(&text, path)).transpose()
}

fn collect(
    config: &DockerConfig,
    path: &Path,
    wanted: &impl Fn(&Host) -> bool,
    found: &mut BTreeMap<Host, StoredLogin>,
) -> Result<(), LoginError> {
    let keys = config.auths.keys().chain(config.cred_helpers.keys());
    let hosts = keys.filter_map(|key| hostname(key).parse::<Host>().ok());
    for host in hosts.filter(wanted) {
        if found.contains_key(&host) {
            continue;
        }
        let of_part =
            || config.logins_below(&host, path).into_iter().next().map(|(_, login)| login);
        let login = config.login(&host, path)?.or_else(of_part);
        let (username, keeper) = match (login, config.helper(&host)) {
            (Some(login), _) => {
                let username = Some(login.username).filter(|name| !name.is_empty());
                (username, LoginKeeper::Place(path.to_owned()))
            }
            (None, Some(helper)) => (None, LoginKeeper::Helper(helper)),
            // An entry that says nothing.
            (None, None) => continue,
        };
        found.insert(host.clone(), StoredLogin { host, username, keeper });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::environment::Environment;

    fn stored(config: &str, variables: &[(&str, &str)]) -> Result<StoredLogins, LoginError> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("config.json"), config).unwrap();
        let environment = Environment::for_tests(variables, folder.path());
        let store = DockerStore::open(Some(folder.path().to_owned()), &environment);
        let mut found = store.stored(|host| host.as_str().contains(".lan"))?;
        for login in &mut found.logins {
            if let LoginKeeper::Place(path) = &mut login.keeper {
                *path = path.file_name().unwrap().into();
            }
        }
        Ok(found)
    }

    fn login(host: &str, username: Option<&str>, keeper: LoginKeeper) -> StoredLogin {
        let username = username.map(ToOwned::to_owned);
        StoredLogin { host: host.parse().unwrap(), username, keeper }
    }

    #[test]
    fn each_kind_of_keeper_is_told_and_other_hosts_are_left_out() {
        let config = r#"{"credsStore": "none-such", "credHelpers": {"h.lan": "acme"}, "auths": {
            "https://a.lan/v1/": {"auth": "dTpw"}, "b.lan": {}, "x.example": {"auth": "***"},
            "t.lan": {"identitytoken": "tok"}}}"#;
        let file = || LoginKeeper::Place("config.json".into());
        let helper = |name: &str| LoginKeeper::Helper(name.to_owned());
        let logins = vec![
            login("a.lan", Some("u"), file()),
            login("b.lan", None, helper("none-such")),
            login("h.lan", None, helper("acme")),
            login("t.lan", None, file()),
        ];
        let helper = Some("none-such".to_owned());
        assert_eq!(stored(config, &[]), Ok(StoredLogins { logins, helper }));
    }

    #[test]
    fn the_variable_goes_before_the_file() {
        let variable = r#"{"auths": {"a.lan": {"auth": "djpw"}}}"#;
        let config = r#"{"auths": {"a.lan": {"auth": "dTpw"}}}"#;
        let found = stored(config, &[(VARIABLE, variable)]).unwrap();
        let place = LoginKeeper::Place(VARIABLE.into());
        assert_eq!(found.logins, [login("a.lan", Some("v"), place)]);
        assert_eq!(stored("{}", &[]), Ok(StoredLogins::default()));
        let broken = stored(r#"{"auths": {"a.lan": {"auth": "***"}}}"#, &[]);
        assert!(matches!(broken, Err(LoginError::AuthEntry { .. })), "{broken:?}");
    }
}
