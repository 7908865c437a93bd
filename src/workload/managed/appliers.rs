//! Who put an object there from files, and would put the old image back at the next run: what to
//! change besides the object. Unlike with a [`Manager`], nothing happens by itself.

use serde_json::Value;

use super::controllers::is_a_tool;
use super::marks::Marks;
use super::{LAST_APPLIED, Manager, Pointer};
use crate::workload::field_managers::{self, Entry};

/// One sentence for each; `images` are the places of the object's images. Of an object that has a
/// `manager`, who says what to edit, labels and field managers say nothing more.
#[must_use]
pub fn applier_notes(
    object: &Value,
    images: &[&Pointer],
    manager: Option<&Manager>,
) -> Vec<String> {
    let Some(metadata) = object.get("metadata") else { return Vec::new() };
    let marks = Marks { metadata };
    let mut notes = Vec::new();
    if is_applied_by_kubectl(&marks) {
        notes.push(
            "it was applied from a file: change the file as well, or the next apply reverts this"
                .to_owned(),
        );
    }
    if manager.is_some() {
        return notes;
    }
    let known = known_tool(&marks);
    notes.extend(known.clone());
    let strangers = field_managers::of(metadata).filter(|entry| {
        let is_known = matches!(entry.name, "kubectl" | "tcr-switch") || tool_of(entry).is_some();
        entry.is_apply && !is_known && images.iter().any(|image| entry.owns(object, image))
    });
    notes.extend(strangers.map(|entry| {
        let name = entry.name;
        format!(
            "`{name}` applies it server-side and has set the image: change the image where `{name}` \
             has it from, or its next apply reverts this"
        )
    }));
    if known.is_none() {
        notes.extend(marks.managed_by().map(|by| {
            format!("its label `managed-by` names `{by}`: see whether that has the image, too")
        }));
    }
    notes.extend(marks.owners().filter(|owner| !owner.is_controller).map(|owner| {
        let (kind, name) = (owner.kind, owner.name);
        format!("it belongs to {kind} `{name}`: see whether that names the image, too")
    }));
    notes
}

fn reverts(what: &str, place: &str, command: &str) -> String {
    format!("{what}: change the image {place} as well, or the next {command} reverts this")
}

/// A tool that is known by its own marks, or by the name under which it writes.
fn known_tool(marks: &Marks<'_>) -> Option<String> {
    if let Some(app) = marks.label("kapp.k14s.io/app") {
        let what = format!("it is part of kapp's app {app}");
        return Some(reverts(&what, "in its configuration", "kapp deploy, or kapp-controller,"));
    }
    if let Some(note) = field_managers::of(marks.metadata)
        .filter(Entry::owns_what_it_is)
        .find_map(|entry| tool_of(&entry))
    {
        return Some(note);
    }
    let by = marks.managed_by().or_else(|| marks.label("heritage")).filter(|by| is_a_tool(by))?;
    let release = marks.instance();
    match by.to_ascii_lowercase().as_str() {
        "tiller" => {
            let what = format!("its labels name the release `{release}` of Helm 2");
            Some(reverts(&what, "in the values of its chart", "helm upgrade"))
        }
        "helm" => {
            let what = "it comes from the templates of a chart, without a release";
            Some(reverts(what, "in the values", "apply of them"))
        }
        "terraform" => Some(terraform()),
        "pulumi" => Some(pulumi()),
        tool => Some(reverts(&format!("its labels name {tool}"), "in its source", "run of it")),
    }
}

fn terraform() -> String {
    reverts("Terraform has made it", "in its configuration", "terraform apply")
}

fn pulumi() -> String {
    reverts("Pulumi has made it", "in its program", "pulumi up")
}

/// By the field manager, which is a setting of the tool or the beginning of its user agent.
fn tool_of(entry: &Entry<'_>) -> Option<String> {
    let name = entry.name.to_ascii_lowercase();
    let begins = |with: &[&str]| with.iter().any(|with| name.starts_with(with));
    if begins(&["terraform", "hashicorp"]) {
        return Some(terraform());
    }
    begins(&["pulumi"]).then(pulumi)
}

/// Its writes are updates to the server, whatever kubectl did; or an apply, server-side.
fn is_applied_by_kubectl(marks: &Marks<'_>) -> bool {
    marks.annotation(LAST_APPLIED).is_some()
        || field_managers::of(marks.metadata).any(|entry| match entry.name {
            "kubectl" => entry.is_apply,
            "kubectl-client-side-apply" => true,
            _ => false,
        })
}
