//! Virtual private clouds and their subnets.

use serde::Deserialize;
use serde_json::{Value, json};

use super::actions::{self, Action};
use super::api::{LIMIT, LenientList, LenientNumber, LenientText, ListPage, Paging, collect};
use super::{Api, ApiError, Listing};

/// The resolvers that a VPC has unless it is given others (VPC, 215/20075).
const TENCENT_RESOLVERS: [&str; 2] = ["183.60.83.19", "183.60.82.98"];

/// A private network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vpc {
    /// `vpc-…`
    pub id: String,
    /// As the console shows it.
    pub name: String,
    /// `10.0.0.0/16`
    pub cidr: String,
    /// The resolvers of its machines; empty if the API doesn't say.
    pub dns_servers: Vec<String>,
}

impl Vpc {
    /// Whether its machines ask Tencent's resolvers. No others know private zones.
    #[must_use]
    pub fn asks_tencent_dns(&self) -> bool {
        self.dns_servers.iter().all(|server| TENCENT_RESOLVERS.contains(&server.as_str()))
    }
}

/// A subnet of a VPC.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subnet {
    /// `subnet-…`
    pub id: String,
    /// The VPC that it belongs to.
    pub vpc: String,
    /// As the console shows it.
    pub name: String,
    /// `10.0.1.0/24`
    pub cidr: String,
    /// `ap-guangzhou-3`
    pub zone: String,
    /// Addresses that nothing has yet.
    pub free_addresses: u64,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct VpcPage {
    total_count: Option<LenientNumber>,
    vpc_set: Option<LenientList<VpcInfo>>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct VpcInfo {
    vpc_id: LenientText,
    vpc_name: LenientText,
    cidr_block: LenientText,
    dns_server_set: LenientList<LenientText>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct SubnetPage {
    total_count: Option<LenientNumber>,
    subnet_set: Option<LenientList<SubnetInfo>>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct SubnetInfo {
    vpc_id: LenientText,
    subnet_id: LenientText,
    subnet_name: LenientText,
    cidr_block: LenientText,
    zone: LenientText,
    available_ip_address_count: LenientNumber,
}

/// The VPCs of the region that `api` asks: those with these ids, or all if none is given. One that
/// isn't there is left out.
///
/// # Errors
/// As every call.
pub async fn vpcs(api: &Api, ids: &[&str]) -> Result<Listing<Vpc>, ApiError> {
    const ACTION: Action = actions::DESCRIBE_VPCS;
    let fetch = async |offset| {
        let page: VpcPage = api.call(ACTION, &page_of(offset, "vpc-id", ids)).await?;
        ListPage::new(ACTION, page.vpc_set, page.total_count)
    };
    let listing = collect(Paging::Items, |info: &VpcInfo| info.vpc_id.0.clone(), fetch).await?;
    Ok(listing.map(|info| Vpc {
        id: info.vpc_id.0,
        name: info.vpc_name.0,
        cidr: info.cidr_block.0,
        dns_servers: info.dns_server_set.0.into_iter().map(|server| server.0).collect(),
    }))
}

/// The subnets of a VPC.
///
/// # Errors
/// As every call.
pub async fn subnets(api: &Api, vpc: &str) -> Result<Listing<Subnet>, ApiError> {
    const ACTION: Action = actions::DESCRIBE_SUBNETS;
    let fetch = async |offset| {
        let page: SubnetPage = api.call(ACTION, &page_of(offset, "vpc-id", &[vpc])).await?;
        ListPage::new(ACTION, page.subnet_set, page.total_count)
    };
    let key = |info: &SubnetInfo| info.subnet_id.0.clone();
    let listing = collect(Paging::Items, key, fetch).await?;
    Ok(listing.map(|info| Subnet {
        id: info.subnet_id.0,
        vpc: info.vpc_id.0,
        name: info.subnet_name.0,
        cidr: info.cidr_block.0,
        zone: info.zone.0,
        free_addresses: info.available_ip_address_count.count(),
    }))
}

/// Here position and size are texts (API model of VPC). A filter, not `VpcIds`: an id that isn't
/// there is then left out, where `VpcIds` refuses the whole call.
fn page_of(offset: u64, filter: &str, values: &[&str]) -> Value {
    let mut page = json!({"Offset": offset.to_string(), "Limit": LIMIT.to_string()});
    if !values.is_empty() {
        page["Filters"] = json!([{"Name": filter, "Values": values}]);
    }
    page
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[tokio::test]
    async fn positions_are_texts() {
        let api = Api::scripted(Arc::new(|action, asked| {
            assert_eq!((action, &asked["Offset"]), ("DescribeVpcs", &json!("0")));
            assert_eq!(asked["Limit"], "100");
            assert_eq!(asked["Filters"], json!([{"Name": "vpc-id", "Values": ["vpc-1"]}]));
            Ok(json!({"TotalCount": 1, "VpcSet": [{"VpcId": "vpc-1", "DnsServerSet": null}]}))
        }));
        let found = vpcs(&api, &["vpc-1"]).await.unwrap();
        assert_eq!(found.items[0].id, "vpc-1");
        assert!(found.items[0].asks_tencent_dns(), "the default isn't always told");
    }

    #[test]
    fn other_resolvers_know_no_private_zones() {
        let vpc = |servers: &[&str]| Vpc {
            id: "vpc-1".to_owned(),
            name: String::new(),
            cidr: String::new(),
            dns_servers: servers.iter().map(|&server| server.to_owned()).collect(),
        };
        assert!(vpc(&TENCENT_RESOLVERS).asks_tencent_dns());
        assert!(!vpc(&["183.60.83.19", "10.0.0.2"]).asks_tencent_dns());
    }
}
