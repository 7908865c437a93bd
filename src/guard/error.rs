//! What keeps a guard from being set.

use crate::image::Host;
use crate::kubernetes::ClusterError;

/// Why a guard can't be read, written or taken away.
#[derive(Debug, thiserror::Error)]
pub enum GuardError {
    /// The server has no such policies.
    #[error("this API server has no ValidatingAdmissionPolicy of {0}")]
    NotServed(&'static str),
    /// Something of ours would take the place of something else.
    #[error("{kind}/{name} is there, and wasn't made by tcr-switch: it is left as it is")]
    Foreign {
        /// Its kind.
        kind: String,
        /// Its name.
        name: String,
    },
    /// The namespace is Kubernetes' own.
    #[error("namespace {0} is Kubernetes' own: no guard holds there")]
    SystemNamespace(String),
    /// containerd can't say what the mapping says.
    #[error("a mirror of {host} keeps every name as it is, and the mapping does not: {why}")]
    PathsChange {
        /// The host of CCR.
        host: Host,
        /// What of the mapping is in the way.
        why: String,
    },
    /// A request failed.
    #[error(transparent)]
    Cluster(#[from] ClusterError),
}

impl GuardError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::NotServed(_) => {
                "it is part of Kubernetes 1.30 and newer; before that, a policy of \
                                   Kyverno or Gatekeeper can do the same"
                    .to_owned()
            }
            Self::Foreign { kind, name } => {
                format!("see what it is: kubectl get {} {name} -o yaml", kind.to_lowercase())
            }
            Self::SystemNamespace(_) => {
                "name another with -n, or all with -A: those of Kubernetes are left out".to_owned()
            }
            Self::PathsChange { .. } => {
                "a policy can rename: without -o, or with -o kyverno".to_owned()
            }
            Self::Cluster(error) => error.hint(),
        }
    }
}
