//! Which Secret a pod would pull with, and where it has to be named for that.
//!
//! A pod whose list of pull secrets is empty gets that of its `ServiceAccount`; one with a list
//! gets that list and nothing else (admission plugin `ServiceAccount`). So a template without a
//! list gets its credential at the account: a list in the template would switch the account's off.

use super::options::{PullSecretMode, SwitchOptions};
use super::pulls_with::PullsWith;
use super::reason::Reason;
use crate::image::{CcrHosts, Host, ParsedReference, Reference};
use crate::switch::inventory::Inventory;
use crate::switch::tried_logins::UselessLogin;
use crate::workload::{Manager, PodSpec, PullSecret, Renamer};

/// What a pod needs so that it can pull its new images.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum PullCredential {
    /// Nothing.
    Nothing,
    /// Its own list becomes this one.
    OwnList(Vec<String>),
    /// This Secret at its `ServiceAccount`.
    AtAccount { account: String, secret: String },
    /// Something that isn't there.
    Lacking(Reason),
}

/// What decides which credential a pod needs.
pub(super) struct Credentials<'a> {
    pub(super) inventory: &'a Inventory,
    pub(super) renamer: &'a Renamer,
    pub(super) options: &'a SwitchOptions,
    /// Whether everybody may pull a reference.
    pub(super) is_public: &'a dyn Fn(&Reference) -> bool,
}

