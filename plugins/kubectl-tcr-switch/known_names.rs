//! Names that a shell can offer: those in the kubeconfig, and those in the cluster.
//!
//! Whatever goes wrong, there are none then: the user is in the middle of typing.

use std::time::Duration;

use ccr2tcr::kubernetes::{Cluster, ClusterError, ConnectionSettings, KubeconfigNames, Resource};
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

    /// Kinds whose objects can be changed, each with its group.
    pub(crate) fn kinds(&self) -> Vec<String> {
        let found = self.ask(async |cluster| cluster.discover().await);
        let found = found.unwrap_or_default();
        let changeable = found.listable().filter(|resource| resource.is_changeable());
        changeable.map(Resource::full_name).collect()
    }

    fn objects(&self, path: impl FnOnce(&Cluster) -> String) -> Vec<Value> {
        let list = self.ask(async |cluster| cluster.get(&path(cluster)).await);
        match list.map(|mut list| list["items"].take()) {
            Some(Value::Array(items)) => items,
            _ => Vec::new(),
        }
    }

    /// Asks the cluster something, as long as the user may wait.
    fn ask<T>(&self, question: impl AsyncFnOnce(&Cluster) -> Result<T, ClusterError>) -> Option<T> {
        let Ok(runtime) =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()
        else {
            return None;
        };
        let answer = runtime.block_on(async {
            let asking = async {
                let cluster = Cluster::connect(&self.0).await?;
                question(&cluster).await
            };
            tokio::time::timeout(PATIENCE, asking).await
        });
        // A credential plugin that is stuck is not waited for.
        runtime.shutdown_background();
        answer.ok()?.ok()
    }
}

fn name(object: &Value, which: &str) -> Option<String> {
    object["metadata"][which].as_str().map(str::to_owned)
}
