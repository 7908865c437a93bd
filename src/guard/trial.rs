//! Whether a guard does what it should, tried by server-side dry runs: one change that it must meet
//! and one that it must not.

use serde_json::{Value, json};

use super::manifests::{GuardMode, POLICY};
use crate::kubernetes::{Cluster, ClusterError, Resource};

/// What a try has shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trial {
    /// The guard met the one and left the other.
    Proven,
    /// It did not meet the one, so far.
    NotYet,
    /// What it does can't be seen from here, and why.
    NotProven(String),
}

/// An image of CCR that is in nobody's namespace.
const OF_CCR: &str = "ccr.ccs.tencentyun.com/tcr-switch-guard/trial:v1";

/// An image of no registry (RFC 2606).
const OF_NOBODY: &str = "registry.invalid/tcr-switch-guard/trial:v1";

/// What the server said to one change.
enum Answer {
    Taken,
    Warned,
    Refused,
}

/// Tries both in a namespace. Nothing is kept of them.
pub(super) async fn try_out(cluster: &Cluster, namespace: &str, mode: GuardMode) -> Trial {
    let other = match answer(cluster, namespace, OF_NOBODY).await {
        Ok(answer) => answer,
        Err(error) => return not_proven(&error),
    };
    if !matches!(other, Answer::Taken) {
        return Trial::NotProven(format!("it meets {OF_NOBODY}, too"));
    }
    if mode == GuardMode::Audit {
        return Trial::NotProven("what it records is in the API server's audit log".to_owned());
    }
    match (answer(cluster, namespace, OF_CCR).await, mode) {
        (Ok(Answer::Refused), GuardMode::Deny) | (Ok(Answer::Warned), GuardMode::Warn) => {
            Trial::Proven
        }
        (Ok(_), _) => Trial::NotYet,
        (Err(error), _) => not_proven(&error),
    }
}

fn not_proven(error: &ClusterError) -> Trial {
    Trial::NotProven(error.to_string())
}

async fn answer(cluster: &Cluster, namespace: &str, image: &str) -> Result<Answer, ClusterError> {
    let deployments =
        Resource { group: "apps".to_owned(), ..Resource::core("Deployment", "deployments") };
    match cluster.try_create(&deployments.path(Some(namespace), None), &deployment(image)).await {
        Ok(warnings) if warnings.iter().any(|text| text.contains(POLICY)) => Ok(Answer::Warned),
        Ok(_) => Ok(Answer::Taken),
        Err(ClusterError::Refused { by, .. }) if by.ends_with(POLICY) => Ok(Answer::Refused),
        Err(error) => Err(error),
    }
}

/// Whether a new Pod of a namespace gets `new` for `image`, and keeps what is on no list. It has both
/// at once, in a container and in an init container.
pub(super) async fn try_rewriting(
    cluster: &Cluster,
    namespace: &str,
    image: &str,
    new: &str,
) -> Trial {
    let pod = json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"generateName": "tcr-switch-guard-trial-"},
        "spec": {
            "initContainers": [{"name": "other", "image": OF_NOBODY}],
            "containers": [{"name": "trial", "image": image}],
        },
    });
    let path = Resource::pods().path(Some(namespace), None);
    let made = match cluster.preview_create(&path, &pod).await {
        Ok(made) => made,
        Err(error) => return not_proven(&error),
    };
    let image_of = |list: &str| made["spec"][list][0]["image"].as_str().unwrap_or_default();
    match (image_of("containers"), image_of("initContainers")) {
        (now, OF_NOBODY) if now == new => Trial::Proven,
        (now, OF_NOBODY) if now == image => Trial::NotYet,
        (now, other) => Trial::NotProven(format!("{image} became {now}, {OF_NOBODY} {other}")),
    }
}

/// Nothing that a quota or another policy would find fault with, as far as can be.
fn deployment(image: &str) -> Value {
    let labels = json!({"app": "tcr-switch-guard-trial"});
    json!({
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"generateName": "tcr-switch-guard-trial-", "labels": labels},
        "spec": {
            "replicas": 0,
            "selector": {"matchLabels": labels},
            "template": {
                "metadata": {"labels": labels},
                "spec": {"containers": [{"name": "trial", "image": image}]},
            },
        },
    })
}
