//! Proof that the pods can pull what a rollback goes back to: images and logins, as they will be
//! then.

use std::collections::{BTreeMap, BTreeSet};

use super::super::pods::is_of;
use super::old_images::{OldImage, ask};
use super::surroundings::{Lists, account_of, knows, reference, secrets_of};
use crate::account::{Account, RequiredApis, Settings};
use crate::diagnostic::Diagnostic;
use crate::environment::Environment;
use crate::image::{ParsedReference, Reference, RepositoryName};
use crate::kubernetes::Cluster;
use crate::switch::inventory::{Inventory, ScannedObject};
use crate::switch::plan::PullsWith;
use crate::switch::pull_secrets::try_logins;
use crate::workload::{ObjectPatch, PodSpec};

/// An image that pods will pull after the rollback, and with what.
struct Pull {
    namespace: String,
    image: ParsedReference,
    /// Names of Secrets.
    secrets: Vec<String>,
    account: Option<String>,
    is_brought: bool,
}

/// An object that is about to be rolled back.
pub(super) struct Undo<'a> {
    pub(super) now: &'a ScannedObject,
    pub(super) after: &'a ScannedObject,
    pub(super) patch: &'a ObjectPatch,
}

/// What came of it.
#[derive(Default)]
pub(super) struct Proof {
    /// By the place in the list: why the object's pods could not pull.
    pub(super) lacking: BTreeMap<usize, Diagnostic>,
    /// With what they can, where a login is needed.
    pub(super) relied_on: BTreeMap<usize, Vec<PullsWith>>,
    /// What could not be told, for people.
    pub(super) notices: BTreeSet<String>,
}

/// Tries the logins that the pods of each object will have, and looks their images up.
pub(super) async fn prove(
    cluster: &Cluster,
    undone: &[Undo<'_>],
    lists: &Lists,
    inventory: &mut Inventory,
) -> Proof {
    let mut proof = Proof::default();
    let pulls: Vec<Vec<Pull>> = undone.iter().map(|undo| undo.pulls(inventory, lists)).collect();
    let all = || pulls.iter().flatten();
    if all().next().is_none() {
        return proof;
    }
    let environment = Environment::from_process();
    let account = Account::open(&Settings::default(), &environment, RequiredApis::None).await;
    let said = match &account {
        Ok(account) => {
            let mut hosts: BTreeMap<_, BTreeMap<String, BTreeSet<RepositoryName>>> =
                BTreeMap::new();
            for pull in all() {
                let here = hosts.entry(pull.image.host.clone()).or_default();
                let here = here.entry(pull.namespace.clone()).or_default();
                here.insert(pull.image.repository.clone());
            }
            for (host, pulled) in hosts {
                let tried = try_logins(cluster, inventory, &pulled, &host, &account.registries);
                proof.notices.extend(Box::pin(tried).await);
            }
            let images = all().map(|pull| pull.image.clone().resolve()).collect();
            Box::pin(ask(images, &account.registries)).await
        }
        Err(error) => {
            proof.notices.insert(format!("no registry can be asked about the old images: {error}"));
            BTreeMap::new()
        }
    };
    for (place, pulls) in pulls.iter().enumerate() {
        for pull in pulls {
            let relied_on = pull.relies_on(inventory, &said);
            proof.relied_on.entry(place).or_default().extend(relied_on);
            match pull.verdict(inventory, &said) {
                Ok(notice) => proof.notices.extend(notice),
                Err(reason) => drop(proof.lacking.entry(place).or_insert(reason)),
            }
        }
    }
    proof
}

impl Undo<'_> {
    /// What has to be proven: images that come back, and those whose login goes.
    fn pulls(&self, inventory: &Inventory, lists: &Lists) -> Vec<Pull> {
        let namespace = self.after.namespace();
        let mut pulls = Vec::new();
        for spec in &self.after.positions.pod_specs {
            let before = self.now.positions.pod_specs.iter();
            let before = before.filter(|now| now.pointer == spec.pointer);
            let before = before.flat_map(|now| inventory.secrets_of(namespace, now));
            let before: Vec<String> = before.flatten().collect();
            for secrets in secrets_of(inventory, lists, namespace, spec) {
                for position in self.after.positions.pulled_by(spec) {
                    let Some(image) = reference(position) else { continue };
                    let is_brought = self.brings(&position.text);
                    let is_lost = || {
                        knows(inventory, namespace, &before, &image)
                            && !knows(inventory, namespace, &secrets, &image)
                    };
                    if is_brought || is_lost() {
                        let namespace = namespace.to_owned();
                        let account = account_used(spec).map(str::to_owned);
                        let secrets = secrets.clone();
                        pulls.push(Pull { namespace, image, secrets, account, is_brought });
                    }
                }
            }
        }
        pulls
    }

    fn brings(&self, image: &str) -> bool {
        let changed = self.patch.changes.iter().filter(|change| change.old != change.new);
        let mut new = changed.filter_map(|change| change.new.as_ref()?.as_str());
        new.any(|new| is_of(image, new))
    }
}

