//! Reading single objects, and saying how pods are.

use std::fmt::Write as _;

use serde_json::Value;

use super::Cluster;

impl Cluster {
    /// An object, by its plural with the group's path: `deployments`, `pods`, `jobs`, …, or
    /// `apis/GROUP/VERSION/PLURAL` for what isn't built in.
    #[track_caller]
    pub(crate) fn get(&self, kind: &str, namespace: &str, name: &str) -> Value {
        self.find(kind, namespace, name)
            .unwrap_or_else(|| panic!("there is no {kind} {namespace}/{name}"))
    }

    /// The same, if it is there.
    #[track_caller]
    pub(crate) fn find(&self, kind: &str, namespace: &str, name: &str) -> Option<Value> {
        let reply = self.api().get(&format!("{}/{name}", path(kind, namespace)));
        if reply.status == 404 { None } else { Some(reply.good()) }
    }

    /// All objects of one kind.
    #[track_caller]
    pub(crate) fn list(&self, kind: &str, namespace: &str) -> Vec<Value> {
        let mut list = self.api().get(&path(kind, namespace)).good();
        serde_json::from_value(list["items"].take()).unwrap()
    }

    /// Changes an object by a JSON merge patch.
    #[track_caller]
    pub(crate) fn merge(&self, kind: &str, namespace: &str, name: &str, patch: &Value) -> Value {
        self.api().merge(&format!("{}/{name}", path(kind, namespace)), patch).good()
    }

    /// Why the first container that waits does: reason and message.
    pub(crate) fn waiting(&self, namespace: &str) -> Option<(String, String)> {
        let pods = self.list("pods", namespace);
        let statuses = pods.iter().flat_map(statuses);
        let waits = statuses.map(|status| status["state"]["waiting"].clone());
        let waits = waits.into_iter().find(|waits| waits["message"].is_string())?;
        let text = |key: &str| waits[key].as_str().unwrap_or_default().to_owned();
        Some((text("reason"), text("message")))
    }

    /// How the pods of this test's namespaces are, one a line.
    pub(crate) fn pods(&self) -> String {
        let mut text = String::new();
        for namespace in self.namespaces.lock().unwrap().iter() {
            for pod in self.list("pods", namespace) {
                let (name, phase) = (&pod["metadata"]["name"], &pod["status"]["phase"]);
                writeln!(text, "{namespace} {name} {phase}").unwrap();
                for status in statuses(&pod) {
                    writeln!(text, "  {} {}", status["image"], status["state"]).unwrap();
                }
            }
        }
        text
    }
}

fn statuses(pod: &Value) -> impl Iterator<Item = &Value> {
    ["initContainerStatuses", "containerStatuses", "ephemeralContainerStatuses"]
        .into_iter()
        .flat_map(|key| pod["status"][key].as_array().into_iter().flatten())
}

/// Where objects of this kind are.
fn path(kind: &str, namespace: &str) -> String {
    let group = match kind {
        "deployments" | "statefulsets" | "daemonsets" | "replicasets" => "apis/apps/v1/",
        "jobs" | "cronjobs" => "apis/batch/v1/",
        _ => "api/v1/",
    };
    let (group, plural) = match kind.rsplit_once('/') {
        Some((given, plural)) => (format!("{given}/"), plural),
        None => (group.to_owned(), kind),
    };
    format!("/{group}namespaces/{namespace}/{plural}")
}
