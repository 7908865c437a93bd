//! Private DNS, version 2020-10-28: zones, their records, the VPCs that they are bound to.

use serde_json::{Value, json};

use super::action::{Action, Grant, action};
use super::call::{ActionCall, ActionResult};
use super::error::ApiError;
use crate::private_dns::{Record, TTL, Zone};
use crate::secrets;

pub(super) const ACTIONS: &[Action] = &[
    action("DescribePrivateZoneService", 20, Grant::Operation, "", service),
    action("SubscribePrivateZoneService", 20, Grant::Operation, "", subscribe),
    action("DescribePrivateZoneList", 20, Grant::Operation, "Offset:i Limit:i Filters:l", list),
    action("DescribePrivateZone", 20, Grant::Operation, "!ZoneId:s", describe),
    action(
        "DescribePrivateZoneRecordList",
        20,
        Grant::Operation,
        "!ZoneId:s Filters:l Offset:i Limit:i",
        records,
    ),
    action(
        "CreatePrivateZone",
        10,
        Grant::Operation,
        "!Domain:s TagSet:l VpcSet:l Remark:s DnsForwardStatus:s Vpcs:l AccountVpcSet:l \
         CnameSpeedupStatus:s",
        create,
    ),
    action("DeletePrivateZone", 20, Grant::Operation, "ZoneId:s ZoneIdSet:l", delete),
    action(
        "ModifyPrivateZone",
        20,
        Grant::Operation,
        "!ZoneId:s Remark:s DnsForwardStatus:s CnameSpeedupStatus:s",
        modify,
    ),
    action(
        "CreatePrivateZoneRecord",
        20,
        Grant::Operation,
        "!ZoneId:s !RecordType:s !SubDomain:s !RecordValue:s Weight:i MX:i TTL:i Remark:s",
        create_record,
    ),
    action(
        "DeletePrivateZoneRecord",
        20,
        Grant::Operation,
        "ZoneId:s RecordId:s RecordIdSet:l",
        delete_record,
    ),
    action(
        "AddSpecifyPrivateZoneVpc",
        20,
        Grant::Operation,
        "!ZoneId:s VpcSet:l AccountVpcSet:l Sync:b",
        bind,
    ),
    action(
        "DeleteSpecifyPrivateZoneVpc",
        20,
        Grant::Operation,
        "!ZoneId:s VpcSet:l AccountVpcSet:l Sync:b",
        unbind,
    ),
    action(
        "ModifyPrivateZoneVpc",
        2,
        Grant::Operation,
        "!ZoneId:s VpcSet:l AccountVpcSet:l",
        replace_vpcs,
    ),
];

fn error(code: &str, reason: &str) -> ApiError {
    ApiError::new(code, reason, reason)
}

fn status(is_on: bool) -> &'static str {
    if is_on { "ENABLED" } else { "DISABLED" }
}

/// `DescribePrivateZoneService`
#[allow(clippy::unnecessary_wraps, reason = "the table of actions needs one signature")]
fn service(call: &mut ActionCall<'_>) -> ActionResult {
    Ok(json!({"ServiceStatus": status(call.cloud.private_dns)}))
}

/// `SubscribePrivateZoneService`
fn subscribe(call: &mut ActionCall<'_>) -> ActionResult {
    call.cloud.private_dns = true;
    service(call)
}

/// All others need the service.
fn subscribed(call: &ActionCall<'_>) -> Result<(), ApiError> {
    match call.cloud.private_dns {
        true => Ok(()),
        false => Err(error(
            "ResourceNotFound.ServiceNotSubscribed",
            "the Private DNS service is not subscribed.",
        )),
    }
}

fn zone<'a>(call: &'a mut ActionCall<'_>) -> Result<&'a mut Zone, ApiError> {
    subscribed(call)?;
    let id = call.text("ZoneId").to_owned();
    let found = call.cloud.zones.iter_mut().find(|zone| zone.id == id);
    found.ok_or_else(|| error("InvalidParameter.ZoneNotExists", "the zone does not exist."))
}

