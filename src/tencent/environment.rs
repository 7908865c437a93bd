//! A snapshot of the variables and folders in which keys are looked for.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use super::{Endpoint, KeyError};

/// The variables and folders that matter for keys, so that tests need not touch the process.
#[derive(Clone)]
pub struct Environment {
    variables: BTreeMap<String, String>,
    home: Option<PathBuf>,
    system: PathBuf,
}

/// What Tencent's tools and this one begin their variables with.
const PREFIXES: &[&str] = &["CCR_SECRET_", "TCR_SECRET_", "TENCENTCLOUD_", "TCCLI_", "TKE_"];

impl Environment {
    /// The variables of this process, and its user's home.
    #[must_use]
    pub fn from_process() -> Self {
        let variables = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .filter(|(name, _)| PREFIXES.iter().any(|prefix| name.starts_with(prefix)))
            .collect();
        Self { variables, home: dirs::home_dir(), system: PathBuf::from("/etc") }
    }

    /// These variables and this home, whose `etc` folder stands in for `/etc`.
    #[must_use]
    pub fn for_tests(variables: &[(&str, &str)], home: &Path) -> Self {
        let variables = variables
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        Self { variables, home: Some(home.to_owned()), system: home.join("etc") }
    }

    /// A variable's value. Set but empty is not set.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(String::as_str).filter(|value| !value.trim().is_empty())
    }

    /// The first of these variables that is set.
    pub(super) fn first<'a>(&self, names: &[&'a str]) -> Option<(&'a str, &str)> {
        names.iter().find_map(|name| Some((*name, self.get(name)?)))
    }

    /// A path below the home folder.
    pub(super) fn in_home(&self, path: &str) -> Option<PathBuf> {
        self.home.as_ref().map(|home| home.join(path))
    }

    /// A path below `/etc`.
    pub(super) fn in_system(&self, path: &str) -> PathBuf {
        self.system.join(path)
    }

    /// A path as a person would write it, `~/.tccli/default.credential`.
    pub(super) fn shown(&self, path: &Path) -> String {
        match self.home.as_ref().and_then(|home| path.strip_prefix(home).ok()) {
            Some(below) => format!("~/{}", below.display()),
            None => path.display().to_string(),
        }
    }

    /// Where STS is.
    pub(super) fn sts(&self) -> Result<Endpoint, KeyError> {
        self.endpoint("TENCENTCLOUD_STS_ENDPOINT").map(|set| set.unwrap_or_else(Endpoint::sts))
    }

    /// Where the machine's metadata service is.
    pub(super) fn metadata(&self) -> Result<String, KeyError> {
        let set = self.endpoint("TENCENTCLOUD_METADATA_ENDPOINT")?;
        // Link-local: it has no certificate, and is not routed.
        Ok(set.map_or_else(|| "http://metadata.tencentyun.com".to_owned(), |set| set.to_string()))
    }

    fn endpoint(&self, variable: &'static str) -> Result<Option<Endpoint>, KeyError> {
        let parse =
            |text: &str| text.parse().map_err(|error| KeyError::Endpoint { variable, error });
        self.get(variable).map(parse).transpose()
    }
}

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Names only: the values are keys.
        f.debug_struct("Environment")
            .field("variables", &self.variables.keys().collect::<Vec<_>>())
            .field("home", &self.home)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_value_shows() {
        let environment = Environment::for_tests(
            &[("TENCENTCLOUD_SECRET_KEY", "hunter2"), ("TENCENTCLOUD_TOKEN", " ")],
            Path::new("/home/me"),
        );
        let shown = format!("{environment:?}");
        assert!(shown.contains("TENCENTCLOUD_SECRET_KEY") && !shown.contains("hunter2"), "{shown}");
        assert_eq!(environment.get("TENCENTCLOUD_TOKEN"), None, "blank is not set");
        assert_eq!(environment.shown(Path::new("/home/me/.tccli/a")), "~/.tccli/a");
        assert_eq!(environment.shown(Path::new("/etc/a")), "/etc/a");
    }
}
