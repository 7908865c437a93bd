//! Who owns a namespace of CCR: this account, Tencent, or another account.

use std::collections::{BTreeMap, BTreeSet};

use super::{Host, is_tencents_own};

/// The owner of a namespace of CCR.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    /// The account: it lists the namespace.
    Account,
    /// Tencent.
    Tencent,
    /// Another account, whose public images are used here.
    Other,
    /// Unknown, because no list was read; not Tencent.
    Unknown,
}

/// The namespaces that an account lists, by the host that serves them.
///
/// Without any host, as by [`Default`], no list was read, and an exact list of Tencent's namespaces
/// decides.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OwnedNamespaces {
    hosts: BTreeMap<Host, BTreeSet<String>>,
    registries: usize,
}

impl OwnedNamespaces {
    /// Adds all that the account lists at a registry, which may have several names.
    pub fn add(&mut self, hosts: impl IntoIterator<Item = Host>, namespaces: &[String]) {
        self.registries += 1;
        for host in hosts {
            self.hosts.entry(host).or_default().extend(namespaces.iter().cloned());
        }
    }

    /// How many registries' lists were added.
    #[must_use]
    pub fn registries(&self) -> usize {
        self.registries
    }

    /// The owner of `namespace` on `host`.
    #[must_use]
    pub fn owner(&self, host: &Host, namespace: &str) -> Owner {
        let listed = self.hosts.get(host);
        if listed.is_some_and(|listed| listed.contains(namespace)) {
            return Owner::Account;
        }
        match (is_tencents_own(namespace), listed) {
            (true, _) => Owner::Tencent,
            (false, Some(_)) => Owner::Other,
            (false, None) => Owner::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_decides_where_there_is_one_and_else_the_name() {
        let host = |text: &str| text.parse::<Host>().unwrap();
        let mut owned = OwnedNamespaces::default();
        let (ccr, hkccr) = (host("ccr.ccs.tencentyun.com"), host("hkccr.ccs.tencentyun.com"));
        assert_eq!(owned.owner(&ccr, "shop"), Owner::Unknown);
        owned.add([ccr.clone()], &["shop".to_owned(), "library".to_owned()]);
        assert_eq!(owned.owner(&ccr, "shop"), Owner::Account);
        assert_eq!(owned.owner(&ccr, "library"), Owner::Account, "whatever its name");
        assert_eq!(owned.owner(&ccr, "tkeimages"), Owner::Tencent);
        assert_eq!(owned.owner(&ccr, "stranger"), Owner::Other);
        assert_eq!(owned.owner(&hkccr, "shop"), Owner::Unknown, "that host was not asked");
        assert_eq!(owned.owner(&hkccr, "library"), Owner::Tencent);
    }
}
