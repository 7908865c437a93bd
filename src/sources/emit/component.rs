//! A Component of kustomize that switches bases which aren't ours.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::Value;

use super::changes::{Change, Step, changes, documents};
use super::emitted::{Emitted, MARK};
use super::error::EmitError;
use super::lines::quoted;
use super::patch::patch;

const HEAD: &str = "\
component=…` of what these bases rendered then. Make it again when
# they change: the build fails where a patch finds another value.
# Where they are used:  components: [ this folder ]
apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
";

/// The Component that makes `mapped` of `rendered`, which is what `kustomize build` printed.
///
/// Images of containers become entries of `images`; these hold for all tags, and for what a base adds
/// later. All else is patched where it stands.
///
/// # Errors
/// If either is no YAML, or they differ by more than texts.
pub(in crate::sources) fn component(rendered: &[u8], mapped: &[u8]) -> Result<Emitted, EmitError> {
    let (old, new) = (documents(rendered)?, documents(mapped)?);
    let (old, new) = (objects(&old), objects(&new));
    if old.len() != new.len() {
        return Err(EmitError::NotTheSame("there are more objects, or fewer".to_owned()));
    }
    let pairs: Vec<(&Value, &Value)> = old.into_iter().zip(new).collect();
    let images = images(&pairs);
    let mut patches = String::new();
    let mut left = Vec::new();
    for (old, new) in &pairs {
        let mut changes = changes(old, new)?;
        changes.retain(|change| !is_done_by(&images, old, change));
        if changes.is_empty() {
            continue;
        }
        match patch(old, &changes) {
            Some(patch) => patches.push_str(&patch),
            None => left.push(format!(
                "{} of an object without a name can't be patched: {}",
                old["kind"].as_str().unwrap_or("something"),
                changes[0].old
            )),
        }
    }
    let mut text = MARK.to_owned() + HEAD;
    if !images.is_empty() {
        text.push_str("images:\n");
    }
    for (name, new) in &images {
        let _ = writeln!(text, "- name: {}\n  newName: {}", quoted(name), quoted(new));
    }
    if !patches.is_empty() {
        let _ = write!(text, "patches:\n{patches}");
    }
    let is_empty = images.is_empty() && patches.is_empty();
    Ok(Emitted { text: (!is_empty).then_some(text), left })
}

/// Objects as kustomize has them: it takes lists apart.
fn objects(documents: &[Value]) -> Vec<&Value> {
    let mut all = Vec::new();
    for document in documents {
        let is_list = document["kind"].as_str().is_some_and(|kind| kind.ends_with("List"));
        match document["items"].as_array().filter(|_| is_list) {
            Some(items) => all.extend(objects(items)),
            None => all.push(document),
        }
    }
    all
}

/// Names of images that become the same other name wherever kustomize would change them.
fn images<'a>(pairs: &[(&'a Value, &'a Value)]) -> BTreeMap<&'a str, &'a str> {
    let mut all: BTreeMap<&str, Option<&str>> = BTreeMap::new();
    for (old, new) in pairs.iter().filter(|(old, _)| has_images(old)) {
        let mut places = Vec::new();
        containers(old, new, &mut places);
        for (old, new) in places {
            let ((name, version), (new, new_version)) = (split(old), split(new));
            let new = Some(new).filter(|_| version == new_version);
            all.entry(name)
                .and_modify(|known| *known = known.filter(|_| *known == new))
                .or_insert(new);
        }
    }
    let all = all.into_iter().filter_map(|(name, new)| Some((name, new?)));
    all.filter(|(name, new)| name != new).collect()
}

/// Whether kustomize changes images in such an object (`api/filters/imagetag/legacy.go`).
fn has_images(object: &Value) -> bool {
    object["kind"] != "CustomResourceDefinition"
}

/// All images of containers, of both readings.
fn containers<'a>(old: &'a Value, new: &'a Value, all: &mut Vec<(&'a str, &'a str)>) {
    match (old, new) {
        (Value::Object(old), Value::Object(new)) => {
            for ((key, old), new) in old.iter().zip(new.values()) {
                containers(old, new, all);
                let (Some(old), Some(new)) = (old.as_array(), new.as_array()) else { continue };
                if is_containers(key) {
                    let images = old.iter().zip(new);
                    let images =
                        images.map(|(old, new)| (old["image"].as_str(), new["image"].as_str()));
                    all.extend(images.filter_map(|(old, new)| Some((old?, new?))));
                }
            }
        }
        (Value::Array(old), Value::Array(new)) => {
            old.iter().zip(new).for_each(|(old, new)| containers(old, new, all));
        }
        _ => {}
    }
}

fn is_containers(key: &str) -> bool {
    matches!(key, "containers" | "initContainers")
}

/// Whether an entry of `images` makes this change already.
fn is_done_by(images: &BTreeMap<&str, &str>, object: &Value, change: &Change<'_>) -> bool {
    let is_image = matches!(
        change.path.as_slice(),
        [.., Step::Key(list), Step::Item(_), Step::Key("image")] if is_containers(list)
    );
    is_image && has_images(object) && images.contains_key(split(change.old).0)
}

/// A reference's name, and its tag and digest with the sign in front (`api/internal/image`).
fn split(reference: &str) -> (&str, &str) {
    let end = reference.find('@').unwrap_or(reference.len());
    let path = reference[..end].rfind('/').map_or(0, |at| at + 1);
    let end = reference[path..end].find(':').map_or(end, |at| path + at);
    reference.split_at(end)
}
