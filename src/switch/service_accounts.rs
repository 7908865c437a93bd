//! The `ServiceAccount`s of an inventory, each found by namespace and name: every pod spec of a
//! cluster looks for its own.

use std::collections::BTreeMap;
use std::collections::btree_map::Values;
use std::iter::FlatMap;

use std::sync::Arc;

use serde_json::Value;

use super::object_version::ObjectVersion;
use crate::kubernetes::Resource;
use crate::workload::{CcrNames, Manager, ObjectRef, manager, positions};

/// A `ServiceAccount`.
#[derive(Debug, Clone)]
pub struct ScannedServiceAccount {
    /// Which one.
    pub object: ObjectRef,
    /// Where it is to be had.
    pub resource: Arc<Resource>,
    /// Names in its `imagePullSecrets`; `None` if there is no such list.
    pub pull_secrets: Option<Vec<String>>,
    /// The list as it stands, if an entry of it is something else than a name.
    pub odd_pull_secrets: Option<Value>,
    /// What manages it.
    pub manager: Option<Manager>,
    /// Which version of it was read.
    pub version: ObjectVersion,
}

impl ScannedServiceAccount {
    /// Looks at one `ServiceAccount`. `None` if it has no name.
    #[must_use]
    pub fn of(object: &Value, resource: &Arc<Resource>, names: &CcrNames) -> Option<Self> {
        let secrets = positions(object, names).account;
        let (pull_secrets, odd_pull_secrets) =
            secrets.map(|found| (found.pull_secrets, found.odd_pull_secrets)).unwrap_or_default();
        Some(Self {
            object: ObjectRef::of(object)?,
            resource: Arc::clone(resource),
            pull_secrets,
            odd_pull_secrets,
            manager: manager(object),
            version: ObjectVersion::of(object),
        })
    }

    /// Where it is, for a request.
    #[must_use]
    pub fn path(&self) -> String {
        self.resource.path(self.object.namespace.as_deref(), Some(&self.object.name))
    }
}

type ByName = BTreeMap<String, ScannedServiceAccount>;

/// `ServiceAccount`s, by namespace and name.
#[derive(Debug, Clone, Default)]
pub struct ServiceAccounts(BTreeMap<String, ByName>);

impl ServiceAccounts {
    /// The one of this name.
    #[must_use]
    pub fn get(&self, namespace: &str, name: &str) -> Option<&ScannedServiceAccount> {
        self.0.get(namespace)?.get(name)
    }

    /// Those of a namespace, in order.
    pub fn in_namespace(&self, namespace: &str) -> impl Iterator<Item = &ScannedServiceAccount> {
        self.0.get(namespace).into_iter().flat_map(BTreeMap::values)
    }

    /// Adds one, in the place of an earlier one of that name.
    pub fn push(&mut self, account: ScannedServiceAccount) {
        let namespace = account.object.namespace.clone().unwrap_or_default();
        self.0.entry(namespace).or_default().insert(account.object.name.clone(), account);
    }

    /// All of them, in order.
    #[must_use]
    pub fn iter(&self) -> <&Self as IntoIterator>::IntoIter {
        self.into_iter()
    }
}

impl Extend<ScannedServiceAccount> for ServiceAccounts {
    fn extend<All: IntoIterator<Item = ScannedServiceAccount>>(&mut self, accounts: All) {
        accounts.into_iter().for_each(|account| self.push(account));
    }
}

impl<'a> IntoIterator for &'a ServiceAccounts {
    type Item = &'a ScannedServiceAccount;
    type IntoIter = FlatMap<
        Values<'a, String, ByName>,
        Values<'a, String, ScannedServiceAccount>,
        fn(&'a ByName) -> Values<'a, String, ScannedServiceAccount>,
    >;

    fn into_iter(self) -> Self::IntoIter {
        self.0.values().flat_map(BTreeMap::values)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_account_is_found_by_namespace_and_name_and_counts_once() {
        let resource = Arc::new(Resource::core("ServiceAccount", "serviceaccounts"));
        let account = |namespace: &str, name: &str, version: &str| {
            let object = json!({
                "apiVersion": "v1", "kind": "ServiceAccount",
                "metadata": {"namespace": namespace, "name": name, "resourceVersion": version},
            });
            ScannedServiceAccount::of(&object, &resource, &CcrNames::default()).unwrap()
        };
        let mut accounts = ServiceAccounts::default();
        accounts.extend([
            account("shop", "web", "1"),
            account("infra", "default", "2"),
            account("shop", "default", "3"),
            account("shop", "web", "4"),
        ]);
        let version = |namespace: &str, name: &str| {
            accounts.get(namespace, name).map(|found| found.version.resource_version.clone())
        };
        assert_eq!(version("shop", "web").as_deref(), Some("4"));
        assert_eq!(version("infra", "default").as_deref(), Some("2"));
        assert_eq!(version("infra", "web"), None);
        let all: Vec<_> =
            accounts.iter().map(|found| found.version.resource_version.as_str()).collect();
        assert_eq!(all, ["2", "3", "4"]);
    }
}
