//! Clusters of Tencent's Kubernetes (TKE), as its API knows them. Nothing here writes.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::json;

use super::actions::{self, Action};
use super::api::{LIMIT, LenientList, LenientNumber, LenientText, ListPage, Paging, collect};
use super::{Api, ApiError, Listing, Region};
use crate::http::Secret;

/// A cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TkeCluster {
    /// `cls-…`
    pub id: String,
    /// What people call it.
    pub name: String,
    /// The VPC of its nodes.
    pub vpc: String,
    /// `Running`, …
    pub status: String,
    /// How many nodes it has, if the API says.
    pub nodes: Option<u64>,
}

/// The addon `tcr` of a cluster: it makes pull secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TcrAddon {
    /// `1.0.2`
    pub version: String,
    /// `Succeeded`, `InstallFailed`, …
    pub phase: String,
    /// Why, if it isn't well.
    pub reason: String,
    /// What it makes; `None` if its values can't be read.
    pub logins: Option<Vec<AddonLogin>>,
    /// The hosts that it writes into the nodes' `/etc/hosts`, with their addresses.
    pub hosts: Vec<(String, String)>,
}

/// For what the addon makes a pull secret. The password beside it is never kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddonLogin {
    /// The registry.
    pub host: String,
    /// A name, several with commas, or `*`.
    pub namespaces: String,
    /// Likewise.
    pub service_accounts: String,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct RegionsResponse {
    region_instance_set: LenientList<RegionInfo>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct RegionInfo {
    region_name: LenientText,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct ClusterPage {
    total_count: Option<LenientNumber>,
    clusters: Option<LenientList<ClusterInfo>>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
#[allow(clippy::struct_field_names, reason = "as the API has them")]
struct ClusterInfo {
    cluster_id: LenientText,
    cluster_name: LenientText,
    cluster_status: LenientText,
    cluster_node_num: Option<LenientNumber>,
    cluster_network_settings: Option<NetworkSettings>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct ServerlessPage {
    total_count: Option<LenientNumber>,
    clusters: Option<LenientList<ServerlessInfo>>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct ServerlessInfo {
    cluster_id: LenientText,
    cluster_name: LenientText,
    vpc_id: LenientText,
    status: LenientText,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct NetworkSettings {
    vpc_id: LenientText,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
#[allow(clippy::struct_field_names, reason = "as the API has them")]
struct EndpointsInfo {
    cluster_external_endpoint: LenientText,
    cluster_intranet_endpoint: LenientText,
    cluster_domain: LenientText,
    cluster_external_domain: LenientText,
    cluster_intranet_domain: LenientText,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct InstancePage {
    total_count: Option<LenientNumber>,
    instance_set: Option<LenientList<InstanceInfo>>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct InstanceInfo {
    instance_id: LenientText,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct Addons {
    addons: LenientList<AddonInfo>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct AddonInfo {
    addon_name: LenientText,
    addon_version: LenientText,
    phase: LenientText,
    reason: LenientText,
    /// Base64 of JSON, with a password in it.
    raw_values: Option<Secret>,
}

// Only these fields are read of the addon's values: `dockerPassword` stands beside them.
#[derive(Deserialize, Default)]
#[serde(default)]
struct AddonValues {
    global: AddonGlobal,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct AddonGlobal {
    image_pull_secrets_crs: LenientList<AddonSecret>,
    hosts: LenientList<AddonHost>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct AddonSecret {
    docker_server: LenientText,
    namespaces: LenientText,
    service_accounts: LenientText,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct AddonHost {
    domain: LenientText,
    ip: LenientText,
    disabled: super::api::LenientFlag,
}

/// The regions that there is TKE in. The API has no pages for them.
///
/// # Errors
/// As every call.
pub async fn tke_regions(api: &Api) -> Result<Vec<Region>, ApiError> {
    let found: RegionsResponse = api.call(actions::DESCRIBE_TKE_REGIONS, &json!({})).await?;
    let names = found.region_instance_set.0.into_iter();
    Ok(names.filter_map(|info| info.region_name.some()).map(Region::trusted).collect())
}

/// The clusters of the client's region; only those with these ids, if any are given.
///
/// # Errors
/// As every call.
pub async fn tke_clusters(api: &Api, ids: &[&str]) -> Result<Listing<TkeCluster>, ApiError> {
    const ACTION: Action = actions::DESCRIBE_CLUSTERS;
    let fetch = async |offset| {
        let mut payload = json!({"Offset": offset, "Limit": LIMIT});
        if !ids.is_empty() {
            payload["ClusterIds"] = json!(ids);
        }
        let page: ClusterPage = api.call(ACTION, &payload).await?;
        ListPage::new(ACTION, page.clusters, page.total_count)
    };
    let key = |info: &ClusterInfo| info.cluster_id.0.clone();
    Ok(collect(Paging::Items, key, fetch).await?.map(|info| TkeCluster {
        id: info.cluster_id.0,
        name: info.cluster_name.0,
        vpc: info.cluster_network_settings.unwrap_or_default().vpc_id.0,
        status: info.cluster_status.0,
        nodes: info.cluster_node_num.map(LenientNumber::count),
    }))
}

/// The serverless clusters of the client's region, which are in no other list and have no nodes.
///
/// # Errors
/// As every call.
pub async fn serverless_clusters(api: &Api) -> Result<Listing<TkeCluster>, ApiError> {
    const ACTION: Action = actions::DESCRIBE_EKS_CLUSTERS;
    let fetch = async |offset| {
        let payload = json!({"Offset": offset, "Limit": LIMIT});
        let page: ServerlessPage = api.call(ACTION, &payload).await?;
        ListPage::new(ACTION, page.clusters, page.total_count)
    };
    let key = |info: &ServerlessInfo| info.cluster_id.0.clone();
    Ok(collect(Paging::Items, key, fetch).await?.map(|info| TkeCluster {
        id: info.cluster_id.0,
        name: info.cluster_name.0,
        vpc: info.vpc_id.0,
        status: info.status.0,
        nodes: None,
    }))
}

/// Under which names and addresses the API server of a cluster is reached, as the API writes them:
/// with or without `https://`, with or without a port.
///
/// # Errors
/// As every call.
pub async fn tke_endpoints(api: &Api, cluster: &str) -> Result<Vec<String>, ApiError> {
    let payload = json!({"ClusterId": cluster});
    let found: EndpointsInfo = api.call(actions::DESCRIBE_CLUSTER_ENDPOINTS, &payload).await?;
    let all = [
        found.cluster_external_endpoint,
        found.cluster_intranet_endpoint,
        found.cluster_domain,
        found.cluster_external_domain,
        found.cluster_intranet_domain,
    ];
    Ok(all.into_iter().filter_map(LenientText::some).collect())
}

/// Which of these machines (`ins-…`) are nodes of a cluster.
///
/// # Errors
/// As every call.
pub async fn tke_nodes_among(
    api: &Api,
    cluster: &str,
    machines: &[&str],
) -> Result<Vec<String>, ApiError> {
    const ACTION: Action = actions::DESCRIBE_CLUSTER_INSTANCES;
    let fetch = async |offset| {
        let payload = json!({
            "ClusterId": cluster, "InstanceIds": machines, "Offset": offset, "Limit": LIMIT,
        });
        let page: InstancePage = api.call(ACTION, &payload).await?;
        ListPage::new(ACTION, page.instance_set, page.total_count)
    };
    let key = |info: &InstanceInfo| info.instance_id.0.clone();
    let found = collect(Paging::Items, key, fetch).await?;
    Ok(found.items.into_iter().map(|info| info.instance_id.0).collect())
}

/// The addon `tcr` of a cluster; `None` if it isn't installed.
///
/// # Errors
/// As every call.
pub async fn tcr_addon(api: &Api, cluster: &str) -> Result<Option<TcrAddon>, ApiError> {
    let payload = json!({"ClusterId": cluster, "AddonName": "tcr"});
    let found: Addons = match api.call(actions::DESCRIBE_ADDON, &payload).await {
        Err(error) if error.code() == Some("ResourceNotFound") => return Ok(None),
        found => found?,
    };
    let addon = found.addons.0.into_iter().find(|addon| addon.addon_name.0 == "tcr");
    Ok(addon.map(TcrAddon::from))
}

impl From<AddonInfo> for TcrAddon {
    fn from(info: AddonInfo) -> Self {
        let values = info.raw_values.as_ref().and_then(values);
        let hosts = values.as_ref().map(|values| {
            let used = values.global.hosts.0.iter().filter(|host| !host.disabled.0);
            used.map(|host| (host.domain.0.clone(), host.ip.0.clone())).collect()
        });
        let login = |secret: AddonSecret| AddonLogin {
            host: secret.docker_server.0,
            namespaces: secret.namespaces.0,
            service_accounts: secret.service_accounts.0,
        };
        Self {
            version: info.addon_version.0,
            phase: info.phase.0,
            reason: info.reason.0,
            logins: values.map(|values| {
                values.global.image_pull_secrets_crs.0.into_iter().map(login).collect()
            }),
            hosts: hosts.unwrap_or_default(),
        }
    }
}

/// The fields that are needed; the rest, a password among them, is dropped at once. Nothing of it is
/// told if it can't be read.
fn values(raw: &Secret) -> Option<AddonValues> {
    let text = Secret::from(String::from_utf8(STANDARD.decode(raw.expose().trim()).ok()?).ok()?);
    serde_json::from_str(text.expose()).ok()
}

impl ApiError {
    /// Whether there is no such service in the region (API doc, common error codes).
    #[must_use]
    pub fn is_unsupported_region(&self) -> bool {
        self.code() == Some("UnsupportedRegion")
    }

    /// Whether there is no such cluster. The API has four spellings of it (`ResourceNotFound.`,
    /// `InvalidParameter.`, `FailedOperation.` and `InternalError.ClusterNotFound`).
    #[must_use]
    pub fn is_no_cluster(&self) -> bool {
        self.code().is_some_and(|code| code.ends_with(".ClusterNotFound"))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[tokio::test]
    async fn the_password_in_the_addons_values_is_dropped() {
        let values = json!({"global": {
            "imagePullSecretsCrs": [{
                "name": "prod-vpc", "namespaces": "*", "serviceAccounts": "default", "type": "docker",
                "dockerUsername": "1000", "dockerPassword": "hunter2",
                "dockerServer": "prod-vpc.tencentcloudcr.com",
            }],
            "hosts": [{"domain": "prod.tencentcloudcr.com", "ip": "10.0.0.5", "disabled": false}],
        }});
        let raw = STANDARD.encode(values.to_string());
        let api = Api::scripted(Arc::new(move |_, _| {
            Ok(json!({"Addons": [{
                "AddonName": "tcr", "AddonVersion": "1.0.2", "RawValues": raw, "Phase": "Succeeded",
            }]}))
        }));
        let addon = tcr_addon(&api, "cls-1").await.unwrap().unwrap();
        let login = &addon.logins.as_ref().unwrap()[0];
        assert_eq!(login.host, "prod-vpc.tencentcloudcr.com");
        assert_eq!(addon.hosts, [("prod.tencentcloudcr.com".into(), "10.0.0.5".into())]);
        assert!(!format!("{addon:?}").contains("hunter2"));
    }
}
