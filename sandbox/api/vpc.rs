//! VPC, version 2017-03-12: private networks and their subnets. Positions and sizes are texts here.

use serde_json::{Value, json};

use super::action::{Action, Grant, action};
use super::call::{ActionCall, ActionResult};
use super::error::ApiError;
use crate::network::{Subnet, Vpc};

pub(super) const ACTIONS: &[Action] = &[
    action(
        "DescribeVpcs",
        20,
        Grant::Operation,
        "VpcIds:l Filters:l Offset:s Limit:s MaxResults:i NextToken:s",
        vpcs,
    ),
    action(
        "DescribeSubnets",
        20,
        Grant::Operation,
        "SubnetIds:l Filters:l Offset:s Limit:s MaxResults:i NextToken:s",
        subnets,
    ),
];

/// `DescribeVpcs`
fn vpcs(call: &mut ActionCall<'_>) -> ActionResult {
    settle(call);
    let (start, limit) = page(call)?;
    let ids = wanted(call, "VpcIds", "vpc-id")?;
    let here: Vec<&Vpc> = call.cloud.vpcs.iter().filter(|vpc| vpc.region == call.region).collect();
    if !call.texts("VpcIds").is_empty()
        && let Some(missing) = ids.iter().flatten().find(|id| here.iter().all(|v| v.id != **id))
    {
        let reason = format!("the vpc {missing} does not exist.");
        return Err(ApiError::new("InvalidVpcId.NotFound", reason.clone(), reason));
    }
    let found: Vec<&Vpc> = here
        .into_iter()
        .filter(|vpc| ids.as_ref().is_none_or(|ids| ids.contains(&vpc.id)))
        .collect();
    let list: Vec<Value> = found
        .iter()
        .skip(start)
        .take(limit)
        .map(|vpc| {
            json!({
                "VpcId": vpc.id,
                "VpcName": vpc.name,
                "CidrBlock": vpc.cidr,
                "IsDefault": false,
                "EnableMulticast": false,
                "CreatedTime": "2024-01-01 08:00:00",
                "DnsServerSet": vpc.dns_servers,
                "DomainName": "",
                "DhcpOptionsId": "",
                "EnableDhcp": true,
                "Ipv6CidrBlock": "",
                "TagSet": [],
                "AssistantCidrSet": [],
            })
        })
        .collect();
    Ok(json!({"TotalCount": found.len(), "VpcSet": list}))
}

/// `DescribeSubnets`
fn subnets(call: &mut ActionCall<'_>) -> ActionResult {
    settle(call);
    let (start, limit) = page(call)?;
    let ids = wanted(call, "SubnetIds", "subnet-id")?;
    let vpcs = call.filter("vpc-id");
    let found: Vec<(&Vpc, &Subnet)> = call
        .cloud
        .vpcs
        .iter()
        .filter(|vpc| vpc.region == call.region)
        .filter(|vpc| vpcs.as_ref().is_none_or(|ids| ids.contains(&vpc.id)))
        .flat_map(|vpc| vpc.subnets.iter().map(move |subnet| (vpc, subnet)))
        .filter(|(_, subnet)| ids.as_ref().is_none_or(|ids| ids.contains(&subnet.id)))
        .collect();
    let list: Vec<Value> = found
        .iter()
        .skip(start)
        .take(limit)
        .map(|(vpc, subnet)| {
            json!({
                "VpcId": vpc.id,
                "SubnetId": subnet.id,
                "SubnetName": subnet.name,
                "CidrBlock": subnet.cidr,
                "IsDefault": false,
                "EnableBroadcast": false,
                "Zone": subnet.zone,
                "RouteTableId": "rtb-00000000",
                "CreatedTime": "2024-01-01 08:00:00",
                "AvailableIpAddressCount": subnet.free,
                "Ipv6CidrBlock": "",
                "TagSet": [],
            })
        })
        .collect();
    Ok(json!({"TotalCount": found.len(), "SubnetSet": list, "NextToken": ""}))
}

/// Addresses of links that are gone are free again.
fn settle(call: &mut ActionCall<'_>) {
    let cloud = &mut *call.cloud;
    for instance in &mut cloud.enterprise {
        instance.network.settle(&mut cloud.vpcs);
    }
}

/// Ids and filters exclude each other.
fn wanted(call: &ActionCall<'_>, ids: &str, filter: &str) -> Result<Option<Vec<String>>, ApiError> {
    let given = call.texts(ids);
    let has_filters = call.parameters.get("Filters").is_some_and(|filters| !filters.is_null());
    if !given.is_empty() && has_filters {
        let reason = format!("{ids} and Filters can not be specified at the same time.");
        return Err(ApiError::new("InvalidParameter.Coexist", reason.clone(), reason));
    }
    Ok(if given.is_empty() { call.filter(filter) } else { Some(given) })
}

fn page(call: &ActionCall<'_>) -> Result<(usize, usize), ApiError> {
    let number = |name: &str, default: usize| match call.text(name) {
        "" => Ok(default),
        text => text.parse().map_err(|_| {
            let reason = format!("{name} `{text}` is not a number.");
            ApiError::new("InvalidParameterValue.Malformed", reason.clone(), reason)
        }),
    };
    Ok((number("Offset", 0)?, number("Limit", 20)?.min(100)))
}
