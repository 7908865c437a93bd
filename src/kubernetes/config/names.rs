//! The names that the kubeconfig knows, as a shell offers them. Nothing is asked of a server.

use super::kubeconfig;
use super::settings::ConnectionSettings;
use crate::environment::Environment;
use crate::kubernetes::error::ClusterError;

/// Names in the kubeconfig, in its order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KubeconfigNames {
    /// The context that counts where no other is named.
    pub current: Option<String>,
    /// What `--context` takes.
    pub contexts: Vec<String>,
    /// What `--cluster` takes.
    pub clusters: Vec<String>,
    /// What `--user` takes.
    pub users: Vec<String>,
}

impl KubeconfigNames {
    /// Reads the files that a connection with these settings would read.
    ///
    /// # Errors
    /// [`ClusterError::Kubeconfig`] if one of them can't be read. None at all is no error.
    pub fn read(settings: &ConnectionSettings) -> Result<Self, ClusterError> {
        Self::read_from(settings, &Environment::from_process())
    }

    fn read_from(
        settings: &ConnectionSettings,
        environment: &Environment,
    ) -> Result<Self, ClusterError> {
        let config = kubeconfig::read(settings.kubeconfig.as_deref(), environment)?.config;
        Ok(Self {
            current: config.current_context,
            contexts: config.contexts.into_iter().map(|context| context.name).collect(),
            clusters: config.clusters.into_iter().map(|cluster| cluster.name).collect(),
            users: config.auth_infos.into_iter().map(|user| user.name).collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_the_list_is_read_and_a_missing_one_skipped() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::write(&path, text).unwrap();
            path
        };
        let one = file("one", "contexts: [{name: a, context: {cluster: c}}]");
        let two = file(
            "two",
            "{current-context: b, users: [{name: u}], clusters: [{name: c}], contexts: [{name: b}]}",
        );
        let list = std::env::join_paths([&one, &folder.path().join("none"), &two]).unwrap();
        let list = list.to_str().unwrap();
        let environment = Environment::for_tests(&[("KUBECONFIG", list)], folder.path());
        let names = KubeconfigNames::read_from(&ConnectionSettings::default(), &environment);
        let names = names.unwrap();
        assert_eq!(names.contexts, ["a", "b"]);
        assert_eq!(names.current.as_deref(), Some("b"));
        assert_eq!((names.clusters, names.users), (vec!["c".to_owned()], vec!["u".to_owned()]));
        let none = Environment::for_tests(&[], folder.path());
        let names = KubeconfigNames::read_from(&ConnectionSettings::default(), &none).unwrap();
        assert_eq!(names, KubeconfigNames::default());
    }
}
