//! Pods by what made them and by what they run.

use std::collections::{BTreeSet, HashMap};

use super::listed_pod::{ListedImage, ListedPod};
use super::pods::{ImageOrigin, NAMED, RunningImage};
use crate::workload::{CcrNames, ImageClass, ObjectRef};

/// All pods that are of interest.
#[derive(Debug, Default)]
pub(in crate::switch) struct PodGroups {
    groups: HashMap<PodKind, Group>,
}

/// What pods of a group have in common.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct PodKind {
    /// The controller owner.
    pub(super) owner: ObjectRef,
    pub(super) revision: Option<String>,
    pub(super) template_generation: Option<String>,
    /// The container's name and the image, of each image in CCR.
    images: Vec<(String, String)>,
}

#[derive(Debug, Default)]
pub(super) struct Group {
    pub(super) pods: usize,
    /// The first of them.
    pub(super) names: BTreeSet<String>,
    pub(super) images: Vec<RunningImage>,
}

impl PodGroups {
    /// Adds a pod that a controller has made, which stands for so many; says whether it is the first
    /// of its kind.
    pub(in crate::switch) fn add(
        &mut self,
        pod: ListedPod,
        owner: &ObjectRef,
        pods: usize,
        names: &CcrNames,
    ) -> bool {
        let images: Vec<RunningImage> = pod
            .images
            .into_iter()
            .map(|ListedImage { role, container, text, id }| RunningImage {
                role,
                container,
                class: names.classify(&text),
                text,
                origin: ImageOrigin::Unknown,
                ids: id.into_iter().collect(),
            })
            .filter(|image| !matches!(image.class, ImageClass::Elsewhere(_)))
            .collect();
        let kind = PodKind {
            owner: owner.clone(),
            revision: pod.metadata.revision,
            template_generation: pod.metadata.template_generation,
            images: images.iter().map(|one| (one.container.clone(), one.text.clone())).collect(),
        };
        let group = self.groups.entry(kind).or_default();
        let is_first = group.pods == 0;
        if is_first {
            group.images = images;
        } else {
            // Of one kind, they have the same images in the same order.
            for (known, image) in group.images.iter_mut().zip(images) {
                known.ids.extend(image.ids);
            }
        }
        group.pods += pods;
        group.names.insert(pod.metadata.name);
        if group.names.len() > NAMED {
            group.names.pop_last();
        }
        is_first
    }

    /// Takes over what another has.
    pub(in crate::switch) fn append(&mut self, other: Self) {
        self.groups.extend(other.groups);
    }

    /// Leaves out the pods in these namespaces.
    pub(in crate::switch) fn leave_out(&mut self, namespaces: &BTreeSet<String>) {
        self.groups.retain(|kind, _| {
            kind.owner.namespace.as_ref().is_none_or(|namespace| !namespaces.contains(namespace))
        });
    }

    /// The groups with images in CCR.
    pub(super) fn on_ccr(self) -> impl Iterator<Item = (PodKind, Group)> {
        self.groups.into_iter().filter(|(_, group)| !group.images.is_empty())
    }
}
