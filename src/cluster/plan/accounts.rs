//! The `ServiceAccount`s that get a pull secret: each once, with all that its workloads need.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::credentials::managed_account;
use super::{AccountEntry, Reason};
use crate::cluster::{Inventory, ObjectVersion};
use crate::workload::{Change, Guard, ObjectPatch, Pointer};

/// Secrets that accounts are to get, by namespace and account.
#[derive(Debug, Default)]
pub(super) struct Additions(BTreeMap<(String, String), BTreeSet<String>>);

impl Additions {
    pub(super) fn add(&mut self, namespace: &str, account: &str, secret: &str) {
        let key = (namespace.to_owned(), account.to_owned());
        self.0.entry(key).or_default().insert(secret.to_owned());
    }

    /// One entry for each account.
    pub(super) fn into_entries(self, inventory: &Inventory) -> Vec<AccountEntry> {
        let entry = |((namespace, name), secrets): ((String, String), BTreeSet<String>)| {
            let account = inventory.account(&namespace, &name)?;
            let old = account.pull_secrets.clone().unwrap_or_default();
            let mut new = old.clone();
            new.extend(secrets.into_iter().filter(|secret| !old.contains(secret)));
            let change = Change {
                pointer: Pointer::root().key("imagePullSecrets"),
                old: account.pull_secrets.as_deref().map(as_list),
                new: Some(as_list(&new)),
            };
            let patch = guarded(vec![change], &account.version);
            let object = account.object.clone();
            Some(AccountEntry { object, path: account.path(), old, new, patch })
        };
        self.0.into_iter().filter_map(entry).collect()
    }
}

/// Why an account can't be given a Secret, if it can't.
pub(super) fn refusal(
    inventory: &Inventory,
    namespace: &str,
    name: &str,
    secret: &str,
    include_managed: bool,
) -> Option<Reason> {
    let Some(account) = inventory.account(namespace, name) else {
        return Some(Reason::NoCredential {
            message: format!("there is no ServiceAccount {name} in namespace {namespace}"),
            hint: format!("kubectl create serviceaccount {name} -n {namespace}"),
        });
    };
    let manager = account.manager.as_ref().filter(|_| !include_managed)?;
    Some(managed_account(name, manager, secret))
}

/// The form that `imagePullSecrets` has.
pub(in crate::cluster) fn as_list(names: &[String]) -> Value {
    names.iter().map(|name| json!({"name": name})).collect()
}

/// A patch that, where it adds something to what was absent, holds only for this version of the
/// object.
pub(in crate::cluster) fn guarded(changes: Vec<Change>, version: &ObjectVersion) -> ObjectPatch {
    let metadata = Pointer::root().key("metadata");
    let guard = match version.generation {
        Some(generation) => Guard { pointer: metadata.key("generation"), value: json!(generation) },
        None => Guard {
            pointer: metadata.key("resourceVersion"),
            value: json!(version.resource_version),
        },
    };
    let adds = changes.iter().any(|change| change.old.is_none());
    ObjectPatch { changes, guard: adds.then_some(guard) }
}
