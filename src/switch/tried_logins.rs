//! The logins of a cluster's pull secrets that were tried at their registry, and are of no use there.
//!
//! Trying them is in `pull_secrets`; a login that was not tried, or could not be checked, is taken
//! for a good one.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::Serialize;

use crate::image::{Host, RepositoryName};
use crate::workload::{PullSecret, SecretEntry};

/// What the registry of one host said of logins.
#[derive(Debug, Clone, Default)]
pub struct TriedLogins {
    unfit: BTreeMap<LoginPlace, Unfit>,
}

/// Where a login stands, and the registry that it was shown to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct LoginPlace {
    host: Host,
    pub(super) namespace: String,
    /// Of the Secret.
    pub(super) name: String,
    /// In the Secret: `https://prod.tencentcloudcr.com/v1/`.
    key: String,
}

impl LoginPlace {
    pub(super) fn new(host: &Host, namespace: &str, name: &str, key: &str) -> Self {
        Self {
            host: host.clone(),
            namespace: namespace.to_owned(),
            name: name.to_owned(),
            key: key.to_owned(),
        }
    }
}

#[derive(Debug, Clone)]
enum Unfit {
    Refused,
    For(BTreeSet<RepositoryName>),
}

/// A Secret that has a login for an image, which is of no use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UselessLogin {
    /// Of the Secret.
    pub namespace: String,
    /// Of the Secret.
    pub name: String,
    /// Of the image.
    pub host: Host,
    /// Of the image.
    pub repository: String,
    /// What is wrong with it.
    pub fault: LoginFault,
}

/// What is wrong with a login.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum LoginFault {
    /// The registry doesn't take it at all.
    Refused,
    /// It is a good one, and not for this repository.
    MayNotPull,
}

impl fmt::Display for UselessLogin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { namespace, name, host, repository, fault } = self;
        match fault {
            LoginFault::Refused => {
                write!(f, "{host} refuses the login in Secret {name} of namespace {namespace}")
            }
            LoginFault::MayNotPull => write!(
                f,
                "the login in Secret {name} of namespace {namespace} may not pull {host}/{repository}"
            ),
        }
    }
}

impl TriedLogins {
    pub(super) fn refused(&mut self, place: LoginPlace) {
        self.unfit.insert(place, Unfit::Refused);
    }

    pub(super) fn may_not_pull(&mut self, place: LoginPlace, repository: RepositoryName) {
        let unfit = self.unfit.entry(place).or_insert_with(|| Unfit::For(BTreeSet::new()));
        if let Unfit::For(repositories) = unfit {
            repositories.insert(repository);
        }
    }

    /// Whether the kubelet finds a login in a Secret to pull `repository` from `host` that isn't
    /// known to be of no use. It tries one after the other.
    #[must_use]
    pub fn may_pull(&self, secret: &PullSecret, host: &Host, repository: &str) -> bool {
        secret
            .entries_for(host, repository)
            .any(|entry| self.fault_of(secret, entry, host, repository).is_none())
    }

    /// Why a Secret that has a login for `repository` is of no use all the same; `None` if it has
    /// none, or one that may be good.
    #[must_use]
    pub fn useless(
        &self,
        secret: &PullSecret,
        host: &Host,
        repository: &str,
    ) -> Option<UselessLogin> {
        let faults = secret
            .entries_for(host, repository)
            .map(|entry| self.fault_of(secret, entry, host, repository));
        let faults: Option<Vec<LoginFault>> = faults.collect();
        Some(UselessLogin {
            namespace: secret.namespace.clone(),
            name: secret.name.clone(),
            host: host.clone(),
            repository: repository.to_owned(),
            fault: faults?.into_iter().max_by_key(|fault| *fault == LoginFault::MayNotPull)?,
        })
    }

    fn fault_of(
        &self,
        secret: &PullSecret,
        entry: &SecretEntry,
        host: &Host,
        repository: &str,
    ) -> Option<LoginFault> {
        if self.unfit.is_empty() {
            return None;
        }
        let place = LoginPlace::new(host, &secret.namespace, &secret.name, &entry.key);
        match self.unfit.get(&place)? {
            Unfit::Refused => Some(LoginFault::Refused),
            Unfit::For(repositories) => repositories
                .iter()
                .any(|name| name.as_str() == repository)
                .then_some(LoginFault::MayNotPull),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::switch::pull_secrets::test_inventory::secret;
    use crate::workload::pull_secret;

    const TCR: &str = "prod.tencentcloudcr.com";

    fn host(text: &str) -> Host {
        text.parse().unwrap()
    }

    fn two_logins() -> PullSecret {
        pull_secret(&secret("shop", "tcr", &[TCR, "*.tencentcloudcr.com"])).unwrap().unwrap()
    }

    fn place(key: &str) -> LoginPlace {
        LoginPlace::new(&host(TCR), "shop", "tcr", key)
    }

    #[test]
    fn one_login_that_may_be_good_is_enough() {
        let (secret, mut tried) = (two_logins(), TriedLogins::default());
        assert!(tried.may_pull(&secret, &host(TCR), "shop/web"));
        tried.refused(place(TCR));
        assert!(tried.may_pull(&secret, &host(TCR), "shop/web"));
        assert_eq!(tried.useless(&secret, &host(TCR), "shop/web"), None);
        tried.may_not_pull(place("*.tencentcloudcr.com"), "shop/web".parse().unwrap());
        assert!(!tried.may_pull(&secret, &host(TCR), "shop/web"));
        let useless = tried.useless(&secret, &host(TCR), "shop/web").unwrap();
        assert_eq!(
            useless.to_string(),
            format!("the login in Secret tcr of namespace shop may not pull {TCR}/shop/web")
        );
        assert!(tried.may_pull(&secret, &host(TCR), "shop/api"));
    }

    #[test]
    fn what_one_host_refuses_another_may_take() {
        let (secret, mut tried) = (two_logins(), TriedLogins::default());
        tried.refused(place("*.tencentcloudcr.com"));
        assert!(tried.may_pull(&secret, &host("other.tencentcloudcr.com"), "shop/web"));
        // A repository that was denied before says nothing new of a login that is refused.
        tried.may_not_pull(place("*.tencentcloudcr.com"), "shop/web".parse().unwrap());
        tried.refused(place(TCR));
        let useless = tried.useless(&secret, &host(TCR), "shop/web").unwrap();
        assert_eq!(
            useless.to_string(),
            format!("{TCR} refuses the login in Secret tcr of namespace shop")
        );
    }

    #[test]
    fn a_secret_for_others_has_no_fault() {
        let secret = pull_secret(&secret("shop", "tcr", &["r.lan"])).unwrap().unwrap();
        let mut tried = TriedLogins::default();
        tried.refused(place(TCR));
        assert_eq!(tried.useless(&secret, &host(TCR), "shop/web"), None);
        assert!(!tried.may_pull(&secret, &host(TCR), "shop/web"));
    }
}