/// `DescribePrivateZoneList`
fn list(call: &mut ActionCall<'_>) -> ActionResult {
    subscribed(call)?;
    let list = call.items().of(&call.cloud.zones, shown);
    Ok(json!({"TotalCount": call.cloud.zones.len(), "PrivateZoneSet": list}))
}

/// `DescribePrivateZone`
fn describe(call: &mut ActionCall<'_>) -> ActionResult {
    zone(call).map(|zone| json!({"PrivateZone": shown(zone)}))
}

fn shown(zone: &Zone) -> Value {
    let vpcs: Vec<Value> =
        zone.vpcs.iter().map(|(vpc, region)| json!({"UniqVpcId": vpc, "Region": region})).collect();
    json!({
        "ZoneId": zone.id,
        "OwnerUin": 0,
        "Domain": zone.domain,
        "CreatedOn": "2024-01-01 08:00:00",
        "UpdatedOn": "2024-01-01 08:00:00",
        "RecordCount": zone.records.len(),
        "Remark": zone.remark,
        "VpcSet": vpcs,
        "Status": if zone.vpcs.is_empty() { "SUSPEND" } else { "ENABLED" },
        "DnsForwardStatus": status(zone.forwards),
        "Tags": [],
        "AccountVpcSet": [],
        "IsCustomTld": false,
        "CnameSpeedupStatus": "DISABLED",
        "ForwardRuleName": null,
        "ForwardRuleType": null,
        "ForwardAddress": null,
        "EndPointName": null,
        "DeletedVpcSet": null,
    })
}

/// `DescribePrivateZoneRecordList`
fn records(call: &mut ActionCall<'_>) -> ActionResult {
    let page = call.items();
    let zone = zone(call)?;
    let list = page.of(&zone.records, |record| {
        json!({
            "RecordId": record.id.to_string(),
            "ZoneId": zone.id,
            "SubDomain": record.name,
            "RecordType": record.kind,
            "RecordValue": record.value,
            "TTL": record.ttl,
            "MX": 0,
            "Status": "enabled",
            "Weight": null,
            "CreatedOn": "2024-01-01 08:00:00",
            "UpdatedOn": "2024-01-01 08:00:00",
            "Extra": "",
            "Enabled": 1,
            "Remark": "",
        })
    });
    Ok(json!({"TotalCount": zone.records.len(), "RecordSet": list}))
}

/// `CreatePrivateZone`
fn create(call: &mut ActionCall<'_>) -> ActionResult {
    subscribed(call)?;
    let domain = call.text("Domain").to_owned();
    let vpcs = vpcs_of(call)?;
    check_free(call, "", &domain, &vpcs)?;
    let zone = Zone {
        id: format!("zone-{}", secrets::alphanumeric(8).to_lowercase()),
        domain: domain.clone(),
        remark: call.text("Remark").to_owned(),
        forwards: call.text("DnsForwardStatus") != "DISABLED",
        vpcs,
        records: Vec::new(),
    };
    let id = zone.id.clone();
    call.cloud.zones.push(zone);
    Ok(json!({"ZoneId": id, "Domain": domain}))
}

/// `DeletePrivateZone`
fn delete(call: &mut ActionCall<'_>) -> ActionResult {
    let found = zone(call)?;
    if !found.vpcs.is_empty() {
        return Err(error(
            "UnsupportedOperation.ExistBoundVpc",
            "the zone is bound to a VPC; unbind it first.",
        ));
    }
    let id = found.id.clone();
    call.cloud.zones.retain(|zone| zone.id != id);
    Ok(json!({}))
}

/// `ModifyPrivateZone`
fn modify(call: &mut ActionCall<'_>) -> ActionResult {
    let forwards = call.text("DnsForwardStatus").to_owned();
    let zone = zone(call)?;
    match forwards.as_str() {
        "ENABLED" => zone.forwards = true,
        "DISABLED" => zone.forwards = false,
        _ => {}
    }
    Ok(json!({}))
}

