//! Reading one pod spec: its images, its pull secrets, its account, and what its containers say.

use serde_json::Value;

use super::positions::{ImagePosition, ImageRole, PodSpec};
use super::search::Search;

/// The lists of containers, and what they are.
pub(super) const CONTAINERS: [(&str, ImageRole); 3] = [
    ("containers", ImageRole::Container),
    ("initContainers", ImageRole::InitContainer),
    ("ephemeralContainers", ImageRole::EphemeralContainer),
];

/// Reads the pod spec that the search stands at.
pub(super) fn read(search: &mut Search<'_>, spec: &Value) {
    if !spec.is_object() {
        return;
    }
    let mut images = Vec::new();
    for (key, role) in CONTAINERS {
        search.within(spec, key, |search, list| {
            search.each(list, |search, container| {
                images.extend(image(search, container, "image", role, name(container)));
                words(search, container);
            });
        });
    }
    search.within(spec, "volumes", |search, list| {
        search.each(list, |search, volume| {
            search.within(volume, "image", |search, source| {
                images.extend(image(search, source, "reference", ImageRole::Volume, name(volume)));
            });
        });
    });
    let account = |key: &str| text(spec, key).filter(|name| !name.is_empty());
    search.found.pod_specs.push(PodSpec {
        pointer: search.trail.pointer(),
        images,
        pull_secrets: pull_secrets(spec),
        odd_pull_secrets: odd_pull_secrets(spec),
        service_account: account("serviceAccountName").or_else(|| account("serviceAccount")),
    });
}

/// The names in `imagePullSecrets` of a pod spec or a `ServiceAccount`.
pub(super) fn pull_secrets(holder: &Value) -> Option<Vec<String>> {
    let list = holder.get("imagePullSecrets")?.as_array()?;
    Some(list.iter().filter_map(name).collect())
}

/// The list of pull secrets itself, if its names alone don't tell it.
pub(super) fn odd_pull_secrets(holder: &Value) -> Option<Value> {
    let list = holder.get("imagePullSecrets")?;
    let is_name = |entry: &Value| {
        entry.as_object().is_some_and(|fields| fields.len() == 1) && name(entry).is_some()
    };
    (!list.as_array()?.iter().all(is_name)).then(|| list.clone())
}

fn image(
    search: &mut Search<'_>,
    holder: &Value,
    key: &str,
    role: ImageRole,
    container: Option<String>,
) -> Option<ImagePosition> {
    let text = text(holder, key)?;
    let step = search.trail.enter_key(key);
    let pointer = search.trail.pointer();
    search.trail.leave(&step);
    let class = search.names.classify(&text);
    Some(ImagePosition { pointer, role, container, text, class, split: None })
}

/// What a container is told, in which it may be told of an image.
fn words(search: &mut Search<'_>, container: &Value) {
    search.within(container, "env", |search, list| {
        search.each(list, |search, variable| {
            search.within(variable, "value", |search, value| {
                if let Value::String(text) = value {
                    search.text(text);
                }
            });
        });
    });
    for key in ["command", "args"] {
        search.within(container, key, |search, list| search.texts(list, &[]));
    }
}

fn name(holder: &Value) -> Option<String> {
    text(holder, "name")
}

fn text(holder: &Value, key: &str) -> Option<String> {
    holder.get(key)?.as_str().map(str::to_owned)
}
