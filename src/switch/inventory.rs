//! What there is in the part of a cluster that was looked at: objects that name CCR, pull secrets,
//! `ServiceAccount`s, and what could not be read.
//!
//! Reading it is in `scan`; deciding what to do with it in `plan`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;

use super::addon::ImagePullSecrets;
use super::apply::PullFailure;
use super::exclusions::Exclusions;
use super::notice::{Notice, NoticeCode};
use super::object_version::ObjectVersion;
use super::running::{PodsOnHost, RunningPods};
use super::service_accounts::{ScannedServiceAccount, ServiceAccounts};
use super::terminating::is_being_deleted;
use super::tried_logins::TriedLogins;
use crate::image::CcrHosts;
use crate::kubernetes::Resource;
use crate::workload::{
    AccountSource, CcrNames, ImageClass, ImagePosition, KeptPods, Manager, OLD_IMAGES, ObjectRef,
    PodSpec, Pointer, Positions, Progress, PullSecret, PullSecretError, applier_notes,
    is_made_from_template, manager, positions,
};

/// What to do where the server offers no `patch` for a kind, or no `get` to roll it back by.
const NOT_PATCHED: &str =
    "the server offers no change of single objects of its kind: change what it is made from";

/// What names CCR, and what pulls from it.
#[derive(Debug, Clone, Default)]
pub struct Inventory {
    /// Objects that name CCR, or whose pods name pull secrets of their own. By namespace, kind and
    /// name.
    pub objects: Vec<ScannedObject>,
    /// Live pods that controllers have made and that run images of CCR, by what they run. By
    /// namespace and owner.
    pub pods: Vec<RunningPods>,
    /// If not every pod was read: how many were.
    pub sampled: Option<PodSample>,
    /// Pods that wait for an image, if that was asked for.
    pub waiting: Vec<WaitingPod>,
    /// Live pods that pull from the host that TKE's TCR addon is to serve, if that was asked for.
    pub on_host: Vec<PodsOnHost>,
    /// What that addon is told to do.
    pub addon: ImagePullSecrets,
    /// Every `ServiceAccount` in scope.
    pub accounts: ServiceAccounts,
    /// Every pull secret in scope.
    pub secrets: Vec<PullSecret>,
    /// What is known of the logins in them.
    pub tried: TriedLogins,
    /// Pull secrets that can't be read.
    pub broken_secrets: Vec<PullSecretError>,
    /// What could not be listed.
    pub unread: Vec<Unread>,
    /// How many objects were looked at, by kind.
    pub looked_at: BTreeMap<String, usize>,
    /// Namespaces that are being deleted. What is in them has ended.
    pub terminating: BTreeSet<String>,
    /// What the user leaves out. It is in the lists above all the same.
    pub exclusions: Exclusions,
}

/// Pods of which one of each owner and revision was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct PodSample {
    /// How many there are.
    pub pods: usize,
    /// How many of them were read.
    pub read: usize,
}

/// A pod that waits for an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingPod {
    /// Where it is.
    pub namespace: String,
    /// What it can't get.
    pub failure: PullFailure,
}

/// An object that names CCR or a pull secret.
#[derive(Debug, Clone)]
#[allow(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct ScannedObject {
    /// Which one.
    pub object: ObjectRef,
    /// Where it is to be had.
    pub resource: Arc<Resource>,
    /// What manages it.
    pub manager: Option<Manager>,
    /// Who put it there from files and would put the old image back, each with what to change.
    pub applier_notes: Vec<String>,
    /// What stands in it.
    pub positions: Positions,
    /// A Job that has completed or failed, a Pod that has, what is being deleted: nothing will be
    /// pulled for it.
    pub is_finished: bool,
    /// What to do where its kind, or how it is, allows no change, or only to no effect or to harm.
    pub fixed: Option<&'static str>,
    /// Whether a controller made it from a template that is read itself.
    pub is_made_from_template: bool,
    /// Why its pods don't follow a change of its template; `None` if they do.
    pub no_rollout: Option<&'static str>,
    /// Whether it makes its pods one after the other, and not all of them are ready.
    pub is_held_up: bool,
    /// Which of its pods a change of its template doesn't reach.
    pub kept_pods: Option<KeptPods>,
    /// Whether its pods get new images without being made anew, and keep their pull secrets.
    pub changes_in_place: bool,
    /// Whether it is one of the pods of [`Inventory::pods`]. What those run is told there; their
    /// logins are those of this one.
    pub stands_for_pods: bool,
    /// Which version of it was read.
    pub version: ObjectVersion,
    /// `/metadata/annotations`, if it is there, and whether an earlier switch kept old images in
    /// it.
    pub annotations: Annotations,
}

/// What of an object's annotations matters.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Annotations {
    /// Whether there are any.
    pub exist: bool,
    /// The old images that an earlier switch kept.
    pub old_images: Option<String>,
}

/// Something that could not be listed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Unread {
    /// `deployments.apps`, or a group with its version whose kinds are unknown.
    pub what: String,
    /// Where; `None` is the whole cluster.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// Why, in the server's words.
    pub why: String,
    /// Whether it is a matter of permission.
    pub forbidden: bool,
}

