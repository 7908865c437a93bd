//! `kubectl tcr-switch guard`: what the API server does with images of CCR while it holds.

mod foretold;
mod holds;
mod refused;
mod rewriting;

use serde_json::{Value, json};

use crate::support::Run;
use crate::support::cluster::Cluster;

const IN_CCR: &str = "ccr.ccs.tencentyun.com/shop/web:v1";
const IN_TCR: &str = "prod.tencentcloudcr.com/shop/web:v1";

/// A cluster of its own, for a guard is the whole cluster's, and a namespace in it.
struct Guarded {
    cluster: Cluster,
    namespace: String,
}

impl Guarded {
    fn new() -> Self {
        let cluster = Cluster::alone();
        let namespace = cluster.namespace("shop");
        Self { cluster, namespace }
    }

    /// `kubectl tcr-switch guard WORDS`, for the namespace.
    fn guard(&self, words: &[&str]) -> Run {
        let line = [&["tcr-switch", "guard", "-n", &self.namespace], words].concat();
        self.cluster.kubectl(&line)
    }

    /// The path of objects of the namespace.
    fn path(&self, kind: &str) -> String {
        let group = match kind {
            "DaemonSet" | "Deployment" | "ReplicaSet" | "StatefulSet" => "apis/apps",
            "CronJob" | "Job" => "apis/batch",
            _ => "api",
        };
        format!("/{group}/v1/namespaces/{}/{}s", self.namespace, kind.to_lowercase())
    }

    /// What the API server says to an object if it were made: 0 if it takes it, else the message of
    /// its refusal.
    fn refusal(&self, object: &Value) -> Option<String> {
        let path = self.path(object["kind"].as_str().unwrap());
        let reply = self.cluster.api().post(&format!("{path}?dryRun=All"), object);
        match reply.status {
            201 => None,
            403 => reply.body["message"].as_str().map(str::to_owned),
            other => panic!("{other}: {} of {object}", reply.body),
        }
    }

    /// Policies and bindings.
    fn parts(&self) -> Vec<String> {
        let base = "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolic";
        let names = ["ies", "ybindings"].into_iter().flat_map(|end| {
            let list = self.cluster.api().get(&format!("{base}{end}")).good();
            let items = list["items"].as_array().unwrap().clone();
            items.into_iter().map(|item| item["metadata"]["name"].as_str().unwrap().to_owned())
        });
        names.collect()
    }
}

/// An object with a pod spec where its kind has it.
fn object(kind: &str, name: &str, pod: &Value) -> Value {
    let labels = json!({"app": name});
    let mut template = json!({"metadata": {"labels": labels}, "spec": pod});
    let selector = json!({"matchLabels": labels});
    if matches!(kind, "Job" | "CronJob") {
        template["spec"]["restartPolicy"] = json!("Never");
    }
    let (group, spec) = match kind {
        "Pod" => ("v1", json!({"spec": template["spec"]})),
        "PodTemplate" => ("v1", json!({"template": template})),
        "ReplicationController" => {
            ("v1", json!({"spec": {"selector": labels, "template": template}}))
        }
        "Job" => ("batch/v1", json!({"spec": {"template": template}})),
        "CronJob" => {
            let job = json!({"spec": {"template": template}});
            ("batch/v1", json!({"spec": {"schedule": "0 3 * * *", "jobTemplate": job}}))
        }
        "StatefulSet" => {
            let spec = json!({"serviceName": name, "selector": selector, "template": template});
            ("apps/v1", json!({"spec": spec}))
        }
        _ => ("apps/v1", json!({"spec": {"selector": selector, "template": template}})),
    };
    let mut object = spec;
    object["apiVersion"] = json!(group);
    object["kind"] = json!(kind);
    object["metadata"] = json!({"name": name});
    object
}

/// A pod with one container.
fn pod(image: &str) -> Value {
    json!({"containers": [{"name": "main", "image": image}]})
}
