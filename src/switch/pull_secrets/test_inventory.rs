//! Inventories for tests, made from objects as a scan would see them.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::kubernetes::Resource;
use crate::switch::inventory::{Inventory, ScannedObject};
use crate::switch::service_accounts::ScannedServiceAccount;
use crate::workload::{CcrNames, pull_secret};

pub(super) fn inventory(objects: &[Value]) -> Inventory {
    inventory_by(&CcrNames::default(), objects)
}

pub(super) fn inventory_by(names: &CcrNames, objects: &[Value]) -> Inventory {
    let mut inventory = Inventory::default();
    for object in objects {
        match object["kind"].as_str().unwrap() {
            "Secret" => match pull_secret(object).unwrap() {
                Ok(secret) => inventory.secrets.push(secret),
                Err(error) => inventory.broken_secrets.push(error),
            },
            "ServiceAccount" => {
                let resource = resource("", "ServiceAccount", "serviceaccounts");
                inventory.accounts.extend(ScannedServiceAccount::of(object, &resource, names));
            }
            kind => {
                let resource = resource("apps", kind, &format!("{}s", kind.to_lowercase()));
                inventory.objects.extend(ScannedObject::of(object, &resource, names));
            }
        }
    }
    inventory
}

fn resource(group: &str, kind: &str, plural: &str) -> Arc<Resource> {
    Arc::new(Resource { group: group.to_owned(), ..Resource::core(kind, plural) })
}

fn metadata(namespace: &str, name: &str) -> Value {
    json!({"namespace": namespace, "name": name, "uid": name, "resourceVersion": "7"})
}

fn names(secrets: &[&str]) -> Value {
    secrets.iter().map(|name| json!({"name": name})).collect()
}

pub(in crate::switch) fn secret(namespace: &str, name: &str, hosts: &[&str]) -> Value {
    let login = json!({"username": "u", "password": "hunter2"});
    let auths: serde_json::Map<_, _> =
        hosts.iter().map(|host| ((*host).to_owned(), login.clone())).collect();
    let content = STANDARD.encode(json!({"auths": auths}).to_string());
    json!({
        "apiVersion": "v1", "kind": "Secret", "type": "kubernetes.io/dockerconfigjson",
        "metadata": metadata(namespace, name), "data": {".dockerconfigjson": content},
    })
}

pub(super) fn account(namespace: &str, name: &str, secrets: &[&str]) -> Value {
    let mut account = json!({
        "apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata(namespace, name),
    });
    if !secrets.is_empty() {
        account["imagePullSecrets"] = names(secrets);
    }
    account
}

pub(super) fn deployment(namespace: &str, name: &str, image: &str, secrets: &[&str]) -> Value {
    let mut spec = json!({"containers": [{"name": "main", "image": image}]});
    if !secrets.is_empty() {
        spec["imagePullSecrets"] = names(secrets);
    }
    let mut metadata = metadata(namespace, name);
    metadata["generation"] = 3.into();
    json!({
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata,
        "spec": {"template": {"spec": spec}},
    })
}
