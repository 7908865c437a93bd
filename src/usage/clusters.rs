//! The third witness: what clusters run.

use super::evidence::{ClusterUse, Unread, UsedWorkload};
use super::places::Places;
use crate::account::Settings;
use crate::diagnostic::Diagnostic;
use crate::kubernetes::{Cluster, ClusterError, ConnectionSettings, ListQuery, Resource};
use crate::switch::{Inventory, PrepareError, Scope, SwitchInputs, read_usage};

/// Objects in a page, as kubectl asks for them.
const CHUNK: u32 = 500;

/// Reads a cluster: what uses CCR, and which addresses its nodes have.
pub(super) async fn read(
    connection: &ConnectionSettings,
    settings: &Settings,
    places: &mut Places,
) -> (Option<ClusterUse>, Vec<Unread>) {
    let context = connection.context.clone().unwrap_or_default();
    let inputs = SwitchInputs {
        connection,
        account: settings,
        scope: Scope { chunk_size: CHUNK, ..Scope::default() },
        all_namespaces: true,
    };
    let mut unread = Vec::new();
    match nodes(connection).await {
        Ok(nodes) => places.add(&context, &nodes),
        Err(error) => {
            places.miss();
            unread.push(Unread { what: format!("nodes of {context}"), why: of_cluster(&error) });
        }
    }
    let inventory = match read_usage(&inputs, false).await {
        Ok(usage) => usage.inventory,
        Err(error) => {
            unread.push(Unread { what: format!("cluster {context}"), why: of_scan(&error) });
            return (None, unread);
        }
    };
    let hidden = inventory.unread.iter().filter(|unread| unread.may_hide_images());
    unread.extend(hidden.map(|unread| Unread {
        what: format!("{} of {context}", unread.what),
        why: Diagnostic::new(unread.why.clone()),
    }));
    (Some(ClusterUse { workloads: workloads(&inventory), context }), unread)
}

async fn nodes(connection: &ConnectionSettings) -> Result<Vec<serde_json::Value>, ClusterError> {
    let cluster = Cluster::connect(connection).await?;
    cluster.list_all(&Resource::core("Node", "nodes"), None, &ListQuery::default()).await
}

fn workloads(inventory: &Inventory) -> Vec<UsedWorkload> {
    let objects = inventory.objects.iter().filter(|found| {
        found.is_on_ccr()
            && !found.is_finished
            && !found.stands_for_pods
            && !found.is_made_from_template
    });
    let named = objects.map(|found| UsedWorkload {
        object: found.object.clone(),
        images: distinct(found.on_ccr().map(|image| image.text.clone())),
        pods: None,
    });
    let running = inventory.pods.iter().filter(|pods| pods.differ()).map(|pods| UsedWorkload {
        object: pods.owner.clone(),
        images: distinct(pods.beside_template().map(|image| image.text.clone())),
        pods: Some(pods.pods),
    });
    named.chain(running).collect()
}

fn distinct(images: impl Iterator<Item = String>) -> Vec<String> {
    let mut images: Vec<String> = images.collect();
    images.sort();
    images.dedup();
    images
}

fn of_cluster(error: &ClusterError) -> Diagnostic {
    Diagnostic::new(error.to_string()).with_hint(error.hint())
}

fn of_scan(error: &PrepareError) -> Diagnostic {
    match error {
        PrepareError::Cluster(error) => of_cluster(error),
        PrepareError::Account(error) => {
            Diagnostic { hint: error.hint(), ..Diagnostic::new(error.to_string()) }
        }
        PrepareError::Refused(_) => Diagnostic::new(error.to_string()),
    }
}