/// `CreatePrivateZoneRecord`
fn create_record(call: &mut ActionCall<'_>) -> ActionResult {
    let record = Record {
        id: rand::random_range(1_000..1_000_000),
        name: call.text("SubDomain").to_owned(),
        kind: call.text("RecordType").to_owned(),
        value: call.text("RecordValue").to_owned(),
        ttl: call.number("TTL").unwrap_or(TTL),
    };
    if !(1..=86_400).contains(&record.ttl) {
        return Err(error("InvalidParameterValue.IllegalTTLValue", "the TTL is illegal."));
    }
    let zone = zone(call)?;
    let same = |held: &Record| {
        held.name == record.name && (held.kind == "CNAME" || held.kind == record.kind)
    };
    if zone.records.iter().any(same) {
        return Err(error("InvalidParameter.RecordExist", "the record exists."));
    }
    let id = record.id.to_string();
    zone.records.push(record);
    Ok(json!({"RecordId": id}))
}

/// `DeletePrivateZoneRecord`
fn delete_record(call: &mut ActionCall<'_>) -> ActionResult {
    let id = call.text("RecordId").to_owned();
    let zone = zone(call)?;
    let before = zone.records.len();
    zone.records.retain(|record| record.id.to_string() != id);
    if zone.records.len() == before {
        return Err(error("InvalidParameter.RecordNotExist", "the record does not exist."));
    }
    Ok(json!({}))
}

/// `AddSpecifyPrivateZoneVpc`
fn bind(call: &mut ActionCall<'_>) -> ActionResult {
    let new = vpcs_of(call)?;
    let (id, domain) = zone(call).map(|zone| (zone.id.clone(), zone.domain.clone()))?;
    check_free(call, &id, &domain, &new)?;
    let zone = zone(call)?;
    for vpc in new {
        if !zone.is_bound_to(&vpc.0) {
            zone.vpcs.push(vpc);
        }
    }
    Ok(bound(zone))
}

/// `DeleteSpecifyPrivateZoneVpc`
fn unbind(call: &mut ActionCall<'_>) -> ActionResult {
    let old = vpcs_of(call)?;
    let zone = zone(call)?;
    zone.vpcs.retain(|(vpc, _)| !old.iter().any(|(old, _)| old == vpc));
    Ok(bound(zone))
}

/// `ModifyPrivateZoneVpc`: the list takes the place of the old one.
fn replace_vpcs(call: &mut ActionCall<'_>) -> ActionResult {
    let new = vpcs_of(call)?;
    let zone = zone(call)?;
    zone.vpcs = new;
    Ok(bound(zone))
}

fn bound(zone: &Zone) -> Value {
    json!({"ZoneId": zone.id, "VpcSet": shown(zone)["VpcSet"], "AccountVpcSet": [], "UniqId": ""})
}

/// The call's `VpcSet`; each must be there.
fn vpcs_of(call: &ActionCall<'_>) -> Result<Vec<(String, String)>, ApiError> {
    let given = call.parameters.get("VpcSet").and_then(Value::as_array);
    given
        .into_iter()
        .flatten()
        .map(|vpc| {
            let text = |name: &str| vpc[name].as_str().unwrap_or_default().to_owned();
            let (id, region) = (text("UniqVpcId"), text("Region"));
            let is_there = call.cloud.vpcs.iter().any(|vpc| vpc.id == id && vpc.region == region);
            match is_there {
                true => Ok((id, region)),
                false => {
                    let reason = format!("the VPC {id} of {region} does not exist.");
                    Err(error("InvalidParameter.IllegalVpcInfo", &reason))
                }
            }
        })
        .collect()
}

/// A VPC is bound to one zone of a main domain at most. What that says of zones below is by the
/// error's name alone.
fn check_free(
    call: &ActionCall<'_>,
    id: &str,
    domain: &str,
    vpcs: &[(String, String)],
) -> Result<(), ApiError> {
    let is_below = |one: &str, other: &str| {
        one.strip_suffix(other).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    let is_same = |other: &str| is_below(domain, other) || is_below(other, domain);
    let mut others = call.cloud.zones.iter().filter(|zone| zone.id != id && is_same(&zone.domain));
    match others.any(|zone| vpcs.iter().any(|(vpc, _)| zone.is_bound_to(vpc))) {
        true => Err(error(
            "InvalidParameter.VpcBindedMainDomain",
            "the VPC is bound to another zone of this main domain.",
        )),
        false => Ok(()),
    }
}
