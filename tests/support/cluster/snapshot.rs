//! All that users wrote into some namespaces, to compare before and after.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Api, Cluster};

/// Objects without what the server or a controller adds, by `namespace/plural.group/name`.
#[derive(Debug, PartialEq)]
pub(crate) struct Snapshot(pub(crate) BTreeMap<String, Value>);

/// Fields that change without a change of the object.
const OF_THE_SERVER: &[&str] =
    &["creationTimestamp", "generation", "managedFields", "resourceVersion", "uid"];
const OF_CONTROLLERS: &[&str] =
    &["deployment.kubernetes.io/revision", "deprecated.daemonset.template.generation"];

impl Cluster {
    /// Every object of these namespaces that isn't owned by a controller and isn't an event.
    #[track_caller]
    pub(crate) fn snapshot(&self, namespaces: &[&str]) -> Snapshot {
        let mut objects = BTreeMap::new();
        for (group_path, kind, plural) in kinds(self.api()) {
            for namespace in namespaces {
                let path = format!("{group_path}/namespaces/{namespace}/{plural}");
                let list = self.api().get(&path).good();
                for object in list["items"].as_array().into_iter().flatten() {
                    if is_controlled(object) {
                        continue;
                    }
                    let name = object["metadata"]["name"].as_str().unwrap();
                    objects.insert(format!("{namespace}/{kind}/{name}"), tidy(object.clone()));
                }
            }
        }
        Snapshot(objects)
    }
}

impl Snapshot {
    /// Fails with the objects that differ, if any do.
    #[track_caller]
    pub(crate) fn assert_same(&self, after: &Self) {
        let keys = self.0.keys().chain(after.0.keys().filter(|key| !self.0.contains_key(*key)));
        let mut differences = Vec::new();
        for key in keys {
            let (old, new) = (self.0.get(key), after.0.get(key));
            if old != new {
                let show = |object: Option<&Value>| {
                    object.map_or("(nothing)".to_owned(), |object| format!("{object:#}"))
                };
                differences.push(format!("{key}\nbefore: {}\nafter: {}", show(old), show(new)));
            }
        }
        assert!(differences.is_empty(), "not as it was:\n{}", differences.join("\n"));
    }
}

fn is_controlled(object: &Value) -> bool {
    let owners = object["metadata"]["ownerReferences"].as_array();
    owners.into_iter().flatten().any(|owner| owner["controller"] == true)
}

fn tidy(mut object: Value) -> Value {
    object.as_object_mut().unwrap().remove("status");
    let metadata = object["metadata"].as_object_mut().unwrap();
    for key in OF_THE_SERVER {
        metadata.remove(*key);
    }
    if let Some(annotations) = metadata.get_mut("annotations").and_then(Value::as_object_mut) {
        for key in OF_CONTROLLERS {
            annotations.remove(*key);
        }
        if annotations.is_empty() {
            metadata.remove("annotations");
        }
    }
    object
}

/// Each kind of object that lives in namespaces and can be listed: the path of its group, its
/// plural with the group, its plural.
#[track_caller]
fn kinds(api: &Api) -> Vec<(String, String, String)> {
    let groups = api.get("/apis").good();
    // The preferred version is the first, and some kinds are in others only.
    let versions = groups["groups"].as_array().unwrap().iter().flat_map(|group| {
        group["versions"].as_array().unwrap().iter().map(|version| {
            let version = version["groupVersion"].as_str().unwrap();
            (format!("/apis/{version}"), format!(".{}", group["name"].as_str().unwrap()))
        })
    });
    let versions = std::iter::once(("/api/v1".to_owned(), String::new())).chain(versions);
    let mut kinds: Vec<(String, String, String)> = Vec::new();
    for (path, group) in versions {
        let list = api.get(&path).good();
        for resource in list["resources"].as_array().unwrap() {
            let plural = resource["name"].as_str().unwrap();
            let can_list = resource["verbs"].as_array().unwrap().iter().any(|verb| verb == "list");
            let kind = format!("{plural}{group}");
            let is_known = kinds.iter().any(|(_, known, _)| *known == kind);
            if resource["namespaced"] == true && can_list && plural != "events" && !is_known {
                kinds.push((path.clone(), kind, plural.to_owned()));
            }
        }
    }
    kinds
}
