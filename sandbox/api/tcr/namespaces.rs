//! Enterprise Edition: namespaces. Lists take a page number, names are searched for.

use ccr2tcr::image::check_enterprise_name;
use serde_json::json;

use crate::api::call::{ActionCall, ActionResult, RequestedPage};
use crate::api::error::ApiError;
use crate::clock;
use crate::registry::Namespace;

/// `DescribeNamespaces`
pub(super) fn list(call: &mut ActionCall<'_>) -> ActionResult {
    let page = if call.flag("All") { RequestedPage::ALL } else { call.pages() };
    let wanted = call.text("NamespaceName").to_owned();
    let (registry, _) = call.registry()?;
    let listed: Vec<String> = registry
        .namespaces
        .iter_mut()
        .filter(|(name, _)| name.contains(&wanted))
        .filter_map(|(name, namespace)| match namespace.unlisted {
            0 => Some(name.clone()),
            _ => {
                namespace.unlisted -= 1;
                None
            }
        })
        .collect();
    let found: Vec<_> =
        registry.namespaces.iter().filter(|(name, _)| listed.contains(name)).collect();
    let count = found.len();
    let list = page.of(found, |(name, namespace)| {
        json!({
            "Name": name,
            "CreationTime": clock::enterprise(namespace.created),
            "Public": namespace.public,
            "NamespaceId": namespace.id,
            "TagSpecification": {"ResourceType": "namespace", "Tags": null},
            "Metadata": [{"Key": "prevent_vul", "Value": namespace.prevent_vul.to_string()}],
            "CVEWhitelistItems": null,
            "AutoScan": namespace.auto_scan,
            "PreventVUL": namespace.prevent_vul,
            "Severity": namespace.severity,
        })
    });
    Ok(json!({"NamespaceList": list, "TotalCount": count}))
}

/// `CreateNamespace`
pub(super) fn create(call: &mut ActionCall<'_>) -> ActionResult {
    let name = call.text("NamespaceName").to_owned();
    let (public, now) = (call.flag("IsPublic"), call.now());
    let instance = call.running()?;
    if check_enterprise_name(&name).is_err() {
        return Err(ApiError::invalid(
            format!("命名空间名称 {name} 不合法。"),
            format!("namespace name {name} is not valid"),
        ));
    }
    let quota = instance.namespace_quota;
    let namespaces = &mut instance.registry.namespaces;
    if namespaces.contains_key(&name) {
        return Err(conflict(call, &format!("project named {name} already exists")));
    }
    if namespaces.len() >= quota {
        return Err(ApiError::over_quota("namespaces", quota));
    }
    instance.registry.add_namespace(&name, public, now);
    modify(call)
}

/// Both spellings are in use (SDK, errorcodes.py), so they take turns.
pub(super) fn conflict(call: &mut ActionCall<'_>, message: &str) -> ApiError {
    call.cloud.conflicts += 1;
    let odd = call.cloud.conflicts % 2 == 1;
    let family = if odd { "FailedOperation" } else { "InternalError" };
    let chinese = format!("TCR 实例中资源冲突: {message}。");
    ApiError::new(format!("{family}.ErrorTcrResourceConflict"), chinese, message)
}

/// `ModifyNamespace`: what isn't given stays.
pub(super) fn modify(call: &mut ActionCall<'_>) -> ActionResult {
    let name = call.text("NamespaceName").to_owned();
    let given = |name: &str| call.parameters.get(name).and_then(serde_json::Value::as_bool);
    let (public, scan) = (given("IsPublic"), given("IsAutoScan"));
    let prevent = given("IsPreventVUL");
    let severity = call.parameters.get("Severity").and_then(|value| value.as_str());
    let severity = severity.map(str::to_owned);
    let (registry, _) = call.registry()?;
    let found = registry.namespaces.get_mut(&name);
    let namespace: &mut Namespace =
        found.ok_or_else(|| ApiError::not_in_instance(&format!("namespace {name}")))?;
    namespace.public = public.unwrap_or(namespace.public);
    namespace.auto_scan = scan.unwrap_or(namespace.auto_scan);
    namespace.prevent_vul = prevent.unwrap_or(namespace.prevent_vul);
    namespace.severity = severity.unwrap_or_else(|| namespace.severity.clone());
    Ok(json!({}))
}
