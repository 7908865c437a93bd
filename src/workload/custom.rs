//! Searching a custom resource: pod specs at any depth, fields that are whole references, and text
//! that names CCR among other words.
//!
//! The model is kbld's: no kind is known by name.

use serde_json::{Map, Value};

use super::found_name;
use super::image_class::ImageClass;
use super::pod_spec::{self, CONTAINERS};
use super::positions::{ImagePosition, ImageRole};
use super::rename_error::RenameError;
use super::search::{COPIES, Search};

/// Deeper than any object that can be read: `serde_json` stops at 128.
const DEEPEST: usize = 128;

/// Keys below which nothing is ever changed, only reported: what a program is told, and kustomize's
/// image lists, whose names say what to look for in files that are not here.
const TOLD: [&str; 6] = ["env", "args", "command", "script", "annotations", "kustomize"];

/// How a part of the object is searched.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// Whole references are fields.
    Fields,
    /// The value of `image` or an entry of `images`: a field if it only begins as a reference, so
    /// that a malformed one is refused by name and not passed over.
    Image,
    /// All that names CCR is a mention.
    Mentions,
}

/// Searches the whole resource.
pub(super) fn search(search: &mut Search<'_>, object: &Value) {
    walk(search, object, Mode::Fields, DEEPEST);
}

fn walk(search: &mut Search<'_>, value: &Value, mode: Mode, depth: usize) {
    let Some(depth) = depth.checked_sub(1) else { return };
    match value {
        Value::String(text) => string(search, text, mode),
        Value::Array(_) => search.each(value, |search, inner| walk(search, inner, mode, depth)),
        Value::Object(map) => {
            let is_pod_spec = mode == Mode::Fields && is_pod_spec(map);
            if is_pod_spec {
                pod_spec::read(search, value);
            }
            // The resource itself, or an object that is embedded in it.
            let is_object = map.contains_key("apiVersion") && map.contains_key("kind");
            for (key, inner) in map {
                let key = key.as_str();
                if is_object && key == "status" || key == "managedFields" || COPIES.contains(&key) {
                    continue;
                }
                let step = search.trail.enter_key(key);
                if is_object && key == "metadata" {
                    // Names and labels can't hold a reference.
                    search.within(inner, "annotations", |search, annotations| {
                        search.texts(annotations, &COPIES);
                    });
                } else if is_pod_spec && is_read_as_pod_spec(key) {
                    if key == "volumes" {
                        walk_volumes(search, inner, depth);
                    }
                } else {
                    walk(search, inner, mode_below(mode, key, map), depth);
                }
                search.trail.leave(&step);
            }
        }
        _ => {}
    }
}

fn mode_below(mode: Mode, key: &str, map: &Map<String, Value>) -> Mode {
    match key {
        _ if mode == Mode::Mentions || TOLD.contains(&key) => Mode::Mentions,
        // An entry of kustomize's `images`, as Flux has them at the top of its spec.
        "name" if map.contains_key("newName") || map.contains_key("newTag") => Mode::Mentions,
        "image" | "images" => Mode::Image,
        _ => Mode::Fields,
    }
}

fn is_pod_spec(map: &Map<String, Value>) -> bool {
    let Some(Value::Array(containers)) = map.get("containers") else { return false };
    containers.iter().any(|container| container.get("image").is_some_and(Value::is_string))
}

fn is_read_as_pod_spec(key: &str) -> bool {
    key == "volumes" || CONTAINERS.iter().any(|(list, _)| *list == key)
}

/// Volumes but for their images, which the pod spec has.
fn walk_volumes(search: &mut Search<'_>, volumes: &Value, depth: usize) {
    search.each(volumes, |search, volume| {
        for (key, inner) in volume.as_object().into_iter().flatten() {
            if key != "image" {
                let step = search.trail.enter_key(key);
                walk(search, inner, Mode::Fields, depth);
                search.trail.leave(&step);
            }
        }
    });
}

fn string(search: &mut Search<'_>, text: &str, mode: Mode) {
    match field(search, text, mode) {
        Some(class) => search.found.fields.push(ImagePosition {
            pointer: search.trail.pointer(),
            role: ImageRole::Field,
            container: None,
            text: text.to_owned(),
            class,
        }),
        None => search.text(text),
    }
}

/// What the image is to a switch, if `text` is one.
fn field(search: &Search<'_>, text: &str, mode: Mode) -> Option<ImageClass> {
    let host = match mode {
        Mode::Mentions => None,
        Mode::Fields | Mode::Image => found_name::leading_ccr_host(text, &search.names.ccr),
    }?;
    let class = search.names.classify(text);
    let is_field = match mode {
        // A host alone is half a reference: its other half is in the next field.
        Mode::Image => text.trim().len() > host.as_str().len(),
        _ => !matches!(class, ImageClass::Refused(RenameError::Malformed { .. })),
    };
    is_field.then_some(class)
}

#[cfg(test)]
mod tests;
