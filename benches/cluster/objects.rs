//! The objects of the fleet. Each is of the size that such objects have: two containers with probes
//! and variables, volumes, and the copy of itself that `kubectl apply` leaves in an annotation.

use serde_json::{Value, json};

/// A workload: its kind's API version, its kind, its name and the image of its first container.
pub(crate) fn workload(api_version: &str, kind: &str, name: &str, image: &str) -> Value {
    let spec = match kind {
        "Pod" => waiting(pod_spec(image, "Always")),
        "Job" => json!({"suspend": true, "template": template(name, image, "Never")}),
        "CronJob" => json!({
            "schedule": "0 3 * * *",
            "jobTemplate": {"spec": {"template": template(name, image, "Never")}},
        }),
        "StatefulSet" => json!({
            "serviceName": name, "replicas": 1,
            "selector": {"matchLabels": {"app": name}},
            "template": template(name, image, "Always"),
        }),
        _ => json!({
            "selector": {"matchLabels": {"app": name}},
            "template": template(name, image, "Always"),
        }),
    };
    let mut object = json!({
        "apiVersion": api_version, "kind": kind,
        "metadata": {"name": name, "labels": labels(name)},
        "spec": spec,
    });
    let copy = object.to_string();
    object["metadata"]["annotations"] =
        json!({"kubectl.kubernetes.io/last-applied-configuration": copy});
    object
}

/// What a controller made of a Deployment.
pub(crate) fn child(kind: &str, name: &str, app: &str, owner: &Value, image: &str) -> Value {
    let spec = match kind {
        "Pod" => waiting(pod_spec(image, "Always")),
        _ => json!({
            "replicas": 0, "selector": {"matchLabels": {"app": app}},
            "template": template(app, image, "Always"),
        }),
    };
    let api_version = if kind == "Pod" { "v1" } else { "apps/v1" };
    json!({
        "apiVersion": api_version, "kind": kind,
        "metadata": {"name": name, "labels": labels(app), "ownerReferences": [owner]},
        "spec": spec,
    })
}

/// A pod on a node that nothing looks after, of a revision of a Deployment.
pub(crate) fn running_pod(
    name: &str,
    (app, revision): (&str, &str),
    owner: &Value,
    image: &str,
) -> Value {
    let mut labels = labels(app);
    labels["pod-template-hash"] = json!(revision);
    let mut spec = pod_spec(image, "Always");
    spec["nodeName"] = json!("elsewhere");
    json!({
        "apiVersion": "v1", "kind": "Pod",
        "metadata": {
            "name": name, "labels": labels, "ownerReferences": [owner],
            "annotations": {"prometheus.io/scrape": "true"},
        },
        "spec": spec,
    })
}

/// What a kubelet says of it.
pub(crate) fn running_status(image: &str) -> Value {
    let since = "2026-11-01T00:00:00Z";
    let conditions =
        ["PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled"]
            .map(|kind| json!({"type": kind, "status": "True", "lastTransitionTime": since}));
    let containers = [("main", image), ("proxy", "docker.io/envoyproxy/envoy:v1.31.0")];
    let statuses = containers.map(|(name, image)| {
        json!({
            "name": name, "image": image, "ready": true, "started": true, "restartCount": 0,
            "imageID": format!("registry.example.com/x@sha256:{}", "a".repeat(64)),
            "containerID": format!("containerd://{}", "b".repeat(64)),
            "state": {"running": {"startedAt": since}},
        })
    });
    json!({"status": {
        "phase": "Running", "conditions": conditions, "containerStatuses": statuses,
        "hostIP": "10.0.0.1", "podIP": "10.1.2.3", "podIPs": [{"ip": "10.1.2.3"}],
        "startTime": since,
    }})
}

fn labels(name: &str) -> Value {
    json!({
        "app": name, "app.kubernetes.io/name": name, "app.kubernetes.io/part-of": "fleet",
        "team": "platform", "tier": "backend",
    })
}

fn template(name: &str, image: &str, restart: &str) -> Value {
    json!({
        "metadata": {"labels": labels(name), "annotations": {"prometheus.io/scrape": "true"}},
        "spec": pod_spec(image, restart),
    })
}

/// Without scheduler and kubelet it would wait, too; this says to the stand-ins that it must.
fn waiting(mut spec: Value) -> Value {
    spec["schedulingGates"] = json!([{"name": "benchmark"}]);
    spec
}

fn pod_spec(image: &str, restart: &str) -> Value {
    let probe = json!({"httpGet": {"path": "/healthz", "port": 8080}, "periodSeconds": 10});
    json!({
        "restartPolicy": restart,
        "containers": [
            {
                "name": "main", "image": image,
                "args": ["--listen=:8080", "--log-format=json", "--config=/etc/app/config.yaml"],
                "env": (0..3).map(|number| json!({
                    "name": format!("SETTING_{number}"),
                    "value": format!("http://service-{number}.backend.svc.cluster.local:8080"),
                })).collect::<Vec<_>>(),
                "ports": [{"name": "http", "containerPort": 8080}],
                "readinessProbe": probe, "livenessProbe": probe,
                "resources": {
                    "requests": {"cpu": "100m", "memory": "128Mi"}, "limits": {"memory": "256Mi"},
                },
                "volumeMounts": [
                    {"name": "config", "mountPath": "/etc/app"},
                    {"name": "scratch", "mountPath": "/tmp"},
                ],
            },
            {
                "name": "proxy", "image": "docker.io/envoyproxy/envoy:v1.31.0",
                "ports": [{"name": "admin", "containerPort": 9901}],
                "resources": {"requests": {"cpu": "10m", "memory": "64Mi"}},
            },
        ],
        "volumes": [
            {"name": "config", "configMap": {"name": "config"}},
            {"name": "scratch", "emptyDir": {}},
        ],
    })
}
