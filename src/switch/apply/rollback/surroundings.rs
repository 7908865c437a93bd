//! What stands beside the objects of a rollback: the workloads, accounts and Secrets of their
//! namespaces, as they are now.

use std::collections::{BTreeMap, BTreeSet};

use futures::{StreamExt as _, stream};

use crate::image::ParsedReference;
use crate::kubernetes::Cluster;
use crate::switch::inventory::{Inventory, Unread};
use crate::switch::scan::{Scope, scan};
use crate::workload::{AccountSource, CcrNames, ImagePosition, PodSpec};

/// How many namespaces are read at once; each is several requests.
const AT_ONCE: usize = 2;
/// The whole cluster is read instead of more namespaces than this.
const FEW: usize = 8;

/// Reads all of these namespaces. What can't be read is named in the inventory.
pub(super) async fn read(cluster: &Cluster, namespaces: &BTreeSet<String>) -> Inventory {
    if namespaces.len() > FEW {
        let mut all = read_one(cluster, None).await;
        // With rights on some namespaces only, each is read by itself.
        if !all.unread.iter().any(|unread| unread.forbidden) {
            all.objects.retain(|found| namespaces.contains(found.namespace()));
            all.secrets.retain(|secret| namespaces.contains(&secret.namespace));
            return all;
        }
    }
    let read = |namespace: &String| read_one(cluster, Some(namespace.clone()));
    let mut parts = stream::iter(namespaces).map(read).buffer_unordered(AT_ONCE);
    let mut all = Inventory::default();
    while let Some(part) = parts.next().await {
        all.objects.extend(part.objects);
        all.accounts.extend(part.accounts.iter().cloned());
        all.secrets.extend(part.secrets);
        all.unread.extend(part.unread);
    }
    all
}

async fn read_one(cluster: &Cluster, namespace: Option<String>) -> Inventory {
    let scope = Scope { namespace: namespace.clone(), all_with_pods: true, ..Scope::default() };
    scan(cluster, &scope, &CcrNames::default()).await.unwrap_or_else(|error| {
        let unread = ["secrets", "serviceaccounts", "pods"].map(|what| Unread {
            what: what.to_owned(),
            namespace: namespace.clone(),
            why: error.to_string(),
            forbidden: false,
        });
        Inventory { unread: unread.into(), ..Inventory::default() }
    })
}

/// Lists of pull secrets of `ServiceAccount`s that are about to change, by namespace and name.
pub(super) type Lists = BTreeMap<(String, String), Vec<String>>;

/// The names of the pull secrets that a pod made from `spec` gets, once these lists are changed: as
/// many lists as there are accounts under which its pods may run.
pub(super) fn secrets_of(
    inventory: &Inventory,
    lists: &Lists,
    namespace: &str,
    spec: &PodSpec,
) -> Vec<Vec<String>> {
    if spec.own_pull_secrets().is_some() || spec.account_source != AccountSource::Object {
        return inventory.secrets_of(namespace, spec);
    }
    let named = |account: &str| match lists.get(&(namespace.to_owned(), account.to_owned())) {
        Some(list) => list.clone(),
        None => {
            let account = inventory.account(namespace, account);
            account.and_then(|account| account.pull_secrets.clone()).unwrap_or_default()
        }
    };
    spec.accounts().map(named).collect()
}

/// Whether the pods of `spec` may have the list of this account.
pub(super) fn uses(spec: &PodSpec, account: &str) -> bool {
    spec.own_pull_secrets().is_none()
        && match spec.account_source {
            AccountSource::Object => spec.accounts().any(|one| one == account),
            AccountSource::Run => true,
            AccountSource::Unknown => false,
        }
}

pub(super) fn account_of(spec: &PodSpec) -> &str {
    spec.service_account.as_deref().unwrap_or("default")
}

/// The image as the kubelet reads it; `None` if it can't be told.
pub(super) fn reference(image: &ImagePosition) -> Option<ParsedReference> {
    image.text.trim().parse().ok()
}

/// Whether one of these Secrets has a login for an image that isn't known to be of no use.
pub(super) fn knows(
    inventory: &Inventory,
    namespace: &str,
    names: &[String],
    image: &ParsedReference,
) -> bool {
    let named = inventory.secrets_in(namespace).filter(|secret| names.contains(&secret.name));
    let repository = image.repository.as_str();
    named.into_iter().any(|secret| inventory.tried.may_pull(secret, &image.host, repository))
}

/// Whether something of a namespace that may have pods could not be read.
pub(super) fn hides_pods<'a>(inventory: &'a Inventory, namespace: &str) -> Option<&'a Unread> {
    inventory.unread.iter().find(|unread| {
        let is_here = unread.namespace.as_deref().is_none_or(|known| known == namespace);
        is_here && unread.what != "configmaps"
    })
}
