//! Taking CCR's Secrets out of use where nothing needs them any more. Pure.
//!
//! A namespace in which anything names CCR, or may do so unseen, keeps all of them.

use std::collections::BTreeSet;

use super::copy::{LeftAsIs, can_change, writer};
use super::facts::PruneFacts;
use super::secret_users::{SecretKey, SecretUser};
use super::step::{SecretChange, SecretStep};
use super::uses::users;
use crate::diagnostic::counted;
use crate::image::CcrHosts;
use crate::switch::inventory::{Inventory, ScannedObject};
use crate::switch::plan::SecretSwitch;
use crate::workload::{Mention, ObjectRef};

/// What will be done.
#[derive(Debug, Clone, Default)]
pub(super) struct PrunePlan {
    /// By namespace; `ServiceAccount`s first, then templates, then the Secrets.
    pub steps: Vec<SecretStep>,
    /// What still names CCR's Secret, or has it, and why.
    pub left: Vec<LeftAsIs>,
}

/// How far a prune goes.
#[derive(Debug, Clone, Copy, Default)]
pub struct PruneOptions {
    /// The Secrets themselves go, too.
    pub delete_secrets: bool,
    /// What Helm, Argo CD, Flux or an operator writes is changed, too.
    pub include_managed: bool,
}

struct Planner<'a> {
    inventory: &'a Inventory,
    facts: &'a PruneFacts,
    options: PruneOptions,
    namespace: &'a str,
    /// Names of the Secrets that are for CCR alone.
    secrets: BTreeSet<&'a str>,
    plan: PrunePlan,
}

impl PrunePlan {
    /// Decides for each namespace that has Secrets for CCR alone.
    #[must_use]
    pub(super) fn make(
        inventory: &Inventory,
        ccr: &CcrHosts,
        facts: &PruneFacts,
        options: PruneOptions,
    ) -> Self {
        let of_ccr = || inventory.secrets.iter().filter(|secret| secret.is_only_for_ccr(ccr));
        let namespaces: BTreeSet<&str> = of_ccr().map(|secret| secret.namespace.as_str()).collect();
        let mut plan = Self::default();
        for namespace in namespaces {
            if inventory.terminating.contains(namespace) {
                continue;
            }
            let here = of_ccr().filter(|secret| secret.namespace == namespace);
            let secrets = here.map(|secret| secret.name.as_str()).collect();
            let mut planner = Planner { inventory, facts, options, namespace, secrets, plan };
            planner.namespace();
            plan = planner.plan;
        }
        plan
    }
}

impl PrunePlan {
    /// The Secrets that would be deleted.
    pub(super) fn deleted(&self) -> BTreeSet<SecretKey> {
        let deleted = self.steps.iter().filter_map(SecretStep::deleted);
        deleted.map(|secret| (secret.namespace.clone(), secret.name.clone())).collect()
    }
}