fn account_used(spec: &PodSpec) -> Option<&str> {
    spec.own_pull_secrets().is_none().then(|| account_of(spec))
}

impl Pull {
    /// The login that it is pulled with, if there is one and it is needed.
    fn relies_on(
        &self,
        inventory: &Inventory,
        said: &BTreeMap<Reference, OldImage>,
    ) -> Option<PullsWith> {
        let image = self.image.clone().resolve();
        let is_needed = said.get(&image) != Some(&OldImage::Public)
            && knows(inventory, &self.namespace, &self.secrets, &self.image);
        is_needed.then(|| PullsWith {
            account: self.account.clone(),
            secrets: self.secrets.clone(),
            images: vec![image],
        })
    }

    /// What is to know if the image can be pulled, or perhaps; else why it can't.
    fn verdict(
        &self,
        inventory: &Inventory,
        said: &BTreeMap<Reference, OldImage>,
    ) -> Result<Option<String>, Diagnostic> {
        let Self { namespace, image, .. } = self;
        let of_image = said.get(&image.clone().resolve());
        if self.is_brought && of_image == Some(&OldImage::Gone) {
            return Err(Diagnostic::new(format!("its pods could not pull: {image} is gone"))
                .with_hint("leave it in TCR, or push the image again"));
        }
        if of_image == Some(&OldImage::Public) || knows(inventory, namespace, &self.secrets, image)
        {
            return Ok(None);
        }
        let accounts = inventory.accounts_unread(namespace).filter(|_| self.account.is_some());
        if let Some(unread) = inventory.secrets_unread(namespace).or(accounts) {
            return Ok(Some(format!(
                "can't check whether pods of namespace {namespace} can pull from {}: can't list {} ({})",
                image.host, unread.what, unread.why
            )));
        }
        let repository = image.repository.as_str();
        let named =
            inventory.secrets_in(namespace).filter(|secret| self.secrets.contains(&secret.name));
        let mut useless =
            named.filter_map(|secret| inventory.tried.useless(secret, &image.host, repository));
        let hint = "put the login back, or use --allow-unproven-login";
        if let Some(useless) = useless.next() {
            return Err(
                Diagnostic::new(format!("its pods could not pull: {useless}")).with_hint(hint)
            );
        }
        let lack = match &self.account {
            Some(account) => {
                format!("ServiceAccount {account} names no Secret with a login for it")
            }
            None => format!("its own list ({}) has no login for it", self.secrets.join(", ")),
        };
        match of_image {
            Some(OldImage::Private) => {
                Err(Diagnostic::new(format!("its pods could not pull {image}: {lack}"))
                    .with_hint(hint))
            }
            Some(OldImage::Unknown(why)) => Ok(Some(format!(
                "can't check from here whether {} lets everybody pull {image}, and {lack}: {why}",
                image.host
            ))),
            _ => Ok(Some(format!("can't check whether pods can pull {image}: {lack}"))),
        }
    }
}
