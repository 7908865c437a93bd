//! Who may manage an object: its name for people, and where to change the object instead.

use std::fmt;

/// The owner of static Pods.
pub(super) const NODE: &str = "Node";

/// Who manages an object. A name is empty where the object does not tell it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Manager {
    /// The object that made it, by a controller owner reference.
    Owner {
        /// `ReplicaSet`
        kind: String,
        /// Its name.
        name: String,
    },
    /// A Helm release.
    Helm {
        /// Its name.
        release: String,
        /// Where the release is kept.
        namespace: Option<String>,
    },
    /// An Argo CD application.
    ArgoCd {
        /// Its name.
        application: String,
    },
    /// A `Kustomization` of Flux.
    FluxKustomization {
        /// Its name.
        name: String,
        /// Its namespace.
        namespace: Option<String>,
    },
    /// A `HelmRelease` of Flux.
    FluxHelmRelease {
        /// Its name.
        name: String,
        /// Its namespace.
        namespace: Option<String>,
    },
    /// An operator that the Operator Lifecycle Manager has installed.
    Olm {
        /// The `ClusterServiceVersion` or `ClusterExtension`.
        name: String,
    },
    /// Another controller that puts a live change back by itself.
    Controller {
        /// As in `Karmada`.
        controller: &'static str,
        /// What of it, as it calls it.
        name: String,
        /// What to change instead.
        advice: String,
    },
}

impl Manager {
    /// Whether what it makes objects from are mostly files that people keep: charts, manifests.
    #[must_use]
    pub fn has_files(&self) -> bool {
        match self {
            Self::Helm { .. }
            | Self::ArgoCd { .. }
            | Self::FluxKustomization { .. }
            | Self::FluxHelmRelease { .. }
            | Self::Controller { .. } => true,
            Self::Owner { .. } | Self::Olm { .. } => false,
        }
    }

    /// What to change instead of the object.
    #[must_use]
    pub fn advice(&self) -> String {
        let named = |name: &str, namespace: &Option<String>| {
            let name = if name.is_empty() { String::new() } else { format!(" `{name}`") };
            let namespace = namespace.as_ref().map(|n| format!(" (namespace {n})"));
            format!("{name}{}", namespace.unwrap_or_default())
        };
        match self {
            Self::Owner { kind, name } if kind == NODE => format!(
                "edit its manifest on node{}, in /etc/kubernetes/manifests if the kubelet isn't told otherwise",
                named(name, &None)
            ),
            Self::Owner { kind, name } => {
                format!("change the {kind}{}, which makes it", named(name, &None))
            }
            Self::Helm { release, namespace } => {
                format!(
                    "edit the values of the Helm release{} and upgrade it",
                    named(release, namespace)
                )
            }
            Self::ArgoCd { application } => format!(
                "edit the source of the Argo CD application{} and let it sync",
                named(application, &None)
            ),
            Self::FluxKustomization { name, namespace } => format!(
                "edit the source of the Flux Kustomization{} and let it reconcile",
                named(name, namespace)
            ),
            Self::FluxHelmRelease { name, namespace } => format!(
                "edit the values of the Flux HelmRelease{} at its source and let it reconcile",
                named(name, namespace)
            ),
            Self::Olm { name } => format!(
                "its operator{} comes from a catalog: take a version that names the new registry",
                named(name, &None)
            ),
            Self::Controller { advice, .. } => advice.clone(),
        }
    }
}

/// `Helm release web`, `Argo CD application shop`, `Deployment web`
impl fmt::Display for Manager {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (what, name) = match self {
            // What owns the mirror of a static pod.
            Self::Owner { kind, name } if kind == NODE => ("the kubelet of node", name),
            Self::Owner { kind, name } => (kind.as_str(), name),
            Self::Helm { release, .. } => ("Helm release", release),
            Self::ArgoCd { application } => ("Argo CD application", application),
            Self::FluxKustomization { name, .. } => ("Flux Kustomization", name),
            Self::FluxHelmRelease { name, .. } => ("Flux HelmRelease", name),
            Self::Olm { name } => ("OLM operator", name),
            Self::Controller { controller, name, .. } => (*controller, name),
        };
        f.write_str(what)?;
        if name.is_empty() { Ok(()) } else { write!(f, " {name}") }
    }
}
