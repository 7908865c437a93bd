//! The `ServiceAccount`s that get a pull secret: each once, with all that its workloads need.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use super::credentials::managed_account;
use super::reason::Reason;
use super::switch_plan::ServiceAccountPlan;
use crate::switch::inventory::Inventory;
use crate::switch::object_version::ObjectVersion;
use crate::workload::{Change, Guard, ListForm, Manager, ObjectPatch, Pointer};

/// Secrets that accounts are to get, by namespace and account.
#[derive(Debug, Default)]
pub(super) struct SecretAdditions(BTreeMap<(String, String), BTreeSet<String>>);

impl SecretAdditions {
    pub(super) fn add(&mut self, namespace: &str, account: &str, secret: &str) {
        let key = (namespace.to_owned(), account.to_owned());
        self.0.entry(key).or_default().insert(secret.to_owned());
    }

    /// One entry for each account.
    pub(super) fn into_entries(self, inventory: &Inventory) -> Vec<ServiceAccountPlan> {
        let entry = |((namespace, name), secrets): ((String, String), BTreeSet<String>)| {
            let account = inventory.account(&namespace, &name)?;
            let old = account.pull_secrets.clone().unwrap_or_default();
            let mut new = old.clone();
            new.extend(secrets.into_iter().filter(|secret| !old.contains(secret)));
            let list = account.odd_pull_secrets.clone();
            let list = list.or_else(|| {
                account.pull_secrets.as_deref().map(|names| ListForm::Names.write(names))
            });
            let change = Change {
                pointer: Pointer::root().key("imagePullSecrets"),
                new: ListForm::Names.rewrite(list.as_ref(), &new),
                old: list,
            };
            let patch = guarded(vec![change], &account.version, false);
            let object = account.object.clone();
            Some(ServiceAccountPlan { object, path: account.path(), old, new, patch })
        };
        self.0.into_iter().filter_map(entry).collect()
    }
}

/// Pods can't be made under an account that isn't there.
pub(super) fn absent_account(namespace: &str, name: &str) -> Reason {
    Reason::NoCredential {
        message: format!("ServiceAccount {name} does not exist in namespace {namespace}"),
        hint: format!("kubectl create serviceaccount {name} -n {namespace}"),
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
        return Some(absent_account(namespace, name));
    };
    if let Some(pattern) = inventory.exclusions.by(&account.object) {
        return Some(Reason::NoCredential {
            message: format!(
                "ServiceAccount {name} needs the Secret {secret}, and is left out by --exclude-object {pattern}"
            ),
            hint: format!("name {secret} in its imagePullSecrets, or don't leave it out"),
        });
    }
    // As with workloads: what an owner has made would be made as it was again.
    let is_owned = matches!(account.manager, Some(Manager::Owner { .. }));
    let manager = account.manager.as_ref().filter(|_| is_owned || !include_managed)?;
    Some(managed_account(name, manager, secret))
}

/// A patch that holds only for this version of the object where it adds something to what was absent,
/// or relies on something that it doesn't change: that a pod spec names no list of its own, say.
pub(in crate::switch) fn guarded(
    changes: Vec<Change>,
    version: &ObjectVersion,
    relies_on_others: bool,
) -> ObjectPatch {
    let metadata = Pointer::root().key("metadata");
    // A generation moves with the spec alone: someone else's first annotation would be lost.
    let annotations = metadata.key("annotations");
    let is_spec = !changes.iter().any(|change| change.pointer == annotations);
    let guard = match version.generation {
        Some(generation) if is_spec => {
            Guard { pointer: metadata.key("generation"), value: json!(generation) }
        }
        _ => Guard {
            pointer: metadata.key("resourceVersion"),
            value: json!(version.resource_version),
        },
    };
    let adds = changes.iter().any(|change| change.old.is_none());
    ObjectPatch { changes, guard: (adds || relies_on_others).then_some(guard) }
}
