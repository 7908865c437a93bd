//! What the process tells us of a cluster: variables, the home folder, a pod's service account.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// The variables and folders that matter for a connection, so that tests need not touch the process.
#[derive(Clone)]
pub(in crate::kubernetes) struct Environment {
    variables: BTreeMap<String, OsString>,
    home: Option<PathBuf>,
    /// Where a pod finds its token.
    pub(in crate::kubernetes) service_account: PathBuf,
}

const NAMES: &[&str] = &[
    "KUBECONFIG",
    "KUBERNETES_SERVICE_HOST",
    "KUBERNETES_SERVICE_PORT",
    "POD_NAMESPACE",
    "HTTP_PROXY",
    "http_proxy",
    "HTTPS_PROXY",
    "https_proxy",
    "NO_PROXY",
    "no_proxy",
];

impl Environment {
    pub(in crate::kubernetes) fn of_process() -> Self {
        let variables = NAMES
            .iter()
            .filter_map(|name| Some(((*name).to_owned(), std::env::var_os(name)?)))
            .collect();
        Self {
            variables,
            home: dirs::home_dir(),
            service_account: PathBuf::from("/var/run/secrets/kubernetes.io/serviceaccount"),
        }
    }

    /// These variables; `folder` is the home, and holds `serviceaccount` if there is to be one.
    #[cfg(test)]
    pub(in crate::kubernetes) fn for_tests(variables: &[(&str, &str)], folder: &Path) -> Self {
        let variables =
            variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).into())).collect();
        let service_account = folder.join("serviceaccount");
        Self { variables, home: Some(folder.to_owned()), service_account }
    }

    /// A variable's value. Set but empty is not set.
    pub(in crate::kubernetes) fn path(&self, name: &str) -> Option<&OsString> {
        self.variables.get(name).filter(|value| !value.is_empty())
    }

    /// Likewise, as text.
    pub(in crate::kubernetes) fn text(&self, name: &str) -> Option<&str> {
        self.path(name)?.to_str()
    }

    /// The first of these variables that is set.
    pub(in crate::kubernetes) fn first<'a>(
        &'a self,
        names: &[&'a str],
    ) -> Option<(&'a str, &'a str)> {
        names.iter().find_map(|name| Some((*name, self.text(name)?)))
    }

    pub(in crate::kubernetes) fn home(&self) -> Option<&Path> {
        self.home.as_deref()
    }
}
