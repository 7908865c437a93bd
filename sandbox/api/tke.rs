//! TKE: clusters, their endpoints, nodes and addons.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::action::{Action, Grant, action};
use super::call::{ActionCall, ActionResult};
use super::error::ApiError;
use crate::account::{AddonDescription, ClusterDescription};
use crate::regions::REGIONS;
use crate::secrets;

pub(super) const ACTIONS: &[Action] = &[
    action("DescribeRegions", 20, Grant::Operation, "", regions),
    action(
        "DescribeClusters",
        20,
        Grant::Operation,
        "ClusterIds:l Offset:i Limit:i Filters:l ClusterType:s",
        clusters,
    ),
    action(
        "DescribeEKSClusters",
        20,
        Grant::Operation,
        "ClusterIds:l Offset:i Limit:i Filters:l",
        serverless,
    ),
    action("DescribeClusterEndpoints", 20, Grant::Operation, "!ClusterId:s", endpoints),
    action(
        "DescribeClusterInstances",
        20,
        Grant::Operation,
        "!ClusterId:s Offset:i Limit:i InstanceIds:l InstanceRole:s Filters:l",
        instances,
    ),
    action("DescribeAddon", 20, Grant::Operation, "!ClusterId:s AddonName:s", addon),
];

/// `DescribeRegions`: all that the sandbox knows.
#[allow(clippy::unnecessary_wraps, reason = "the table of actions needs one signature")]
fn regions(_call: &mut ActionCall<'_>) -> ActionResult {
    let list: Vec<Value> = REGIONS
        .iter()
        .map(|region| {
            json!({
                "RegionName": region.name, "RegionId": region.id, "Status": "alluser",
                "FeatureGates": "{}", "Alias": region.alias, "Remark": "",
            })
        })
        .collect();
    Ok(json!({"TotalCount": list.len(), "RegionInstanceSet": list}))
}

/// `DescribeClusters`: of the call's region; unknown ids are left out.
#[allow(clippy::unnecessary_wraps, reason = "the table of actions needs one signature")]
fn clusters(call: &mut ActionCall<'_>) -> ActionResult {
    let (page, ids) = (call.items(), call.texts("ClusterIds"));
    let names = call.filter("ClusterName");
    let found: Vec<&ClusterDescription> = call
        .cloud
        .clusters
        .iter()
        .filter(|held| held.region == call.region && !held.serverless)
        .filter(|held| ids.is_empty() || ids.contains(&held.id))
        .filter(|held| names.as_ref().is_none_or(|names| names.contains(&held.name)))
        .collect();
    let count = found.len();
    let list = page.of(found, |held| {
        json!({
            "ClusterId": held.id,
            "ClusterName": held.name,
            "ClusterDescription": "",
            "ClusterVersion": "1.30.0",
            "ClusterOs": "tlinux3.1x86_64",
            "ClusterType": "MANAGED_CLUSTER",
            "ClusterNetworkSettings": {
                "ClusterCIDR": "172.16.0.0/16", "VpcId": held.vpc, "ServiceCIDR": "172.17.0.0/20",
                "Subnets": null, "MaxNodePodNum": 64, "Ipvs": true,
            },
            "ClusterNodeNum": held.instances.len(),
            "ClusterStatus": held.status,
            "Property": "{}",
            "ContainerRuntime": held.runtime,
            "RuntimeVersion": held.runtime_version,
            "CreatedTime": "2024-07-19T07:33:22Z",
        })
    });
    Ok(json!({"TotalCount": count, "Clusters": list}))
}

/// `DescribeEKSClusters`
#[allow(clippy::unnecessary_wraps, reason = "the table of actions needs one signature")]
fn serverless(call: &mut ActionCall<'_>) -> ActionResult {
    let (page, ids) = (call.items(), call.texts("ClusterIds"));
    let found: Vec<&ClusterDescription> = call
        .cloud
        .clusters
        .iter()
        .filter(|held| held.region == call.region && held.serverless)
        .filter(|held| ids.is_empty() || ids.contains(&held.id))
        .collect();
    let count = found.len();
    let list = page.of(found, |held| {
        json!({
            "ClusterId": held.id, "ClusterName": held.name, "ClusterDesc": "",
            "VpcId": held.vpc, "SubnetIds": [], "K8SVersion": "1.30.0",
            "Status": held.status.to_lowercase(), "CreatedTime": "2024-07-19T07:33:22Z",
            "ServiceSubnetId": "", "DnsServers": null, "NeedDeleteCbs": false,
            "EnableVpcCoreDNS": true, "TagSpecification": null,
        })
    });
    Ok(json!({"TotalCount": count, "Clusters": list}))
}