impl Credentials<'_> {
    /// What the pods of `spec` need, if its images become `news`.
    pub(super) fn need(
        &self,
        namespace: &str,
        spec: &PodSpec,
        news: &[Reference],
    ) -> PullCredential {
        let mode = self.options.pull_secret;
        if mode == Some(PullSecretMode::Keep) || news.is_empty() {
            return PullCredential::Nothing;
        }
        let own = spec.own_pull_secrets();
        if mode == Some(PullSecretMode::Addon) {
            return self.addon(namespace, spec, own, news);
        }
        let private: Vec<&Reference> = news.iter().filter(|new| !(self.is_public)(new)).collect();
        let is_public = private.is_empty();
        if is_public && mode.is_none() {
            return PullCredential::Nothing;
        }
        let wanted = if is_public { news.iter().collect() } else { private };
        if let Some(why) = self.unreadable(namespace, own.is_none()) {
            return PullCredential::Lacking(why);
        }
        let named = self.inventory.secrets_of(namespace, spec);
        // Several Secrets may do it together.
        let lacking: Vec<&Reference> = wanted
            .into_iter()
            .filter(|new| {
                let (host, repository) = (&new.host, new.repository.as_str());
                !named.iter().any(|name| self.knows(namespace, name, host, repository))
            })
            .collect();
        let found = self.first_that_knows(namespace, &lacking, |_| true);
        let secret = match found.map(|secret| &secret.name) {
            _ if lacking.is_empty() => None,
            Some(secret) => Some(secret),
            None if is_public => return PullCredential::Nothing,
            None => {
                return PullCredential::Lacking(self.no_secret(namespace, spec, &named, &lacking));
            }
        };
        match (own, secret) {
            (None, None) => PullCredential::Nothing,
            (None, Some(secret)) => {
                PullCredential::AtAccount { account: account_of(spec), secret: secret.clone() }
            }
            (Some(own), secret) => match self.own_list(namespace, own, secret) {
                PullCredential::OwnList(_) if !is_of_names(spec) => {
                    PullCredential::Lacking(Reason::NoCredential {
                        message: "its imagePullSecrets is not a list of {name: …}".to_owned(),
                        hint: "change that list by hand, then use --pull-secret keep".to_owned(),
                    })
                }
                need => need,
            },
        }
    }

    /// What pods rely on, if their need is met.
    pub(super) fn relies_on(
        &self,
        spec: &PodSpec,
        news: &[Reference],
        need: &PullCredential,
    ) -> Option<PullsWith> {
        let images: Vec<Reference> =
            news.iter().filter(|new| !(self.is_public)(new)).cloned().collect();
        if self.options.pull_secret == Some(PullSecretMode::Keep) || images.is_empty() {
            return None;
        }
        let own = spec.own_pull_secrets().unwrap_or_default();
        let secrets = match need {
            PullCredential::Nothing => own.to_vec(),
            PullCredential::OwnList(names) => names.clone(),
            PullCredential::AtAccount { .. } => Vec::new(),
            PullCredential::Lacking(_) => return None,
        };
        let account = secrets.is_empty().then(|| account_of(spec));
        Some(PullsWith { account, secrets, images })
    }

    fn own_list(&self, namespace: &str, own: &[String], secret: Option<&String>) -> PullCredential {
        let mut names = own.to_vec();
        if self.options.pull_secret == Some(PullSecretMode::Replace) {
            names.retain(|name| !self.is_only_for_ccr(namespace, name));
        }
        names.extend(secret.filter(|secret| !own.contains(secret)).cloned());
        if names == own { PullCredential::Nothing } else { PullCredential::OwnList(names) }
    }

    /// Empties the list if the account has the addon's Secret for every new image, and no other
    /// image of the pod is pulled with what the list alone names.
    fn addon(
        &self,
        namespace: &str,
        spec: &PodSpec,
        own: Option<&[String]>,
        news: &[Reference],
    ) -> PullCredential {
        if let Some(why) = self.unreadable(namespace, true) {
            return PullCredential::Lacking(why);
        }
        let account = account_of(spec);
        let at_account = self
            .inventory
            .account(namespace, &account)
            .and_then(|account| account.pull_secrets.clone())
            .unwrap_or_default();
        let is_addons = |name: &String| is_addons(name) && at_account.contains(name);
        let wanted: Vec<&Reference> = news.iter().collect();
        if self.first_that_knows(namespace, &wanted, is_addons).is_none() {
            if let Some(useless) = self.useless_login(namespace, &wanted, is_addons) {
                return PullCredential::Lacking(Reason::NoCredential {
                    message: format!("pods can't pull: {useless}"),
                    hint: "check whether the TCR addon renews its Secret, or use --pull-secret add"
                        .to_owned(),
                });
            }
            return PullCredential::Lacking(Reason::NoCredential {
                message: format!(
                    "ServiceAccount {account} of namespace {namespace} has no Secret of the TCR addon for {}",
                    self.renamer.target
                ),
                hint: format!(
                    "add the TCR addon to the cluster with namespace {namespace} in its scope, or use --pull-secret add"
                ),
            });
        }
        let Some(own) = own else { return PullCredential::Nothing };
        let others = spec.images.iter().filter_map(|image| image.class.staying());
        for ParsedReference { host, repository, .. } in others {
            let knows = |name: &String| self.knows(namespace, name, host, repository.as_str());
            if own.iter().any(knows) && !at_account.iter().any(knows) {
                return PullCredential::Lacking(Reason::NoCredential {
                    message: format!(
                        "{host}/{repository} of the same pod is pulled with a Secret that only the pod's own list names"
                    ),
                    hint: "--pull-secret add keeps the list".to_owned(),
                });
            }
        }
        PullCredential::OwnList(Vec::new())
    }

    fn unreadable(&self, namespace: &str, needs_account: bool) -> Option<Reason> {
        let secrets = self.inventory.secrets_unread(namespace).map(|unread| ("Secrets", unread));
        let accounts =
            self.inventory.accounts_unread(namespace).map(|unread| ("ServiceAccounts", unread));
        let (what, unread) = secrets.or(accounts.filter(|_| needs_account))?;
        Some(Reason::NoCredential {
            message: format!(
                "can't check whether pods can pull from {}: can't list the {what} of namespace {namespace} ({})",
                self.renamer.target, unread.why
            ),
            hint: "get the right to list them, or use --pull-secret keep if they can pull"
                .to_owned(),
        })
    }

    fn no_secret(
        &self,
        namespace: &str,
        spec: &PodSpec,
        named: &[String],
        lacking: &[&Reference],
    ) -> Reason {
        let target = &self.renamer.target;
        if let Some(useless) = self.useless_login(namespace, lacking, |_| true) {
            return Reason::UselessLogin {
                message: format!("pods can't pull: {useless}"),
                namespace: namespace.to_owned(),
            };
        }
        let today = if named.is_empty() {
            let account = account_of(spec);
            format!(
                "; until now they pulled a public image from CCR without one (ServiceAccount {account})"
            )
        } else {
            String::new()
        };
        Reason::NoSecret {
            message: format!(
                "pods can't pull from {target}: no Secret of namespace {namespace} has a login for it{today}"
            ),
            namespace: namespace.to_owned(),
        }
    }

    /// A Secret of the namespace that has a login for what is lacking, and is of no use.
    fn useless_login(
        &self,
        namespace: &str,
        lacking: &[&Reference],
        is_eligible: impl Fn(&String) -> bool,
    ) -> Option<UselessLogin> {
        let tried = &self.inventory.tried;
        let secrets = self.inventory.secrets_in(namespace);
        secrets.filter(|secret| is_eligible(&secret.name)).find_map(|secret| {
            lacking.iter().find_map(|new| tried.useless(secret, &new.host, new.repository.as_str()))
        })
    }

    fn first_that_knows(
        &self,
        namespace: &str,
        wanted: &[&Reference],
        is_eligible: impl Fn(&String) -> bool,
    ) -> Option<&PullSecret> {
        let knows_all = |secret: &&PullSecret| {
            is_eligible(&secret.name)
                && wanted.iter().all(|new| {
                    self.inventory.tried.may_pull(secret, &new.host, new.repository.as_str())
                })
        };
        let mut candidates: Vec<&PullSecret> =
            self.inventory.secrets_in(namespace).filter(knows_all).collect();
        let is_preferred =
            |secret: &&PullSecret| Some(&secret.name) == self.options.secret_name.as_ref();
        // The addon keeps its own Secrets fresh, but it also takes them away with itself.
        candidates.sort_by_key(|secret| {
            (!is_preferred(secret), is_addons(&secret.name), secret.name.clone())
        });
        candidates.into_iter().next()
    }

    fn knows(&self, namespace: &str, name: &str, host: &Host, repository: &str) -> bool {
        let secret = self.secret(namespace, name);
        secret.is_some_and(|secret| self.inventory.tried.may_pull(secret, host, repository))
    }

    fn secret(&self, namespace: &str, name: &str) -> Option<&PullSecret> {
        self.inventory.secrets_in(namespace).find(|secret| secret.name == name)
    }

    fn is_only_for_ccr(&self, namespace: &str, name: &str) -> bool {
        self.secret(namespace, name).is_some_and(|secret| secret.is_only_for_ccr(self.ccr()))
    }

    fn ccr(&self) -> &CcrHosts {
        &self.renamer.names.ccr
    }
}

/// Whether a Secret is one that TKE's TCR addon makes, and renews before its login ends.
pub(in crate::switch) fn is_addons(secret: &str) -> bool {
    secret.starts_with("tcr.ips")
}

/// Whether a name can be added to the list as Kubernetes itself has it. Custom resources may have
/// another form.
pub(in crate::switch) fn is_of_names(spec: &PodSpec) -> bool {
    let odd = spec.odd_pull_secrets.as_ref().and_then(serde_json::Value::as_array);
    odd.into_iter().flatten().all(serde_json::Value::is_object)
}

fn account_of(spec: &PodSpec) -> String {
    spec.service_account.clone().unwrap_or_else(|| "default".to_owned())
}

/// Why a `ServiceAccount` that something else manages is not given a Secret.
pub(super) fn managed_account(name: &str, manager: &Manager, secret: &str) -> Reason {
    Reason::NoCredential {
        message: format!(
            "ServiceAccount {name} needs the Secret {secret} and is managed by {manager}"
        ),
        hint: manager.advice(),
    }
}
