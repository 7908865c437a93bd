//! Who needs a login for TCR: what pulls from there already, what will after a switch, and what has
//! a login for CCR. Pure.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use crate::image::RepositoryName;
use crate::switch::inventory::{Inventory, ScannedObject};
use crate::workload::{ImageClass, ImagePosition, PullSecret, RenameError, Renamer};

/// What decides who needs a login.
#[derive(Clone, Copy)]
pub(crate) struct LoginNeeds<'a> {
    /// What there is; with what pulls from TCR, if that counts.
    pub inventory: &'a Inventory,
    /// What names become.
    pub renamer: &'a Renamer,
    /// Namespaces of TCR from which everybody may pull.
    pub public: &'a HashSet<String>,
}

/// What a namespace needs.
#[derive(Debug, Default)]
pub(super) struct NamespaceNeed<'a> {
    /// The repositories in TCR that its pods pull, or will.
    pub(super) repositories: BTreeSet<RepositoryName>,
    /// `ServiceAccount`s whose pods need the Secret.
    pub(super) accounts: BTreeSet<String>,
    /// Objects with lists of their own that need it, and which of their pod specs.
    pub(super) templates: Vec<(&'a ScannedObject, Vec<usize>)>,
}

impl<'a> LoginNeeds<'a> {
    /// The repositories in TCR that the pods of each namespace pull with a login, or will.
    #[must_use]
    pub(crate) fn pulled(self) -> BTreeMap<String, BTreeSet<RepositoryName>> {
        let needs = self.by_namespace().into_iter();
        needs.map(|(namespace, need)| (namespace.to_owned(), need.repositories)).collect()
    }

    pub(super) fn by_namespace(self) -> BTreeMap<&'a str, NamespaceNeed<'a>> {
        let mut needs: BTreeMap<&str, NamespaceNeed<'_>> = BTreeMap::new();
        for found in self.inventory.objects.iter().filter(|found| !found.is_finished) {
            let namespace = found.namespace();
            if namespace.is_empty() {
                continue;
            }
            let mut own_lists = Vec::new();
            for (index, spec) in found.positions.pod_specs.iter().enumerate() {
                let images = found.positions.pulled_by(spec);
                let (needs_login, repositories) = self.repositories(images);
                let own = spec.own_pull_secrets();
                if !needs_login && !self.names_ccr_secret(namespace, own.unwrap_or_default()) {
                    continue;
                }
                let need = needs.entry(namespace).or_default();
                need.repositories.extend(repositories);
                if own.is_none() {
                    let ccr = &self.renamer.names.ccr;
                    need.accounts.extend(self.inventory.accounts_of(namespace, spec, ccr));
                } else {
                    own_lists.push(index);
                }
            }
            if !own_lists.is_empty() {
                needs.entry(namespace).or_default().templates.push((found, own_lists));
            }
            // How such an image is pulled is up to its controller; that the namespace has a login can
            // only help.
            let (needs_login, repositories) = self.repositories(found.positions.loose_fields());
            if needs_login {
                needs.entry(namespace).or_default().repositories.extend(repositories);
            }
        }
        for account in &self.inventory.accounts {
            let Some(namespace) = account.object.namespace.as_deref() else { continue };
            if self.inventory.terminating.contains(namespace) {
                continue;
            }
            let named = account.pull_secrets.as_deref().unwrap_or_default();
            if self.names_ccr_secret(namespace, named) {
                let need = needs.entry(namespace).or_default();
                need.accounts.insert(account.object.name.clone());
            }
        }
        needs
    }

    /// Whether one of these is pulled from TCR with a login, or will be, and the repositories there.
    fn repositories<'b>(
        self,
        images: impl Iterator<Item = &'b ImagePosition>,
    ) -> (bool, BTreeSet<RepositoryName>) {
        let (mut needs_login, mut repositories) = (false, BTreeSet::new());
        for image in images {
            let repository = match &image.class {
                // What stays in CCR is pulled as it is today.
                ImageClass::Tencents(_) | ImageClass::Refused(RenameError::Excluded { .. }) => {
                    continue;
                }
                ImageClass::Refused(_) => {
                    needs_login = true;
                    continue;
                }
                ImageClass::Switched(image) => &image.repository,
                ImageClass::Elsewhere(Some(read)) if read.host == self.renamer.target => {
                    &read.repository
                }
                ImageClass::Elsewhere(_) => continue,
            };
            if !self.public.contains(repository.namespace()) {
                needs_login = true;
                repositories.insert(repository.clone());
            }
        }
        (needs_login, repositories)
    }

    fn names_ccr_secret(self, namespace: &str, names: &[String]) -> bool {
        let is_named = |secret: &PullSecret| names.contains(&secret.name);
        self.inventory
            .secrets_in(namespace)
            .any(|secret| is_named(secret) && secret.is_for_ccr(&self.renamer.names.ccr))
    }
}