fn held<'a>(call: &'a ActionCall<'_>) -> Result<&'a ClusterDescription, ApiError> {
    let id = call.text("ClusterId");
    let mut all = call.cloud.clusters.iter();
    all.find(|held| held.id == id && held.region == call.region).ok_or_else(|| {
        // Which of the four spellings an action has isn't documented; the clients know all.
        ApiError::new(
            "ResourceNotFound.ClusterNotFound",
            format!("集群 {id} 不存在。"),
            format!("The cluster {id} does not exist."),
        )
    })
}

/// `DescribeClusterEndpoints`
fn endpoints(call: &mut ActionCall<'_>) -> ActionResult {
    let held = held(call)?;
    Ok(json!({
        "CertificationAuthority": "",
        "ClusterExternalEndpoint": held.external_endpoint,
        "ClusterIntranetEndpoint": held.intranet_endpoint,
        "ClusterDomain": format!("{}.ccs.tencent-cloud.com", held.id),
        "ClusterExternalACL": null,
        "ClusterExternalDomain": "",
        "ClusterIntranetDomain": "",
        "SecurityGroup": "",
        "ClusterIntranetSubnetId": "",
        "IntranetSecurityGroup": "",
    }))
}

/// `DescribeClusterInstances`
fn instances(call: &mut ActionCall<'_>) -> ActionResult {
    let (page, ids) = (call.items(), call.texts("InstanceIds"));
    let held = held(call)?;
    let found: Vec<&String> =
        held.instances.iter().filter(|id| ids.is_empty() || ids.contains(id)).collect();
    let count = found.len();
    let list = page.of(found, |id| {
        json!({
            "InstanceId": id, "InstanceRole": "WORKER", "InstanceState": "running",
            "DrainStatus": "", "FailedReason": "", "LanIP": "10.0.0.9", "NodePoolId": "",
        })
    });
    Ok(json!({"TotalCount": count, "InstanceSet": list}))
}

/// `DescribeAddon`
fn addon(call: &mut ActionCall<'_>) -> ActionResult {
    let wanted = call.text("AddonName").to_owned();
    let host = call.cloud.enterprise.first().map(|instance| instance.registry.host.clone());
    let user = call.cloud.uin.clone();
    let addon = held(call)?.addon.as_ref().filter(|_| wanted.is_empty() || wanted == "tcr");
    let Some(addon) = addon else {
        return if wanted.is_empty() {
            Ok(json!({"Addons": null}))
        } else {
            Err(ApiError::new(
                "ResourceNotFound",
                format!("组件 {wanted} 不存在。"),
                format!("The addon {wanted} is not found."),
            ))
        };
    };
    let password = secrets::alphanumeric(40);
    let values = values(addon, host, &user, &password);
    let shown = json!({
        "AddonName": "tcr", "AddonVersion": addon.version, "RawValues": values,
        "Phase": addon.phase, "Reason": addon.reason, "CreateTime": "2024-07-19T07:33:22Z",
    });
    call.cloud.secrets.note(&password);
    call.cloud.secrets.note(&values);
    Ok(json!({"Addons": [shown]}))
}

/// As the official example and terraform's `kubernetes_addon` have them.
fn values(addon: &AddonDescription, host: Option<String>, user: &str, password: &str) -> String {
    let servers = match addon.servers.as_slice() {
        [] => host.into_iter().collect(),
        servers => servers.to_vec(),
    };
    let secrets: Vec<Value> = servers
        .iter()
        .map(|server| {
            json!({
                "name": "sandbox", "namespaces": addon.namespaces, "serviceAccounts": "*",
                "type": "docker", "dockerUsername": user, "dockerPassword": password,
                "dockerServer": server,
            })
        })
        .collect();
    STANDARD.encode(json!({"global": {"imagePullSecretsCrs": secrets}}).to_string())
}
