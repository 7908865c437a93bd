//! What pulls images on the nodes.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::checkup::check::{Check, Run};
use crate::checkup::finding::{Finding, Found};
use crate::checkup::ground::{ClusterGround, Ground};
use crate::checkup::probe::is_ready;
use crate::diagnostic::counted;
use crate::kubernetes::{ClusterError, ListQuery, Resource};

pub(super) const CHECK: Check = Check {
    id: "cluster.runtimes",
    about: "the nodes: how many are ready, and which container runtimes pull there",
    needs: &["cluster.reach"],
    after: &[],
    run: Run::EachCluster(|ground, cluster| Box::pin(check(ground, cluster))),
};

async fn check(_: &Ground, of: &ClusterGround) -> Found {
    let kind = Resource { namespaced: false, ..Resource::core("Node", "nodes") };
    let nodes = of.cluster.get()?.list_all(&kind, None, &ListQuery::default()).await;
    let nodes = nodes.map_err(|error| match &error {
        ClusterError::Forbidden { .. } => Finding::not_proven(error.to_string()),
        _ => Finding::cluster(&error),
    })?;
    let mut runtimes: BTreeMap<String, usize> = BTreeMap::new();
    for node in &nodes {
        let runtime = node.pointer("/status/nodeInfo/containerRuntimeVersion");
        // `containerd://1.6.9`
        let runtime = runtime.and_then(Value::as_str).filter(|text| !text.is_empty());
        let runtime = runtime.unwrap_or("unknown").replace("://", " ");
        *runtimes.entry(runtime).or_default() += 1;
    }
    let told: Vec<String> =
        runtimes.iter().map(|(runtime, count)| format!("{runtime} on {count}")).collect();
    let ready = nodes.iter().filter(|node| is_ready(node)).count();
    let count = counted(nodes.len(), "node", "nodes");
    let text = format!("{count}, {ready} ready: {}", told.join(", "));
    of.nodes.fill(nodes);
    Ok(match ready {
        0 => Finding::fail(if told.is_empty() { count } else { text })
            .hint("kubectl get nodes -o wide"),
        _ => Finding::ok(text),
    })
}
