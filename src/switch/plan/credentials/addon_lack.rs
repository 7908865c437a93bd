//! Why a `ServiceAccount` names no Secret of TKE's TCR addon for the new host: what the addon is told
//! to do, as its `ImagePullSecret`s say it, and how far that is done, as the Secrets show.

use std::collections::BTreeSet;

use super::{ADDONS, Credentials, is_addons};
use crate::diagnostic::{shell_word, shortened};
use crate::image::Host;
use crate::switch::addon::{ImagePullSecret, ImagePullSecrets};
use crate::switch::plan::reason::Reason;
use crate::switch::plan::service_accounts::absent_account;
use crate::workload::{PodSpec, PullSecret};

/// How many objects, or hosts, are named.
const NAMED: usize = 3;

/// What to do where the addon should have made something, and hasn't.
const WAIT: &str = "wait a minute and run this again; if nothing changes, see whether the addon's controller works";
const CONTROLLER: &str =
    "kubectl get deployment tcr-assistant-controller-manager -n tcr-assistant-system";

/// A cause, and what helps.
struct Cause {
    why: String,
    advice: String,
    command: Option<String>,
}

impl Credentials<'_> {
    /// Why the account has no Secret of the addon for the new host.
    pub(super) fn addon_lack(&self, namespace: &str, account: &str) -> Reason {
        let Some(found) = self.inventory.account(namespace, account) else {
            return absent_account(namespace, account);
        };
        let named = found.pull_secrets.as_deref().unwrap_or_default();
        let Cause { why, advice, command } = match &self.inventory.addon {
            ImagePullSecrets::Read(all) => match self.told(all, namespace, account) {
                Ok(told) => self.not_made(namespace, named, Some(told)),
                Err(cause) => cause,
            },
            ImagePullSecrets::NoSuchKind => Cause {
                why: "the addon isn't installed in this cluster".to_owned(),
                advice: add_to_scope(&self.renamer.target),
                command: None,
            },
            ImagePullSecrets::NotRead | ImagePullSecrets::Unread(_) => {
                self.not_made(namespace, named, None)
            }
        };
        Reason::NotByAddon {
            host: self.renamer.target.clone(),
            namespace: namespace.to_owned(),
            account: account.to_owned(),
            why,
            advice,
            command,
        }
    }

    /// What to know of accounts whose Secret of the addon is there, and which the addon isn't told to
    /// serve: it was, or someone else has made the Secret.
    pub(in crate::switch::plan) fn unrenewed<'a>(
        &'a self,
        namespace: &'a str,
        spec: &PodSpec,
    ) -> impl Iterator<Item = String> + 'a {
        let all = match &self.inventory.addon {
            ImagePullSecrets::Read(all) => Some(all),
            _ => None,
        };
        let accounts = all.map(|_| self.inventory.accounts_of(namespace, spec, self.ccr()));
        accounts.into_iter().flatten().filter_map(move |account| {
            let Cause { why, .. } = self.told(all?, namespace, &account).err()?;
            Some(format!(
                "the TCR addon may not renew its Secret at ServiceAccount {account} of namespace {namespace}: {why}"
            ))
        })
    }

    /// What to do about a Secret of the addon whose login is of no use. It is named after the object
    /// that it is made from, with `tcr.ips` in front (TKE doc 457/49225).
    pub(super) fn renewal(&self, secret: &str) -> String {
        let all = match &self.inventory.addon {
            ImagePullSecrets::Read(all) => all.as_slice(),
            _ => &[],
        };
        let is_maker =
            |one: &&ImagePullSecret| secret.strip_prefix(ADDONS) == Some(one.name.as_str());
        match all.iter().find(is_maker) {
            Some(ImagePullSecret { name, .. }) => format!(
                "put a new login into spec.docker of ImagePullSecret {name} (kubectl edit ips {}), or use --pull-secret add",
                shell_word(name)
            ),
            None => {
                "check whether the TCR addon renews its Secret, or use --pull-secret add".to_owned()
            }
        }
    }

    /// The object that tells the addon to serve the account; else what keeps it from that.
    fn told<'a>(
        &self,
        all: &'a [ImagePullSecret],
        namespace: &str,
        account: &str,
    ) -> Result<&'a ImagePullSecret, Cause> {
        let host = &self.renamer.target;
        let is_for = |one: &&ImagePullSecret| one.server.as_ref() == Some(host);
        let for_host: Vec<_> = all.iter().filter(is_for).collect();
        if for_host.is_empty() {
            return Err(no_object_for(host, all));
        }
        let serves = |one: &&ImagePullSecret| one.namespaces.contains(namespace);
        let serving: Vec<_> = for_host.iter().copied().filter(serves).collect();
        if serving.is_empty() {
            let scope = |one: &ImagePullSecret| one.namespaces.to_string();
            return Err(narrow(&for_host, ("spec.namespaces", scope), "namespace"));
        }
        let reaches = |one: &&ImagePullSecret| one.service_accounts.contains(account);
        serving.iter().copied().find(reaches).ok_or_else(|| {
            let scope = |one: &ImagePullSecret| one.service_accounts.to_string();
            narrow(&serving, ("spec.serviceAccounts", scope), "account")
        })
    }

    /// How far the addon is, by the Secrets that the account names and the namespace has. `told` is
    /// the object that tells it to serve the account, if that is known.
    fn not_made(&self, namespace: &str, named: &[String], told: Option<&ImagePullSecret>) -> Cause {
        let host = &self.renamer.target;
        let secrets = self.inventory.secrets_in(namespace);
        let addons: Vec<_> = secrets.filter(|secret| is_addons(&secret.name)).collect();
        let is_for_host = |secret: &&&PullSecret| {
            secret.entries.iter().any(|entry| entry.host.as_ref() == Some(host))
        };
        let for_host = addons.iter().find(is_for_host);
        let found = match (for_host, addons.first()) {
            (Some(secret), _) if named.contains(&secret.name) => {
                format!("its Secret {} holds no login that can be used", secret.name)
            }
            (Some(secret), _) => {
                format!("its Secret {} is there, and the account doesn't name it", secret.name)
            }
            (None, Some(_)) => {
                let others: Vec<String> = addons.iter().map(|secret| with_hosts(secret)).collect();
                format!("the namespace has only {}", shortened(&others, NAMED))
            }
            (None, None) => "the namespace has none".to_owned(),
        };
        let told_by = told.map(|ImagePullSecret { name, made, .. }| {
            format!("; ImagePullSecret {name} asks for it, {made}")
        });
        let (advice, command) = match (told, for_host) {
            (Some(_), _) => (WAIT.to_owned(), Some(CONTROLLER.to_owned())),
            (None, Some(_)) => (
                "see whether the account is in the addon's scope, and whether its controller works"
                    .to_owned(),
                Some(CONTROLLER.to_owned()),
            ),
            (None, None) => (add_to_scope(host), None),
        };
        Cause { why: found + &told_by.unwrap_or_default(), advice, command }
    }
}

