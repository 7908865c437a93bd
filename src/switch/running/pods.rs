//! What is known of pods that run images of CCR.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::workload::{ImageClass, ImageRole, KeptPods, ObjectRef};

/// So many pods of a group are known by name.
pub(super) const NAMED: usize = 3;

/// Live pods of one workload that run the same images of CCR.
#[derive(Debug, Clone)]
pub struct RunningPods {
    /// The workload whose template they are made from, as far as that can be told.
    pub owner: ObjectRef,
    /// The `ReplicaSet` or Job between both, if there is one.
    pub maker: Option<ObjectRef>,
    /// How many pods.
    pub pods: usize,
    /// The names of the first of them, at most three.
    pub names: Vec<String>,
    /// Their images in CCR, Tencent's own among them.
    pub images: Vec<RunningImage>,
    /// Whether they are made from what the template says now.
    pub revision: Revision,
    /// Which of the owner's pods keep what they run until someone acts.
    pub kept: Option<KeptPods>,
    /// Whether the owner is gone.
    pub is_orphaned: bool,
}

/// An image that pods run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunningImage {
    /// What for.
    pub role: ImageRole,
    /// The container's or volume's name.
    pub container: String,
    /// As it stands there.
    pub text: String,
    /// What that is to a switch.
    pub class: ImageClass,
    /// Where it comes from.
    pub origin: ImageOrigin,
    /// What runs under it, as kubelets call it (`imageID`), where it does. All of them are known
    /// only if every pod was read.
    pub ids: BTreeSet<String>,
}

/// Where an image of a pod comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum ImageOrigin {
    /// The template names it.
    Template,
    /// The template named it when the pod was made.
    OldTemplate,
    /// The template that the pod is made from names another one for the container: a mutating
    /// webhook has changed it, or someone has in the pod.
    Rewritten,
    /// Something has added the container to the pod: a mutating webhook, say.
    Injected,
    /// `kubectl debug` has.
    Debug,
    /// What made the pod doesn't say which images its pods have, or can't be read.
    Unknown,
}

/// Whether pods are made from what their template says now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Revision {
    /// They are.
    Current,
    /// From an older one.
    Old,
    /// Nothing tells it.
    Unknown,
}

impl RunningPods {
    /// Whether they run something that their template doesn't name.
    #[must_use]
    pub fn differ(&self) -> bool {
        self.beside_template().next().is_some()
    }

    /// The images that their template doesn't name, but for Tencent's own.
    pub fn beside_template(&self) -> impl Iterator<Item = &RunningImage> {
        self.on_ccr().filter(|image| image.origin != ImageOrigin::Template)
    }

    /// Their images in CCR, but for Tencent's own.
    pub fn on_ccr(&self) -> impl Iterator<Item = &RunningImage> {
        self.images.iter().filter(|image| image.class.is_on_ccr())
    }

    /// Whether a rollout of the owner's template, as it is, replaces all that differs.
    #[must_use]
    pub fn go_with_a_rollout(&self) -> bool {
        self.kept.is_none()
            && self
                .beside_template()
                .all(|image| matches!(image.origin, ImageOrigin::OldTemplate | ImageOrigin::Debug))
    }

    /// How many of them a change of the template doesn't reach.
    #[must_use]
    pub fn kept_pods(&self) -> usize {
        match self.kept {
            None => 0,
            Some(_) if self.on_ccr().next().is_none() => 0,
            Some(KeptPods::Partition(held)) => {
                self.pods.min(usize::try_from(held).unwrap_or(usize::MAX))
            }
            Some(_) => self.pods,
        }
    }
}
