//! Discovery as it was before Kubernetes 1.26: the groups, then each version by itself.

use std::time::Duration;

use futures::StreamExt as _;
use serde::Deserialize;

use super::known_kinds::Discovery;
use crate::kubernetes::client::Cluster;
use crate::kubernetes::error::ClusterError;
use crate::kubernetes::resource::Resource;
use crate::kubernetes::retry::RetryPolicy;
use crate::kubernetes::transport::ApiCall;

/// For the kinds of one version: a dead API behind the server must not hold up the others.
const LIMIT: Duration = Duration::from_secs(5);
/// Versions that are asked for at the same time.
const TOGETHER: usize = 16;

#[derive(Deserialize)]
struct CoreVersions {
    versions: Vec<String>,
}

#[derive(Deserialize)]
struct ApiGroupList {
    #[serde(default)]
    groups: Option<Vec<ApiGroup>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ApiGroup {
    name: String,
    #[serde(default)]
    versions: Vec<GroupVersion>,
    preferred_version: Option<GroupVersion>,
}

#[derive(Deserialize, PartialEq)]
struct GroupVersion {
    version: String,
}

#[derive(Deserialize)]
struct ApiResourceList {
    #[serde(default)]
    resources: Option<Vec<ApiResource>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ApiResource {
    #[serde(rename = "name")]
    plural: String,
    #[serde(rename = "kind")]
    name: String,
    #[serde(default)]
    namespaced: bool,
    #[serde(default)]
    verbs: Vec<String>,
    #[serde(default)]
    short_names: Vec<String>,
}

pub(in crate::kubernetes) async fn read(
    cluster: &Cluster,
    root: &str,
) -> Result<Discovery, ClusterError> {
    let body = cluster.transport.send(&ApiCall::get(root)).await?;
    let versions = versions(root, &body).map_err(|error| ClusterError::Protocol {
        subject: Box::new(ApiCall::get(root).subject()),
        reason: error.to_string(),
    })?;
    let requests = versions.into_iter().map(|(group, version)| async move {
        let kinds = kinds(cluster, root, &group, &version).await;
        (group, version, kinds)
    });
    // In the order of preference, which `buffered` keeps.
    let mut answers = futures::stream::iter(requests).buffered(TOGETHER);
    let mut found = Discovery::default();
    while let Some((group, version, kinds)) = answers.next().await {
        match kinds {
            Ok(kinds) => found.add(kinds),
            Err(why) => {
                let name = if group.is_empty() { version } else { format!("{group}/{version}") };
                found.unread.push((name, why));
            }
        }
    }
    Ok(found)
}

/// Groups with their versions, the preferred one first.
fn versions(root: &str, body: &[u8]) -> Result<Vec<(String, String)>, serde_json::Error> {
    if root == "/api" {
        let core: CoreVersions = serde_json::from_slice(body)?;
        return Ok(core.versions.into_iter().map(|version| (String::new(), version)).collect());
    }
    let groups: ApiGroupList = serde_json::from_slice(body)?;
    let mut all = Vec::new();
    for group in groups.groups.unwrap_or_default() {
        let mut versions = group.versions;
        versions.sort_by_key(|version| group.preferred_version.as_ref() != Some(version));
        all.extend(versions.into_iter().map(|version| (group.name.clone(), version.version)));
    }
    Ok(all)
}

async fn kinds(
    cluster: &Cluster,
    root: &str,
    group: &str,
    version: &str,
) -> Result<Vec<Resource>, String> {
    let path = match group {
        "" => format!("{root}/{version}"),
        group => format!("{root}/{group}/{version}"),
    };
    let call = ApiCall { repeat: RetryPolicy::Never, limit: Some(LIMIT), ..ApiCall::get(&path) };
    let body = cluster.transport.send(&call).await.map_err(|error| error.to_string())?;
    let kinds: ApiResourceList =
        serde_json::from_slice(&body).map_err(|error| error.to_string())?;
    let kinds = kinds.resources.unwrap_or_default().into_iter();
    // `pods/log` is a subresource.
    let kinds = kinds.filter(|kind| !kind.plural.contains('/'));
    Ok(kinds
        .map(|kind| Resource {
            group: group.to_owned(),
            version: version.to_owned(),
            kind: kind.name,
            plural: kind.plural,
            namespaced: kind.namespaced,
            verbs: kind.verbs,
            short_names: kind.short_names,
        })
        .collect())
}
