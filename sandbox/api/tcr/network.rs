//! Enterprise Edition: links into VPCs, their names, the public entry and its allowlist.

use serde_json::{Map, Value, json};

use crate::api::call::{ActionCall, ActionResult};
use crate::api::error::ApiError;
use crate::network::{EntryState, InstanceNetwork, Link, Rule, Vpc};
use crate::regions;
use crate::world::Instance;

/// `DescribeInternalEndpoints`
pub(super) fn internal_endpoints(call: &mut ActionCall<'_>) -> ActionResult {
    let (instance, _) = settled(call)?;
    let list: Vec<Value> = instance
        .network
        .links
        .iter()
        .filter_map(|link| {
            let (status, address) = link.shown()?;
            Some(json!({
                "VpcId": link.vpc,
                "SubnetId": link.subnet,
                "Status": status,
                "AccessIp": address,
            }))
        })
        .collect();
    let count = list.len();
    let list = if list.is_empty() { Value::Null } else { json!(list) };
    Ok(json!({"AccessVpcSet": list, "TotalCount": count}))
}

/// `ManageInternalEndpoint`
pub(super) fn manage_internal_endpoint(call: &mut ActionCall<'_>) -> ActionResult {
    let (vpc, subnet) = (call.text("VpcId").to_owned(), call.text("SubnetId").to_owned());
    let operation = call.text("Operation").to_owned();
    let region = region_of(call.parameters).unwrap_or_else(|| call.region.to_owned());
    let (delays, id) = (call.cloud.delays, call.text("RegistryId").to_owned());
    let (instance, vpcs) = settled(call)?;
    let quota = instance.level.links();
    let serves = instance.region == region || instance.network.replicas.contains(&region);
    let network = &mut instance.network;
    match operation.as_str() {
        "Create" => {
            if network.links.iter().any(|link| link.vpc == vpc) {
                return Err(both("InternalError.ErrorConflict", "Vpc already attach to registry."));
            }
            if network.links.len() >= quota {
                let reason = format!("the number of VPC links exceeds the quota of {quota}.");
                return Err(both("InternalError.ErrorOverLimit", &reason));
            }
            let found = vpcs.iter_mut().find(|held| held.id == vpc && held.region == region);
            let found = found.filter(|_| serves).ok_or_else(|| {
                both("FailedOperation", &format!("vpc {vpc} is not found in {region}."))
            })?;
            let found = found.subnets.iter_mut().find(|held| held.id == subnet);
            let found = found.ok_or_else(|| {
                both("FailedOperation", &format!("subnet {subnet} is not found in {vpc}."))
            })?;
            let address = found.take().ok_or_else(|| {
                both("FailedOperation", &format!("subnet {subnet} has no available address."))
            })?;
            network.links.push(Link::coming(&vpc, &subnet, address, delays));
        }
        "Delete" => {
            let mut links = network.links.iter_mut();
            let link = links.find(|link| link.vpc == vpc && link.subnet == subnet);
            let link = link.ok_or_else(|| both("ResourceNotFound", "the link does not exist."))?;
            if link.has_names() {
                let reason = "the private DNS of the VPC is still in use.";
                return Err(both("ResourceInsufficient.ErrorVpcDnsStatus", reason));
            }
            link.go(delays);
        }
        _ => return Err(both("InvalidParameter", "Operation must be Create or Delete.")),
    }
    Ok(json!({"RegistryId": id}))
}

/// `DescribeInternalEndpointDnsStatus`
pub(super) fn dns_status(call: &mut ActionCall<'_>) -> ActionResult {
    let tuples = call.parameters.get("VpcSet").and_then(Value::as_array).cloned();
    let tuples = tuples.filter(|tuples| !tuples.is_empty());
    let tuples = tuples.ok_or_else(|| both("InvalidParameter", "VpcSet must not be empty."))?;
    let mut list = Vec::new();
    for tuple in tuples {
        let tuple = tuple.as_object().cloned().unwrap_or_default();
        for name in ["InstanceId", "VpcId", "EniLBIp"] {
            if text(&tuple, name).is_empty() {
                return Err(ApiError::missing_parameter(&format!("VpcSet.0.{name}")));
            }
        }
        let public = is_public(&tuple);
        let region = region_of(&tuple).unwrap_or_else(|| call.region.to_owned());
        let (instance, _) = settled_named(call, text(&tuple, "InstanceId"))?;
        let resolves = link_of(&mut instance.network, &tuple).is_ok_and(|l| l.resolves(public));
        // Two spellings have been seen.
        let status = match (resolves, public) {
            (true, true) => "ENABLED",
            (true, false) => "ENABLE",
            (false, true) => "DISABLED",
            (false, false) => "DISABLE",
        };
        list.push(json!({"Region": region, "VpcId": text(&tuple, "VpcId"), "Status": status}));
    }
    Ok(json!({"VpcSet": list}))
}

