//! One thing to be written about a pull secret, in a form that a plan can show.

use serde_json::Value;

use crate::kubernetes::Resource;
use crate::switch::apply::{DeletedSecret, RollbackEntry};
use crate::switch::inventory::ScannedObject;
use crate::switch::object_version::ObjectVersion;
use crate::switch::plan::SecretSwitch;
use crate::switch::plan::guarded;
use crate::switch::service_accounts::ScannedServiceAccount;
use crate::workload::{Change, ListForm, Manager, ObjectPatch, ObjectRef, Pointer, SecretList};

const NO_RESTART: &str = "no pod restarts";

/// One object to be written.
#[derive(Debug, Clone, PartialEq)]
pub struct SecretStep {
    /// Which one.
    pub object: ObjectRef,
    /// Where it is, for a request.
    pub path: String,
    /// What becomes of it.
    pub change: SecretChange,
    /// Why no pods are waited for; `None` if the change restarts pods.
    pub no_rollout: Option<String>,
    /// What to know.
    pub notes: Vec<String>,
}

/// What becomes of it.
#[derive(Debug, Clone, PartialEq)]
pub enum SecretChange {
    /// A Secret is made.
    Create,
    /// One that an earlier run made is rewritten, if it is still of this version.
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
    /// A Secret goes, if it is still of the version that was read.
    Delete {
        /// What is kept of it.
        secret: Box<DeletedSecret>,
    },
}

impl SecretStep {
    /// The namespace.
    #[must_use]
    pub fn namespace(&self) -> &str {
        self.object.namespace.as_deref().unwrap_or_default()
    }

    /// Whether the change restarts pods.
    #[must_use]
    pub fn restarts_pods(&self) -> bool {
        self.no_rollout.is_none()
    }

    /// A Secret that is created, rewritten or deleted.
    pub(super) fn secret(namespace: &str, name: &str, change: SecretChange) -> Self {
        let object = ObjectRef {
            api_version: "v1".to_owned(),
            kind: "Secret".to_owned(),
            namespace: Some(namespace.to_owned()),
            name: name.to_owned(),
        };
        let no_rollout = match change {
            SecretChange::Delete { .. } => "deleted",
            _ => NO_RESTART,
        };
        let path = Resource::secrets().path(Some(namespace), Some(name));
        Self { object, path, change, no_rollout: Some(no_rollout.to_owned()), notes: Vec::new() }
    }

    /// The same for a managed object: with a note.
    pub(super) fn of(mut self, manager: Option<&Manager>) -> Self {
        let note = |manager: &Manager| format!("{manager} may revert this; {}", manager.advice());
        self.notes.extend(manager.map(note));
        self
    }

    /// Another list at a `ServiceAccount`.
    pub(super) fn account(account: &ScannedServiceAccount, new: Vec<String>) -> Self {
        let pointer = Pointer::root().key("imagePullSecrets");
        let place = SecretList { pointer, form: ListForm::Names };
        let odd = account.odd_pull_secrets.as_ref();
        let lists = vec![List { place, old: account.pull_secrets.as_deref(), odd, new }];
        Self {
            no_rollout: Some(NO_RESTART.to_owned()),
            ..Self::lists(account.object.clone(), account.path(), lists, &account.version)
        }
        .of(account.manager.as_ref())
    }

    /// Other lists in a template; each with its place among the object's pod specs.
    pub(super) fn template(found: &ScannedObject, news: Vec<(usize, Vec<String>)>) -> Self {
        let specs = &found.positions.pod_specs;
        let list = |(index, new): (usize, Vec<String>)| {
            let spec = specs.get(index)?;
            let place = spec.list.clone();
            let odd = spec.odd_pull_secrets.as_ref();
            Some(List { place, old: spec.pull_secrets.as_deref(), odd, new })
        };
        let lists = news.into_iter().filter_map(list).collect();
        let no_rollout = found.no_rollout.map(str::to_owned);
        let mut notes: Vec<String> = no_rollout.iter().cloned().collect();
        notes.extend(found.applier_notes.iter().cloned());
        let step = Self::lists(found.object.clone(), found.path(), lists, &found.version);
        Self { no_rollout, notes, ..step }.of(found.manager.as_ref())
    }

    fn lists(
        object: ObjectRef,
        path: String,
        lists: Vec<List<'_>>,
        version: &ObjectVersion,
    ) -> Self {
        let change = |list: &List<'_>| {
            let form = list.place.form;
            let old = list.odd.cloned().or_else(|| list.old.map(|names| form.write(names)));
            let new = form.rewrite(old.as_ref(), &list.new);
            Change { pointer: list.place.pointer.clone(), old, new }
        };
        let patch = guarded(lists.iter().map(change).collect(), version, false);
        let switch = |list: List<'_>| SecretSwitch {
            pointer: list.place.pointer,
            old: list.old.unwrap_or_default().to_vec(),
            new: list.new,
        };
        let lists = lists.into_iter().map(switch).collect();
        let change = SecretChange::Lists { lists, patch, version: version.clone() };
        Self { object, path, change, no_rollout: None, notes: Vec::new() }
    }

    /// The Secret that it deletes, if it does.
    pub(super) fn deleted(&self) -> Option<&DeletedSecret> {
        match &self.change {
            SecretChange::Delete { secret } => Some(secret),
            _ => None,
        }
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
    place: SecretList,
    old: Option<&'a [String]>,
    /// As it stands, if it holds something else than names.
    odd: Option<&'a Value>,
    new: Vec<String>,
}
