//! Controllers that put a live change back by themselves, known by what they write on an object.
//!
//! A mark that is copied to what users edit is none: a finalizer, or `managed-by` alone.

use super::manager::Manager;
use super::marks::{Marks, OwnerReference};
use crate::workload::field_managers;
use crate::workload::object::group_of;

/// The controller that the object says it belongs to.
pub(super) fn of(marks: &Marks<'_>) -> Option<Manager> {
    let by_marks = [karmada, config_sync, addon_manager, kube_vela, crossplane, rancher];
    by_marks
        .iter()
        .find_map(|read| read(marks))
        .or_else(|| operator(marks))
        .or_else(|| by_fields(marks))
}

fn controller(controller: &'static str, name: &str, advice: impl Into<String>) -> Manager {
    Manager::Controller { controller, name: name.to_owned(), advice: advice.into() }
}

/// On a member cluster. The resource template in Karmada's own API server has neither mark.
fn karmada(marks: &Marks<'_>) -> Option<Manager> {
    let work = marks.annotation("work.karmada.io/name");
    let is_copy = marks.label("karmada.io/managed") == Some("true");
    (is_copy || work.is_some()).then(|| {
        let advice = "change its resource template, or an OverridePolicy, in Karmada's API server";
        controller("Karmada Work", work.unwrap_or_default(), advice)
    })
}

fn config_sync(marks: &Marks<'_>) -> Option<Manager> {
    (marks.annotation("configmanagement.gke.io/managed")? == "enabled").then(|| {
        let path = marks.annotation("configmanagement.gke.io/source-path").unwrap_or_default();
        controller("Config Sync", path, "edit its file in the source of Config Sync")
    })
}

/// With `EnsureExists` it is made if it is missing, and left as it is then.
fn addon_manager(marks: &Marks<'_>) -> Option<Manager> {
    (marks.label("addonmanager.kubernetes.io/mode")? == "Reconcile").then(|| {
        let advice = "edit its manifest on the control plane, or ask who runs that for it";
        controller("addon manager", "", advice)
    })
}

fn kube_vela(marks: &Marks<'_>) -> Option<Manager> {
    let name = marks.label("app.oam.dev/name")?;
    marks.label("app.oam.dev/component")?;
    let advice = format!("change the KubeVela Application `{name}`");
    Some(controller("KubeVela Application", name, advice))
}

/// A composed resource; the composite is its controller, where the provider says so.
fn crossplane(marks: &Marks<'_>) -> Option<Manager> {
    marks.annotation("crossplane.io/composition-resource-name")?;
    let name = marks.label("crossplane.io/composite").unwrap_or_default();
    let advice = format!("change the Crossplane composite `{name}`, or its Composition");
    Some(controller("Crossplane composite", name, advice))
}

/// Rancher's library for controllers: Fleet, Rancher itself, the manifests of k3s and RKE2.
fn rancher(marks: &Marks<'_>) -> Option<Manager> {
    let id = marks.annotation("objectset.rio.cattle.io/id")?;
    let owner = marks.annotation("objectset.rio.cattle.io/owner-name").unwrap_or(id);
    let gvk = marks.annotation("objectset.rio.cattle.io/owner-gvk").unwrap_or_default();
    let kind = gvk.rsplit("Kind=").next().filter(|kind| !kind.is_empty());
    Some(match kind {
        Some("Addon") => {
            let advice = "edit its manifest on the server, in server/manifests of k3s or RKE2";
            controller("k3s Addon", owner, advice)
        }
        Some(kind) => {
            controller("Rancher", owner, format!("change the {kind} `{owner}`, which makes it"))
        }
        None => controller("Rancher Fleet", owner, "edit the source of the Fleet bundle"),
    })
}

/// An owner that is no controller may only be there for deletion; with `managed-by` beside it, its
/// operator has made the object (Strimzi, and others that never set `controller`).
fn operator(marks: &Marks<'_>) -> Option<Manager> {
    let made = |owner: &OwnerReference<'_>| {
        group_of(owner.api_version) == "work.open-cluster-management.io"
    };
    if let Some(work) = marks.owners().find(made) {
        let advice = "change its ManifestWork, or what makes it, on the hub cluster";
        return Some(controller("Open Cluster Management", work.name, advice));
    }
    let by = marks.managed_by().filter(|by| !is_a_tool(by))?;
    let owner = marks.owners().find(|owner| group_of(owner.api_version).contains('.'))?;
    let (kind, name) = (owner.kind, owner.name);
    Some(controller("operator", by, format!("change the {kind} `{name}`, which it makes it from")))
}

/// What `managed-by` says of something that a person or a pipeline runs.
pub(super) fn is_a_tool(by: &str) -> bool {
    let by = by.to_ascii_lowercase();
    let tools = [
        "helm",
        "tiller",
        "kustomize",
        "terraform",
        "pulumi",
        "ansible",
        "kapp",
        "skaffold",
        "tilt",
    ];
    tools.iter().any(|tool| by.starts_with(tool))
}

fn by_fields(marks: &Marks<'_>) -> Option<Manager> {
    let own = field_managers::of(marks.metadata).filter(field_managers::Entry::owns_what_it_is);
    own.filter(|entry| entry.is_apply).find_map(|entry| match entry.name {
        "configsync" => {
            Some(controller("Config Sync", "", "edit its file in the source of Config Sync"))
        }
        "eks" => Some(controller("EKS add-on", "", "change the configuration of the EKS add-on")),
        name if name.starts_with("apiextensions.crossplane.io/") => {
            Some(controller("Crossplane", "", "change its composite, or the Composition"))
        }
        _ => None,
    })
}