impl Unread {
    /// Whether images may stand in it.
    #[must_use]
    pub fn may_hide_images(&self) -> bool {
        !matches!(self.what.as_str(), "secrets" | "serviceaccounts")
    }
}

impl ScannedObject {
    /// Looks at one object. `None` if it has no name.
    #[must_use]
    pub fn of(object: &Value, resource: &Arc<Resource>, names: &CcrNames) -> Option<Self> {
        let object_ref = ObjectRef::of(object)?;
        let rules = object_ref.rules();
        let positions = positions(object, names);
        let in_pods = positions.pod_specs.iter().flat_map(|spec| &spec.images);
        let images: Vec<&Pointer> =
            in_pods.chain(&positions.fields).map(|image| &image.pointer).collect();
        let manager = manager(object);
        Some(Self {
            object: object_ref,
            resource: Arc::clone(resource),
            applier_notes: applier_notes(object, &images, manager.as_ref()),
            manager,
            positions,
            is_finished: (rules.has_ended)(object) || is_being_deleted(object),
            fixed: (rules.instead_of_change)(object),
            is_made_from_template: is_made_from_template(object),
            no_rollout: rules.no_rollout(object),
            is_held_up: rules.is_ordered() && rules.progress(object) != Progress::Complete,
            kept_pods: rules.kept_pods(object),
            changes_in_place: object["spec"]["replicas"] != 0 && (rules.changes_in_place)(object),
            stands_for_pods: false,
            version: ObjectVersion::of(object),
            annotations: Annotations::of(object),
        })
    }

    /// The namespace; empty for what lies in none.
    #[must_use]
    pub fn namespace(&self) -> &str {
        self.object.namespace.as_deref().unwrap_or_default()
    }

    /// What to do where it can't be changed, or only to no effect or to harm.
    pub(super) fn instead_of_change(&self) -> Option<&'static str> {
        self.fixed.or_else(|| (!self.resource.is_changeable()).then_some(NOT_PATCHED))
    }

    /// Whether a controller made it: what it is like is decided elsewhere.
    #[must_use]
    pub fn is_owned(&self) -> bool {
        matches!(self.manager, Some(Manager::Owner { .. }))
    }

    /// Where it is, for a request.
    #[must_use]
    pub fn path(&self) -> String {
        self.resource.path(self.object.namespace.as_deref(), Some(&self.object.name))
    }

    /// The places that name an image: of its pods, and fields.
    pub fn images(&self) -> impl Iterator<Item = &ImagePosition> {
        let in_pods = self.positions.pod_specs.iter().flat_map(|spec| &spec.images);
        in_pods.chain(&self.positions.fields)
    }

    /// Those that name an image in CCR, but for Tencent's own.
    pub fn on_ccr(&self) -> impl Iterator<Item = &ImagePosition> {
        self.images().filter(|image| image.class.is_on_ccr())
    }

    /// Whether it names an image in CCR, but for Tencent's own.
    #[must_use]
    pub fn is_on_ccr(&self) -> bool {
        self.on_ccr().next().is_some()
    }

    /// How many of its images are Tencent's own.
    #[must_use]
    pub fn tencents(&self) -> usize {
        self.images().filter(|image| matches!(image.class, ImageClass::Tencents(_))).count()
    }
}

fn secret_ref(secret: &PullSecret) -> ObjectRef {
    ObjectRef {
        api_version: "v1".to_owned(),
        kind: "Secret".to_owned(),
        namespace: Some(secret.namespace.clone()),
        name: secret.name.clone(),
    }
}

impl Annotations {
    fn of(object: &Value) -> Self {
        let all = object["metadata"]["annotations"].as_object();
        let old_images = all.and_then(|all| all.get(OLD_IMAGES)).and_then(Value::as_str);
        Self { exist: all.is_some(), old_images: old_images.map(str::to_owned) }
    }
}

impl Inventory {
    /// What an object's pods run under an image as it is written, as kubelets call it; `None` if its
    /// pods could not be listed. Whole only if every pod was read.
    #[must_use]
    pub fn image_ids(&self, owner: &ObjectRef, text: &str) -> Option<BTreeSet<&str>> {
        let namespace = owner.namespace.as_deref().unwrap_or_default();
        if self.unread_in("pods", namespace).is_some() {
            return None;
        }
        let of_it = self.pods.iter().filter(|pods| pods.owner == *owner);
        let images = of_it.flat_map(|pods| &pods.images).filter(|image| image.text == text);
        Some(images.flat_map(|image| &image.ids).map(String::as_str).collect())
    }

    /// Says again what each image is, with what is known now of the owners of namespaces.
    pub fn reclassify(&mut self, names: &CcrNames) {
        for positions in self.objects.iter_mut().map(|found| &mut found.positions) {
            let in_pods = positions.pod_specs.iter_mut().flat_map(|spec| &mut spec.images);
            for image in in_pods.chain(&mut positions.fields) {
                image.reclassify(names);
            }
        }
        for image in self.pods.iter_mut().flat_map(|pods| &mut pods.images) {
            names.reclassify(&mut image.class);
        }
    }

