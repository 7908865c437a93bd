//! Enterprise Edition: webhooks, each of one namespace. They are kept, and never called.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::account::Webhook;
use crate::api::call::{ActionCall, ActionResult};
use crate::api::error::ApiError;

/// `DescribeWebhookTrigger`
pub(super) fn list(call: &mut ActionCall<'_>) -> ActionResult {
    let (page, namespace) = (call.pages(), call.text("Namespace").to_owned());
    let instance = call.running()?;
    let namespaces = &instance.registry.namespaces;
    if !namespace.is_empty() && !namespaces.contains_key(&namespace) {
        return Err(ApiError::not_in_instance(&format!("namespace {namespace}")));
    }
    let is_wanted = |webhook: &&Webhook| namespace.is_empty() || webhook.namespace == namespace;
    let found: Vec<&Webhook> = instance.webhooks.iter().filter(is_wanted).collect();
    let count = found.len();
    let id_of = |webhook: &Webhook| namespaces.get(&webhook.namespace).map_or(0, |held| held.id);
    let list = page.of(found, |webhook| show(webhook, id_of(webhook)));
    Ok(json!({"TotalCount": count, "Triggers": list}))
}

/// `CreateWebhookTrigger`
pub(super) fn create(call: &mut ActionCall<'_>) -> ActionResult {
    let (namespace, mut webhook) = given(call)?;
    // A policy that is not enabled lacks a value, as Harbor's validation has it.
    if !webhook.enabled {
        return Err(ApiError::invalid(
            "Enabled: non zero value required",
            "Enabled: non zero value required",
        ));
    }
    call.cloud.conflicts += 1;
    let odd = call.cloud.conflicts % 2 == 1;
    let instance = call.running()?;
    let is_taken = |held: &Webhook| held.namespace == namespace && held.name == webhook.name;
    if instance.webhooks.iter().any(is_taken) {
        let text = format!("notification policy named {} already exists", webhook.name);
        // Both are documented for the same thing.
        let code =
            if odd { "InternalError.ErrorTcrInternal" } else { "InvalidParameter.ErrTriggerExist" };
        return Err(ApiError::new(code, text.clone(), text));
    }
    instance.last_webhook += 1;
    webhook.id = instance.last_webhook;
    let namespace_id = instance.registry.namespaces.get(&namespace).map_or(0, |held| held.id);
    let shown = show(&webhook, namespace_id);
    instance.webhooks.push(webhook.clone());
    webhook.note_secrets(&mut call.cloud.secrets);
    Ok(json!({"Trigger": shown}))
}

/// `ModifyWebhookTrigger`
pub(super) fn modify(call: &mut ActionCall<'_>) -> ActionResult {
    let (namespace, webhook) = given(call)?;
    let held = find(call, &namespace, webhook.id)?;
    *held = webhook.clone();
    webhook.note_secrets(&mut call.cloud.secrets);
    Ok(json!({}))
}

/// `DeleteWebhookTrigger`
pub(super) fn delete(call: &mut ActionCall<'_>) -> ActionResult {
    let namespace = call.text("Namespace").to_owned();
    let id = call.number("Id").unwrap_or_default();
    find(call, &namespace, id)?;
    call.running()?.webhooks.retain(|held| held.id != id);
    Ok(json!({}))
}

fn find<'a>(
    call: &'a mut ActionCall<'_>,
    namespace: &str,
    id: i64,
) -> Result<&'a mut Webhook, ApiError> {
    let webhooks = call.running()?.webhooks.iter_mut();
    let mut found = webhooks.filter(|held| held.id == id && held.namespace == namespace);
    found.next().ok_or_else(|| {
        let text = format!("notificationPolicy {id} not found");
        ApiError::new("InternalError.ErrorTcrInternal", text.clone(), text)
    })
}

/// The webhook of a call, and its namespace, which must be there.
fn given(call: &mut ActionCall<'_>) -> Result<(String, Webhook), ApiError> {
    let namespace = call.text("Namespace").to_owned();
    let trigger = call.parameters.get("Trigger").cloned().unwrap_or_default();
    if !call.running()?.registry.namespaces.contains_key(&namespace) {
        return Err(ApiError::not_in_instance(&format!("namespace {namespace}")));
    }
    for name in ["Name", "Targets", "EventTypes", "Condition", "Enabled"] {
        if trigger[name].is_null() {
            return Err(ApiError::missing_parameter(&format!("Trigger.{name}")));
        }
    }
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    if text(&trigger["Name"]).is_empty() {
        return Err(ApiError::invalid(
            "Name: non zero value required",
            "Name: non zero value required",
        ));
    }
    let target = &trigger["Targets"][0];
    let headers: BTreeMap<String, String> = target["Headers"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|header| (text(&header["Key"]), text(&header["Values"][0])))
        .collect();
    let webhook = Webhook {
        namespace: namespace.clone(),
        name: text(&trigger["Name"]),
        url: text(&target["Address"]),
        headers,
        events: trigger["EventTypes"].as_array().into_iter().flatten().map(text).collect(),
        condition: text(&trigger["Condition"]),
        enabled: trigger["Enabled"].as_bool().unwrap_or_default(),
        description: text(&trigger["Description"]),
        id: trigger["Id"].as_i64().unwrap_or_default(),
    };
    Ok((namespace, webhook))
}

fn show(webhook: &Webhook, namespace_id: u64) -> Value {
    let headers: Vec<Value> =
        webhook.headers.iter().map(|(key, value)| json!({"Key": key, "Values": [value]})).collect();
    let headers = if headers.is_empty() { Value::Null } else { json!(headers) };
    let id = webhook.id;
    json!({
        "Name": webhook.name,
        "Targets": [{"Address": webhook.url, "Headers": headers}],
        "EventTypes": webhook.events,
        "Condition": webhook.condition,
        "Enabled": webhook.enabled,
        // Numbers arrive as texts now and then, as in the official examples.
        "Id": if id % 2 == 0 { json!(id) } else { json!(id.to_string()) },
        "Description": webhook.description,
        "NamespaceId": namespace_id,
        "NamespaceName": webhook.namespace,
        "Product": null,
        "PreheatRegion": null,
    })
}
