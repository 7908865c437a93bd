//! A snapshot of what the process is told from outside: its variables, its user's home folder, the
//! system's files. What reads it can be tested without touching the process.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::path::{Path, PathBuf};

/// Variables and folders. Set but blank is not set, for all of them.
#[derive(Clone)]
pub struct Environment {
    variables: BTreeMap<OsString, OsString>,
    home: Option<PathBuf>,
    /// What stands for `/`.
    root: PathBuf,
}

impl Environment {
    /// The variables of this process, and its user's home.
    #[must_use]
    pub fn from_process() -> Self {
        let variables = std::env::vars_os().collect();
        Self { variables, home: dirs::home_dir(), root: PathBuf::from("/") }
    }

    /// These variables; `folder` is the home, and stands in for `/`.
    #[must_use]
    pub fn for_tests(variables: &[(&str, &str)], folder: &Path) -> Self {
        let variables =
            variables.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        Self { variables, home: Some(folder.to_owned()), root: folder.to_owned() }
    }

    /// A variable's value as the system has it: a path, or a list of them.
    #[must_use]
    pub fn path(&self, name: &str) -> Option<&OsStr> {
        let value = self.variables.get(OsStr::new(name))?;
        (!is_blank(value)).then_some(value.as_os_str())
    }

    /// A variable's value; `None` also if it isn't text.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.path(name)?.to_str()
    }

    /// The first of these variables that is set, with its name.
    #[must_use]
    pub fn first<'a>(&'a self, names: &[&'a str]) -> Option<(&'a str, &'a str)> {
        names.iter().find_map(|name| Some((*name, self.text(name)?)))
    }

    /// A path below the home folder; `None` if there is no such folder.
    #[must_use]
    pub fn in_home(&self, path: &str) -> Option<PathBuf> {
        self.home.as_ref().map(|home| home.join(path))
    }

    /// A file of the system, as in `/etc/tencentcloud/credentials`.
    #[must_use]
    pub fn system(&self, path: &str) -> PathBuf {
        self.root.join(path.trim_start_matches('/'))
    }

    /// A path as a person would write it, `~/.tccli/default.credential`.
    #[must_use]
    pub fn shown(&self, path: &Path) -> String {
        match self.home.as_ref().and_then(|home| path.strip_prefix(home).ok()) {
            Some(below) => format!("~/{}", below.display()),
            None => path.display().to_string(),
        }
    }
}

/// Whether a variable's value counts as none.
pub(crate) fn is_blank(value: &OsStr) -> bool {
    value.to_str().is_some_and(|text| text.trim().is_empty())
}

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Names only: values may be keys.
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
        let variables = [("TENCENTCLOUD_SECRET_KEY", "hunter2"), ("TENCENTCLOUD_TOKEN", " ")];
        let environment = Environment::for_tests(&variables, Path::new("/home/me"));
        let shown = format!("{environment:?}");
        assert!(shown.contains("TENCENTCLOUD_SECRET_KEY") && !shown.contains("hunter2"), "{shown}");
        assert_eq!(environment.text("TENCENTCLOUD_TOKEN"), None, "blank is not set");
        let set = environment.first(&["TENCENTCLOUD_TOKEN", "TENCENTCLOUD_SECRET_KEY"]);
        assert_eq!(set, Some(("TENCENTCLOUD_SECRET_KEY", "hunter2")));
        assert_eq!(environment.shown(Path::new("/home/me/.tccli/a")), "~/.tccli/a");
        assert_eq!(environment.shown(Path::new("/etc/a")), "/etc/a");
        assert_eq!(environment.system("/etc/a"), Path::new("/home/me/etc/a"));
    }
}
