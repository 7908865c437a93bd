//! Names that a shell can offer: those in the kubeconfig, and those in the cluster.
//!
//! Whatever goes wrong, there are none then: the user is in the middle of typing.

use std::time::Duration;

use ccr2tcr::kubernetes::{Cluster, ConnectionSettings, KubeconfigNames};
use serde_json::Value;

/// How long a cluster may take while the user waits for a Tab.
const PATIENCE: Duration = Duration::from_secs(2);

/// More than anybody reads; kubectl, too, asks for no more than a page.
const LIMIT: &str = "limit=500";

// The other type of pull secret is of Docker's times before 1.7; nobody writes it for TCR.
const PULL_SECRETS: &str = "fieldSelector=type%3Dkubernetes.io%2Fdockerconfigjson";

/// Where the line so far says to look.
pub(crate) struct KnownNames(ConnectionSettings);

impl KnownNames {
    pub(crate) fn new(settings: ConnectionSettings) -> Self {
        Self(settings)
    }

    pub(crate) fn contexts(&self) -> Vec<String> {
        self.kubeconfig().contexts
    }

    pub(crate) fn clusters(&self) -> Vec<String> {
        self.kubeconfig().clusters
    }

    pub(crate) fn users(&self) -> Vec<String> {
        self.kubeconfig().users
    }

    pub(crate) fn namespaces(&self) -> Vec<String> {
        let objects = self.objects(|_| format!("/api/v1/namespaces?{LIMIT}"));
        objects.iter().filter_map(|object| name(object, "name")).collect()
    }

    /// Of the namespace that the line means.
    pub(crate) fn pull_secrets(&self) -> Vec<String> {
        let objects = self.objects(|cluster| {
            let namespace = cluster.default_namespace();
            format!("/api/v1/namespaces/{namespace}/secrets?{PULL_SECRETS}&{LIMIT}")
        });
        objects.iter().filter_map(|object| name(object, "name")).collect()
    }

    /// As NAMESPACE/NAME.
    pub(crate) fn pull_secrets_anywhere(&self) -> Vec<String> {
        let objects = self.objects(|_| format!("/api/v1/secrets?{PULL_SECRETS}&{LIMIT}"));
        let full =
            |object| Some(format!("{}/{}", name(object, "namespace")?, name(object, "name")?));
        objects.iter().filter_map(full).collect()
    }

    fn kubeconfig(&self) -> KubeconfigNames {
        KubeconfigNames::read(&self.0).unwrap_or_default()
    }

    fn objects(&self, path: impl FnOnce(&Cluster) -> String) -> Vec<Value> {
        let Ok(runtime) =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()
        else {
            return Vec::new();
        };
        let list = runtime.block_on(async {
            let asking = async {
                let cluster = Cluster::connect(&self.0).await?;
                let path = path(&cluster);
                cluster.get(&path).await
            };
            tokio::time::timeout(PATIENCE, asking).await
        });
        // A credential plugin that is stuck is not waited for.
        runtime.shutdown_background();
        match list {
            Ok(Ok(mut list)) => match list["items"].take() {
                Value::Array(items) => items,
                _ => Vec::new(),
            },
            _ => Vec::new(),
        }
    }
}

fn name(object: &Value, which: &str) -> Option<String> {
    object["metadata"][which].as_str().map(str::to_owned)
}
