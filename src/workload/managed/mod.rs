//! Who manages an object, and so where it must be changed: a live change to it would be undone, or
//! stand in the way of the next upgrade.

mod appliers;
mod controllers;
mod manager;
mod marks;

use serde_json::Value;

use super::field_managers;
use super::object::group_of;
use super::pointer::Pointer;
pub use appliers::applier_notes;
pub use manager::Manager;
use manager::NODE;
use marks::{Marks, OwnerReference};

/// The annotation in which `kubectl apply` keeps what it applied.
pub(super) const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// Who manages `object`.
///
/// A controller owner goes first, since it is what would undo a change at once; then OLM, Flux,
/// Argo CD, other controllers and Helm by their labels and annotations; last, who wrote its fields.
#[must_use]
pub fn manager(object: &Value) -> Option<Manager> {
    let metadata = object.get("metadata")?;
    let marks = Marks { metadata };
    static_pod(object, &marks)
        .or_else(|| owner(&marks))
        .or_else(|| olm(&marks))
        .or_else(|| flux(&marks))
        .or_else(|| argo_cd(object, &marks))
        .or_else(|| controllers::of(&marks))
        .or_else(|| helm(&marks))
        .or_else(|| by_fields(&marks))
}

/// A mirror of a Pod that a kubelet runs from a file of its own node. Not all of them have an owner.
fn static_pod(object: &Value, marks: &Marks<'_>) -> Option<Manager> {
    marks.annotation("kubernetes.io/config.mirror")?;
    let node = object["spec"]["nodeName"].as_str().unwrap_or_default();
    Some(Manager::Owner { kind: NODE.to_owned(), name: node.to_owned() })
}

fn owner(marks: &Marks<'_>) -> Option<Manager> {
    let is_olms = |owner: &OwnerReference<'_>| {
        owner.kind == "ClusterServiceVersion"
            && group_of(owner.api_version) == "operators.coreos.com"
    };
    let controller = marks.owners().find(|owner| owner.is_controller);
    let owner = controller.or_else(|| marks.owners().find(is_olms))?;
    let (kind, name) = (owner.kind.to_owned(), owner.name.to_owned());
    Some(if is_olms(&owner) { Manager::Olm { name } } else { Manager::Owner { kind, name } })
}

fn olm(marks: &Marks<'_>) -> Option<Manager> {
    let by = |kind_key: &str, kind: &str, name_key: &str| {
        (marks.label(kind_key) == Some(kind)).then(|| marks.label(name_key)).flatten()
    };
    let name = by("olm.owner.kind", "ClusterServiceVersion", "olm.owner").or_else(|| {
        by(
            "olm.operatorframework.io/owner-kind",
            "ClusterExtension",
            "olm.operatorframework.io/owner-name",
        )
    })?;
    Some(Manager::Olm { name: name.to_owned() })
}

fn flux(marks: &Marks<'_>) -> Option<Manager> {
    let namespace = |key: &str| marks.label(key).map(str::to_owned);
    if let Some(name) = marks.label("helm.toolkit.fluxcd.io/name") {
        let namespace = namespace("helm.toolkit.fluxcd.io/namespace");
        return Some(Manager::FluxHelmRelease { name: name.to_owned(), namespace });
    }
    let name = marks.label("kustomize.toolkit.fluxcd.io/name")?;
    let namespace = namespace("kustomize.toolkit.fluxcd.io/namespace");
    Some(Manager::FluxKustomization { name: name.to_owned(), namespace })
}

fn argo_cd(object: &Value, marks: &Marks<'_>) -> Option<Manager> {
    let application = marks
        .annotation("argocd.argoproj.io/tracking-id")
        .filter(|id| is_tracked_as(id, object, marks))
        .map(|id| id.split(':').next().unwrap_or(id))
        // `app.kubernetes.io/instance` is Argo CD's default too, but many other tools set that one.
        .or_else(|| marks.label("argocd.argoproj.io/instance"))?;
    Some(Manager::ArgoCd { application: application.to_owned() })
}

/// Whether a tracking id, `APPLICATION:GROUP/KIND:NAMESPACE/NAME`, means this very object: operators
/// copy the annotation to what they make, and Argo CD disregards it there, too.
fn is_tracked_as(id: &str, object: &Value, marks: &Marks<'_>) -> bool {
    let mut parts = id.splitn(3, ':').skip(1);
    let mut last = || parts.next().and_then(|part| Some(part.split_once('/')?.1));
    let (Some(kind), Some(name)) = (last(), last()) else { return true };
    object.get("kind").and_then(Value::as_str) == Some(kind)
        && marks.metadata.get("name").and_then(Value::as_str) == Some(name)
}

fn helm(marks: &Marks<'_>) -> Option<Manager> {
    // The annotation is Helm's own; the label `managed-by: Helm` also comes with `helm template`.
    let release = marks.annotation("meta.helm.sh/release-name")?.to_owned();
    let namespace = marks.annotation("meta.helm.sh/release-namespace").map(str::to_owned);
    Some(Manager::Helm { release, namespace })
}

fn by_fields(marks: &Marks<'_>) -> Option<Manager> {
    let namespace = None;
    field_managers::of(marks.metadata).filter(field_managers::Entry::owns_what_it_is).find_map(
        |entry| match entry.name {
            "helm" => {
                Some(Manager::Helm { release: marks.instance(), namespace: namespace.clone() })
            }
            "argocd-controller" | "argocd-application-controller" | "argocd" => {
                Some(Manager::ArgoCd { application: marks.instance() })
            }
            "kustomize-controller" => Some(Manager::FluxKustomization {
                name: String::new(),
                namespace: namespace.clone(),
            }),
            "helm-controller" => Some(Manager::FluxHelmRelease {
                name: marks.instance(),
                namespace: namespace.clone(),
            }),
            "olm" => Some(Manager::Olm { name: String::new() }),
            _ => None,
        },
    )
}

#[cfg(test)]
mod tests;
