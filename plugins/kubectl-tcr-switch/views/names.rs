//! How objects and places in them are named for people.

use ccr2tcr::workload::{ImageRole, ObjectRef, Pointer};

/// Where an image stands, for people.
pub(crate) fn place(role: ImageRole, container: Option<&str>, pointer: &Pointer) -> String {
    let name = container.unwrap_or_default();
    match role {
        ImageRole::Container => name.to_owned(),
        ImageRole::InitContainer => format!("{name} (init)"),
        ImageRole::EphemeralContainer => format!("{name} (ephemeral)"),
        ImageRole::Volume => format!("{name} (volume)"),
        ImageRole::Field => pointer.to_string(),
    }
}

/// `deployment.apps/web in shop`
pub(crate) fn at(object: &ObjectRef) -> String {
    match &object.namespace {
        Some(namespace) => format!("{object} in {namespace}"),
        None => object.to_string(),
    }
}
