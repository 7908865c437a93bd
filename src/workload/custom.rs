//! Searching a custom resource: pod specs at any depth, fields that are whole references, fields
//! that make one together, and text that names CCR among other words.
//!
//! The model is kbld's: no kind is known by name.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::found_name;
use super::image_class::ImageClass;
use super::pod_spec::{self, CONTAINERS};
use super::positions::MentionKind;
use super::rename_error::RenameError;
use super::search::{COPIES, Search};
use super::split::{Paired, SplitReference};

/// Deeper than any object that can be read: `serde_json` stops at 128.
const DEEPEST: usize = 128;

/// How a part of the object is searched.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// Whole references are fields.
    Fields,
    /// The value of `image` or an entry of `images`: a field if it only begins as a reference, so
    /// that a malformed one is refused by name and not passed over.
    Image,
    /// An address: a field only if it is an image's, with a tag. Charts and artifacts have some.
    Address,
    /// `env`, `args`, `command`, `script`: text there is told to a program. A map is none.
    Told,
    /// `env` as a map: what isn't an image by its key is told to a program.
    Variables,
    /// What is below `kustomize`.
    Kustomize,
    /// An entry of its `images`, `[OLD=]NEW[:TAG]`.
    KustomizeImage,
    /// All that names CCR is a mention.
    Mentions,
}

/// Searches the whole resource.
pub(super) fn search(search: &mut Search<'_>, object: &Value) {
    walk(search, object, Mode::Fields, DEEPEST);
}

/// Searches a resource that says which images others may have.
pub(super) fn search_policy(search: &mut Search<'_>, object: &Value) {
    search.mentions_are = MentionKind::Policy;
    walk(search, object, Mode::Mentions, DEEPEST);
}

fn walk(search: &mut Search<'_>, value: &Value, mode: Mode, depth: usize) {
    let Some(depth) = depth.checked_sub(1) else { return };
    match value {
        Value::String(text) => string(search, text, mode),
        Value::Array(list) => walk_list(search, list, mode, depth),
        Value::Object(map) => {
            let mode = if mode == Mode::Told { Mode::Fields } else { mode };
            walk_map(search, value, map, mode, depth);
        }
        _ => {}
    }
}

fn walk_list(search: &mut Search<'_>, list: &[Value], mode: Mode, depth: usize) {
    let paired = match mode {
        Mode::Mentions => HashMap::new(),
        _ => search.pair_parameters(list),
    };
    for (index, inner) in list.iter().enumerate() {
        let step = search.trail.enter_index(index);
        match (paired.get(&index), inner) {
            (Some(paired), Value::Object(parameter)) => {
                for (key, inner) in parameter {
                    let step = search.trail.enter_key(key);
                    match (*paired, inner) {
                        (Paired::Done, _) if key == "value" => {}
                        (Paired::Mention(kind), Value::String(text)) if key == "value" => {
                            search.text_as(text, kind);
                        }
                        _ => walk(search, inner, mode_below(mode, key, inner), depth),
                    }
                    search.trail.leave(&step);
                }
            }
            _ => walk(search, inner, mode, depth),
        }
        search.trail.leave(&step);
    }
}

fn walk_map(
    search: &mut Search<'_>,
    value: &Value,
    map: &Map<String, Value>,
    mode: Mode,
    depth: usize,
) {
    let is_pod_spec = mode != Mode::Mentions && is_pod_spec(map);
    if is_pod_spec {
        pod_spec::read(search, value);
    } else if mode != Mode::Mentions
        && let Some(key) = LISTS.into_iter().find(|key| lists_secrets(map, key))
    {
        let found = pod_spec::listed(search.trail.pointer(), value, key);
        search.found.pod_specs.push(found);
    }
    let paired = match mode {
        Mode::Mentions => HashMap::new(),
        _ => search.pair_map(map),
    };
    // The resource itself, or an object that is embedded in it.
    let is_object = map.contains_key("apiVersion") && map.contains_key("kind");
    for (key, inner) in map {
        let key = key.as_str();
        if is_object && key == "status" || key == "managedFields" || COPIES.contains(&key) {
            continue;
        }
        let step = search.trail.enter_key(key);
        match (paired.get(key), inner) {
            (Some(Paired::Done), _) => {}
            (Some(Paired::Mention(kind)), Value::String(text)) => search.text_as(text, *kind),
            // Names and labels can't hold a reference.
            _ if is_object && key == "metadata" => {
                search.within(inner, "annotations", |search, annotations| {
                    search.texts(annotations, &COPIES);
                });
            }
            _ if is_pod_spec && key == "volumes" => walk_volumes(search, inner, depth),
            _ if is_pod_spec && CONTAINERS.iter().any(|(list, _)| *list == key) => {}
            _ => walk(search, inner, mode_below(mode, key, inner), depth),
        }
        search.trail.leave(&step);
    }
}

