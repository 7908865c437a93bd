//! Giving namespaces a pull secret for TCR: where it has to be made and named. Pure. Who needs one is
//! in `needs`.
//!
//! A template without a list of its own gets the Secret by its `ServiceAccount`. One with a list is
//! left for the switch, which changes image and list in one go, so that its pods restart once.

use std::collections::BTreeSet;

use serde::Serialize;

use super::needs::LoginNeeds;
use super::needs::NamespaceNeed;
use super::occupants::Occupant;
use super::occupants::Occupants;
use super::step::{SecretChange, SecretStep};
use crate::diagnostic::Diagnostic;
use crate::image::{Host, RepositoryName};
use crate::switch::inventory::{Inventory, ScannedObject};
use crate::switch::plan::{is_addons, takes_names};
use crate::switch::tried_logins::UselessLogin;
use crate::workload::{Manager, ObjectRef, PullSecret, Renamer};

/// What will be done.
#[derive(Debug, Clone, Default)]
pub(super) struct CopyPlan {
    /// By namespace; the Secret first, then the `ServiceAccount`s, then templates.
    pub steps: Vec<SecretStep>,
    /// Templates on CCR with lists of their own: the switch gives them theirs.
    pub for_switch: Vec<ObjectRef>,
    /// What needs the Secret and doesn't get it.
    pub left: Vec<LeftAsIs>,
    /// What has the name of the new Secret already. Nothing may be written then.
    pub conflicts: Vec<LeftAsIs>,
    /// Secrets for TCR whose logins are of no use, so that another login is written.
    pub useless: Vec<UselessLogin>,
    /// The repositories in TCR that are pulled where a Secret is written: what its login must be good
    /// for.
    pub repositories: BTreeSet<RepositoryName>,
}

/// How namespaces are given a Secret.
#[derive(Debug, Clone, Copy)]
pub struct CopyOptions<'a> {
    /// The name of a Secret that is made.
    pub name: &'a str,
    /// Templates with lists of their own are changed, too.
    pub to_templates: bool,
    /// What Helm, Argo CD, Flux or an operator writes is changed, too.
    pub include_managed: bool,
}

/// Something that stays as it is, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LeftAsIs {
    /// Where.
    pub namespace: String,
    /// Why, and what to do.
    #[serde(flatten)]
    pub diagnostic: Diagnostic,
}

impl LeftAsIs {
    pub(super) fn new(namespace: &str, message: String, hint: Option<String>) -> Self {
        let diagnostic = Diagnostic { hint, ..Diagnostic::new(message) };
        Self { namespace: namespace.to_owned(), diagnostic }
    }
}

/// What decides the plan.
struct Planner<'a> {
    inventory: &'a Inventory,
    renamer: &'a Renamer,
    options: CopyOptions<'a>,
}

impl CopyPlan {
    /// The namespaces that need a Secret for TCR and have none.
    #[must_use]
    pub(super) fn lacking(needs: LoginNeeds<'_>) -> Vec<String> {
        let options = CopyOptions { name: "", to_templates: false, include_managed: false };
        let planner = Planner { inventory: needs.inventory, renamer: needs.renamer, options };
        let lacks = |(namespace, need): (&str, NamespaceNeed<'_>)| {
            planner.secret(namespace, &need).is_none().then(|| namespace.to_owned())
        };
        needs.by_namespace().into_iter().filter_map(lacks).collect()
    }

    /// Decides what each namespace gets.
    #[must_use]
    pub(super) fn make(
        needs: LoginNeeds<'_>,
        options: CopyOptions<'_>,
        occupants: &Occupants,
    ) -> Self {
        let planner = Planner { inventory: needs.inventory, renamer: needs.renamer, options };
        let mut plan = Self::default();
        for (namespace, need) in needs.by_namespace() {
            planner.namespace(namespace, &need, occupants, &mut plan);
        }
        plan
    }

    /// Whether a Secret would be written, so that a login is needed.
    #[must_use]
    pub(super) fn needs_login(&self) -> bool {
        let is_secret = |step: &SecretStep| {
            matches!(step.change, SecretChange::Create | SecretChange::Renew { .. })
        };
        self.steps.iter().any(is_secret)
    }
}

