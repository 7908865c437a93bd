//! What a scan doesn't keep and a prune must know: pods that still run with CCR's images, and the
//! Secrets themselves.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::secret_users::{SecretKey, SecretUsers};
use crate::image::CcrHosts;
use crate::kubernetes::{Cluster, ClusterError, ListQuery, Resource};
use crate::switch::apply::DeletedSecret;
use crate::switch::inventory::{Inventory, ScannedObject};
use crate::workload::{CcrNames, Manager, manager};

/// What is known of the namespaces that have Secrets for CCR.
#[derive(Debug, Clone, Default)]
pub(super) struct PruneFacts {
    /// Namespaces with pods on CCR, and one of the pods.
    pub(super) on_ccr: BTreeMap<String, String>,
    /// Namespaces whose pods can't be listed, and why.
    pub(super) unlisted: BTreeMap<String, String>,
    /// Who uses the Secrets that would be deleted; read once it is known which.
    pub(super) users: SecretUsers,
    /// Secrets that could be deleted, with their managers.
    pub(super) secrets: BTreeMap<SecretKey, (DeletedSecret, Option<Manager>)>,
}

impl PruneFacts {
    /// Reads the pods of each namespace that has a Secret for CCR alone, and those Secrets if they
    /// may be deleted.
    ///
    /// # Errors
    /// [`ClusterError`], but not if something may not be read: nothing is pruned there.
    pub(super) async fn read(
        cluster: &Cluster,
        inventory: &Inventory,
        ccr: &CcrHosts,
        with_secrets: bool,
    ) -> Result<Self, ClusterError> {
        let mut facts = Self::default();
        let names = CcrNames::from(ccr);
        let of_ccr = || inventory.secrets.iter().filter(|secret| secret.is_only_for_ccr(ccr));
        let namespaces: BTreeSet<&str> = of_ccr().map(|secret| secret.namespace.as_str()).collect();
        for namespace in namespaces {
            facts.pods(cluster, namespace, &names).await?;
        }
        for secret in of_ccr().filter(|_| with_secrets) {
            let path = Resource::secrets().path(Some(&secret.namespace), Some(&secret.name));
            match cluster.get(&path).await {
                Ok(object) => facts.secret(&object),
                Err(ClusterError::NotFound { .. } | ClusterError::Forbidden { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(facts)
    }

    async fn pods(
        &mut self,
        cluster: &Cluster,
        namespace: &str,
        names: &CcrNames,
    ) -> Result<(), ClusterError> {
        let resource = std::sync::Arc::new(Resource::pods());
        let listed = cluster
            .list(&resource, Some(namespace), &ListQuery::default(), |page| {
                for pod in page.items.iter().filter_map(|item| item.value().ok()) {
                    self.pod(&pod, &resource, names);
                }
            })
            .await;
        match listed {
            Ok(_) => Ok(()),
            Err(error @ ClusterError::Forbidden { .. }) => {
                self.unlisted.insert(namespace.to_owned(), error.to_string());
                Ok(())
            }
            Err(error) => Err(error),
        }
    }

    fn pod(&mut self, pod: &Value, resource: &std::sync::Arc<Resource>, names: &CcrNames) {
        let Some(found) = ScannedObject::of(pod, resource, names) else { return };
        if !found.is_finished && found.is_on_ccr() {
            self.on_ccr.insert(found.namespace().to_owned(), found.object.name.clone());
        }
    }

    pub(super) fn secret(&mut self, object: &Value) {
        let secret = DeletedSecret::of(object);
        let key = (secret.namespace.clone(), secret.name.clone());
        self.secrets.insert(key, (secret, manager(object)));
    }
}
