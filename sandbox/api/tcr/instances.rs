//! Enterprise Edition: regions, instances and their custom domains.

#![allow(clippy::unnecessary_wraps, reason = "the table of actions needs one signature")]

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::api::call::{ActionCall, ActionResult};
use crate::api::error::ApiError;
use crate::clock;
use crate::regions::{REGIONS, find};
use crate::world::{CustomDomain, Instance};

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
    let held = call.instance()?;
    let count = held.domains.len();
    let list = page.of(&held.domains, |domain| {
        json!({
            "RegistryId": held.id,
            "CertId": domain.certificate,
            "DomainName": domain.name,
            "Status": if domain.ready <= Instant::now() { "success" } else { "CREATING" },
        })
    });
    Ok(json!({"TotalCount": count, "DomainInfoList": list}))
}

/// `CreateInstanceCustomizedDomain`
pub(super) fn create_domain(call: &mut ActionCall<'_>) -> ActionResult {
    let (name, id) = (call.text("DomainName").to_owned(), call.text("CertificateId").to_owned());
    if !call.cloud.certificates.iter().any(|held| held.id == id) {
        return Err(ApiError::new(
            "FailedOperation.CertificateNotFound",
            format!("证书 {id} 不存在。"),
            format!("The certificate {id} is not found."),
        ));
    }
    let takes = Duration::from_millis(call.cloud.delays.link);
    let instance = call.running()?;
    if instance.domains.iter().any(|held| held.name == name) {
        return Err(ApiError::new(
            "InternalError.ErrConflict",
            format!("域名 {name} 已存在。"),
            format!("The domain {name} exists."),
        ));
    }
    instance.domains.push(CustomDomain { name, certificate: id, ready: Instant::now() + takes });
    Ok(json!({}))
}

/// `DeleteInstanceCustomizedDomain`
pub(super) fn delete_domain(call: &mut ActionCall<'_>) -> ActionResult {
    let name = call.text("DomainName").to_owned();
    let instance = call.running()?;
    let before = instance.domains.len();
    instance.domains.retain(|held| held.name != name);
    if instance.domains.len() == before {
        return Err(ApiError::new(
            "InternalError.ErrNotExist",
            format!("域名 {name} 不存在。"),
            format!("The domain {name} does not exist."),
        ));
    }
    Ok(json!({}))
}
