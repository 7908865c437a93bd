//! The Secret that the user prefers, where a plan can't take it.
//!
//! It is a preference: namespaces without it take what they have. That another one is taken where the
//! preferred one was to be expected is told.

use std::collections::{BTreeMap, BTreeSet};

use super::inputs::PlanInputs;
use super::options::PullSecretMode;
use super::reason::Reason;
use super::switch_plan::{ObjectPlan, SwitchPlan, Verdict};
use crate::diagnostic::shortened;
use crate::image::Reference;
use crate::switch::inventory::Inventory;

/// A namespace whose workloads don't get the Secret that the user prefers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct UnfitSecret {
    /// The namespace.
    pub namespace: String,
    /// The Secret.
    pub name: String,
    /// Why it isn't taken: `it has no login for …`; `None` if it isn't there.
    pub why: Option<String>,
    /// What is taken; none if there is nothing else.
    pub instead: BTreeSet<String>,
}

/// What to say of them: one line for all namespaces that lack the Secret, one for each other.
pub(in crate::switch) fn unfit_warnings(unfit: &[UnfitSecret]) -> Vec<String> {
    let told = |one: &UnfitSecret| {
        let why = one.why.as_ref()?;
        let instead = match one.instead.len() {
            0 => "and no other one is usable".to_owned(),
            _ => format!("using {} instead", Vec::from_iter(one.instead.clone()).join(",")),
        };
        let UnfitSecret { namespace, name, .. } = one;
        Some(format!(
            "namespace {namespace}: can't use Secret {name}, named by --secret-name: {why}; {instead}"
        ))
    };
    let absent = || unfit.iter().filter(|one| one.why.is_none());
    let namespaces: Vec<&str> = absent().map(|one| one.namespace.as_str()).collect();
    let absent = absent().next().map(|first| {
        format!(
            "pull secret {}, named by --secret-name, does not exist in {}: using others where there are any",
            first.name,
            shortened(&namespaces, 3)
        )
    });
    unfit.iter().filter_map(told).chain(absent).collect()
}

/// The namespaces in which a plan would have to name the Secret that the user prefers, and can't.
#[must_use]
pub(crate) fn unfit_secrets(
    inventory: &Inventory,
    inputs: &PlanInputs<'_>,
    plan: &SwitchPlan,
) -> Vec<UnfitSecret> {
    let Some(name) = &inputs.options.secret_name else { return Vec::new() };
    if matches!(inputs.options.pull_secret, Some(PullSecretMode::Keep | PullSecretMode::Addon)) {
        return Vec::new();
    }
    let mut namespaces: BTreeMap<&str, Namespace<'_>> = BTreeMap::new();
    for entry in &plan.objects {
        namespaces.entry(entry.namespace()).or_default().take(entry, plan, name);
    }
    let unfit = |(namespace, here): (&str, Namespace<'_>)| {
        let is_lacking = !here.instead.is_empty() || here.lacks_one;
        if !is_lacking || inventory.secrets_unread(namespace).is_some() {
            return None;
        }
        let why = match fitness(inventory, inputs, namespace, name, &here.images) {
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
    fn take(&mut self, entry: &'a ObjectPlan, plan: &SwitchPlan, name: &str) {
        let of_accounts = plan.service_accounts.iter().filter(|account| {
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
    inputs: &PlanInputs<'_>,
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
            "the kubelet can't read it: its type does not match its content".to_owned(),
        );
    }
    let is_unknown =
        |new: &&&Reference| !inventory.tried.may_pull(secret, &new.host, new.repository.as_str());
    let Some(unknown) = images.iter().filter(|new| !inputs.proven.is_public(new)).find(is_unknown)
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
