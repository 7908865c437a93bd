//! Where an object uses a Secret by its name. Pure.
//!
//! Built-in kinds are searched where Kubernetes has names of Secrets, custom ones everywhere: what
//! their fields mean is not known. To find too much costs a Secret that could have been deleted.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::workload::{Pointer, is_built_in_group};

/// A use of a Secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SecretMention {
    /// The Secret's name.
    pub(super) name: String,
    /// Where it stands.
    pub(super) pointer: Pointer,
}

/// The uses of Secrets of these names in an object of this API group.
pub(super) fn secret_mentions(
    object: &Value,
    group: &str,
    names: &BTreeSet<&str>,
) -> Vec<SecretMention> {
    let mut search = Search { names, found: Vec::new() };
    match object["kind"].as_str() {
        _ if !is_built_in_group(group) => search.anywhere(object, &Pointer::root()),
        // Templates of pods that an operator or a CI server makes, as text.
        Some("ConfigMap") => search.words(&object["data"], &Pointer::root().key("data")),
        Some("ServiceAccount") => search.fields(object, &Pointer::root(), false),
        _ => search.fields(&object["spec"], &Pointer::root().key("spec"), false),
    }
    search.found
}

/// Whether a string of an object is this one: what lies in no namespace names the Secret's, too.
pub(super) fn holds_string(value: &Value, wanted: &str) -> bool {
    match value {
        Value::String(text) => text == wanted,
        Value::Array(items) => items.iter().any(|item| holds_string(item, wanted)),
        Value::Object(fields) => fields.values().any(|field| holds_string(field, wanted)),
        _ => false,
    }
}

struct Search<'a> {
    names: &'a BTreeSet<&'a str>,
    found: Vec<SecretMention>,
}

impl Search<'_> {
    fn add(&mut self, name: &str, pointer: &Pointer) {
        self.found.push(SecretMention { name: name.to_owned(), pointer: pointer.clone() });
    }

    fn whole(&mut self, text: &str, pointer: &Pointer) {
        if self.names.contains(text) {
            self.add(text, pointer);
        }
    }

    /// Each string that is a name.
    fn anywhere(&mut self, value: &Value, pointer: &Pointer) {
        match value {
            Value::String(text) => self.whole(text, pointer),
            _ => each(value, pointer, |_, inner, at| self.anywhere(inner, at)),
        }
    }

    /// The fields that hold names of Secrets: `secretName`, `secretRef.name`, `imagePullSecrets[].name`,
    /// whatever volume or driver they belong to. Variables and arguments may hand a name on.
    fn fields(&mut self, value: &Value, pointer: &Pointer, is_of_secret: bool) {
        let is_list = value.is_array();
        each(value, pointer, |key, inner, at| match inner {
            Value::String(text) if is_list && is_of_secret || names_secret(key) => {
                self.whole(text, at);
            }
            Value::String(text) if is_of_secret && key == "name" => self.whole(text, at),
            Value::String(_) if key == "value" => self.words(inner, at),
            Value::String(_) => {}
            _ if matches!(key, "args" | "command") => self.words(inner, at),
            _ => self.fields(inner, at, names_secret(key) || is_list && is_of_secret),
        });
    }

    /// Texts in which a name stands as a word.
    fn words(&mut self, value: &Value, pointer: &Pointer) {
        match value {
            Value::String(text) => {
                for name in self.names.iter().filter(|name| has_word(text, name)) {
                    self.found
                        .push(SecretMention { name: (*name).to_owned(), pointer: pointer.clone() });
                }
            }
            _ => each(value, pointer, |_, inner, at| self.words(inner, at)),
        }
    }
}

fn names_secret(key: &str) -> bool {
    key.to_lowercase().contains("secret")
}

/// The parts of a map or a list with their keys and places.
fn each(value: &Value, pointer: &Pointer, mut visit: impl FnMut(&str, &Value, &Pointer)) {
    match value {
        Value::Object(fields) => {
            for (key, inner) in fields {
                visit(key, inner, &pointer.key(key));
            }
        }
        Value::Array(items) => {
            for (index, inner) in items.iter().enumerate() {
                visit("", inner, &pointer.index(index));
            }
        }
        _ => {}
    }
}

