//! Aggregated discovery: all groups, versions and kinds in one document (apidiscovery.k8s.io).

use serde::Deserialize;

use super::known_kinds::Discovery;
use crate::kubernetes::client::Cluster;
use crate::kubernetes::error::ClusterError;
use crate::kubernetes::resource::Resource;
use crate::kubernetes::transport::ApiCall;

/// v2 is of Kubernetes 1.30, its beta of 1.26; the old document is for servers that know neither.
const ACCEPT: &str = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,\
                      application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,\
                      application/json";

#[derive(Deserialize)]
struct ApiGroupDiscoveryList {
    #[serde(default)]
    kind: String,
    #[serde(default)]
    items: Option<Vec<ApiGroupDiscovery>>,
}

#[derive(Deserialize)]
struct ApiGroupDiscovery {
    #[serde(default)]
    metadata: GroupMetadata,
    #[serde(default)]
    versions: Vec<ApiVersionDiscovery>,
}

#[derive(Default, Deserialize)]
struct GroupMetadata {
    #[serde(default)]
    name: String,
}

#[derive(Deserialize)]
struct ApiVersionDiscovery {
    #[serde(rename = "version")]
    name: String,
    #[serde(default)]
    resources: Vec<ApiResourceDiscovery>,
    #[serde(default)]
    freshness: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ApiResourceDiscovery {
    resource: String,
    #[serde(rename = "responseKind")]
    response: Option<Response>,
    #[serde(default)]
    scope: String,
    #[serde(default)]
    verbs: Vec<String>,
    #[serde(default)]
    short_names: Vec<String>,
}

#[derive(Deserialize)]
struct Response {
    #[serde(default)]
    kind: String,
}

/// None if the server answers with another document.
pub(in crate::kubernetes) async fn read(
    cluster: &Cluster,
    root: &str,
) -> Result<Option<Discovery>, ClusterError> {
    let call = ApiCall { accept: ACCEPT, ..ApiCall::get(root) };
    let body = cluster.transport.send(&call).await?;
    let Ok(document) = serde_json::from_slice::<ApiGroupDiscoveryList>(&body) else {
        return Ok(None);
    };
    if document.kind != "APIGroupDiscoveryList" {
        return Ok(None);
    }
    let mut found = Discovery::default();
    for group in document.items.unwrap_or_default() {
        let name = group.metadata.name;
        for version in group.versions {
            // The server keeps what it last heard of an API behind it; that may be nothing.
            if version.freshness == "Stale" {
                let version = match name.as_str() {
                    "" => version.name.clone(),
                    group => format!("{group}/{}", version.name),
                };
                let why = "the API server behind it does not answer".to_owned();
                found.unread.push((version, why));
            }
            let kinds = version.resources.into_iter();
            let kinds = kinds.filter_map(|kind| resource(&name, &version.name, kind));
            found.add(kinds.collect());
        }
    }
    Ok(Some(found))
}

/// None for what is no kind of its own: some have subresources only.
fn resource(group: &str, version: &str, kind: ApiResourceDiscovery) -> Option<Resource> {
    let name = kind.response?.kind;
    (!name.is_empty()).then(|| Resource {
        group: group.to_owned(),
        version: version.to_owned(),
        kind: name,
        plural: kind.resource,
        namespaced: kind.scope == "Namespaced",
        verbs: kind.verbs,
        short_names: kind.short_names,
    })
}
