//! Every pull secret that there is or that something names, with all that names it.

use std::collections::{BTreeMap, BTreeSet};

use crate::switch::inventory::Inventory;
use crate::workload::{AccountSource, ObjectRef, PullSecret, PullSecretError};

/// A pull secret, or only the name of one.
#[derive(Debug, Clone)]
pub struct SecretUse {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// What is known of it.
    pub state: SecretState,
    /// The `ServiceAccount`s that name it, and the workloads whose own list does.
    pub users: Vec<ObjectRef>,
    /// The workloads whose pods get it from their `ServiceAccount` alone.
    pub through_accounts: Vec<ThroughAccount>,
}

impl SecretUse {
    /// Whether there is such a pull secret.
    #[must_use]
    pub fn exists(&self) -> bool {
        matches!(self.state, SecretState::Read(_) | SecretState::Broken(_))
    }
}

/// A workload whose pods get a Secret that it doesn't name itself.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ThroughAccount {
    /// Which one.
    pub object: ObjectRef,
    /// The name of the `ServiceAccount` that names the Secret.
    pub account: String,
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
    let mut through_accounts = through_accounts(inventory);
    let with_users = |((namespace, name), state): ((String, String), SecretState)| {
        let key = (namespace.clone(), name.clone());
        let users = users.remove(&key).unwrap_or_default();
        let mut through = through_accounts.remove(&key).unwrap_or_default();
        through.retain(|one| !users.contains(&one.object));
        let (users, through) = (users.into_iter().collect(), through.into_iter().collect());
        SecretUse { namespace, name, state, users, through_accounts: through }
    };
    states.into_iter().map(with_users).collect()
}

/// Who gets which Secret by its `ServiceAccount`, by namespace and name of the Secret. A pod with a
/// list of its own gets none that way. What has ended pulls nothing.
fn through_accounts(inventory: &Inventory) -> BTreeMap<(String, String), BTreeSet<ThroughAccount>> {
    let mut through: BTreeMap<(String, String), BTreeSet<ThroughAccount>> = BTreeMap::new();
    for found in inventory.objects.iter().filter(|found| !found.is_finished) {
        let specs = found.positions.pod_specs.iter();
        for spec in specs.filter(|spec| spec.own_pull_secrets().is_none()) {
            if spec.account_source != AccountSource::Object {
                continue;
            }
            for account in spec.accounts() {
                let named = inventory.account(found.namespace(), account);
                for name in named.and_then(|named| named.pull_secrets.clone()).unwrap_or_default() {
                    let key = (found.namespace().to_owned(), name);
                    let (object, account) = (found.object.clone(), account.to_owned());
                    through.entry(key).or_default().insert(ThroughAccount { object, account });
                }
            }
        }
    }
    through
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
    use crate::switch::inventory::Unread;
    use crate::switch::pull_secrets::test_inventory::{account, deployment, inventory, secret};

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
    fn workloads_that_have_it_from_their_account_are_told_apart() {
        let image = "r.lan/web:v1";
        let mut builder = deployment("shop", "builder", image, &[]);
        builder["spec"]["template"]["spec"]["serviceAccountName"] = "robot".into();
        let all = inventory(&[
            secret("shop", "old", &["ccr.ccs.tencentyun.com"]),
            account("shop", "default", &["old"]),
            account("shop", "robot", &["old"]),
            account("dev", "default", &["old"]),
            deployment("shop", "web", image, &[]),
            deployment("shop", "own", image, &["old"]),
            deployment("shop", "other", image, &["new"]),
            builder,
        ]);
        let uses = secret_uses(&all);
        let old = uses.iter().find(|one| one.name == "old" && one.namespace == "shop").unwrap();
        let through = old.through_accounts.iter();
        let through: Vec<String> =
            through.map(|one| format!("{} {}", one.object, one.account)).collect();
        assert_eq!(through, ["deployment.apps/builder robot", "deployment.apps/web default"]);
        assert!(old.users.iter().any(|user| user.name == "own"));
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
