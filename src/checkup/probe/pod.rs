//! The pod itself, and what its status says of the pull. Pure.

use serde_json::{Value, json};

/// By which pods of doctor are found again.
pub(super) const LABEL: &str = "ccr2tcr-doctor";
/// After so many seconds the kubelet gives up, whoever is left to look.
pub(super) const DEADLINE: u64 = 120;

/// A pod that pulls an image on a node. It has the pull secrets of the namespace's default
/// `ServiceAccount`, as the API server gives them to every pod.
pub(super) fn pod(name: &str, node: &str, image: &str) -> Value {
    let room = json!({"cpu": "10m", "memory": "16Mi"});
    json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": name,
            "labels": {LABEL: "probe", "app.kubernetes.io/managed-by": "ccr2tcr"},
        },
        "spec": {
            // Named, so that neither labels nor taints of a pool have to be known.
            "nodeName": node,
            "tolerations": [{"operator": "Exists"}],
            "restartPolicy": "Never",
            "activeDeadlineSeconds": DEADLINE,
            "terminationGracePeriodSeconds": 0,
            "automountServiceAccountToken": false,
            "enableServiceLinks": false,
            "securityContext": {
                "runAsNonRoot": true, "runAsUser": 65_532, "runAsGroup": 65_532,
                "seccompProfile": {"type": "RuntimeDefault"},
            },
            "containers": [{
                "name": "probe",
                "image": image,
                // One that the node has already would prove nothing.
                "imagePullPolicy": "Always",
                // No image has it: the container fails to start after its image was pulled.
                "command": ["/ccr2tcr-doctor-starts-nothing"],
                "resources": {"requests": room, "limits": room},
                "securityContext": {
                    "allowPrivilegeEscalation": false,
                    "capabilities": {"drop": ["ALL"]},
                    "readOnlyRootFilesystem": true,
                },
            }],
        },
    })
}

/// What became of the pull.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Pull {
    Waits,
    Done,
    Failed(String),
}

/// Reads it from the pod's status.
pub(super) fn pull(pod: &Value) -> Pull {
    let status = pod.pointer("/status/containerStatuses/0");
    let text = |pointer: &str| {
        let found = status.and_then(|status| status.pointer(pointer)).and_then(Value::as_str);
        found.unwrap_or_default()
    };
    let (reason, message) = (text("/state/waiting/reason"), text("/state/waiting/message"));
    match reason {
        "ErrImagePull"
        | "ImagePullBackOff"
        | "InvalidImageName"
        | "RegistryUnavailable"
        | "ImageInspectError" => {
            Pull::Failed(if message.is_empty() { reason } else { message }.to_owned())
        }
        // What comes after the pull.
        "CreateContainerError"
        | "CreateContainerConfigError"
        | "RunContainerError"
        | "StartError"
        | "CrashLoopBackOff" => Pull::Done,
        _ if status.is_some_and(|status| {
            status.pointer("/state/terminated").is_some()
                || status.pointer("/state/running").is_some()
        }) =>
        {
            Pull::Done
        }
        _ => match pod.pointer("/status/phase").and_then(Value::as_str) {
            // The kubelet took nothing of it: out of room, an admission of its own.
            Some("Failed") => {
                let message = pod.pointer("/status/message").and_then(Value::as_str);
                Pull::Failed(message.unwrap_or("the node did not take the pod").to_owned())
            }
            _ => Pull::Waits,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_after_the_pull_proves_it() {
        let of = |state: Value| {
            pull(&json!({"status": {"phase": "Pending", "containerStatuses": [{"state": state}]}}))
        };
        let waits = |reason: &str| of(json!({"waiting": {"reason": reason, "message": "why"}}));
        assert_eq!(waits("ContainerCreating"), Pull::Waits);
        assert_eq!(waits("ErrImagePull"), Pull::Failed("why".to_owned()));
        assert_eq!(waits("RunContainerError"), Pull::Done);
        assert_eq!(of(json!({"terminated": {"reason": "StartError"}})), Pull::Done);
        assert_eq!(of(json!({"running": {}})), Pull::Done);
        let failed = pull(&json!({"status": {"phase": "Failed", "message": "OutOfcpu"}}));
        assert_eq!(failed, Pull::Failed("OutOfcpu".to_owned()));
        assert_eq!(pull(&json!({"status": {}})), Pull::Waits);
    }

    #[test]
    fn it_is_as_restricted_as_a_namespace_may_demand() {
        let pod = pod("x", "node-1", "h/r@sha256:00");
        assert_eq!(pod["spec"]["automountServiceAccountToken"], false);
        assert_eq!(pod["spec"]["containers"][0]["imagePullPolicy"], "Always");
        assert_eq!(pod["spec"]["activeDeadlineSeconds"], DEADLINE);
    }
}