/// `tcr.ipsa for prod-vpc.tencentcloudcr.com`
fn with_hosts(secret: &PullSecret) -> String {
    let keys: Vec<&str> = secret.entries.iter().map(|one| one.key.as_str()).collect();
    format!("{} for {}", secret.name, shortened(&keys, NAMED))
}

fn add_to_scope(host: &Host) -> String {
    format!("add the TCR addon to the cluster with {host} and the namespace in its scope")
}

/// The addon is told nothing of the host.
fn no_object_for(host: &Host, all: &[ImagePullSecret]) -> Cause {
    let hosts: BTreeSet<&Host> = all.iter().filter_map(|one| one.server.as_ref()).collect();
    let names: Vec<&str> = hosts.iter().map(|host| host.as_str()).collect();
    let why = match names.is_empty() {
        true => "it has no ImagePullSecret for any registry".to_owned(),
        false => format!("its ImagePullSecrets are for {}", shortened(&names, NAMED)),
    };
    let other = hosts.into_iter().find(|other| is_other_name(other, host)).map(|other| {
        format!(
            ", or switch to the instance's other name if the nodes reach it: --tcr-host {other}"
        )
    });
    Cause {
        why,
        advice: format!("add {host} to the addon in the TKE console{}", other.unwrap_or_default()),
        command: None,
    }
}

/// Objects for the host whose `field` doesn't name the namespace, or the account.
fn narrow(
    objects: &[&ImagePullSecret],
    (field, scope): (&str, impl Fn(&ImagePullSecret) -> String),
    what: &str,
) -> Cause {
    let told: Vec<String> = objects
        .iter()
        .map(|one| format!("ImagePullSecret {} ({field}: {})", one.name, scope(one)))
        .collect();
    let name = objects.first().map(|one| one.name.as_str()).unwrap_or_default();
    Cause {
        why: format!("the {what} is not in the scope of {}", shortened(&told, NAMED)),
        advice: format!(
            "add the {what} to {field}, in the addon's settings in the TKE console or with"
        ),
        command: Some(format!("kubectl edit ips {}", shell_word(name))),
    }
}

/// Whether both are names of one instance: `NAME.tencentcloudcr.com` and
/// `NAME-vpc.tencentcloudcr.com`.
fn is_other_name(one: &Host, other: &Host) -> bool {
    let parts = |host: &Host| {
        let label = host.first_label();
        let rest = host.as_str().strip_prefix(label).unwrap_or_default().to_owned();
        (label.strip_suffix("-vpc").unwrap_or(label).to_owned(), rest)
    };
    one != other && parts(one) == parts(other)
}
