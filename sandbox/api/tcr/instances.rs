//! Enterprise Edition: regions, instances and their custom domains.

#![allow(clippy::unnecessary_wraps, reason = "the table of actions needs one signature")]

use serde_json::{Value, json};

use crate::api::call::{ActionCall, ActionResult};
use crate::api::error::ApiError;
use crate::clock;
use crate::regions::{REGIONS, find};
use crate::world::Instance;

/// `DescribeRegions`
pub(super) fn regions(_: &mut ActionCall<'_>) -> ActionResult {
    let list: Vec<Value> = REGIONS
        .iter()
        .map(|region| {
            json!({
                "Alias": region.alias,
                "RegionId": region.id,
                "RegionName": region.name,
                "Status": "alluser",
                "Remark": "alluser",
                "CreatedAt": "2020-09-22T00:00:00+00:00",
                "UpdatedAt": "2020-09-22T00:00:00+00:00",
                "Id": region.id,
            })
        })
        .collect();
    Ok(json!({"TotalCount": list.len(), "Regions": list}))
}

/// `DescribeInstances`: of the call's region only, unless `AllRegion` is set.
pub(super) fn instances(call: &mut ActionCall<'_>) -> ActionResult {
    let (page, ids) = (call.items(), call.texts("Registryids"));
    let names = call.filter("RegistryName");
    let everywhere = call.flag("AllRegion");
    let found: Vec<&Instance> = call
        .cloud
        .enterprise
        .iter()
        .filter(|held| everywhere || held.region == call.region)
        .filter(|held| ids.is_empty() || ids.contains(&held.id))
        // The filter is fuzzy.
        .filter(|held| {
            names.as_ref().is_none_or(|names| names.iter().any(|name| held.name.contains(name)))
        })
        .collect();
    let count = found.len();
    let list = page.of(found, |held| {
        json!({
            "RegistryId": held.id,
            "RegistryName": held.name,
            "RegistryType": held.level.name(),
            "Status": held.status,
            "PublicDomain": held.registry.host,
            "CreatedAt": clock::enterprise(held.created),
            "RegionName": held.region,
            "RegionId": find(&held.region).map(|region| region.id),
            "EnableAnonymous": true,
            "TokenValidTime": 87600,
            "InternalEndpoint": "",
            "TagSpecification": {"ResourceType": "instance", "Tags": null},
            "ExpiredAt": "",
            "PayMod": 0,
            "RenewFlag": 0,
            "DeletionProtection": false,
            "AIFeature": null,
            "EnableCosMAZ": false,
            "EnableCosVersioning": false,
        })
    });
    Ok(json!({"TotalCount": count, "Registries": list}))
}

/// `DescribeInstanceStatus`
pub(super) fn status(call: &mut ActionCall<'_>) -> ActionResult {
    let ids = call.texts("RegistryIds");
    let here = call.cloud.enterprise.iter().filter(|held| held.region == call.region);
    let list: Vec<Value> = here
        .filter(|held| ids.contains(&held.id))
        .map(|held| {
            json!({
                "RegistryId": held.id,
                "Status": held.status,
                "Conditions": [{"Type": "", "Status": held.status, "Reason": ""}],
            })
        })
        .collect();
    let list = if list.is_empty() { Value::Null } else { Value::Array(list) };
    Ok(json!({"RegistryStatusSet": list}))
}

/// `CheckInstance`
pub(super) fn check(call: &mut ActionCall<'_>) -> ActionResult {
    let id = call.text("RegistryId");
    let held = call.cloud.enterprise.iter().find(|held| held.id == id);
    let held = held.ok_or_else(|| ApiError::no_instance(id))?;
    let region = find(&held.region).map(|region| region.id);
    Ok(json!({"IsValidated": true, "RegionId": region}))
}

/// `DescribeInstanceCustomizedDomain`
pub(super) fn customized_domains(call: &mut ActionCall<'_>) -> ActionResult {
    let page = call.items();
    // The one that names the domain, else the account's first, which then is the wrong one.
    let certificates = call.cloud.certificates.clone();
    let of = |domain: &String| {
        let named = certificates.iter().find(|held| held.names.contains(domain));
        named.or(certificates.first()).map_or("14568-152", |held| held.id.as_str())
    };
    let held = call.instance()?;
    let count = held.domains.len();
    let list = page.of(&held.domains, |domain| {
        json!({
            "RegistryId": held.id, "CertId": of(domain), "DomainName": domain, "Status": "success",
        })
    });
    Ok(json!({"TotalCount": count, "DomainInfoList": list}))
}
