//! Which images new Pods get from TCR: those of which a plan has proven that TCR has them and that
//! the Pods of their namespace can pull them.
//!
//! A policy of the API server can't ask a registry. So it holds a list and no rule: what wasn't seen
//! and proven before stays as it is.

use std::collections::{BTreeMap, BTreeSet};

use super::rules::GuardRules;
use crate::image::{Host, ParsedReference, Reference};
use crate::switch::{ImageSwitch, Inventory, ObjectPlan, Reason, SwitchPlan, Verdict};
use crate::workload::ObjectRef;

/// What is rewritten, and what is not.
#[derive(Debug, Clone, Default)]
pub struct Rewriting {
    /// By namespace; none is empty.
    pub namespaces: BTreeMap<String, NamespaceRewriting>,
    /// What stays on CCR although the objects name it.
    pub left: Vec<LeftOnCcr>,
    /// Whether other tags of the same repositories are rewritten, too.
    pub any_tag: bool,
}

/// What is rewritten in one namespace.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NamespaceRewriting {
    /// The repositories in CCR, and what they are in TCR, both with their host.
    pub(super) repositories: BTreeMap<String, String>,
    /// The images in CCR that are in TCR, by tag or digest, and what they are there.
    pub images: BTreeMap<String, String>,
    /// Secrets with which they can be pulled.
    pub(super) secrets: BTreeSet<String>,
    /// The hosts that the images are on.
    pub(super) hosts: BTreeSet<Host>,
}

/// An image that stays on CCR.
#[derive(Debug, Clone)]
pub struct LeftOnCcr {
    /// What names it.
    pub object: ObjectRef,
    /// As it is written there.
    pub image: String,
    /// Why it stays.
    pub why: String,
    /// What to do about it; `None` where copying it helps.
    pub hint: Option<String>,
}

impl Rewriting {
    /// What a plan that was made for new Pods allows.
    #[must_use]
    pub fn new(
        plan: &SwitchPlan,
        inventory: &Inventory,
        rules: &GuardRules,
        any_tag: bool,
    ) -> Self {
        let mut rewriting = Self { any_tag, ..Self::default() };
        let mut out = Vec::new();
        for entry in &plan.objects {
            let reasons: &[Reason] = match &entry.verdict {
                Verdict::Blocked(reasons) => reasons,
                Verdict::Switch => &[],
                _ => continue,
            };
            for image in entry.images.iter().filter(|image| !rules.is_exempt(&image.old)) {
                let old = proper(&image.old);
                let why = reasons.iter().find(|reason| is_about(reason, image));
                match (old, why, &image.target) {
                    (_, Some(Reason::Excluded { .. }), _) => {}
                    (Some(old), None, Some(target)) if entry.object.namespace.is_some() => {
                        let here = rewriting.namespaces.entry(entry.namespace().to_owned());
                        here.or_default().add(&old, target);
                    }
                    (old, why, _) => {
                        out.extend(old.map(|old| (entry.namespace().to_owned(), old)));
                        rewriting.left.push(left(entry, image, why));
                    }
                }
            }
            if let Some(here) = rewriting.namespaces.get_mut(entry.namespace()) {
                here.secrets.extend(secrets(entry, inventory));
            }
        }
        // What one object can pull another may not.
        for (namespace, old) in out {
            if let Some(here) = rewriting.namespaces.get_mut(&namespace) {
                here.leave(&old, any_tag);
            }
        }
        rewriting.namespaces.retain(|_, here| !here.images.is_empty());
        rewriting
    }

    /// The hosts of CCR that the images are on.
    #[must_use]
    pub fn hosts(&self) -> BTreeSet<&Host> {
        self.namespaces.values().flat_map(|here| &here.hosts).collect()
    }

    /// How many images there are, and in how many namespaces.
    #[must_use]
    pub fn counts(&self) -> (usize, usize) {
        let images = self.namespaces.values().map(|here| here.images.len()).sum();
        (images, self.namespaces.len())
    }
}

impl NamespaceRewriting {
    fn add(&mut self, old: &ParsedReference, new: &Reference) {
        let repository_there = format!("{}/{}", new.host, new.repository);
        self.repositories.insert(repository(old), repository_there);
        self.images.insert(old.clone().resolve().to_string(), new.to_string());
        self.hosts.insert(old.host.clone());
    }

    fn leave(&mut self, old: &ParsedReference, any_tag: bool) {
        self.images.remove(&old.clone().resolve().to_string());
        if any_tag && self.repositories.remove(&repository(old)).is_some() {
            let below = |image: &String| {
                let rest = image.strip_prefix(&repository(old));
                rest.is_some_and(|rest| rest.starts_with([':', '@']))
            };
            self.images.retain(|image, _| !below(image));
        }
    }
}

fn repository(old: &ParsedReference) -> String {
    format!("{}/{}", old.host, old.repository)
}

/// The image as it is in lists: its host in lower case and without `:443`.
fn proper(text: &str) -> Option<ParsedReference> {
    let mut old: ParsedReference = text.parse().ok()?;
    if let Some(bare) = old.host.as_str().strip_suffix(":443") {
        old.host = bare.parse().ok()?;
    }
    Some(old)
}

/// Whether a reason keeps this image from being pulled, and not another of the same object.
fn is_about(reason: &Reason, image: &ImageSwitch) -> bool {
    match reason {
        Reason::Missing { new, .. }
        | Reason::Foreign { new, .. }
        | Reason::Stale { new, .. }
        | Reason::Unverified { new, .. }
        | Reason::RunsAnother { new, .. }
        | Reason::RunsUnknown { new, .. }
        | Reason::NoDigest { new } => image.target.as_ref() == Some(new),
        Reason::NoName { .. } | Reason::TagUnknown { .. } | Reason::Excluded { .. } => {
            image.target.is_none()
        }
        Reason::NoSecret { .. }
        | Reason::UselessLogin { .. }
        | Reason::LoginUnproven { .. }
        | Reason::NotByAddon { .. }
        | Reason::NoCredential { .. } => true,
    }
}

fn left(entry: &ObjectPlan, image: &ImageSwitch, why: Option<&Reason>) -> LeftOnCcr {
    let nowhere = || "its pods may be in any namespace".to_owned();
    LeftOnCcr {
        object: entry.object.clone(),
        image: image.old.clone(),
        why: why.map_or_else(nowhere, ToString::to_string),
        hint: match why {
            Some(why) => why.hint(),
            None => Some("name it where its pods are made, or switch it".to_owned()),
        },
    }
}

/// The Secrets with which the Pods of an object pull: of those that they get, the ones with a login for
/// TCR, else one of the namespace. A Pod under another account needs them, too.
fn secrets(entry: &ObjectPlan, inventory: &Inventory) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for with in &entry.relies_on {
        let account = with.account.as_deref();
        let account = account.and_then(|name| inventory.account(entry.namespace(), name));
        let given = account.and_then(|account| account.pull_secrets.as_ref());
        let given = given.unwrap_or(&with.secrets);
        for new in &with.images {
            let all = inventory.secrets_in(entry.namespace()).filter(|secret| {
                inventory.tried.may_pull(secret, &new.host, new.repository.as_str())
            });
            let all: BTreeSet<&String> = all.map(|secret| &secret.name).collect();
            let theirs: Vec<&String> =
                all.iter().copied().filter(|&name| given.contains(name)).collect();
            let first = all.first().copied().filter(|_| theirs.is_empty());
            names.extend(theirs.into_iter().chain(first).cloned());
        }
    }
    names
}
