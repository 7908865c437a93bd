//! The Secret that the user prefers, where a plan can't take it.
//!
//! It is a preference: namespaces without it take what they have. That another one is taken where the
//! preferred one was to be expected is told.

use std::collections::{BTreeMap, BTreeSet};

use super::credentials::PullSecretMode;
use super::make::Known;
use super::reason::Reason;
use super::{Entry, SwitchPlan, Verdict};
use crate::image::Reference;
use crate::switch::inventory::Inventory;

/// A namespace whose workloads don't get the Secret that the user prefers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnfitSecret {
    /// The namespace.
    pub namespace: String,
    /// The Secret.
    pub name: String,
    /// Why it isn't taken: `it has no login for …`; `None` if it isn't there.
    pub why: Option<String>,
    /// What is taken; none if there is nothing else.
    pub instead: BTreeSet<String>,
}

/// The namespaces in which a plan would have to name the Secret that the user prefers, and can't.
#[must_use]
pub fn unfit_secrets(
    inventory: &Inventory,
    known: &Known<'_>,
    plan: &SwitchPlan,
) -> Vec<UnfitSecret> {
    let Some(name) = &known.options.secret_name else { return Vec::new() };
    if matches!(known.options.pull_secret, Some(PullSecretMode::Keep | PullSecretMode::Addon)) {
        return Vec::new();
    }
    let mut namespaces: BTreeMap<&str, Namespace<'_>> = BTreeMap::new();
    for entry in &plan.entries {
        namespaces.entry(entry.namespace()).or_default().take(entry, plan, name);
    }
    let unfit = |(namespace, here): (&str, Namespace<'_>)| {
        let is_lacking = !here.instead.is_empty() || here.lacks_one;
        if !is_lacking || inventory.secrets_unread(namespace).is_some() {
            return None;
        }
        let why = match fitness(inventory, known, namespace, name, &here.images) {
            Fitness::Fit => return None,
            Fitness::Absent => None,
            Fitness::Unfit(why) => Some(why),
        };
        let namespace = namespace.to_owned();
        Some(UnfitSecret { namespace, name: name.clone(), why, instead: here.instead })
    };
    namespaces.into_iter().filter_map(unfit).collect()
}

/// What a plan does about pull secrets in one namespace.
#[derive(Default)]
struct Namespace<'a> {
    /// Secrets that it adds, but for the preferred one.
    instead: BTreeSet<String>,
    /// Whether something stays as it is for want of one.
    lacks_one: bool,
    /// What is to be pulled with it.
    images: BTreeSet<&'a Reference>,
}

impl<'a> Namespace<'a> {
    fn take(&mut self, entry: &'a Entry, plan: &SwitchPlan, name: &str) {
        let of_accounts = plan.accounts.iter().filter(|account| {
            account.namespace() == entry.namespace()
                && entry.needs_accounts.contains(&account.object.name)
        });
        let lists = of_accounts.map(|account| (&account.old, &account.new));
        let lists = lists.chain(entry.pull_secrets.iter().map(|list| (&list.old, &list.new)));
        let added = lists.flat_map(|(old, new)| new.iter().filter(|one| !old.contains(one)));
        let instead: Vec<String> = added.filter(|added| *added != name).cloned().collect();
        let lacks_one = match &entry.verdict {
            Verdict::Blocked(reasons) => reasons.iter().any(|reason| {
                matches!(
                    reason,
                    Reason::NoSecret { .. }
                        | Reason::UselessLogin { .. }
                        | Reason::NoCredential { .. }
                )
            }),
            _ => false,
        };
        if !instead.is_empty() || lacks_one {
            self.images.extend(entry.images.iter().filter_map(|image| image.target.as_ref()));
        }
        self.instead.extend(instead);
        self.lacks_one |= lacks_one;
    }
}

/// Whether a Secret can be taken.
enum Fitness {
    /// It can; others only join it.
    Fit,
    Absent,
    Unfit(String),
}

fn fitness(
    inventory: &Inventory,
    known: &Known<'_>,
    namespace: &str,
    name: &str,
    images: &BTreeSet<&Reference>,
) -> Fitness {
    let is_broken = |(at, broken): (&str, &str)| at == namespace && broken == name;
    if inventory.broken_secrets.iter().any(|broken| is_broken(broken.place())) {
        return Fitness::Unfit("its content can't be read".to_owned());
    }
    let Some(secret) = inventory.secrets_in(namespace).find(|secret| secret.name == name) else {
        return Fitness::Absent;
    };
    if !secret.is_readable {
        return Fitness::Unfit(
            "no kubelet reads it, because its type and its content don't belong together"
                .to_owned(),
        );
    }
    let is_unknown =
        |new: &&&Reference| !inventory.tried.may_pull(secret, &new.host, new.repository.as_str());
    let Some(unknown) = images.iter().filter(|new| !known.targets.is_public(new)).find(is_unknown)
    else {
        return Fitness::Fit;
    };
    let host = &unknown.host;
    if let Some(useless) = inventory.tried.useless(secret, host, unknown.repository.as_str()) {
        return Fitness::Unfit(useless.to_string());
    }
    Fitness::Unfit(match secret.entries.iter().any(|entry| entry.host.as_ref() == Some(host)) {
        true => format!("its login for {host} is not for {}", unknown.repository),
        false => format!("it has no login for {host}"),
    })
}
