//! Users of one test, and their kubeconfigs.

use std::path::PathBuf;

use serde_json::json;

use super::{Cluster, User};

impl Cluster {
    /// A user without rights anywhere.
    pub(crate) fn user(&self) -> User {
        self.plane.member()
    }

    /// A user who may do these things in one namespace, and nothing elsewhere. `rules` are those of
    /// a Role: `json!([{"apiGroups": ["apps"], "resources": ["deployments"], "verbs": ["list"]}])`.
    #[track_caller]
    pub(crate) fn user_who_may(&self, namespace: &str, rules: &serde_json::Value) -> User {
        let user = self.user();
        let name = &user.name;
        let base = format!("/apis/rbac.authorization.k8s.io/v1/namespaces/{namespace}");
        let role = json!({"metadata": {"name": name}, "rules": rules});
        self.api().post(&format!("{base}/roles"), &role).good();
        let binding = json!({
            "metadata": {"name": name},
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": name},
            "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": name}],
        });
        self.api().post(&format!("{base}/rolebindings"), &binding).good();
        user
    }

    /// A user who may do everything in one namespace, and nothing elsewhere.
    #[track_caller]
    pub(crate) fn user_of(&self, namespace: &str) -> User {
        let all = json!([{"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}]);
        self.user_who_may(namespace, &all)
    }

    /// A kubeconfig with this user's token.
    pub(crate) fn kubeconfig(&self, user: &User) -> PathBuf {
        self.file(&format!("kubeconfig-{}", user.name), &self.plane.kubeconfig(user))
    }

    /// A kubeconfig with a client certificate in files, for any user, member of these groups.
    pub(crate) fn kubeconfig_with_certificate(&self, user: &str, groups: &[&str]) -> PathBuf {
        let text = self.plane.kubeconfig_with_certificate(self.folder(), user, groups);
        self.file(&format!("kubeconfig-certificate-{user}"), &text)
    }
}

/// A kubeconfig with a context of each of these names: a user of a cluster, and a namespace. Another,
/// `away`, has a server that nobody runs.
pub(crate) fn several_contexts(
    at: &Cluster,
    contexts: &[(&str, &Cluster, &User, &str)],
) -> PathBuf {
    let mut whole = json!({"apiVersion": "v1", "kind": "Config", "current-context": contexts[0].0});
    let list = |whole: &mut serde_json::Value, name: &str, entry: serde_json::Value| {
        let entries = whole.as_object_mut().unwrap().entry(name).or_insert_with(|| json!([]));
        entries.as_array_mut().unwrap().push(entry);
    };
    for (name, cluster, user, namespace) in contexts {
        let own: serde_json::Value = serde_yaml::from_str(&cluster.plane.kubeconfig(user)).unwrap();
        let (of, by) = (&own["clusters"][0]["cluster"], &own["users"][0]["user"]);
        list(&mut whole, "clusters", json!({"name": name, "cluster": of}));
        list(&mut whole, "users", json!({"name": name, "user": by}));
        let context = json!({"cluster": name, "user": name, "namespace": namespace});
        list(&mut whole, "contexts", json!({"name": name, "context": context}));
    }
    let server = json!({"server": "https://127.0.0.1:1"});
    list(&mut whole, "clusters", json!({"name": "away", "cluster": server}));
    list(&mut whole, "users", json!({"name": "away", "user": {"token": "x"}}));
    list(
        &mut whole,
        "contexts",
        json!({"name": "away", "context": {"cluster": "away", "user": "away"}}),
    );
    at.file("kubeconfig-of-several", &whole.to_string())
}
