//! Reading one pod spec: its images, its pull secrets, its account, and what its containers say.

use serde_json::Value;

use super::pointer::Pointer;
use super::positions::{AccountSource, ImagePosition, ImageRole, PodSpec};
use super::search::Search;
use super::secret_list::{ListForm, ListedSecrets, SecretList};

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
    let mut found = listed(search.trail.pointer(), spec, "imagePullSecrets");
    found.images = images;
    search.found.pod_specs.push(found);
}

/// What a map says of pull secrets and account, with the list at `key`. It has no images yet.
pub(super) fn listed(pointer: Pointer, holder: &Value, key: &str) -> PodSpec {
    let list = holder.get(key);
    let form = ListForm::of(list);
    let ListedSecrets { names, odd } = form.read(list);
    PodSpec {
        list: SecretList { pointer: pointer.key(key), form },
        pointer,
        images: Vec::new(),
        fields: Vec::new(),
        pull_secrets: names,
        odd_pull_secrets: odd,
        service_account: service_account(holder),
        other_accounts: Vec::new(),
        account_source: AccountSource::Object,
    }
}

fn service_account(spec: &Value) -> Option<String> {
    let account = |key: &str| text(spec, key).filter(|name| !name.is_empty());
    account("serviceAccountName").or_else(|| account("serviceAccount"))
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
