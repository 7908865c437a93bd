//! Whether the switch is complete: nothing names CCR, no pod waits for an image, and whatever is
//! pulled from TCR is pulled with a login for it.

use std::collections::{BTreeMap, BTreeSet};

use super::inventory::{Inventory, ScannedObject};
use super::notice::{Noted, Notice, NoticeCode};
use super::pull_secrets::try_logins;
use super::running::RunningPods;
use super::sides::{PrepareError, SwitchInputs, Wanted, ccr_names_of};
use super::tried_logins::UselessLogin;
use crate::account::RequiredApis;
use crate::image::{Host, Reference, RepositoryName};
use crate::proof::prove_public;
use crate::workload::{ImageClass, ImagePosition, ObjectRef, PullSecret};

/// An object that pulls from TCR without a login for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WithoutLogin {
    /// Which one.
    pub object: ObjectRef,
    /// The image in question.
    pub image: Reference,
    /// The pull secrets that its pods get.
    pub secrets: Vec<String>,
    /// The one among them that has a login for it, which is of no use.
    pub useless: Option<UselessLogin>,
}

/// What is not as it should be.
pub struct Verification {
    /// The host that references name.
    pub target: Host,
    /// What there is in scope.
    pub inventory: Inventory,
    /// Objects whose pods have no login for what they pull.
    pub without_login: Vec<WithoutLogin>,
}

/// Reads the cluster, and tries the logins that its pods pull with.
pub async fn verify(inputs: &SwitchInputs<'_>) -> Noted<Verification, PrepareError> {
    Noted::collect(async |notices| read(inputs, notices).await).await
}

async fn read(
    inputs: &SwitchInputs<'_>,
    notices: &mut Vec<Notice>,
) -> Result<Verification, PrepareError> {
    let (account, target) = inputs.open(RequiredApis::None, notices).await?;
    let wanted = Wanted { also: Some(target.clone()), waiting_pods: true, ..Wanted::default() };
    let (cluster, mut inventory) = inputs.read(&ccr_names_of(&account), wanted).await?;
    let (images, pulled) = (in_use(&inventory, &target), pulled_from(&inventory, &target));
    // A registry that can't be reached is waited for once.
    let (public, untried) = tokio::join!(
        prove_public(&images, &account),
        try_logins(&cluster, &mut inventory, &pulled, &target, &account.registries)
    );
    notices.extend(untried.into_iter().map(|text| Notice::new(NoticeCode::LoginUnproven, text)));
    let is_public = |name: &RepositoryName| public.contains(name.namespace());
    let without_login = without_login(&inventory, &target, is_public);
    Ok(Verification { target, inventory, without_login })
}

impl Verification {
    /// The objects that still name CCR, other than for Tencent's own images. What a controller has
    /// made changes with its owner, and what has ended pulls nothing.
    #[must_use]
    pub fn left(&self, ignore_mentions: bool) -> Vec<&ScannedObject> {
        let names = |found: &&ScannedObject| {
            !found.is_finished
                && !found.stands_for_pods
                && (found.is_on_ccr() || (!ignore_mentions && !found.positions.mentions.is_empty()))
        };
        self.inventory.objects.iter().filter(names).collect()
    }

    /// The pods that run images of CCR which their template doesn't name.
    pub fn running(&self) -> impl Iterator<Item = &RunningPods> {
        self.inventory.pods.iter().filter(|pods| pods.differ())
    }
}

/// The images on `target` that are in use, one of each namespace.
#[must_use]
pub(super) fn in_use(inventory: &Inventory, target: &Host) -> Vec<Reference> {
    let mut seen: BTreeSet<String> = BTreeSet::new();
    let all = inventory.objects.iter().flat_map(|found| on(target, found.images()));
    all.filter(|image| seen.insert(image.repository.namespace().to_owned())).collect()
}

/// The objects whose pods have no login for an image on `target` that not everybody may pull.
fn without_login(
    inventory: &Inventory,
    target: &Host,
    is_public: impl Fn(&RepositoryName) -> bool,
) -> Vec<WithoutLogin> {
    let mut lacking = Vec::new();
    for found in inventory.objects.iter().filter(|found| !found.is_finished) {
        let namespace = found.namespace();
        // The pods of what lies in no namespace are in others, where they are looked at.
        if namespace.is_empty() || inventory.secrets_unread(namespace).is_some() {
            continue;
        }
        for spec in &found.positions.pod_specs {
            lacking.extend(inventory.secrets_of(namespace, spec).into_iter().find_map(|names| {
                let named = || {
                    inventory.secrets_in(namespace).filter(|secret| names.contains(&secret.name))
                };
                let may_pull = |image: &Reference| {
                    let repository = image.repository.as_str();
                    named().any(|secret| inventory.tried.may_pull(secret, &image.host, repository))
                };
                let useless = |secret: &PullSecret, image: &Reference| {
                    inventory.tried.useless(secret, &image.host, image.repository.as_str())
                };
                let image = on(target, found.positions.pulled_by(spec))
                    .find(|image| !may_pull(image) && !is_public(&image.repository))?;
                let useless = named().find_map(|secret| useless(secret, &image));
                let object = found.object.clone();
                Some(WithoutLogin { object, image, secrets: names.clone(), useless })
            }));
        }
    }
    lacking
}

/// What the pods of each namespace pull from `target`.
fn pulled_from(inventory: &Inventory, target: &Host) -> BTreeMap<String, BTreeSet<RepositoryName>> {
    let mut pulled: BTreeMap<String, BTreeSet<RepositoryName>> = BTreeMap::new();
    for found in inventory.objects.iter().filter(|found| !found.is_finished) {
        let images = on(target, found.images());
        let here = pulled.entry(found.namespace().to_owned()).or_default();
        here.extend(images.map(|image| image.repository));
    }
    pulled
}

fn on<'a>(
    target: &'a Host,
    images: impl Iterator<Item = &'a ImagePosition>,
) -> impl Iterator<Item = Reference> {
    let references = images.filter_map(move |image| match &image.class {
        ImageClass::Elsewhere(Some(read)) if read.host == *target => Some(read),
        _ => None,
    });
    references.map(|read| read.clone().resolve())
}