/// `CreateInternalEndpointDns`
pub(super) fn create_dns(call: &mut ActionCall<'_>) -> ActionResult {
    let (delays, parameters) = (call.cloud.delays, call.parameters);
    let public = is_public(parameters);
    let is_bound = call.cloud.zones.iter().any(|zone| {
        zone.domain == "tencentcloudcr.com"
            && zone.vpcs.iter().any(|(vpc, _)| vpc == text(parameters, "VpcId"))
    });
    let (instance, _) = settled_named(call, text(parameters, "InstanceId"))?;
    let link = link_of(&mut instance.network, parameters)?;
    if is_bound {
        return Err(both(
            "UnsupportedOperation.ModifyPrivateZoneVpc",
            "[TencentCloudSDKError] Code=InvalidParameter.VpcBindedMainDomain, Message=the VPC is \
             bound to a private zone of this main domain.",
        ));
    }
    // Not idempotent; the code is of the action's list, the documents don't say which it is.
    if link.has_name(public) {
        let reason = "[TencentCloudSDKError] Code=InvalidParameter.RecordExist, Message=the record \
                      exists.";
        return Err(both("UnsupportedOperation.CreatePrivateZoneRecord", reason));
    }
    link.add_name(public, delays);
    Ok(json!({}))
}

/// `DeleteInternalEndpointDns`
pub(super) fn delete_dns(call: &mut ActionCall<'_>) -> ActionResult {
    let (delays, parameters) = (call.cloud.delays, call.parameters);
    let public = is_public(parameters);
    let (instance, _) = settled_named(call, text(parameters, "InstanceId"))?;
    let link = link_of(&mut instance.network, parameters)?;
    // The documents are silent about a name that isn't there.
    if !link.has_name(public) {
        let reason = "the record does not exist.";
        return Err(both("UnsupportedOperation.DeletePrivateZoneRecord", reason));
    }
    link.remove_name(public, delays);
    Ok(json!({}))
}

/// `DescribeExternalEndpointStatus`
pub(super) fn external_endpoint(call: &mut ActionCall<'_>) -> ActionResult {
    let (instance, _) = settled(call)?;
    Ok(json!({"Status": instance.network.entry.state.name(), "Reason": ""}))
}

/// `ManageExternalEndpoint`: Create may be repeated, Delete is refused while the entry is opening.
pub(super) fn manage_external_endpoint(call: &mut ActionCall<'_>) -> ActionResult {
    let operation = call.text("Operation").to_owned();
    let (delays, id) = (call.cloud.delays, call.text("RegistryId").to_owned());
    let (instance, _) = settled(call)?;
    let entry = &mut instance.network.entry;
    match (operation.as_str(), entry.state) {
        ("Create", EntryState::Closed) => entry.change(EntryState::Opening, delays),
        ("Delete", EntryState::Opened) => entry.change(EntryState::Deleting, delays),
        ("Create", EntryState::Opening | EntryState::Opened)
        | ("Delete", EntryState::Closed | EntryState::Deleting) => {}
        ("Create" | "Delete", state) => {
            let reason = format!("the public endpoint is {}.", state.name());
            return Err(both("OperationDenied", &reason));
        }
        _ => return Err(both("InvalidParameter", "Operation must be Create or Delete.")),
    }
    Ok(json!({"RegistryId": id}))
}

/// `DescribeSecurityPolicies`: refused while the entry isn't open, each time in another way.
pub(super) fn security_policies(call: &mut ActionCall<'_>) -> ActionResult {
    let (instance, _) = settled(call)?;
    let entry = &instance.network.entry;
    match entry.state {
        EntryState::Opened if entry.readable => {}
        EntryState::Opened => return Err(no_group()),
        EntryState::Opening => return Err(both("ResourceNotFound", "the policies are not found.")),
        EntryState::Closed | EntryState::Deleting => {
            let reason = "failed to get the security policies.";
            return Err(both("FailedOperation.GetSecurityPolicyFail", reason));
        }
    }
    let list: Vec<Value> = entry
        .rules
        .iter()
        .enumerate()
        .map(|(index, rule)| {
            json!({
                "PolicyIndex": index,
                "Description": rule.description,
                "CidrBlock": rule.cidr,
                "PolicyVersion": entry.version.to_string(),
            })
        })
        .collect();
    let list = if list.is_empty() { Value::Null } else { json!(list) };
    Ok(json!({"SecurityPolicySet": list}))
}

