//! Which Secret a pod would pull with, and where it has to be named for that.
//!
//! A pod whose list of pull secrets is empty gets that of its `ServiceAccount`; one with a list
//! gets that list and nothing else (admission plugin `ServiceAccount`). So a template without a
//! list gets its credential at the account: a list in the template would switch the account's off.

mod addon;
mod addon_lack;

use super::options::{PullSecretMode, SwitchOptions};
use super::pulls_with::PullsWith;
use super::reason::Reason;
use crate::image::{CcrHosts, Host, Reference};
use crate::switch::inventory::{Inventory, ScannedObject};
use crate::switch::tried_logins::UselessLogin;
use crate::workload::{AccountSource, Manager, PodSpec, PullSecret, Renamer};

/// What a pod needs so that it can pull its new images.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum PullCredential {
    /// Nothing.
    Nothing,
    /// Its own list becomes this one.
    OwnList(Vec<String>),
    /// These Secrets at its `ServiceAccount`s.
    AtAccounts(Vec<NeededSecret>),
    /// Something that isn't there.
    Lacking(Reason),
}

/// A Secret that a `ServiceAccount` has to name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NeededSecret {
    pub(super) account: String,
    pub(super) secret: String,
}

/// What has to join the Secrets of a list.
enum Joining<'a> {
    Unneeded,
    Secret(&'a String),
    /// Something would have to, and there is nothing.
    Impossible(Reason),
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
    /// What the pods of `spec`, which is one of `found`, need if its images become `news`.
    pub(super) fn need(
        &self,
        found: &ScannedObject,
        spec: &PodSpec,
        news: &[Reference],
    ) -> PullCredential {
        let namespace = found.namespace();
        let mode = self.options.pull_secret;
        if mode == Some(PullSecretMode::Keep) || news.is_empty() {
            return PullCredential::Nothing;
        }
        let own = spec.own_pull_secrets();
        if own.is_none() && spec.account_source == AccountSource::Unknown {
            return self.unproven(found, news, Some(spec));
        }
        if found.object.namespace.is_none() {
            return self.anywhere(found, spec, news);
        }
        let private = self.private(news);
        let keeps_its_list = found.changes_in_place && !self.options.for_new_pods;
        if own.is_none() && keeps_its_list && !private.is_empty() {
            let accounts = self.inventory.accounts_of(namespace, spec, self.ccr());
            let account = accounts.into_iter().next();
            return PullCredential::Lacking(in_place(account.as_deref().unwrap_or("default")));
        }
        if mode == Some(PullSecretMode::Addon) && spec.account_source != AccountSource::Unknown {
            return self.addon(found, spec, own, news);
        }
        let is_public = private.is_empty();
        if is_public && mode.is_none() {
            return PullCredential::Nothing;
        }
        let wanted: Vec<&Reference> = if is_public { news.iter().collect() } else { private };
        if let Some(why) = self.unreadable(namespace, own.is_none()) {
            return PullCredential::Lacking(why);
        }
        if let Some(own) = own {
            return match self.joining(namespace, own, &wanted, None) {
                Joining::Impossible(_) if is_public => self.change_of(namespace, spec, own, None),
                Joining::Impossible(why) => PullCredential::Lacking(why),
                Joining::Unneeded => self.change_of(namespace, spec, own, None),
                Joining::Secret(secret) => self.change_of(namespace, spec, own, Some(secret)),
            };
        }
        let mut needed = Vec::new();
        for account in self.inventory.accounts_of(namespace, spec, self.ccr()) {
            let found = self.inventory.account(namespace, &account);
            let named = found.and_then(|found| found.pull_secrets.clone()).unwrap_or_default();
            match self.joining(namespace, &named, &wanted, Some(&account)) {
                Joining::Impossible(why) if !is_public => return PullCredential::Lacking(why),
                Joining::Impossible(_) | Joining::Unneeded => {}
                Joining::Secret(secret) => {
                    needed.push(NeededSecret { account, secret: secret.clone() });
                }
            }
        }
        match needed.is_empty() {
            true => PullCredential::Nothing,
            false => PullCredential::AtAccounts(needed),
        }
    }

    /// What images need of which nobody knows how they are pulled; `spec` is their list, if it is
    /// known where that would be.
    pub(super) fn unproven(
        &self,
        found: &ScannedObject,
        news: &[Reference],
        spec: Option<&PodSpec>,
    ) -> PullCredential {
        let is_left = self.options.allow_unproven_login
            || self.options.pull_secret == Some(PullSecretMode::Keep);
        match self.private(news).first() {
            Some(image) if !is_left => PullCredential::Lacking(Reason::LoginUnproven {
                image: (*image).clone(),
                kind: found.object.kind.clone(),
                list: spec.map(|spec| spec.list.pointer.clone()),
            }),
            _ => PullCredential::Nothing,
        }
    }

    /// What an object without a namespace needs. Its list names Secrets of whichever namespace its
    /// pods are in: those that have one of them, as far as is known.
    fn anywhere(
        &self,
        found: &ScannedObject,
        spec: &PodSpec,
        news: &[Reference],
    ) -> PullCredential {
        let own = spec.own_pull_secrets().unwrap_or_default();
        let all = self.inventory.secrets.iter().filter(|secret| own.contains(&secret.name));
        let mut namespaces: Vec<&str> = all.map(|secret| secret.namespace.as_str()).collect();
        namespaces.dedup();
        let wanted = self.private(news);
        let is_lacking = |namespace: &&str| !self.lacking(namespace, own, &wanted).is_empty();
        match namespaces.is_empty() || namespaces.iter().any(is_lacking) {
            true => self.unproven(found, news, Some(spec)),
            false => PullCredential::Nothing,
        }
    }

    fn private<'b>(&self, news: &'b [Reference]) -> Vec<&'b Reference> {
        news.iter().filter(|new| !(self.is_public)(new)).collect()
    }

    /// Those of the images that none of the named Secrets can pull. Several may do it together.
    fn lacking<'b>(
        &self,
        namespace: &str,
        named: &[String],
        wanted: &[&'b Reference],
    ) -> Vec<&'b Reference> {
        let is_lacking = |new: &&&Reference| {
            let (host, repository) = (&new.host, new.repository.as_str());
            !named.iter().any(|name| self.knows(namespace, name, host, repository))
        };
        wanted.iter().filter(is_lacking).copied().collect()
    }

    /// What has to join the Secrets that a list names, that of `account` if it is none of the pods'
    /// own.
    fn joining(
        &self,
        namespace: &str,
        named: &[String],
        wanted: &[&Reference],
        account: Option<&str>,
    ) -> Joining<'_> {
        let lacking = self.lacking(namespace, named, wanted);
        if lacking.is_empty() {
            return Joining::Unneeded;
        }
        if let Some(secret) = self.first_that_knows(namespace, &lacking, |_| true) {
            return Joining::Secret(&secret.name);
        }
        let useless = self.useless_login(namespace, &lacking, |_| true);
        Joining::Impossible(match useless {
            Some(useless) => Reason::UselessLogin {
                message: format!("pods can't pull: {useless}"),
                namespace: namespace.to_owned(),
            },
            None => {
                let without = account.filter(|_| named.is_empty());
                no_secret(namespace, &self.renamer.target, without)
            }
        })
    }

    fn change_of(
        &self,
        namespace: &str,
        spec: &PodSpec,
        own: &[String],
        secret: Option<&String>,
    ) -> PullCredential {
        if spec.list.form.holds_one() {
            return match secret {
                Some(secret) => PullCredential::OwnList(vec![secret.clone()]),
                None => PullCredential::Nothing,
            };
        }
        match self.own_list(namespace, own, secret) {
            PullCredential::OwnList(_) if !takes_names(spec) => {
                PullCredential::Lacking(Reason::NoCredential {
                    message: "its list of pull secrets holds something else than names".to_owned(),
                    hint: "change that list by hand, then use --pull-secret keep".to_owned(),
                })
            }
            need => need,
        }
    }

    /// What pods rely on, if their need is met.
    pub(super) fn relies_on(
        &self,
        found: &ScannedObject,
        spec: &PodSpec,
        news: &[Reference],
        need: &PullCredential,
    ) -> Vec<PullsWith> {
        let images: Vec<Reference> = self.private(news).into_iter().cloned().collect();
        let is_kept = self.options.pull_secret == Some(PullSecretMode::Keep);
        if is_kept || images.is_empty() || found.object.namespace.is_none() {
            return Vec::new();
        }
        let own = spec.own_pull_secrets().unwrap_or_default();
        let secrets = match need {
            PullCredential::Nothing => own.to_vec(),
            PullCredential::OwnList(names) => names.clone(),
            PullCredential::AtAccounts(_) => Vec::new(),
            PullCredential::Lacking(_) => return Vec::new(),
        };
        if !secrets.is_empty() {
            return vec![PullsWith { account: None, secrets, images }];
        }
        let accounts = self.inventory.accounts_of(found.namespace(), spec, self.ccr()).into_iter();
        let with = |account| PullsWith {
            account: Some(account),
            secrets: Vec::new(),
            images: images.clone(),
        };
        accounts.map(with).collect()
    }

    fn own_list(&self, namespace: &str, own: &[String], secret: Option<&String>) -> PullCredential {
        let mut names = own.to_vec();
        if self.options.pull_secret == Some(PullSecretMode::Replace) {
            names.retain(|name| !self.is_only_for_ccr(namespace, name));
        }
        names.extend(secret.filter(|secret| !own.contains(secret)).cloned());
        if names == own { PullCredential::Nothing } else { PullCredential::OwnList(names) }
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

/// What the names of the Secrets begin with that TKE's TCR addon makes.
const ADDONS: &str = "tcr.ips";

/// Whether a Secret is one that TKE's TCR addon makes, and renews before its login ends.
pub(in crate::switch) fn is_addons(secret: &str) -> bool {
    secret.starts_with(ADDONS)
}

/// Whether a name can be added to the list of a pod spec.
pub(in crate::switch) fn takes_names(spec: &PodSpec) -> bool {
    spec.list.form.takes_names(spec.odd_pull_secrets.as_ref())
}

/// Pods that are there keep the list that they got from their account when they were made.
fn in_place(account: &str) -> Reason {
    Reason::NoCredential {
        message: format!(
            "its pods get the new image in place, with the pull secrets that they were made with: what ServiceAccount {account} names now may have come too late for them"
        ),
        hint: "name a Secret for TCR in imagePullSecrets of its template, beside those of the account, or let its updateStrategy make pods anew; --pull-secret keep if all its pods were made after the account had the Secret".to_owned(),
    }
}

/// What a namespace lacks whose pods pull from CCR; `without` is their account, if they have no login
/// there either.
fn no_secret(namespace: &str, target: &Host, without: Option<&str>) -> Reason {
    let today = without.map(|account| {
        format!(
            "; until now they pulled a public image from CCR without one (ServiceAccount {account})"
        )
    });
    Reason::NoSecret {
        message: format!(
            "pods can't pull from {target}: no Secret of namespace {namespace} has a login for it{}",
            today.unwrap_or_default()
        ),
        namespace: namespace.to_owned(),
    }
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
