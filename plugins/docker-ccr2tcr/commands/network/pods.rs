//! Which pods of clusters are on TCR: their nodes pull through the link that is to go.

use ccr2tcr::kubernetes::{Cluster, ClusterError, ConnectionSettings, ListQuery, Resource};
use serde_json::Value;

/// What was seen in clusters.
#[derive(Debug, Default)]
pub(super) struct SeenPods {
    /// All that have not ended.
    pub(super) count: usize,
    /// `CONTEXT: NAMESPACE/POD` of those with an image of TCR.
    pub(super) on_tcr: Vec<String>,
}

/// Looks at all pods of a context that have not ended. `hosts` are the names of the instance.
pub(super) async fn look(
    context: &str,
    connection: &ConnectionSettings,
    hosts: &[String],
    seen: &mut SeenPods,
) -> Result<(), ClusterError> {
    let settings = ConnectionSettings { context: Some(context.to_owned()), ..connection.clone() };
    let cluster = Cluster::connect(&settings).await?;
    // Their nodes pull again if a pod of theirs is started anew; one that has ended isn't.
    let query = ListQuery {
        field_selector: Some("status.phase!=Succeeded,status.phase!=Failed".to_owned()),
        ..ListQuery::default()
    };
    let (mut count, mut found) = (0, Vec::new());
    let resource = Resource::pods();
    let listing = cluster.list(&resource, None, &query, |page| {
        if page.is_first {
            (count, found) = (0, Vec::new());
        }
        count += page.items.len();
        let maybe =
            page.items.iter().filter(|item| hosts.iter().any(|host| item.may_contain(host)));
        found.extend(maybe.filter_map(|item| item.value().ok()).filter_map(|pod| {
            let is_on_tcr = images(&pod).any(|image| hosts.iter().any(|host| is_of(image, host)));
            let name = |field: &str| pod["metadata"][field].as_str().unwrap_or_default();
            is_on_tcr.then(|| format!("{context}: {}/{}", name("namespace"), name("name")))
        }));
    });
    listing.await?;
    seen.count += count;
    seen.on_tcr.append(&mut found);
    Ok(())
}

fn images(pod: &Value) -> impl Iterator<Item = &str> {
    let lists = ["containers", "initContainers", "ephemeralContainers"];
    let containers = lists.into_iter().filter_map(|list| pod["spec"][list].as_array()).flatten();
    containers.filter_map(|container| container["image"].as_str())
}

fn is_of(image: &str, host: &str) -> bool {
    image.strip_prefix(host).is_some_and(|rest| rest.starts_with('/'))
}
