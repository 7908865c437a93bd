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