impl Planner<'_> {
    fn namespace(&mut self) {
        let named = users(self.inventory);
        let is_named =
            |name: &str| named.contains_key(&(self.namespace.to_owned(), name.to_owned()));
        if !self.options.delete_secrets && !self.secrets.iter().any(|name| is_named(name)) {
            return;
        }
        if let Some((why, hint)) = self.still_needed() {
            self.leave(why, hint);
            return;
        }
        self.accounts();
        self.templates();
        if self.options.delete_secrets {
            self.delete();
        }
    }

    fn leave(&mut self, message: String, hint: Option<String>) {
        self.plan.left.push(LeftAsIs::new(self.namespace, message, hint));
    }

    fn found(&self) -> impl Iterator<Item = &ScannedObject> {
        self.inventory
            .objects
            .iter()
            .filter(|found| found.namespace() == self.namespace && !found.is_finished)
    }

    /// Why the namespace keeps its Secrets, and what to do.
    fn still_needed(&self) -> Option<(String, Option<String>)> {
        let unread = self.inventory.unread.iter().find(|unread| {
            unread.namespace.as_deref().is_none_or(|namespace| namespace == self.namespace)
        });
        if let Some(unread) = unread {
            return Some((
                format!("can't find out whether CCR is still used: can't list {}", unread.what),
                Some("get the right to list it".to_owned()),
            ));
        }
        if let Some(why) = self.facts.unlisted.get(self.namespace) {
            return Some((format!("can't find out whether a pod still uses CCR: {why}"), None));
        }
        if let Some(found) = self.found().find(|found| found.is_on_ccr()) {
            return Some((
                format!("{} still names CCR; keeping its Secrets", found.object),
                Some(format!("kubectl tcr-switch -n {}", self.namespace)),
            ));
        }
        let counts = |mention: &Mention| !mention.pointer.as_str().starts_with("/metadata/");
        if let Some(found) = self.found().find(|found| found.positions.mentions.iter().any(counts))
        {
            return Some((
                format!("{} still mentions CCR; keeping its Secrets", found.object),
                Some(format!("kubectl tcr-switch scan -n {}", self.namespace)),
            ));
        }
        let pod = self.facts.on_ccr.get(self.namespace)?;
        Some((
            format!("pod {pod} still runs an image from CCR; keeping its Secrets"),
            Some("wait for the rollout to finish, or delete the pod".to_owned()),
        ))
    }

    fn names_one(&self, names: &[String]) -> bool {
        names.iter().any(|name| self.secrets.contains(name.as_str()))
    }

    fn without(&self, names: &[String]) -> Vec<String> {
        let others = names.iter().filter(|name| !self.secrets.contains(name.as_str()));
        others.cloned().collect()
    }

    fn accounts(&mut self) {
        let inventory = self.inventory;
        for account in &inventory.accounts {
            let names = account.pull_secrets.as_deref().unwrap_or_default();
            if account.object.namespace.as_deref() != Some(self.namespace) || !self.names_one(names)
            {
                continue;
            }
            match writer(account.manager.as_ref(), self.options.include_managed) {
                Some(manager) => {
                    let message = format!(
                        "{} references CCR's Secret and is managed by {manager}",
                        account.object
                    );
                    self.leave(message, Some(manager.advice()));
                }
                None => self.plan.steps.push(SecretStep::account(account, self.without(names))),
            }
        }
    }

    fn templates(&mut self) {
        let inventory = self.inventory;
        for found in &inventory.objects {
            if found.namespace() != self.namespace || found.is_finished {
                continue;
            }
            let specs = found.positions.pod_specs.iter().enumerate();
            let lists: Vec<(usize, Vec<String>)> = specs
                .filter_map(|(index, spec)| {
                    let names = spec.pull_secrets.as_deref()?;
                    self.names_one(names).then(|| (index, self.without(names)))
                })
                .collect();
            if lists.is_empty() {
                continue;
            }
            match writer(found.manager.as_ref(), self.options.include_managed) {
                Some(manager) => {
                    let message = format!(
                        "{} references CCR's Secret and is managed by {manager}",
                        found.object
                    );
                    self.leave(message, Some(manager.advice()));
                }
                None if !can_change(found) => self.leave(
                    format!("{} references CCR's Secret and can't be changed", found.object),
                    Some("let it finish, or delete and recreate it".to_owned()),
                ),
                None => self.plan.steps.push(SecretStep::template(found, lists)),
            }
        }
    }

    /// Who uses a Secret besides the lists that are changed, and what to do.
    fn still_used(&self, key: &SecretKey) -> Option<(String, Option<String>)> {
        let users: Vec<&SecretUser> =
            self.facts.users.of(key).filter(|user| !self.takes_out(user)).collect();
        if let Some(why) = described(&users) {
            return Some((why, Some("remove it there, and run the command again".to_owned())));
        }
        let (what, why) = self.facts.users.unread.first()?;
        let why = format!("can't find out whether anything uses it: can't list {what}: {why}");
        Some((why, Some("get the right to list it".to_owned())))
    }

    /// Whether a step takes the Secret out of where it is used.
    fn takes_out(&self, user: &SecretUser) -> bool {
        let is_in = |list: &SecretSwitch| {
            let below = user.pointer.as_str().strip_prefix(list.pointer.as_str());
            below.is_some_and(|below| below.starts_with('/'))
        };
        self.plan.steps.iter().filter(|step| step.object == user.object).any(|step| {
            matches!(&step.change, SecretChange::Lists { lists, .. } if lists.iter().any(is_in))
        })
    }

    /// The Secrets that nothing names once the steps so far are done.
    fn delete(&mut self) {
        let changed: BTreeSet<ObjectRef> =
            self.plan.steps.iter().map(|step| step.object.clone()).collect();
        let finished = self.inventory.objects.iter().filter(|found| found.is_finished);
        let finished: BTreeSet<&ObjectRef> = finished.map(|found| &found.object).collect();
        let named = users(self.inventory);
        for name in self.secrets.clone() {
            let key = (self.namespace.to_owned(), name.to_owned());
            let mut users = named.get(&key).into_iter().flatten();
            let user = users.find(|user| !changed.contains(*user) && !finished.contains(*user));
            if let Some(user) = user {
                self.leave(format!("keeping Secret {name}: {user} references it"), None);
                continue;
            }
            if let Some((why, hint)) = self.still_used(&key) {
                self.leave(format!("keeping Secret {name}: {why}"), hint);
                continue;
            }
            match self.facts.secrets.get(&key) {
                None => self.leave(format!("keeping Secret {name}: it can't be read"), None),
                Some((secret, manager)) => {
                    match writer(manager.as_ref(), self.options.include_managed) {
                        Some(manager) => {
                            let message =
                                format!("keeping Secret {name}: it is managed by {manager}");
                            self.leave(message, Some(manager.advice()));
                        }
                        None => {
                            let change = SecretChange::Delete { secret: Box::new(secret.clone()) };
                            let step = SecretStep::secret(self.namespace, name, change);
                            self.plan.steps.push(step.of(manager.as_ref()));
                        }
                    }
                }
            }
        }
    }
}

/// Who uses a Secret, and where; `None` if nobody does.
pub(super) fn described(users: &[&SecretUser]) -> Option<String> {
    let first = users.first()?;
    let objects: BTreeSet<&ObjectRef> = users.iter().map(|user| &user.object).collect();
    let more = match objects.len() {
        1 => String::new(),
        count => format!(", and {} more", counted(count - 1, "object does", "objects do")),
    };
    Some(format!("{} uses it at {}{more}", first.object, first.pointer))
}

#[cfg(test)]
mod tests;
