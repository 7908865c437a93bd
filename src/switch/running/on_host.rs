//! Live pods that pull from one host, by workload and by what they were given to pull with: a pod
//! keeps the list of pull secrets that it got when it was made.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::makers::Makers;
use super::metadata::ListedMetadata;
use super::pods::NAMED;
use crate::image::{Host, Reference};
use crate::workload::{ImageClass, ObjectRef, Positions};

/// Live pods of one workload that pull the same images with the same list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PodsOnHost {
    /// Of all of them.
    pub namespace: String,
    /// The workload, as far as that can be told; `None` if nothing has made them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<ObjectRef>,
    /// The account that they run under.
    pub account: String,
    /// The Secrets in their own `spec.imagePullSecrets`.
    pub pull_secrets: Vec<String>,
    /// Their images on the host.
    pub images: BTreeSet<Reference>,
    /// How many pods.
    pub pods: usize,
    /// The names of the first of them, at most three.
    pub names: Vec<String>,
}

/// Such pods, as they are listed.
#[derive(Debug, Default)]
pub(in crate::switch) struct HostPods(BTreeMap<HostPodKind, Counted>);

/// What they have in common.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct HostPodKind {
    namespace: String,
    owner: Option<ObjectRef>,
    account: String,
    pull_secrets: Vec<String>,
    images: BTreeSet<Reference>,
}

#[derive(Debug, Default)]
struct Counted {
    pods: usize,
    names: BTreeSet<String>,
}

impl HostPods {
    /// Adds a pod, if it has an image on the host.
    pub(in crate::switch) fn add(
        &mut self,
        metadata: ListedMetadata,
        positions: &Positions,
        host: &Host,
    ) {
        let Some(spec) = positions.pod_specs.first() else { return };
        let on_host = spec.images.iter().filter_map(|image| match &image.class {
            ImageClass::Elsewhere(Some(read)) if read.host == *host => Some(read.clone().resolve()),
            _ => None,
        });
        let images: BTreeSet<Reference> = on_host.collect();
        if images.is_empty() {
            return;
        }
        let kind = HostPodKind {
            namespace: metadata.namespace,
            owner: metadata.owner,
            account: spec.service_account.clone().unwrap_or_else(|| "default".to_owned()),
            pull_secrets: spec.pull_secrets.clone().unwrap_or_default(),
            images,
        };
        self.count(kind, Counted { pods: 1, names: BTreeSet::from([metadata.name]) });
    }

    /// Takes over what another has.
    pub(in crate::switch) fn append(&mut self, other: Self) {
        for (kind, counted) in other.0 {
            self.count(kind, counted);
        }
    }

    /// All of them by workload; with selectors, those of what they select.
    pub(in crate::switch) fn by_workload(
        self,
        makers: &Makers,
        has_selectors: bool,
    ) -> Vec<PodsOnHost> {
        let mut all = Self::default();
        for (mut kind, counted) in self.0 {
            if let Some(maker) = &mut kind.owner {
                if let Some(made) = makers.find(maker) {
                    *maker = made.owner.clone();
                }
                if has_selectors && !makers.is_selected(maker) {
                    continue;
                }
            }
            all.count(kind, counted);
        }
        let pods = all.0.into_iter().map(|(kind, counted)| {
            let HostPodKind { namespace, owner, account, pull_secrets, images } = kind;
            let (pods, names) = (counted.pods, counted.names.into_iter().collect());
            PodsOnHost { namespace, owner, account, pull_secrets, images, pods, names }
        });
        pods.collect()
    }

    fn count(&mut self, kind: HostPodKind, more: Counted) {
        let counted = self.0.entry(kind).or_default();
        counted.pods += more.pods;
        counted.names.extend(more.names);
        while counted.names.len() > NAMED {
            counted.names.pop_last();
        }
    }
}
