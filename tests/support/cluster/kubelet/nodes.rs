//! The nodes, and which of them a pod is put on.

use serde_json::{Value, json};

use super::Api;

const NODES: &[&str] = &["node-1", "node-2"];

/// Makes the nodes, ready from the start.
pub(super) async fn create(api: &Api) {
    for name in NODES {
        let room = json!({"cpu": "1000", "memory": "1000Gi", "pods": "10000"});
        let node = json!({
            "metadata": {
                "name": name,
                "labels": {"kubernetes.io/hostname": name, "kubernetes.io/os": "linux"},
            },
            "status": {
                "capacity": room,
                "allocatable": room,
                "conditions": [{"type": "Ready", "status": "True", "reason": "KubeletReady"}],
                "nodeInfo": {
                    "architecture": "amd64", "operatingSystem": "linux", "osImage": "none",
                    "kernelVersion": "none", "containerRuntimeVersion": "none",
                    "kubeletVersion": "v1.36.3", "kubeProxyVersion": "v1.36.3",
                    "bootID": name, "machineID": name, "systemUUID": name,
                },
            },
        });
        let made = api.send("POST", "/api/v1/nodes", Some(("application/json", &node))).await;
        made.unwrap().good();
        // Admission marks every new node as not ready; the controller that would take the mark away
        // is not among those that run.
        let free = json!({"spec": {"taints": null}});
        let path = format!("/api/v1/nodes/{name}");
        api.send("PATCH", &path, Some((super::super::api::MERGE, &free))).await.unwrap().good();
    }
}

pub(super) fn is_ours(node: &str) -> bool {
    NODES.contains(&node)
}

/// The node for a pod: the one that a daemon set demands, else the next; `None` if it demands what
/// no node has.
pub(super) fn choose(pod: &Value, turn: usize) -> Option<&'static str> {
    let terms = "/spec/affinity/nodeAffinity/requiredDuringSchedulingIgnoredDuringExecution\
        /nodeSelectorTerms/0/matchFields/0/values/0";
    if let Some(demanded) = pod.pointer(terms).and_then(Value::as_str) {
        return NODES.iter().find(|name| **name == demanded).copied();
    }
    let demanded = pod["spec"]["nodeSelector"].as_object();
    let fits = |node: &str| {
        demanded.into_iter().flatten().all(|(label, value)| match label.as_str() {
            "kubernetes.io/hostname" => value == node,
            "kubernetes.io/os" => value == "linux",
            _ => false,
        })
    };
    let fitting: Vec<_> = NODES.iter().filter(|node| fits(node)).collect();
    fitting.get(turn % fitting.len().max(1)).copied().copied()
}
