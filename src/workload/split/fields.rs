//! Where the parts of a reference stand in an object, and how another name is written there.

use serde_json::{Value, json};

use super::reference::{NamePart, SplitReference, distribute};
use crate::workload::patch::Change;
use crate::workload::pointer::Pointer;

/// The fields that a reference is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SplitFields {
    /// What its host and repository stand in, in this order. At least one.
    name: Vec<NameField>,
    /// Tag and digest, as they stand, and whatever else must not change unseen.
    kept: Vec<(Pointer, Value)>,
    /// What of the reference can't be told, and why.
    pub(in crate::workload) doubt: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct NameField {
    pointer: Pointer,
    /// `None` if there is no such field yet.
    old: Option<String>,
    before: String,
    after: String,
    /// How many parts between slashes stand there, the host among them.
    segments: usize,
}

impl SplitFields {
    /// The fields of `reference`, whose keys are where `pointer` says and hold what `value` says;
    /// `None` if a key has no place.
    pub(super) fn of<'v>(
        reference: &SplitReference<'_>,
        pointer: impl Fn(&str) -> Option<Pointer>,
        value: impl Fn(&str) -> Option<&'v Value>,
    ) -> Option<Self> {
        let field = |part: &NamePart<'_>| {
            Some(NameField {
                pointer: pointer(part.key)?,
                old: part.old.map(str::to_owned),
                before: part.before.clone(),
                after: part.after.to_owned(),
                segments: part.segments(),
            })
        };
        let kept = |key: &&str| Some((pointer(key)?, value(key)?.clone()));
        Some(Self {
            name: reference.name.iter().map(field).collect::<Option<_>>()?,
            kept: reference.kept.iter().map(kept).collect::<Option<_>>()?,
            doubt: reference.doubt.clone(),
        })
    }

    /// Where the parts stand: of the name, then of its version.
    pub fn pointers(&self) -> impl Iterator<Item = &Pointer> {
        let name = self.name.iter().map(|field| &field.pointer);
        name.chain(self.kept.iter().map(|(pointer, _)| pointer))
    }

    /// The changes that make the name `HOST/REPOSITORY` of it. Each field keeps as many parts of it
    /// as it has now, and the last one has the rest. What stays is among the changes, as a test that
    /// it is still the same.
    pub(in crate::workload) fn changes(&self, name: &str) -> Vec<Change> {
        let mut changes: Vec<Change> = self
            .kept
            .iter()
            .map(|(pointer, value)| Change {
                pointer: pointer.clone(),
                old: Some(value.clone()),
                new: Some(value.clone()),
            })
            .collect();
        let segments: Vec<usize> = self.name.iter().map(|field| field.segments).collect();
        for (field, name) in self.name.iter().zip(distribute(name, &segments)) {
            let new = format!("{}{name}{}", field.before, field.after);
            changes.push(Change {
                pointer: field.pointer.clone(),
                old: field.old.clone().map(Value::String),
                new: Some(json!(new)),
            });
        }
        changes
    }
}
