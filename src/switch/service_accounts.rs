//! The `ServiceAccount`s of an inventory, each found by namespace and name: every pod spec of a
//! cluster looks for its own.

use std::collections::BTreeMap;
use std::collections::btree_map::Values;
use std::iter::FlatMap;

use super::inventory::Account;

type ByName = BTreeMap<String, Account>;

/// `ServiceAccount`s, by namespace and name.
#[derive(Debug, Clone, Default)]
pub struct Accounts(BTreeMap<String, ByName>);

impl Accounts {
    /// The one of this name.
    #[must_use]
    pub fn get(&self, namespace: &str, name: &str) -> Option<&Account> {
        self.0.get(namespace)?.get(name)
    }

    /// Adds one, in the place of an earlier one of that name.
    pub fn push(&mut self, account: Account) {
        let namespace = account.object.namespace.clone().unwrap_or_default();
        self.0.entry(namespace).or_default().insert(account.object.name.clone(), account);
    }

    /// All of them, in order.
    #[must_use]
    pub fn iter(&self) -> <&Self as IntoIterator>::IntoIter {
        self.into_iter()
    }
}

impl Extend<Account> for Accounts {
    fn extend<All: IntoIterator<Item = Account>>(&mut self, accounts: All) {
        accounts.into_iter().for_each(|account| self.push(account));
    }
}

impl<'a> IntoIterator for &'a Accounts {
    type Item = &'a Account;
    type IntoIter = FlatMap<
        Values<'a, String, ByName>,
        Values<'a, String, Account>,
        fn(&'a ByName) -> Values<'a, String, Account>,
    >;

    fn into_iter(self) -> Self::IntoIter {
        self.0.values().flat_map(BTreeMap::values)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::json;

    use super::*;
    use crate::kubernetes::Resource;
    use crate::workload::CcrNames;

    #[test]
    fn an_account_is_found_by_namespace_and_name_and_counts_once() {
        let resource = Arc::new(Resource::core("ServiceAccount", "serviceaccounts"));
        let account = |namespace: &str, name: &str, version: &str| {
            let object = json!({
                "apiVersion": "v1", "kind": "ServiceAccount",
                "metadata": {"namespace": namespace, "name": name, "resourceVersion": version},
            });
            Account::of(&object, &resource, &CcrNames::default()).unwrap()
        };
        let mut accounts = Accounts::default();
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