fn mode_below(mode: Mode, key: &str, value: &Value) -> Mode {
    match key {
        _ if mode == Mode::Mentions => Mode::Mentions,
        "annotations" | "commonAnnotations" => Mode::Mentions,
        // The list of variables, as a container has it.
        "env" if value.is_array() => Mode::Mentions,
        "env" if value.is_object() => Mode::Variables,
        "env" | "args" | "command" | "script" => Mode::Told,
        "images" if mode == Mode::Kustomize => Mode::KustomizeImage,
        "image" | "images" => Mode::Image,
        "kustomize" => Mode::Kustomize,
        _ if mode == Mode::Variables && value.is_string() => Mode::Mentions,
        _ if key.to_ascii_lowercase().ends_with("url") => Mode::Address,
        _ => Mode::Fields,
    }
}

fn is_pod_spec(map: &Map<String, Value>) -> bool {
    let Some(Value::Array(containers)) = map.get("containers") else { return false };
    containers.iter().any(|container| container.get("image").is_some_and(Value::is_string))
}

/// The keys under which kinds list pull secrets, whatever else they hold.
const LISTS: [&str; 2] = ["imagePullSecrets", "pullSecrets"];

fn lists_secrets(map: &Map<String, Value>, key: &str) -> bool {
    map.get(key).and_then(Value::as_array).is_some_and(|list| !list.is_empty())
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
    if mode == Mode::KustomizeImage {
        return kustomize_image(search, text);
    }
    if matches!(mode, Mode::Mentions | Mode::Told)
        || !found_name::names_ccr(text, &search.names.ccr)
    {
        return search.text(text);
    }
    let reference = SplitReference::alone(text);
    let class = search.names.classify(&reference.text);
    if let ImageClass::Refused(RenameError::Malformed { .. }) = class {
        let is_host = reference.is_host();
        return match mode {
            _ if text.contains('*') => search.text_as(text, MentionKind::Policy),
            _ if is_host => search.text_as(text, MentionKind::Registry),
            Mode::Image if reference.text.contains('/') => search.whole(&reference),
            _ => search.text(text),
        };
    }
    // Without a tag or a digest, an address is as likely one of charts.
    let is_image = match reference.scheme() {
        Some(scheme) => scheme.eq_ignore_ascii_case("docker://"),
        None => mode != Mode::Address,
    };
    if mode != Mode::Image && reference.is_half() {
        search.text_as(text, MentionKind::Registry);
    } else if is_image || reference.doubt.is_none() {
        search.whole(&reference);
    } else {
        search.text(text);
    }
}

/// `[OLD=]NEW[:TAG][@DIGEST]`, as `kustomize edit set image` takes it and Argo CD has it in lists.
/// `OLD` says what to look for; without it, `NEW` does.
fn kustomize_image(search: &mut Search<'_>, text: &str) {
    let names_ccr = |text: &str| found_name::names_ccr(text, &search.names.ccr);
    let (old, new) = text.split_once('=').unwrap_or((text, text));
    let is_new = names_ccr(new);
    let reference = SplitReference::alone(new);
    let has_old = old.len() < text.len();
    if !has_old && is_new && reference.doubt.is_none() {
        let name = reference.bare_name();
        search.text_as(&name, MentionKind::Matcher);
        let before = format!("{name}=");
        return search.whole(&reference.behind(&before, text));
    }
    if names_ccr(old) {
        search.text_as(old, MentionKind::Matcher);
    }
    if has_old && is_new {
        let before = &text[..=old.len()];
        search.whole(&reference.behind(before, text));
    }
}

#[cfg(test)]
mod tests;
