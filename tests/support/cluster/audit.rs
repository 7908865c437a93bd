//! What was asked of the API server, by its own audit log.

use serde_json::Value;

use super::Cluster;

/// Everything but what the harness, the controllers and the server itself ask.
pub(super) const POLICY: &str = "
apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
- {level: None, users: [harness, 'system:apiserver', 'system:anonymous']}
- {level: Metadata}
";

impl Cluster {
    /// The requests of one user, in the order in which they were answered: `verb`, `userAgent`,
    /// `requestURI`, `objectRef`, `responseStatus` and more of an audit event of Kubernetes.
    pub(crate) fn requests_of(&self, user: &str) -> Vec<Value> {
        let log = self.plane.with_keeper(|keeper| keeper.folder().join("audit.log"));
        let text = std::fs::read_to_string(log).unwrap_or_default();
        let events = text.lines().filter_map(|line| serde_json::from_str(line).ok());
        events.filter(|event: &Value| event["user"]["username"] == user).collect()
    }
}
