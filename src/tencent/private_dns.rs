//! Private DNS: zones that only the VPCs know which they are bound to.

use serde::Deserialize;
use serde_json::json;

use super::actions::{self, Action};
use super::api::{LIMIT, LenientList, LenientNumber, LenientText, ListPage, Paging, collect};
use super::{Api, ApiError, Listing, Region};

/// A private zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Zone {
    /// `zone-…`
    pub id: String,
    /// `tencentyun.com`
    pub domain: String,
    /// What its maker has noted.
    pub remark: String,
    /// The VPCs that it is bound to.
    pub vpcs: Vec<BoundVpc>,
    /// Whether names that the zone doesn't hold are resolved as everywhere (`DnsForwardStatus`).
    /// Without it the zone hides all other names of its domain.
    pub forwards: bool,
}

impl Zone {
    /// Whether it is bound to a VPC.
    #[must_use]
    pub fn is_bound_to(&self, vpc: &str) -> bool {
        self.vpcs.iter().any(|bound| bound.id == vpc)
    }
}

/// A VPC that a zone is bound to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BoundVpc {
    /// `vpc-…`
    pub id: String,
    /// Where it is, `ap-guangzhou`.
    pub region: String,
}

/// A record of a zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ZoneRecord {
    /// The record's number.
    pub id: String,
    /// The name below the zone's domain, `ccr.ccs`.
    pub name: String,
    /// `A`, `CNAME`, …
    pub kind: String,
    /// What the name leads to.
    pub value: String,
    /// How many seconds a resolver keeps it.
    pub ttl: i64,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct ServiceResponse {
    service_status: LenientText,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct ZonePage {
    total_count: Option<LenientNumber>,
    private_zone_set: Option<LenientList<PrivateZone>>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct PrivateZone {
    zone_id: LenientText,
    domain: LenientText,
    remark: LenientText,
    dns_forward_status: LenientText,
    vpc_set: LenientList<VpcInfo>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct VpcInfo {
    uniq_vpc_id: LenientText,
    region: LenientText,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct RecordPage {
    total_count: Option<LenientNumber>,
    record_set: Option<LenientList<PrivateZoneRecord>>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct PrivateZoneRecord {
    record_id: LenientText,
    sub_domain: LenientText,
    record_type: LenientText,
    record_value: LenientText,
    #[serde(rename = "TTL")]
    ttl: LenientNumber,
}

#[derive(Deserialize)]
struct Done {}

impl From<PrivateZone> for Zone {
    fn from(zone: PrivateZone) -> Self {
        let bound = |vpc: VpcInfo| BoundVpc { id: vpc.uniq_vpc_id.0, region: vpc.region.0 };
        Self {
            id: zone.zone_id.0,
            domain: zone.domain.0,
            remark: zone.remark.0,
            vpcs: zone.vpc_set.0.into_iter().map(bound).collect(),
            // Only the word itself counts: the other way round would hide names.
            forwards: zone.dns_forward_status.0.eq_ignore_ascii_case("ENABLED"),
        }
    }
}

/// Whether the account uses Private DNS.
///
/// # Errors
/// As every call.
pub async fn is_private_dns_enabled(api: &Api) -> Result<bool, ApiError> {
    let answer: ServiceResponse =
        api.call(actions::DESCRIBE_PRIVATE_ZONE_SERVICE, &json!({})).await?;
    Ok(answer.service_status.0.eq_ignore_ascii_case("ENABLED"))
}

/// Switches Private DNS on for the account; it costs nothing until much is asked of it.
///
/// # Errors
/// As every call.
pub async fn enable_private_dns(api: &Api) -> Result<(), ApiError> {
    api.call(actions::SUBSCRIBE_PRIVATE_ZONE_SERVICE, &json!({})).await.map(|Done {}| ())
}

/// The zones of the account.
///
/// # Errors
/// As every call.
pub async fn zones(api: &Api) -> Result<Listing<Zone>, ApiError> {
    const ACTION: Action = actions::DESCRIBE_PRIVATE_ZONE_LIST;
    let fetch = async |offset| {
        let page: ZonePage = api.call(ACTION, &json!({"Offset": offset, "Limit": LIMIT})).await?;
        ListPage::new(ACTION, page.private_zone_set, page.total_count)
    };
    let key = |zone: &PrivateZone| zone.zone_id.0.clone();
    Ok(collect(Paging::Items, key, fetch).await?.map(Zone::from))
}

/// The records of a zone.
///
/// # Errors
/// As every call.
pub async fn zone_records(api: &Api, zone: &str) -> Result<Listing<ZoneRecord>, ApiError> {
    const ACTION: Action = actions::DESCRIBE_PRIVATE_ZONE_RECORD_LIST;
    let fetch = async |offset| {
        let payload = json!({"ZoneId": zone, "Offset": offset, "Limit": LIMIT});
        let page: RecordPage = api.call(ACTION, &payload).await?;
        ListPage::new(ACTION, page.record_set, page.total_count)
    };
    let key = |record: &PrivateZoneRecord| record.record_id.0.clone();
    Ok(collect(Paging::Items, key, fetch).await?.map(|record| ZoneRecord {
        id: record.record_id.0,
        name: record.sub_domain.0,
        kind: record.record_type.0,
        value: record.record_value.0,
        ttl: record.ttl.0,
    }))
}

/// Makes a zone that is bound to no VPC, and forwards what it doesn't hold.
///
/// # Errors
/// As every call. It is not repeated after a lost answer: look for the zone first.
pub async fn create_zone(api: &Api, domain: &str, remark: &str) -> Result<(), ApiError> {
    let payload = json!({"Domain": domain, "DnsForwardStatus": "ENABLED", "Remark": remark});
    api.call(actions::CREATE_PRIVATE_ZONE, &payload).await.map(|Done {}| ())
}

/// Adds an alias to a zone.
///
/// # Errors
/// As every call. Not repeated after a lost answer.
pub async fn create_alias(
    api: &Api,
    zone: &str,
    name: &str,
    target: &str,
    ttl: u32,
) -> Result<(), ApiError> {
    let payload = json!({
        "ZoneId": zone, "RecordType": "CNAME", "SubDomain": name, "RecordValue": target, "TTL": ttl,
    });
    api.call(actions::CREATE_PRIVATE_ZONE_RECORD, &payload).await.map(|Done {}| ())
}

/// Deletes a record.
///
/// # Errors
/// As every call.
pub async fn delete_record(api: &Api, zone: &str, record: &str) -> Result<(), ApiError> {
    let payload = json!({"ZoneId": zone, "RecordId": record});
    api.call(actions::DELETE_PRIVATE_ZONE_RECORD, &payload).await.map(|Done {}| ())
}

/// Deletes a zone, which must be bound to no VPC.
///
/// # Errors
/// As every call.
pub async fn delete_zone(api: &Api, zone: &str) -> Result<(), ApiError> {
    api.call(actions::DELETE_PRIVATE_ZONE, &json!({"ZoneId": zone})).await.map(|Done {}| ())
}

/// Binds a zone to one more VPC, and waits until it is. (`ModifyPrivateZoneVpc` would replace the
/// whole list.)
///
/// # Errors
/// As every call.
pub async fn bind_vpc(api: &Api, zone: &str, vpc: &str, region: &Region) -> Result<(), ApiError> {
    let payload = one_vpc(zone, vpc, region.as_str());
    api.call(actions::ADD_SPECIFY_PRIVATE_ZONE_VPC, &payload).await.map(|Done {}| ())
}

/// Unbinds a zone from one VPC, and waits until it is.
///
/// # Errors
/// As every call.
pub async fn unbind_vpc(api: &Api, zone: &str, vpc: &BoundVpc) -> Result<(), ApiError> {
    let payload = one_vpc(zone, &vpc.id, &vpc.region);
    api.call(actions::DELETE_SPECIFY_PRIVATE_ZONE_VPC, &payload).await.map(|Done {}| ())
}

fn one_vpc(zone: &str, vpc: &str, region: &str) -> serde_json::Value {
    json!({"ZoneId": zone, "VpcSet": [{"UniqVpcId": vpc, "Region": region}], "Sync": true})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_clear_word_says_that_a_zone_forwards() {
        let zone = |status: serde_json::Value| {
            let text = json!({"ZoneId": "zone-1", "VpcSet": null, "DnsForwardStatus": status});
            Zone::from(serde_json::from_value::<PrivateZone>(text).unwrap()).forwards
        };
        assert!(zone(json!("ENABLED")) && zone(json!("enabled")));
        assert!(!zone(json!("DISABLED")) && !zone(json!(null)) && !zone(json!("")));
    }
}
