//! From a connection to the cluster that it leads to: by the server's name, else by the endpoints of
//! each cluster, else by the machines that are its nodes.

use serde_json::Value;

use super::TkeError;
use super::server::{id_in, is_same, machine_of};
use crate::kubernetes::{Cluster, ClusterError, ConnectionSettings, ListQuery, Resource};
use crate::tencent::{Api, Region, TkeCluster, tke_clusters, tke_endpoints, tke_nodes_among};

/// How many machines are compared.
const MACHINES: usize = 5;

/// A cluster, and where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundCluster {
    /// As TKE knows it.
    pub cluster: TkeCluster,
    /// Its region.
    pub region: Region,
}

/// The cluster that a connection leads to, and with it its VPC: for `--for-kube-context`.
/// `regions` are looked through in their order.
///
/// # Errors
/// [`TkeError`], each with a hint.
pub async fn vpc_of(
    api: &Api,
    regions: &[Region],
    connection: &ConnectionSettings,
) -> Result<FoundCluster, TkeError> {
    let cluster = Cluster::connect(connection).await?;
    find(api, regions, &cluster).await
}

/// The cluster that this connection leads to.
///
/// # Errors
/// As [`vpc_of`].
pub async fn find(
    api: &Api,
    regions: &[Region],
    cluster: &Cluster,
) -> Result<FoundCluster, TkeError> {
    let server = cluster.server();
    let named = id_in(server);
    let mut looked = Vec::new();
    for region in regions {
        let api = api.with_region(region.clone());
        let ids: Vec<&str> = named.into_iter().collect();
        let listed = tke_clusters(&api, &ids).await?.items;
        if let Some(id) = named
            && let Some(cluster) = listed.iter().find(|known| known.id == id)
        {
            return Ok(FoundCluster { cluster: cluster.clone(), region: region.clone() });
        }
        looked.push((region, api, listed));
    }
    if named.is_none() {
        for (region, api, listed) in &looked {
            for known in listed {
                if leads_to(api, &known.id, server).await? {
                    return Ok(FoundCluster { cluster: known.clone(), region: (*region).clone() });
                }
            }
        }
        // The last resort: a proxy or a tunnel stands between.
        let machines = machines(cluster).await;
        let machines: Vec<&str> = machines.iter().map(String::as_str).collect();
        let wanted = looked.iter().filter(|_| !machines.is_empty());
        for (region, api, listed) in wanted {
            for known in listed {
                let nodes = tke_nodes_among(api, &known.id, &machines).await?;
                if !nodes.is_empty() {
                    return Ok(FoundCluster { cluster: known.clone(), region: (*region).clone() });
                }
            }
        }
    }
    let names: Vec<&str> = regions.iter().map(Region::as_str).collect();
    Err(TkeError::NotFound {
        server: server.to_owned(),
        looked: looked.iter().map(|(_, _, listed)| listed.len()).sum(),
        regions: names.join(", "),
    })
}

async fn leads_to(api: &Api, cluster: &str, server: &str) -> Result<bool, TkeError> {
    match tke_endpoints(api, cluster).await {
        Ok(endpoints) => Ok(endpoints.iter().any(|told| is_same(server, told))),
        // It was deleted since it was listed.
        Err(error) if error.is_no_cluster() => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Some of the machines that are nodes; none if they can't be listed, which other ways may make up
/// for.
async fn machines(cluster: &Cluster) -> Vec<String> {
    let nodes = nodes(cluster).await.unwrap_or_default();
    let id = |node: &Value| {
        let id = node.pointer("/spec/providerID").and_then(Value::as_str)?;
        machine_of(id).map(ToOwned::to_owned)
    };
    nodes.iter().filter_map(id).take(MACHINES).collect()
}

async fn nodes(cluster: &Cluster) -> Result<Vec<Value>, ClusterError> {
    let nodes = Resource { namespaced: false, ..Resource::core("Node", "nodes") };
    cluster.list_all(&nodes, None, &ListQuery::default()).await
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::json;

    use super::*;
    use crate::kubernetes::test_server::{Server, json as answer};

    /// TKE with two clusters in Shanghai; only the second has this endpoint and this machine.
    fn api(endpoint: &str, machine: &str) -> Api {
        let (endpoint, machine) = (endpoint.to_owned(), machine.to_owned());
        Api::scripted(Arc::new(move |action, asked| {
            let is_second = asked["ClusterId"] == "cls-two";
            Ok(match action {
                "DescribeClusters" => {
                    let cluster = |id: &str, vpc: &str| {
                        json!({
                            "ClusterId": id, "ClusterName": "", "ClusterStatus": "Running",
                            "ClusterNetworkSettings": {"VpcId": vpc},
                        })
                    };
                    let both = json!([cluster("cls-one", "vpc-1"), cluster("cls-two", "vpc-2")]);
                    json!({"TotalCount": 2, "Clusters": both})
                }
                "DescribeClusterEndpoints" if is_second => {
                    json!({"ClusterExternalEndpoint": endpoint, "ClusterIntranetEndpoint": null})
                }
                "DescribeClusterInstances" if is_second => {
                    let wanted = asked["InstanceIds"].as_array().unwrap();
                    assert!(wanted.iter().all(|id| id.as_str().unwrap().starts_with("ins-")));
                    let held = wanted.iter().filter(|id| **id == *machine);
                    let held: Vec<_> = held.map(|id| json!({"InstanceId": id})).collect();
                    json!({"TotalCount": held.len(), "InstanceSet": held})
                }
                _ => json!({"TotalCount": 0}),
            })
        }))
    }

    /// An API server with one node.
    async fn server() -> Server {
        Server::start(|_| {
            let node = json!({"spec": {"providerID": "qcloud:///200001/ins-abc"}});
            answer(&json!({"kind": "NodeList", "metadata": {}, "items": [node]}))
        })
        .await
    }

    async fn found(endpoint: &str, machine: &str, server: &Server) -> Result<String, TkeError> {
        let regions = [Region::guangzhou()];
        let found = find(&api(endpoint, machine), &regions, &server.cluster().await).await?;
        Ok(format!("{} {}", found.cluster.id, found.cluster.vpc))
    }

    #[tokio::test]
    async fn a_cluster_is_known_by_its_endpoint_else_by_its_machines() {
        let server = server().await;
        assert_eq!(found(&server.url, "", &server).await.unwrap(), "cls-two vpc-2");
        assert_eq!(server.seen().len(), 0, "the cluster need not be asked");
        let by_machine = found("203.0.113.1", "ins-abc", &server).await;
        assert_eq!(by_machine.unwrap(), "cls-two vpc-2");
        let none = found("203.0.113.1", "ins-other", &server).await.unwrap_err();
        let words = "is none of the 2 TKE clusters that the API key sees in ap-guangzhou";
        assert!(none.to_string().contains(words), "{none}");
    }
}
