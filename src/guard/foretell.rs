//! Which of the objects that stand would be met if they were made anew.

use super::manifests::GuardScope;
use super::rules::GuardRules;
use crate::switch::{Inventory, ScannedObject};

/// An object that the guard would meet.
#[derive(Debug, Clone)]
pub struct Foretold<'a> {
    /// Which one.
    pub found: &'a ScannedObject,
    /// Its images that are met.
    pub images: Vec<&'a str>,
}

/// What the guard would meet of what was read: templates, and Pods that no controller made; what
/// controllers make only if that is refused, too.
#[must_use]
pub fn foretell<'a>(
    inventory: &'a Inventory,
    rules: &GuardRules,
    scope: &GuardScope,
) -> Vec<Foretold<'a>> {
    let holds_in = |namespace: &str| match &scope.namespace {
        Some(only) => only == namespace,
        None => !scope.exempt_namespaces().contains(&namespace),
    };
    let looks_at = |found: &&ScannedObject| {
        !found.is_finished
            && is_covered(found)
            && holds_in(found.namespace())
            && (scope.owned_too || !found.is_owned())
    };
    let objects = inventory.objects.iter().filter(looks_at);
    let met = objects.map(|found| {
        let images = found.positions.pod_specs.iter().flat_map(|spec| &spec.images);
        let images = images.map(|image| image.text.as_str()).filter(|text| rules.meets(text));
        Foretold { found, images: images.collect() }
    });
    met.filter(|one| !one.images.is_empty()).collect()
}

/// Whether the policies' rules name the kind.
fn is_covered(found: &ScannedObject) -> bool {
    matches!(
        (found.object.group(), found.object.kind.as_str()),
        ("apps", "DaemonSet" | "Deployment" | "ReplicaSet" | "StatefulSet")
            | ("batch", "CronJob" | "Job")
            | ("", "Pod" | "PodTemplate" | "ReplicationController")
    )
}