fn is_fit(
    inventory: &Inventory,
    secret: &PullSecret,
    target: &Host,
    need: &NamespaceNeed<'_>,
) -> bool {
    let may_pull = |repository: &str| inventory.tried.may_pull(secret, target, repository);
    match need.repositories.is_empty() {
        true => may_pull(""),
        false => need.repositories.iter().all(|repository| may_pull(repository.as_str())),
    }
}

impl<'a> Planner<'a> {
    /// The Secret that the namespace has already.
    fn secret(&self, namespace: &str, need: &NamespaceNeed<'_>) -> Option<&'a PullSecret> {
        let is_fit =
            |secret: &&PullSecret| is_fit(self.inventory, secret, &self.renamer.target, need);
        // The TCR addon keeps its own Secrets fresh, but it also takes them away with itself.
        let key = |secret: &&PullSecret| {
            (secret.name != self.options.name, is_addons(&secret.name), secret.name.clone())
        };
        self.inventory.secrets_in(namespace).filter(is_fit).min_by_key(key)
    }

    /// The Secrets of the namespace that would do, were it not for their logins.
    fn useless(&self, namespace: &str, need: &NamespaceNeed<'_>) -> Vec<UselessLogin> {
        let (tried, target) = (&self.inventory.tried, &self.renamer.target);
        let useless = |secret: &PullSecret| {
            need.repositories
                .iter()
                .find_map(|repository| tried.useless(secret, target, repository.as_str()))
        };
        self.inventory.secrets_in(namespace).filter_map(useless).collect()
    }

    fn namespace(
        &self,
        namespace: &str,
        need: &NamespaceNeed<'_>,
        occupants: &Occupants,
        plan: &mut CopyPlan,
    ) {
        let leave = |message: String, hint: Option<String>| LeftAsIs::new(namespace, message, hint);
        if let Some(unread) = self.inventory.secrets_unread(namespace) {
            plan.left.push(leave(
                format!("can't list its Secrets ({})", unread.why),
                Some("get the right to list them".to_owned()),
            ));
            return;
        }
        let name = match self.secret(namespace, need) {
            Some(secret) => secret.name.as_str(),
            None => {
                let change = match occupants.0.get(namespace) {
                    None => SecretChange::Create,
                    Some(Occupant::Ours { resource_version }) => {
                        SecretChange::Renew { resource_version: resource_version.clone() }
                    }
                    Some(Occupant::Other(why)) => {
                        plan.conflicts.push(leave(
                            format!(
                                "Secret {} already exists in namespace {namespace}, and {why}; not overwriting it",
                                self.options.name
                            ),
                            Some("choose another name for the new one: --name NAME".to_owned()),
                        ));
                        return;
                    }
                };
                plan.steps.push(SecretStep::secret(namespace, self.options.name, change));
                plan.repositories.extend(need.repositories.iter().cloned());
                plan.useless.extend(self.useless(namespace, need));
                self.options.name
            }
        };
        self.accounts(namespace, need, name, plan);
        self.templates(namespace, need, name, plan);
    }

    fn accounts(
        &self,
        namespace: &str,
        need: &NamespaceNeed<'_>,
        secret: &str,
        plan: &mut CopyPlan,
    ) {
        let leave = |message: String, hint: Option<String>| LeftAsIs::new(namespace, message, hint);
        if let Some(unread) = self.inventory.accounts_unread(namespace)
            && !need.accounts.is_empty()
        {
            plan.left.push(leave(
                format!("can't list its ServiceAccounts ({})", unread.why),
                Some("get the right to list them".to_owned()),
            ));
            return;
        }
        for name in &need.accounts {
            let Some(account) = self.inventory.account(namespace, name) else {
                plan.left.push(leave(
                    format!("ServiceAccount {name}, which its workloads use, does not exist"),
                    Some(format!("kubectl create serviceaccount {name} -n {namespace}")),
                ));
                continue;
            };
            let names = account.pull_secrets.as_deref().unwrap_or_default();
            if names.iter().any(|name| name == secret) || self.has_one(namespace, names, need) {
                continue;
            }
            if let Some(manager) = writer(account.manager.as_ref(), self.options.include_managed) {
                plan.left.push(leave(
                    format!(
                        "ServiceAccount {name} needs the Secret {secret} and is managed by {manager}"
                    ),
                    Some(manager.advice()),
                ));
                continue;
            }
            plan.steps.push(SecretStep::account(account, with(names, secret)));
        }
    }

    fn templates(
        &self,
        namespace: &str,
        need: &NamespaceNeed<'_>,
        secret: &str,
        plan: &mut CopyPlan,
    ) {
        for (found, specs) in &need.templates {
            let lacking = specs.iter().filter_map(|index| {
                let spec = found.positions.pod_specs.get(*index)?;
                let own = spec.own_pull_secrets().unwrap_or_default();
                let has_one =
                    own.iter().any(|name| name == secret) || self.has_one(namespace, own, need);
                (!has_one).then(|| (*index, with(own, secret)))
            });
            let lacking: Vec<(usize, Vec<String>)> = lacking.collect();
            if lacking.is_empty() {
                continue;
            }
            let specs = specs.iter().filter_map(|index| found.positions.pod_specs.get(*index));
            let is_odd = specs.into_iter().any(|spec| !takes_names(spec));
            if !self.options.to_templates || !can_change(found) || is_odd {
                match (is_switched(found), can_change(found)) {
                    (true, true) => plan.for_switch.push(found.object.clone()),
                    // What becomes of it, the plan of the switch tells.
                    (true, false) => {}
                    (false, _) => plan.left.push(LeftAsIs::new(
                        namespace,
                        format!(
                            "{} has its own imagePullSecrets, and none of them works for TCR",
                            found.object
                        ),
                        Some(by_hand(found, is_odd, secret)),
                    )),
                }
                continue;
            }
            if let Some(manager) = writer(found.manager.as_ref(), self.options.include_managed) {
                plan.left.push(LeftAsIs::new(
                    namespace,
                    format!(
                        "{} needs the Secret {secret} and is managed by {manager}",
                        found.object
                    ),
                    Some(manager.advice()),
                ));
                continue;
            }
            plan.steps.push(SecretStep::template(found, lacking));
        }
    }

    fn has_one(&self, namespace: &str, names: &[String], need: &NamespaceNeed<'_>) -> bool {
        self.inventory.secrets_in(namespace).any(|secret| {
            names.contains(&secret.name)
                && is_fit(self.inventory, secret, &self.renamer.target, need)
        })
    }
}

/// Whether a switch has something to do with an object, and so changes its list, too.
fn is_switched(found: &ScannedObject) -> bool {
    found.is_on_ccr()
}

/// What gives an object the Secret that no switch will change.
fn by_hand(found: &ScannedObject, is_odd: bool, secret: &str) -> String {
    match (can_change(found), is_odd) {
        (false, _) => "let it finish, or delete and recreate it".to_owned(),
        (true, true) => format!("add {secret} to its imagePullSecrets by hand"),
        (true, false) => "--to-templates adds the new one; its pods restart".to_owned(),
    }
}

fn with(names: &[String], secret: &str) -> Vec<String> {
    names.iter().cloned().chain([secret.to_owned()]).collect()
}

/// Who writes an object, if it is left to them. What an owner has made is, always: it would be made
/// as it was again.
pub(super) fn writer(manager: Option<&Manager>, include_managed: bool) -> Option<&Manager> {
    let is_owner = |manager: &Manager| matches!(manager, Manager::Owner { .. });
    manager.filter(|manager| is_owner(manager) || !include_managed)
}

/// Whether a list in its pod specs can be changed at all, and stays as it is then.
pub(super) fn can_change(found: &ScannedObject) -> bool {
    !found.is_owned() && found.instead_of_change().is_none()
}

#[cfg(test)]
mod tests;
