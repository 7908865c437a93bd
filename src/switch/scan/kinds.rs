//! Which kinds are read, and what of them is kept.

use std::sync::Arc;

use crate::image::Host;
use crate::kubernetes::{Discovery, Resource};
use crate::switch::inventory::ScannedObject;
use crate::workload::{Holds, ImageClass, ImagePosition, KindRules};

/// One list to be read.
pub(super) struct Part {
    pub(super) resource: Arc<Resource>,
    /// Of Secrets, those of this type alone.
    pub(super) only_type: Option<&'static str>,
    /// What is known of its kind.
    pub(super) rules: KindRules,
}

impl Part {
    /// Whether its objects may name images.
    pub(super) fn is_about_images(&self) -> bool {
        !matches!(self.rules.holds, Holds::Logins | Holds::PullSecrets)
    }

    /// Whether nearly all of its objects are the work of a controller, and what matters of those
    /// is what their pods run.
    pub(super) fn is_mostly_owned(&self) -> bool {
        self.rules.is_mostly_owned
    }

    /// Whether its objects are pods.
    pub(super) fn is_pods(&self) -> bool {
        self.rules.holds == Holds::PodSpec(&["spec"])
    }

    /// Whether its objects make pods, and may well be the work of a controller themselves.
    pub(super) fn makes_pods(&self) -> bool {
        let is_mostly_unowned = self.rules.is_numerous && !self.rules.is_mostly_owned;
        self.rules.is_controller && !is_mostly_unowned && !self.is_pods()
    }
}

/// Groups of measurements, which others serve.
const METRICS: [&str; 3] = ["custom.metrics.k8s.io", "external.metrics.k8s.io", "metrics.k8s.io"];

/// Every list that a scan reads. In one namespace, kinds that lie in none are left out.
pub(super) fn parts(discovery: &Discovery, one_namespace: bool) -> Vec<Part> {
    let mut parts = Vec::new();
    for resource in discovery.listable() {
        if one_namespace && !resource.namespaced {
            continue;
        }
        let rules = KindRules::find(&resource.group, &resource.kind);
        if !rules.is_listed_in(&resource.group) || METRICS.contains(&resource.group.as_str()) {
            continue;
        }
        let only_types: &[_] = match rules.holds {
            // By type, so that what Helm keeps in Secrets, and all else that is of no use here,
            // never leaves the server.
            Holds::Logins => {
                &[Some("kubernetes.io/dockercfg"), Some("kubernetes.io/dockerconfigjson")]
            }
            _ => &[None],
        };
        let resource = Arc::new(resource.clone());
        parts.extend(only_types.iter().map(|only_type| Part {
            resource: Arc::clone(&resource),
            rules,
            only_type: *only_type,
        }));
    }
    // The long lists first: they decide how long it takes.
    parts.sort_by_key(|part| !part.rules.is_numerous);
    parts
}

/// Whether kinds of a group's version (`example.com/v1`), which are not known, may name images. A
/// metrics server that is down is everyday life.
pub(super) fn may_matter(version: &str) -> bool {
    let group = version.split('/').next().unwrap_or_default();
    !METRICS.contains(&group)
}

/// Whether an object says anything about CCR or pull secrets, and isn't the work of a controller
/// that is read itself.
pub(super) fn is_worth_keeping(found: &ScannedObject, also: Option<&Host>) -> bool {
    if found.is_made_from_template {
        return false;
    }
    let positions = &found.positions;
    let is_of_interest = |image: &ImagePosition| match &image.class {
        ImageClass::Elsewhere(read) => {
            also.is_some() && read.as_ref().map(|read| &read.host) == also
        }
        _ => true,
    };
    let lists_secrets =
        |secrets: &Option<Vec<String>>| secrets.as_ref().is_some_and(|list| !list.is_empty());
    !positions.fields.is_empty()
        || !positions.mentions.is_empty()
        || positions
            .pod_specs
            .iter()
            .any(|spec| lists_secrets(&spec.pull_secrets) || spec.images.iter().any(is_of_interest))
}

/// Whether an object has pods, and isn't the work of a controller that is read itself.
pub(super) fn has_pods(found: &ScannedObject) -> bool {
    !found.is_made_from_template && !found.positions.pod_specs.is_empty()
}

#[cfg(test)]
mod tests;
