//! Which nodes are alike: one of each kind is probed. Pure.

use std::collections::BTreeMap;

use serde_json::Value;

/// TKE's label for the pool that a node is of. Where it is missing, the runtime alone counts.
const POOL: &str = "tke.cloud.tencent.com/nodepool-id";

/// Nodes that pull in the same way, by what people know them as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::checkup) struct Group {
    /// `np-web, containerd 1.6.9`
    pub(in crate::checkup) name: String,
    /// One of them, which is ready.
    pub(in crate::checkup) node: String,
}

/// One group for each pool and runtime with a ready node.
pub(in crate::checkup) fn groups(nodes: &[Value]) -> Vec<Group> {
    let mut groups: BTreeMap<String, String> = BTreeMap::new();
    for node in nodes.iter().filter(|node| is_ready(node)) {
        let text = |value: Option<&Value>| value.and_then(Value::as_str).map(ToOwned::to_owned);
        let Some(name) = text(node.pointer("/metadata/name")) else { continue };
        let labels = node.pointer("/metadata/labels");
        let pool = text(labels.and_then(|labels| labels.get(POOL)));
        let runtime = text(node.pointer("/status/nodeInfo/containerRuntimeVersion"));
        let runtime = runtime.unwrap_or_else(|| "unknown".to_owned()).replace("://", " ");
        let group = pool.map_or(runtime.clone(), |pool| format!("{pool}, {runtime}"));
        groups.entry(group).or_insert(name);
    }
    groups.into_iter().map(|(name, node)| Group { name, node }).collect()
}

pub(in crate::checkup) fn is_ready(node: &Value) -> bool {
    let conditions = node.pointer("/status/conditions").and_then(Value::as_array);
    conditions.into_iter().flatten().any(|condition| {
        condition.get("type").and_then(Value::as_str) == Some("Ready")
            && condition.get("status").and_then(Value::as_str) == Some("True")
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn one_ready_node_stands_for_those_that_are_alike() {
        let node = |name: &str, pool: Option<&str>, runtime: &str, ready: &str| {
            let mut node = json!({
                "metadata": {"name": name, "labels": {}},
                "status": {
                    "conditions": [{"type": "Ready", "status": ready}],
                    "nodeInfo": {"containerRuntimeVersion": runtime},
                },
            });
            if let Some(pool) = pool {
                node["metadata"]["labels"][POOL] = json!(pool);
            }
            node
        };
        let found = groups(&[
            node("a", Some("np-1"), "containerd://1.6.9", "False"),
            node("b", Some("np-1"), "containerd://1.6.9", "True"),
            node("c", Some("np-1"), "containerd://1.6.9", "True"),
            node("d", Some("np-1"), "docker://19.3.9", "True"),
            node("e", None, "containerd://1.6.9", "True"),
        ]);
        let found: Vec<_> = found.iter().map(|of| (of.name.as_str(), of.node.as_str())).collect();
        assert_eq!(
            found,
            [
                ("containerd 1.6.9", "e"),
                ("np-1, containerd 1.6.9", "b"),
                ("np-1, docker 19.3.9", "d"),
            ]
        );
    }
}
