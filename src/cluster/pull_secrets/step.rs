//! One thing to be written about a pull secret, in a form that a plan can show.

use crate::cluster::plan::{as_list, guarded};
use crate::cluster::{Account, Found, ObjectVersion, Resource, RollbackEntry, SecretSwitch};
use crate::workload::{Change, ObjectPatch, ObjectRef, Pointer};

/// One object to be written.
#[derive(Debug, Clone, PartialEq)]
pub struct SecretStep {
    /// Which one.
    pub object: ObjectRef,
    /// Where it is, for a request.
    pub path: String,
    /// What becomes of it.
    pub change: SecretChange,
}

/// What becomes of it.
#[derive(Debug, Clone, PartialEq)]
pub enum SecretChange {
    /// A Secret is made.
    Create,
    /// One that an earlier run made is written anew, if it is still of this version.
    Renew {
        /// `/metadata/resourceVersion`
        resource_version: String,
    },
    /// Lists of pull secrets change.
    Lists {
        /// Each of them.
        lists: Vec<SecretSwitch>,
        /// The change.
        patch: ObjectPatch,
        /// Which object was read.
        version: ObjectVersion,
    },
    /// A Secret goes, if it is still of this version.
    Delete {
        /// `/metadata/resourceVersion`
        resource_version: String,
    },
}

impl SecretStep {
    /// The namespace.
    #[must_use]
    pub fn namespace(&self) -> &str {
        self.object.namespace.as_deref().unwrap_or_default()
    }

    /// Whether the change makes pods start anew.
    #[must_use]
    pub fn restarts_pods(&self) -> bool {
        matches!(self.change, SecretChange::Lists { .. })
            && matches!(self.object.kind.as_str(), "Deployment" | "StatefulSet" | "DaemonSet")
    }

    /// A Secret that is made, or made anew.
    pub(super) fn secret(namespace: &str, name: &str, change: SecretChange) -> Self {
        let object = ObjectRef {
            api_version: "v1".to_owned(),
            kind: "Secret".to_owned(),
            namespace: Some(namespace.to_owned()),
            name: name.to_owned(),
        };
        Self { object, path: secrets().path(Some(namespace), Some(name)), change }
    }

    /// Another list at a `ServiceAccount`.
    pub(super) fn account(account: &Account, new: Vec<String>) -> Self {
        let pointer = Pointer::root().key("imagePullSecrets");
        let lists = vec![List { pointer, old: account.pull_secrets.as_deref(), new }];
        Self::lists(account.object.clone(), account.path(), lists, &account.version)
    }

    /// Other lists in a template; each with its place among the object's pod specs.
    pub(super) fn template(found: &Found, news: Vec<(usize, Vec<String>)>) -> Self {
        let specs = &found.positions.pod_specs;
        let list = |(index, new): (usize, Vec<String>)| {
            let spec = specs.get(index)?;
            let pointer = spec.pointer.key("imagePullSecrets");
            Some(List { pointer, old: spec.pull_secrets.as_deref(), new })
        };
        let lists = news.into_iter().filter_map(list).collect();
        Self::lists(found.object.clone(), found.path(), lists, &found.version)
    }

    fn lists(
        object: ObjectRef,
        path: String,
        lists: Vec<List<'_>>,
        version: &ObjectVersion,
    ) -> Self {
        let change = |list: &List<'_>| Change {
            pointer: list.pointer.clone(),
            old: list.old.map(as_list),
            // An empty list and none are the same to Kubernetes.
            new: (!list.new.is_empty()).then(|| as_list(&list.new)),
        };
        let patch = guarded(lists.iter().map(change).collect(), version);
        let switch = |list: List<'_>| SecretSwitch {
            pointer: list.pointer,
            old: list.old.unwrap_or_default().to_vec(),
            new: list.new,
        };
        let lists = lists.into_iter().map(switch).collect();
        let change = SecretChange::Lists { lists, patch, version: version.clone() };
        Self { object, path, change }
    }

    pub(super) fn rollback_entry(&self) -> Option<RollbackEntry> {
        let SecretChange::Lists { patch, version, .. } = &self.change else { return None };
        Some(RollbackEntry {
            object: self.object.clone(),
            path: self.path.clone(),
            uid: version.uid.clone(),
            resource_version: version.resource_version.clone(),
            patch: patch.clone(),
        })
    }
}

struct List<'a> {
    pointer: Pointer,
    old: Option<&'a [String]>,
    new: Vec<String>,
}

/// Secrets are where every API server has them.
pub(super) fn secrets() -> Resource {
    Resource {
        group: String::new(),
        version: "v1".to_owned(),
        kind: "Secret".to_owned(),
        plural: "secrets".to_owned(),
        namespaced: true,
        verbs: Vec::new(),
        short_names: Vec::new(),
    }
}