/// `CreateSecurityPolicy`: the same range a second time, too.
pub(super) fn create_security_policy(call: &mut ActionCall<'_>) -> ActionResult {
    let (cidr, description) = (call.text("CidrBlock"), call.text("Description"));
    let rule = Rule { cidr: cidr.to_owned(), description: description.to_owned() };
    let id = call.text("RegistryId").to_owned();
    let (instance, _) = settled(call)?;
    let entry = &mut instance.network.entry;
    if entry.state != EntryState::Opened {
        let reason = "check instance occur error: the public endpoint is not opened.";
        return Err(both("OperationDenied", reason));
    }
    if !entry.readable {
        return Err(no_group());
    }
    if rule.description.is_empty() || rule.cidr.is_empty() {
        return Err(both("InvalidParameter", "CidrBlock and Description must not be empty."));
    }
    entry.rules.push(rule);
    entry.version += 1;
    Ok(json!({"RegistryId": id}))
}

/// `DeleteSecurityPolicy`: by its range if that is given, else by its place in the version.
pub(super) fn delete_security_policy(call: &mut ActionCall<'_>) -> ActionResult {
    let (cidr, version) =
        (call.text("CidrBlock").to_owned(), call.text("PolicyVersion").to_owned());
    let index = call.number("PolicyIndex").and_then(|index| usize::try_from(index).ok());
    let id = call.text("RegistryId").to_owned();
    let (instance, _) = settled(call)?;
    let entry = &mut instance.network.entry;
    if entry.state != EntryState::Opened {
        return Err(both("OperationDenied", "check instance occur error."));
    }
    let place = match cidr.as_str() {
        "" if version != entry.version.to_string() => {
            return Err(both("FailedOperation", "the policies have changed."));
        }
        "" => index.filter(|&index| index < entry.rules.len()),
        cidr => entry.rules.iter().position(|rule| rule.cidr == cidr),
    };
    let place = place.ok_or_else(|| both("ResourceNotFound", "the policy does not exist."))?;
    entry.rules.remove(place);
    entry.version += 1;
    Ok(json!({"RegistryId": id}))
}

/// `DescribeReplicationInstances`
pub(super) fn replications(call: &mut ActionCall<'_>) -> ActionResult {
    let page = call.items();
    let (instance, _) = settled(call)?;
    let regions = &instance.network.replicas;
    let count = regions.len();
    let list = page.of(regions, |region| {
        json!({
            "RegistryId": instance.id,
            "ReplicationRegistryId": format!("{}-{region}", instance.id),
            "ReplicationRegionId": regions::find(region).map_or(0, |region| region.id),
            "ReplicationRegionName": region,
            "Status": "Running",
            "CreatedAt": "2024-01-01 08:00:00 +0800 CST",
        })
    });
    Ok(json!({"TotalCount": count, "ReplicationRegistries": list}))
}

/// The instance of the call as it is now, and all VPCs.
fn settled<'a>(
    call: &'a mut ActionCall<'_>,
) -> Result<(&'a mut Instance, &'a mut [Vpc]), ApiError> {
    let id = call.text("RegistryId").to_owned();
    settled_named(call, &id)
}

fn settled_named<'a>(
    call: &'a mut ActionCall<'_>,
    id: &str,
) -> Result<(&'a mut Instance, &'a mut [Vpc]), ApiError> {
    let region = call.region;
    let cloud = &mut *call.cloud;
    let vpcs = cloud.vpcs.as_mut_slice();
    let mut found = cloud.enterprise.iter_mut();
    let found = found.find(|held| held.id == id && held.region == region);
    // A wrong id is InternalError.DbError here (terraform-provider-tencentcloud).
    let instance = found.ok_or_else(|| ApiError {
        code: "InternalError.DbError".into(),
        ..ApiError::no_instance(id)
    })?;
    instance.network.settle(vpcs);
    Ok((instance, vpcs))
}

/// The ready link that the DNS actions are about.
fn link_of<'a>(
    network: &'a mut InstanceNetwork,
    tuple: &Map<String, Value>,
) -> Result<&'a mut Link, ApiError> {
    let (vpc, address) = (text(tuple, "VpcId"), text(tuple, "EniLBIp"));
    let mut links = network.links.iter_mut();
    links
        .find(|link| link.vpc == vpc && link.address == address && link.is_ready())
        .ok_or_else(|| both("InternalError.DbError", "record not found."))
}

fn text<'a>(tuple: &'a Map<String, Value>, name: &str) -> &'a str {
    tuple.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn is_public(tuple: &Map<String, Value>) -> bool {
    tuple.get("UsePublicDomain").and_then(Value::as_bool).unwrap_or_default()
}

/// By name or number; the instance's own if there is neither.
fn region_of(tuple: &Map<String, Value>) -> Option<String> {
    let name = text(tuple, "RegionName");
    let id = tuple.get("RegionId").and_then(Value::as_u64);
    let by_id = || regions::REGIONS.iter().find(|region| Some(region.id) == id);
    (!name.is_empty()).then(|| name.to_owned()).or_else(|| by_id().map(|r| r.name.to_owned()))
}

fn no_group() -> ApiError {
    both("ResourceNotFound", "Failed to get security group id from registry")
}

/// These services answer in English alone.
fn both(code: &str, message: &str) -> ApiError {
    ApiError::new(code, message, message)
}
