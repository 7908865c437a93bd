//! The objects of a plan in the order in which they are written.

use std::collections::{BTreeSet, HashMap};

use crate::switch::plan::{ObjectPlan, ServiceAccountPlan, SwitchPlan};
use serde_json::Value;

use super::rollback_file::RollbackEntry;
use crate::switch::inventory::Inventory;
use crate::switch::object_version::ObjectVersion;
use crate::switch::plan::{PullsWith, guarded};
use crate::workload::{Change, ObjectPatch, ObjectRef, Pointer};

/// One object to be written.
#[derive(Debug, Clone)]
pub(in crate::switch) struct ObjectWrite {
    pub(in crate::switch) object: ObjectRef,
    pub(in crate::switch) path: String,
    pub(in crate::switch) patch: ObjectPatch,
    pub(in crate::switch) uid: String,
    pub(in crate::switch) resource_version: String,
    /// Why not waiting for its pods; `None` if they are.
    pub(in crate::switch) no_rollout: Option<String>,
    /// `ServiceAccount`s that come before it.
    pub(super) needs_accounts: BTreeSet<String>,
    /// What its pods pull with.
    pub(super) relies_on: Vec<PullsWith>,
    pub(super) is_account: bool,
    /// The webhook for which it is written without a dry run.
    pub(super) no_dry_run: Option<String>,
}

impl ObjectWrite {
    pub(in crate::switch) fn namespace(&self) -> &str {
        self.object.namespace.as_deref().unwrap_or_default()
    }

    pub(super) fn rollback_entry(&self) -> RollbackEntry {
        RollbackEntry {
            object: self.object.clone(),
            path: self.path.clone(),
            uid: self.uid.clone(),
            resource_version: self.resource_version.clone(),
            patch: self.patch.clone(),
        }
    }

    /// The same addition to a `ServiceAccount` that looks different now; `None` if nothing is left
    /// to add.
    pub(super) fn for_account(&self, object: &Value) -> Option<Self> {
        let list = object["imagePullSecrets"].as_array();
        let mut new = list.cloned().unwrap_or_default();
        // What has been removed from the list meanwhile stays out.
        let entries =
            |list: Option<&Value>| list.and_then(Value::as_array).cloned().unwrap_or_default();
        let added = self.patch.changes.iter().flat_map(|change| {
            let old = entries(change.old.as_ref());
            entries(change.new.as_ref()).into_iter().filter(move |secret| !old.contains(secret))
        });
        let missing: Vec<Value> = added.filter(|secret| !new.contains(secret)).collect();
        if missing.is_empty() {
            return None;
        }
        new.extend(missing);
        let pointer = Pointer::root().key("imagePullSecrets");
        let changes = vec![Change::at(object, pointer, Some(Value::Array(new)))];
        let version = ObjectVersion::of(object);
        Some(Self {
            patch: guarded(changes, &version, false),
            uid: version.uid,
            resource_version: version.resource_version,
            ..self.clone()
        })
    }

    /// Of an object that is switched; `None` if it isn't.
    pub(super) fn of_entry(entry: &ObjectPlan, version: &ObjectVersion) -> Option<Self> {
        Some(Self {
            object: entry.object.clone(),
            path: entry.path.clone(),
            patch: entry.patch.clone()?,
            uid: version.uid.clone(),
            resource_version: version.resource_version.clone(),
            no_rollout: entry.no_rollout.clone(),
            needs_accounts: entry.needs_accounts.clone(),
            relies_on: entry.relies_on.clone(),
            is_account: false,
            no_dry_run: None,
        })
    }
}

/// By namespace; within one the `ServiceAccount`s come first.
pub(in crate::switch) fn object_writes(
    inventory: &Inventory,
    plan: &SwitchPlan,
) -> Vec<ObjectWrite> {
    let of_account = |entry: &ServiceAccountPlan| {
        let account = inventory.account(entry.namespace(), &entry.object.name);
        let version = account.map(|account| &account.version);
        ObjectWrite {
            object: entry.object.clone(),
            path: entry.path.clone(),
            patch: entry.patch.clone(),
            uid: version.map(|version| version.uid.clone()).unwrap_or_default(),
            resource_version: version
                .map(|version| version.resource_version.clone())
                .unwrap_or_default(),
            no_rollout: Some("a ServiceAccount has no pods".to_owned()),
            needs_accounts: BTreeSet::new(),
            relies_on: Vec::new(),
            is_account: true,
            no_dry_run: None,
        }
    };
    let mut steps: Vec<ObjectWrite> = plan.service_accounts.iter().map(of_account).collect();
    let versions: HashMap<&ObjectRef, &ObjectVersion> =
        inventory.objects.iter().map(|found| (&found.object, &found.version)).collect();
    steps.extend(plan.switched().filter_map(|entry| {
        versions.get(&entry.object).and_then(|version| ObjectWrite::of_entry(entry, version))
    }));
    steps.sort_by(|one, other| place(one).cmp(&place(other)));
    steps
}

fn place(step: &ObjectWrite) -> (&str, bool, &ObjectRef) {
    (step.namespace(), !step.is_account, &step.object)
}