/// Whether a Secret's name stands in a text, and not as a part of a longer name or a host.
fn has_word(text: &str, name: &str) -> bool {
    let is_of_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
    text.match_indices(name).any(|(start, _)| {
        let before = text[..start].chars().next_back();
        let mut behind = text[start + name.len()..].chars();
        let ends = match behind.next() {
            // A sentence may end there.
            Some('.') => !behind.next().is_some_and(is_of_name),
            next => !next.is_some_and(is_of_name),
        };
        ends && !before.is_some_and(is_of_name)
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn found(object: &Value) -> Vec<String> {
        let group = object["apiVersion"].as_str().unwrap().split_once('/');
        let group = group.map_or("", |(group, _)| group);
        let names = BTreeSet::from(["old"]);
        let mentions = secret_mentions(object, group, &names);
        mentions.iter().map(|mention| mention.pointer.to_string()).collect()
    }

    fn pod(spec: &Value) -> Value {
        json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "old"}, "spec": spec})
    }

    #[test]
    fn every_place_of_a_pod_spec_that_names_a_secret_is_found() {
        for spec in [
            json!({"imagePullSecrets": [{"name": "old"}]}),
            json!({"volumes": [{"name": "v", "secret": {"secretName": "old"}}]}),
            json!({"volumes": [{"projected": {"sources": [{"secret": {"name": "old"}}]}}]}),
            json!({"volumes": [{"csi": {"nodePublishSecretRef": {"name": "old"}}}]}),
            json!({"volumes": [{"cephfs": {"secretRef": {"name": "old"}}}]}),
            json!({"volumes": [{"azureFile": {"secretName": "old", "shareName": "x"}}]}),
            json!({"containers": [{"env": [{"valueFrom": {"secretKeyRef": {"name": "old", "key": "k"}}}]}]}),
            json!({"initContainers": [{"envFrom": [{"secretRef": {"name": "old"}}]}]}),
            json!({"ephemeralContainers": [{"envFrom": [{"secretRef": {"name": "old"}}]}]}),
            json!({"containers": [{"env": [{"name": "PULL_SECRETS", "value": "other,old"}]}]}),
            json!({"containers": [{"args": ["--image-pull-secret=old"]}]}),
        ] {
            assert_eq!(found(&pod(&spec)).len(), 1, "{spec}");
        }
    }

    #[test]
    fn what_only_has_the_same_name_is_no_use() {
        for spec in [
            json!({"containers": [{"name": "old"}], "serviceAccountName": "old"}),
            json!({"volumes": [{"name": "old", "configMap": {"name": "old"}}]}),
            json!({"volumes": [{"secret": {"secretName": "x", "items": [{"key": "old", "path": "old"}]}}]}),
            json!({"containers": [{"args": ["--registry=old.example.com:5000", "bold", "old-2"]}]}),
        ] {
            assert_eq!(found(&pod(&spec)), [""; 0], "{spec}");
        }
    }

    #[test]
    fn a_service_account_has_two_lists() {
        let account = json!({
            "apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "old"},
            "secrets": [{"name": "old"}], "imagePullSecrets": [{"name": "old"}],
        });
        assert_eq!(found(&account), ["/imagePullSecrets/0/name", "/secrets/0/name"]);
    }

    #[test]
    fn any_string_of_a_custom_resource_counts() {
        let site = json!({
            "apiVersion": "x.io/v1", "kind": "Site", "metadata": {"name": "s"},
            "spec": {"deep": [{"credentials": "old"}], "note": "the old one"},
        });
        assert_eq!(found(&site), ["/spec/deep/0/credentials"]);
    }

    #[test]
    fn a_template_in_a_config_map_counts() {
        let map = |text: &str| {
            json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "old"},
                "data": {"config": text}})
        };
        for text in ["image_pull_secrets = [\"old\"]", "secretName: old\n", "It is old."] {
            assert_eq!(found(&map(text)), ["/data/config"], "{text}");
        }
        assert_eq!(found(&map("older, old-1, x.old")), [""; 0]);
    }
}
