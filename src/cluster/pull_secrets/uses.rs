//! Every pull secret that there is or that something names, with all that names it.

use std::collections::{BTreeMap, BTreeSet};

use crate::cluster::Inventory;
use crate::workload::{ObjectRef, PullSecret, PullSecretError};

/// A pull secret, or only the name of one.
#[derive(Debug, Clone)]
pub struct SecretUse {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// What is known of it.
    pub state: SecretState,
    /// The `ServiceAccount`s that name it, and the workloads whose own list does. Workloads that get
    /// it from their `ServiceAccount` are not among them.
    pub users: Vec<ObjectRef>,
}

/// What is known of a pull secret.
#[derive(Debug, Clone)]
pub enum SecretState {
    /// It can be read.
    Read(PullSecret),
    /// It is there, and no pod can use it.
    Broken(PullSecretError),
    /// Something names it, and no pull secret has that name.
    Missing,
    /// Something names it, and the Secrets of the namespace can't be read.
    Unread,
}

/// All pull secrets of an inventory, by namespace and name.
#[must_use]
pub fn secret_uses(inventory: &Inventory) -> Vec<SecretUse> {
    let mut states: BTreeMap<(String, String), SecretState> = BTreeMap::new();
    for secret in &inventory.secrets {
        let key = (secret.namespace.clone(), secret.name.clone());
        states.insert(key, SecretState::Read(secret.clone()));
    }
    for broken in &inventory.broken_secrets {
        let (namespace, name) = broken.place();
        let key = (namespace.to_owned(), name.to_owned());
        states.insert(key, SecretState::Broken(broken.clone()));
    }
    let mut users = users(inventory);
    for (namespace, name) in users.keys() {
        states.entry((namespace.clone(), name.clone())).or_insert_with(|| {
            match inventory.secrets_unread(namespace) {
                Some(_) => SecretState::Unread,
                None => SecretState::Missing,
            }
        });
    }
    let with_users = |((namespace, name), state): ((String, String), SecretState)| {
        let users = users.remove(&(namespace.clone(), name.clone())).unwrap_or_default();
        SecretUse { namespace, name, state, users: users.into_iter().collect() }
    };
    states.into_iter().map(with_users).collect()
}

/// Who names which Secret, by namespace and name of the Secret.
pub(super) fn users(inventory: &Inventory) -> BTreeMap<(String, String), BTreeSet<ObjectRef>> {
    let of_accounts = inventory.accounts.iter().map(|account| {
        let names: Vec<&String> = account.pull_secrets.iter().flatten().collect();
        (&account.object, names)
    });
    let of_objects = inventory.objects.iter().map(|found| {
        let lists = found.positions.pod_specs.iter().filter_map(|spec| spec.pull_secrets.as_ref());
        (&found.object, lists.flatten().collect())
    });
    let mut users: BTreeMap<(String, String), BTreeSet<ObjectRef>> = BTreeMap::new();
    for (object, names) in of_accounts.chain(of_objects) {
        let namespace = object.namespace.as_deref().unwrap_or_default();
        for name in names {
            let key = (namespace.to_owned(), name.clone());
            users.entry(key).or_default().insert(object.clone());
        }
    }
    users
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::Unread;
    use crate::cluster::pull_secrets::test_inventory::{account, deployment, inventory, secret};

    fn shown(inventory: &Inventory) -> Vec<String> {
        secret_uses(inventory)
            .iter()
            .map(|one| {
                let state = match &one.state {
                    SecretState::Read(_) => "read",
                    SecretState::Broken(_) => "broken",
                    SecretState::Missing => "missing",
                    SecretState::Unread => "unread",
                };
                let users: Vec<String> = one.users.iter().map(ToString::to_string).collect();
                format!("{}/{} {state} {}", one.namespace, one.name, users.join(","))
            })
            .collect()
    }

    #[test]
    fn each_secret_has_all_that_name_it_once() {
        let all = inventory(&[
            secret("shop", "old", &["ccr.ccs.tencentyun.com"]),
            secret("shop", "idle", &["r.lan"]),
            account("shop", "default", &["old", "gone"]),
            deployment("shop", "web", "ccr.ccs.tencentyun.com/shop/web:v1", &["old"]),
            deployment("dev", "web", "r.lan/web", &["old"]),
        ]);
        assert_eq!(
            shown(&all),
            [
                "dev/old missing deployment.apps/web",
                "shop/gone missing serviceaccount/default",
                "shop/idle read ",
                "shop/old read deployment.apps/web,serviceaccount/default",
            ]
        );
    }

    #[test]
    fn what_could_not_be_looked_for_is_not_called_missing() {
        let mut all = inventory(&[account("shop", "default", &["old"])]);
        all.unread.push(Unread {
            what: "secrets".to_owned(),
            namespace: Some("shop".to_owned()),
            why: "forbidden".to_owned(),
            forbidden: true,
        });
        assert_eq!(shown(&all), ["shop/old unread serviceaccount/default"]);
    }

    #[test]
    fn a_broken_secret_is_still_used() {
        let mut broken = secret("shop", "old", &[]);
        broken["data"][".dockerconfigjson"] = "e30x!".into();
        let all = inventory(&[broken, account("shop", "default", &["old"])]);
        assert_eq!(shown(&all), ["shop/old broken serviceaccount/default"]);
    }
}
