//! Whose failure to pull is the fault of a change. Pure.

use std::collections::HashSet;
use std::sync::Arc;

use super::pods::{Look, SeenPod, is_of};
use super::pull_failure::PullFailure;
use crate::workload::ObjectPatch;

/// Which pods a change may have broken.
pub(in crate::switch) enum Suspects<'a> {
    /// Pods with an image that this patch brings, unless they could not get it before either.
    Patched(&'a ObjectPatch, Arc<Look>),
    /// Pods that were not there before it, by `uid`.
    PodsBut(HashSet<String>),
}

impl Suspects<'_> {
    /// The failure of a pod that counts, if there is one.
    pub(super) fn failure<'p>(&self, pod: &'p SeenPod) -> Option<&'p PullFailure> {
        pod.failures.iter().find(|failure| match self {
            Self::Patched(patch, before) => {
                brought(patch).any(|new| is_of(&failure.image, new))
                    && !before.had_failure(&pod.uid, &failure.image)
            }
            Self::PodsBut(old) => !old.contains(&pod.uid),
        })
    }

    /// Whether a pod runs, or is to run, an image that the patch brings and that it didn't have
    /// before; and whether all of those have been started.
    pub(super) fn brought_to(&self, pod: &SeenPod) -> Option<bool> {
        let Self::Patched(patch, before) = self else { return None };
        let is_brought = |image: &str| {
            brought(patch).any(|new| is_of(image, new)) && !before.had_image(&pod.uid, image)
        };
        let mut new = pod.images.iter().filter(|(image, _)| is_brought(image)).peekable();
        new.peek()?;
        Some(new.all(|(_, has_run)| *has_run))
    }

    /// Whether a pod has an image that the patch takes away.
    pub(super) fn is_to_follow(&self, pod: &SeenPod) -> bool {
        let Self::Patched(patch, _) = self else { return false };
        let old = || patch.changes.iter().filter_map(|change| change.old.as_ref()?.as_str());
        pod.images.iter().any(|(image, _)| old().any(|old| is_of(image, old)))
    }
}

/// What a patch writes where something else was.
fn brought(patch: &ObjectPatch) -> impl Iterator<Item = &str> {
    let changed = patch.changes.iter().filter(|change| change.old != change.new);
    changed.filter_map(|change| change.new.as_ref()?.as_str())
}
