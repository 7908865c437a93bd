//! A kind of object that an API server knows, and the paths that lead to it.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One kind, in the version that the server prefers.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Resource {
    /// Empty for the core group.
    pub group: String,
    /// `v1`.
    pub version: String,
    /// `Deployment`.
    pub kind: String,
    /// `deployments`: its name in paths.
    pub plural: String,
    /// Whether its objects are in namespaces.
    pub namespaced: bool,
    /// `list`, `get`, `patch`, …
    pub verbs: Vec<String>,
    /// `deploy`.
    pub short_names: Vec<String>,
}

/// `job/NAME`, of an object as the server has it.
#[must_use]
pub fn kind_and_name(object: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    format!("{}/{}", text(&object["kind"]).to_lowercase(), text(&object["metadata"]["name"]))
}

impl Resource {
    /// A kind of the core group that lies in namespaces and is where every API server has it.
    #[must_use]
    pub fn core(kind: &str, plural: &str) -> Self {
        Self {
            group: String::new(),
            version: "v1".to_owned(),
            kind: kind.to_owned(),
            plural: plural.to_owned(),
            namespaced: true,
            verbs: Vec::new(),
            short_names: Vec::new(),
        }
    }

    /// Secrets.
    #[must_use]
    pub fn secrets() -> Self {
        Self::core("Secret", "secrets")
    }

    /// Pods.
    #[must_use]
    pub fn pods() -> Self {
        Self::core("Pod", "pods")
    }

    /// `apps/v1`, or `v1` in the core group.
    #[must_use]
    pub fn api_version(&self) -> String {
        match self.group.as_str() {
            "" => self.version.clone(),
            group => format!("{group}/{}", self.version),
        }
    }

    /// `deployments.apps`, or `pods` in the core group.
    #[must_use]
    pub fn full_name(&self) -> String {
        match self.group.as_str() {
            "" => self.plural.clone(),
            group => format!("{}.{group}", self.plural),
        }
    }

    /// Whether the server offers this verb for it.
    #[must_use]
    pub fn can(&self, verb: &str) -> bool {
        self.verbs.iter().any(|known| known == verb)
    }

    /// Whether single objects can be read and patched. Where the verbs are not known, they can.
    #[must_use]
    pub fn is_changeable(&self) -> bool {
        self.verbs.is_empty() || self.can("patch") && self.can("get")
    }

    /// The path of the kind, of a namespace's objects, or of one: `/apis/apps/v1/namespaces/x/deployments/web`.
    ///
    /// A namespace is left out for what is in none. Names may come from anywhere: what could leave
    /// its segment is escaped.
    #[must_use]
    pub fn path(&self, namespace: Option<&str>, name: Option<&str>) -> String {
        let mut path = match self.group.as_str() {
            "" => "/api".to_owned(),
            group => format!("/apis/{}", segment(group)),
        };
        let mut push = |part: &str| {
            path.push('/');
            path.push_str(&segment(part));
        };
        push(&self.version);
        if let Some(namespace) = namespace.filter(|_| self.namespaced) {
            push("namespaces");
            push(namespace);
        }
        push(&self.plural);
        if let Some(name) = name {
            push(name);
        }
        path
    }
}

/// A path segment; what RFC 3986 doesn't reserve stays as it is.
fn segment(text: &str) -> String {
    let is_dots = text.chars().all(|c| c == '.');
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'.' if is_dots => escaped.push_str("%2E"),
            b'-' | b'.' | b'_' | b'~' | b':' | b'@' => escaped.push(char::from(byte)),
            _ if byte.is_ascii_alphanumeric() => escaped.push(char::from(byte)),
            _ => {
                let _ = write!(escaped, "%{byte:02X}");
            }
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resource(group: &str, plural: &str, namespaced: bool) -> Resource {
        Resource {
            group: group.to_owned(),
            namespaced,
            verbs: vec!["list".to_owned()],
            ..Resource::core("", plural)
        }
    }

    #[test]
    fn paths_lead_to_kinds_namespaces_and_objects() {
        let deployments = resource("apps", "deployments", true);
        assert_eq!(deployments.path(None, None), "/apis/apps/v1/deployments");
        let one = deployments.path(Some("x"), Some("web"));
        assert_eq!(one, "/apis/apps/v1/namespaces/x/deployments/web");
        let nodes = resource("", "nodes", false);
        assert_eq!(nodes.path(Some("x"), Some("n:1")), "/api/v1/nodes/n:1");
        assert_eq!(deployments.api_version(), "apps/v1");
        assert_eq!(nodes.api_version(), "v1");
        assert!(deployments.can("list") && !deployments.can("patch"));
    }

    #[test]
    fn a_name_cannot_leave_its_segment() {
        let pods = resource("", "pods", true);
        let path = pods.path(Some(".."), Some("../a?dryRun=All#x%2f"));
        assert_eq!(path, "/api/v1/namespaces/%2E%2E/pods/..%2Fa%3FdryRun%3DAll%23x%252f");
    }
}
