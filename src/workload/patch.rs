//! The patch that changes one object, and its reverse.
//!
//! What to change is decided elsewhere; sending it is for `cluster`.

use json_patch::{
    AddOperation, Patch, PatchOperation, RemoveOperation, ReplaceOperation, TestOperation,
};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use super::Pointer;

/// One place of an object, before and after.
///
/// Lists are changed as a whole, so that no change moves the place of another; no place lies within
/// another.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// The place. Where something is added, what it is added to must be there.
    pub pointer: Pointer,
    /// What was there; `None` if nothing was. (`null` is something.)
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub old: Option<Value>,
    /// What will be there; `None` if nothing will be.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub new: Option<Value>,
}

/// A place that must hold this value for the patch to apply: it stands for "nobody has changed the
/// object since it was read".
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Guard {
    /// `/metadata/generation`, or `/metadata/resourceVersion` for kinds that have no generation.
    pub pointer: Pointer,
    /// What it must hold.
    pub value: Value,
}

/// All changes of one object. This is what the rollback file holds.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ObjectPatch {
    /// In the order in which they are made.
    pub changes: Vec<Change>,
    /// Tested by [`ObjectPatch::forward`]. Where something is added to what was absent it is needed:
    /// that there is nothing at a place can't be tested itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guard: Option<Guard>,
}

/// Which side of a patch an object is on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PatchState {
    /// It holds the old values: the patch is still to be made.
    Before,
    /// It holds the new values: the patch was made.
    After,
    /// It holds something else.
    Neither {
        /// The first place that fits neither, or not the side that the places before it are on.
        pointer: Pointer,
    },
}

// `null` is a value here, and no value is a field left out.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

impl Change {
    /// The change of what stands at `pointer` in `object` to `new`.
    #[must_use]
    pub fn at(object: &Value, pointer: Pointer, new: Option<Value>) -> Self {
        let old = pointer.find(object).cloned();
        Self { pointer, old, new }
    }

    fn test(&self) -> Option<PatchOperation> {
        let value = self.old.clone()?;
        Some(PatchOperation::Test(TestOperation { path: self.pointer.to_patch_path(), value }))
    }

    fn operation(&self) -> Option<PatchOperation> {
        let path = self.pointer.to_patch_path();
        Some(match (&self.old, self.new.clone()) {
            (Some(old), Some(value)) if *old == value => return None,
            (Some(_), Some(value)) => PatchOperation::Replace(ReplaceOperation { path, value }),
            (None, Some(value)) => PatchOperation::Add(AddOperation { path, value }),
            (Some(_), None) => PatchOperation::Remove(RemoveOperation { path }),
            (None, None) => return None,
        })
    }
}

impl Guard {
    /// The guard for a patch of `object` as it was read: its generation, else its resource version.
    /// `None` if it has neither, as in a file.
    #[must_use]
    pub fn of(object: &Value) -> Option<Self> {
        ["generation", "resourceVersion"].into_iter().find_map(|key| {
            let pointer = Pointer::root().key("metadata").key(key);
            let value = pointer.find(object)?.clone();
            Some(Self { pointer, value })
        })
    }
}

impl ObjectPatch {
    /// Whether something is added to what is absent.
    #[must_use]
    pub fn adds(&self) -> bool {
        self.changes.iter().any(|change| change.old.is_none() && change.new.is_some())
    }

    /// The patch that makes the changes: tests of all old values first, so that it is made as a
    /// whole or not at all.
    #[must_use]
    pub fn forward(&self) -> Patch {
        let guard = self.guard.iter().map(|guard| {
            let (path, value) = (guard.pointer.to_patch_path(), guard.value.clone());
            PatchOperation::Test(TestOperation { path, value })
        });
        let tests = self.changes.iter().filter_map(Change::test);
        let operations = self.changes.iter().filter_map(Change::operation);
        Patch(guard.chain(tests).chain(operations).collect())
    }

    /// The patch that takes the changes back: tests of all new values first.
    #[must_use]
    pub fn reverse(&self) -> Patch {
        self.reversed().forward()
    }

    /// The reverse as a patch of its own. It has no guard, since the object's generation is another
    /// by then: give it [`Guard::of`] the object as it is now.
    #[must_use]
    pub fn reversed(&self) -> Self {
        let changes = self.changes.iter().rev().map(|change| Change {
            pointer: change.pointer.clone(),
            old: change.new.clone(),
            new: change.old.clone(),
        });
        Self { changes: changes.collect(), guard: None }
    }

    /// Which side of the patch `object` is on. The guard is not looked at: it says when the object
    /// was read, not what it holds.
    #[must_use]
    pub fn state_in(&self, object: &Value) -> PatchState {
        let (mut before, mut after) = (true, true);
        for change in &self.changes {
            let now = change.pointer.find(object);
            before &= now == change.old.as_ref();
            after &= now == change.new.as_ref();
            if !before && !after {
                return PatchState::Neither { pointer: change.pointer.clone() };
            }
        }
        if before { PatchState::Before } else { PatchState::After }
    }
}

#[cfg(test)]
mod tests;