    /// What to know of what is left out, and of what was meant to be.
    pub(super) fn notices(&self) -> Vec<Notice> {
        let secrets: Vec<ObjectRef> = self.secrets.iter().map(secret_ref).collect();
        let objects = self.objects.iter().map(|found| &found.object);
        let accounts = self.accounts.iter().map(|account| &account.object);
        let all: Vec<&ObjectRef> = objects.chain(accounts).chain(&secrets).collect();
        let used = all.iter().filter_map(|object| object.namespace.as_deref());
        let used: BTreeSet<&str> = used.collect();
        let over = self.terminating.iter().filter(|namespace| used.contains(namespace.as_str()));
        let over = over.map(|namespace| {
            let text = format!("namespace {namespace} is being deleted; nothing is changed in it");
            Notice::new(NoticeCode::NamespaceTerminating, text)
        });
        let idle = self.exclusions.without_effect(&all).map(|pattern| {
            let text = format!(
                "--exclude-object {pattern} leaves nothing out: no such object in scope names CCR or a pull secret"
            );
            Notice::new(NoticeCode::ExclusionUnused, text)
        });
        let addon = self.addon.unknown();
        let addon = addon.map(|text| Notice::new(NoticeCode::AddonUnknown, text));
        over.chain(idle).chain(addon).collect()
    }

    /// The pull secrets of a namespace.
    pub fn secrets_in(&self, namespace: &str) -> impl Iterator<Item = &PullSecret> {
        self.secrets.iter().filter(move |secret| secret.namespace == namespace)
    }

    /// A namespace's `ServiceAccount`.
    #[must_use]
    pub fn account(&self, namespace: &str, name: &str) -> Option<&ScannedServiceAccount> {
        self.accounts.get(namespace, name)
    }

    /// The names of the pull secrets that a pod made from `spec` gets: its own list if there is
    /// one with any entry, else that of its `ServiceAccount`, as the admission plugin
    /// `ServiceAccount` does it. As many lists as there are accounts under which its pods may run.
    #[must_use]
    pub fn secrets_of(&self, namespace: &str, spec: &PodSpec) -> Vec<Vec<String>> {
        if let Some(own) = spec.own_pull_secrets() {
            return vec![own.to_vec()];
        }
        let names = |account: &ScannedServiceAccount| account.pull_secrets.clone();
        match spec.account_source {
            AccountSource::Object => {
                let lists = spec.accounts().map(|account| self.account(namespace, account));
                lists.map(|account| account.and_then(names).unwrap_or_default()).collect()
            }
            // Somewhere in the namespace somebody knows how to pull it.
            AccountSource::Run => vec![self.named_in(namespace)],
            AccountSource::Unknown => Vec::new(),
        }
    }

    /// The Secrets that the accounts of a namespace name.
    fn named_in(&self, namespace: &str) -> Vec<String> {
        let accounts = self.accounts.in_namespace(namespace);
        accounts.flat_map(|account| account.pull_secrets.clone().unwrap_or_default()).collect()
    }

    /// The accounts that have to name a Secret for the pods of `spec`, if it has no list: those that
    /// it names. If what runs it does, those that name a Secret for CCR, else `default`.
    #[must_use]
    pub fn accounts_of(&self, namespace: &str, spec: &PodSpec, ccr: &CcrHosts) -> Vec<String> {
        match spec.account_source {
            AccountSource::Object => spec.accounts().map(str::to_owned).collect(),
            AccountSource::Unknown => Vec::new(),
            AccountSource::Run => {
                let is_for_ccr = |name: &String| {
                    let mut secrets = self.secrets_in(namespace);
                    secrets.any(|secret| secret.name == *name && secret.is_for_ccr(ccr))
                };
                let pulls = |account: &&ScannedServiceAccount| {
                    account.pull_secrets.iter().flatten().any(is_for_ccr)
                };
                let names = self.accounts.in_namespace(namespace).filter(pulls);
                let names: Vec<String> = names.map(|account| account.object.name.clone()).collect();
                if names.is_empty() { vec!["default".to_owned()] } else { names }
            }
        }
    }

    /// Whether pods could not be listed, so that what runs is not known.
    #[must_use]
    pub fn pods_unread(&self) -> bool {
        self.unread.iter().any(|unread| unread.what == "pods")
    }

    /// Whether the pull secrets of this namespace could not be read.
    #[must_use]
    pub fn secrets_unread(&self, namespace: &str) -> Option<&Unread> {
        self.unread_in("secrets", namespace)
    }

    /// Whether the `ServiceAccount`s of this namespace could not be read.
    #[must_use]
    pub fn accounts_unread(&self, namespace: &str) -> Option<&Unread> {
        self.unread_in("serviceaccounts", namespace)
    }

    fn unread_in(&self, what: &str, namespace: &str) -> Option<&Unread> {
        self.unread.iter().find(|unread| {
            unread.what == what
                && unread.namespace.as_deref().is_none_or(|known| known == namespace)
        })
    }
}
