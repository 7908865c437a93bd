//! Enterprise Edition: rules that copy pushes from one instance to another.

use serde_json::{Value, json};

use crate::account::InstanceType;
use crate::api::call::{ActionCall, ActionResult};
use crate::api::error::ApiError;
use crate::world::ReplicationRule;

/// `ManageReplication`: makes a rule.
pub(super) fn create(call: &mut ActionCall<'_>) -> ActionResult {
    let text = |value: &Value, name: &str| value[name].as_str().unwrap_or_default().to_owned();
    let destination = call.text("DestinationRegistryId").to_owned();
    if !call.cloud.enterprise.iter().any(|held| held.id == destination) {
        return Err(ApiError::no_instance(&destination));
    }
    let rule = call.parameters.get("Rule").cloned().unwrap_or_default();
    let filters = rule["Filters"].as_array().cloned().unwrap_or_default();
    let made = ReplicationRule {
        name: text(&rule, "Name"),
        description: call.text("Description").to_owned(),
        filters: filters.iter().map(|it| (text(it, "Type"), text(it, "Value"))).collect(),
        overrides: rule["Override"].as_bool().unwrap_or_default(),
        destination,
        namespace: text(&rule, "DestNamespace"),
    };
    let source = source(call)?;
    if source.level == InstanceType::Basic {
        return Err(ApiError::new(
            "UnsupportedOperation",
            "基础版实例不支持同步。",
            "Instances of the basic edition have no replication.",
        ));
    }
    if source.replication_rules.iter().any(|held| held.name == made.name) {
        return Err(ApiError::new(
            "InvalidParameter.ReplicationExists",
            format!("同步规则 {} 已存在。", made.name),
            format!("The replication rule {} exists.", made.name),
        ));
    }
    source.replication_rules.push(made);
    Ok(json!({}))
}

/// `DescribeReplicationPolicies`
pub(super) fn list(call: &mut ActionCall<'_>) -> ActionResult {
    let page = call.numbered("Page", "PageSize");
    let regions: Vec<(String, String)> =
        call.cloud.enterprise.iter().map(|held| (held.id.clone(), held.region.clone())).collect();
    let instance = call.running()?;
    let list = page.of(instance.replication_rules.iter().zip(1_u64..), |(rule, id)| {
        let region = regions.iter().find(|(id, _)| *id == rule.destination);
        let region = region.map(|(_, region)| region.as_str()).unwrap_or_default();
        let filters: Vec<Value> = rule
            .filters
            .iter()
            .map(|(kind, value)| json!({"Type": kind, "Value": value}))
            .collect();
        json!({
            // A text, as in the official example.
            "ID": id.to_string(),
            "Name": rule.name,
            "Description": rule.description,
            "Filters": filters,
            "Override": rule.overrides,
            "Enabled": true,
            "SrcResource": format!("{}/{} {}", instance.id, rule.namespace, instance.region),
            "DestResource": format!("{}/{} {region}", rule.destination, rule.namespace),
            "CreationTime": "2023-08-01T03:45:03+08:00",
            "UpdateTime": "2023-08-01T03:45:03+08:00",
        })
    });
    Ok(json!({
        "ReplicationPolicyInfoList": list, "TotalCount": instance.replication_rules.len(),
    }))
}

/// `DeleteReplicationRule`
pub(super) fn delete(call: &mut ActionCall<'_>) -> ActionResult {
    let name = call.text("RuleName").to_owned();
    let source = source(call)?;
    let before = source.replication_rules.len();
    source.replication_rules.retain(|held| held.name != name);
    match source.replication_rules.len() == before {
        true => Err(ApiError::not_in_instance(&format!("rule {name}"))),
        false => Ok(json!({})),
    }
}

/// The instance that is copied from, which has another name here than everywhere else.
fn source<'a>(call: &'a mut ActionCall<'_>) -> Result<&'a mut crate::world::Instance, ApiError> {
    let id = call.text("SourceRegistryId").to_owned();
    let region = call.region;
    let mut held = call.cloud.enterprise.iter_mut();
    held.find(|held| held.id == id && held.region == region)
        .ok_or_else(|| ApiError::no_instance(&id))
}
