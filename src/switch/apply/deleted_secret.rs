//! What is kept of a Secret that is deleted: everything but its content.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::docker_config::decode_base64;
use crate::workload::{ObjectRef, pull_secret};

/// Longer annotations are no words about a Secret, but copies of it.
const LONGEST_ANNOTATION: usize = 256;
/// A shorter text of a Secret stands in anything.
const SHORTEST_CONTENT: usize = 4;

/// A Secret that is about to be deleted, without its content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DeletedSecret {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// `kubernetes.io/dockerconfigjson`
    #[serde(rename = "type")]
    pub secret_type: String,
    /// Its `uid`.
    pub uid: String,
    /// The version that is deleted, and no other.
    pub resource_version: String,
    /// The registries that it has logins for, as they stand in it.
    pub registries: Vec<String>,
    /// Its labels.
    pub labels: BTreeMap<String, String>,
    /// Its annotations, without those that may hold its content.
    pub annotations: BTreeMap<String, String>,
    /// The keys of those.
    pub annotations_left_out: BTreeSet<String>,
}

impl DeletedSecret {
    /// What is kept of this Secret.
    #[must_use]
    pub fn of(object: &Value) -> Self {
        let metadata = &object["metadata"];
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let map = |value: &Value| -> BTreeMap<String, String> {
            let entries = value.as_object().into_iter().flatten();
            entries.map(|(key, value)| (key.clone(), text(value))).collect()
        };
        let contents = contents(object);
        let (annotations, left_out): (BTreeMap<_, _>, BTreeMap<_, _>) =
            map(&metadata["annotations"])
                .into_iter()
                .partition(|(key, value)| !may_hold_content(key, value, &contents));
        let secret = pull_secret(object).and_then(Result::ok);
        let registries = secret.into_iter().flat_map(|secret| secret.entries);
        Self {
            namespace: text(&metadata["namespace"]),
            name: text(&metadata["name"]),
            secret_type: text(&object["type"]),
            uid: text(&metadata["uid"]),
            resource_version: text(&metadata["resourceVersion"]),
            registries: registries.map(|entry| entry.key).collect(),
            labels: map(&metadata["labels"]),
            annotations,
            annotations_left_out: left_out.into_keys().collect(),
        }
    }

    /// Which object it is.
    #[must_use]
    pub fn object(&self) -> ObjectRef {
        ObjectRef {
            api_version: "v1".to_owned(),
            kind: "Secret".to_owned(),
            namespace: Some(self.namespace.clone()),
            name: self.name.clone(),
        }
    }

    /// The command that creates it again, for who knows the login.
    #[must_use]
    pub fn recreate_line(&self) -> String {
        let Self { namespace, name, registries, .. } = self;
        let registry = registries.first().map_or("REGISTRY", String::as_str);
        format!(
            "kubectl create secret docker-registry {name} -n {namespace} --docker-server={registry} --docker-username=USERNAME --docker-password=PASSWORD"
        )
    }
}

/// What must not be in an annotation: the content as it stands, and each text that it is made of.
fn contents(object: &Value) -> Vec<String> {
    let mut all = Vec::new();
    for value in
        object["data"].as_object().into_iter().flatten().filter_map(|(_, value)| value.as_str())
    {
        all.push(value.to_owned());
        let decoded = decode_base64(value).unwrap_or_default();
        match serde_json::from_slice::<Value>(&decoded) {
            Ok(config) => texts(&config, &mut all),
            Err(_) => all.extend(String::from_utf8(decoded)),
        }
    }
    all.retain(|text| text.len() >= SHORTEST_CONTENT);
    all
}

/// The logins of a Docker configuration; hosts are its keys.
fn texts(config: &Value, all: &mut Vec<String>) {
    match config {
        Value::String(text) => all.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| texts(item, all)),
        Value::Object(fields) => fields.values().for_each(|field| texts(field, all)),
        _ => {}
    }
}

/// Tools keep the whole object in an annotation: `kubectl.kubernetes.io/last-applied-configuration`,
/// `kapp.k14s.io/original`, `objectset.rio.cattle.io/applied` (which is compressed).
fn may_hold_content(key: &str, value: &str, contents: &[String]) -> bool {
    let keeps_objects = ["last-applied", "/original", "/applied"];
    value.len() > LONGEST_ANNOTATION
        || keeps_objects.iter().any(|words| key.contains(words))
        || contents.iter().any(|content| value.contains(content.as_str()))
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use serde_json::json;

    use super::*;

    #[test]
    fn no_content_is_kept_wherever_it_stands() {
        let auth = STANDARD.encode("u:hunter2");
        let config =
            json!({"auths": {"ccr.ccs.tencentyun.com": {"auth": auth, "password": "hunter2"}}});
        let content = STANDARD.encode(config.to_string());
        let object = json!({
            "apiVersion": "v1", "kind": "Secret", "type": "kubernetes.io/dockerconfigjson", "data": {".dockerconfigjson": content},
            "metadata": {
                "namespace": "shop", "name": "old", "uid": "1", "resourceVersion": "7",
                "labels": {"qcloud-app": "old"},
                "annotations": {
                    "kubectl.kubernetes.io/last-applied-configuration": "{}",
                    "kapp.k14s.io/original": "x",
                    "objectset.rio.cattle.io/applied": "H4sIAAAA",
                    "note": "the password is hunter2",
                    "copy": content,
                    "owner": "team a",
                },
            },
        });
        let kept = DeletedSecret::of(&object);
        assert_eq!(kept.annotations, BTreeMap::from([("owner".to_owned(), "team a".to_owned())]));
        assert_eq!(kept.annotations_left_out.len(), 5);
        assert_eq!((kept.registries.len(), kept.labels["qcloud-app"].as_str()), (1, "old"));
        let file = serde_json::to_string(&kept).unwrap();
        for secret in ["hunter2", auth.as_str(), content.as_str()] {
            assert!(!file.contains(secret), "{file}");
        }
        assert!(kept.recreate_line().contains("--docker-server=ccr.ccs.tencentyun.com"));
    }
}
