//! Which pods stand for all: the newest of each owner and revision.
//!
//! Pods of one revision are made from one template. What may differ is what was added to some of
//! them alone, or changed in one by hand; so this is called a sample.

use std::collections::HashMap;

use serde_json::Value;

use crate::switch::running::ListedMetadata;
use crate::workload::ObjectRef;

/// So many pods of a group are known, in case that one has gone since.
const SPARE: usize = 3;

#[derive(Default)]
pub(super) struct Samples {
    groups: HashMap<(ObjectRef, Option<String>), Sample>,
    pods: usize,
}

/// Pods of one owner and revision.
#[derive(Default)]
pub(super) struct Sample {
    pub(super) pods: usize,
    /// When each was created, and its name; the newest first.
    newest: Vec<(String, String)>,
}

impl Samples {
    /// How many groups there are.
    pub(super) fn len(&self) -> usize {
        self.groups.len()
    }

    /// How many pods.
    pub(super) fn pods(&self) -> usize {
        self.pods
    }

    /// Adds a pod that `owner` has made. One that is being deleted doesn't count.
    pub(super) fn add(&mut self, owner: ObjectRef, metadata: ListedMetadata) {
        let ListedMetadata { name, revision, created, is_leaving, .. } = metadata;
        if is_leaving {
            return;
        }
        // Where nothing tells pods of an old template from others, each is looked at. The template
        // of a Job can't change.
        let is_fixed = || (owner.rules().instead_of_change)(&Value::Null).is_some();
        let revision = revision.or_else(|| (!is_fixed()).then(|| name.clone()));
        let sample = self.groups.entry((owner, revision)).or_default();
        sample.pods += 1;
        self.pods += 1;
        let newest = &mut sample.newest;
        let place = newest.partition_point(|(other, _)| *other > created);
        if place < SPARE {
            newest.insert(place, (created, name));
            newest.truncate(SPARE);
        }
    }

    /// Each group with its owner.
    pub(super) fn into_groups(self) -> impl Iterator<Item = (ObjectRef, Sample)> {
        self.groups.into_iter().map(|((owner, _), sample)| (owner, sample))
    }
}

impl Sample {
    /// The names of pods to be tried, in this order.
    pub(super) fn names(&self) -> impl Iterator<Item = &String> {
        self.newest.iter().map(|(_, name)| name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn add(samples: &mut Samples, kind: &str, name: &str, revision: Option<&str>, created: &str) {
        let owner = ObjectRef {
            api_version: if kind == "Job" { "batch/v1" } else { "apps/v1" }.to_owned(),
            kind: kind.to_owned(),
            namespace: Some("shop".to_owned()),
            name: "web".to_owned(),
        };
        let metadata = ListedMetadata {
            name: name.to_owned(),
            revision: revision.map(str::to_owned),
            created: created.to_owned(),
            ..ListedMetadata::default()
        };
        samples.add(owner, metadata);
    }

    #[test]
    fn the_newest_pod_of_each_revision_comes_first() {
        let mut samples = Samples::default();
        for (name, created) in [("b", "2"), ("a", "1"), ("e", "5"), ("c", "3"), ("d", "4")] {
            add(&mut samples, "ReplicaSet", name, Some("1"), created);
        }
        add(&mut samples, "ReplicaSet", "x", Some("2"), "1");
        assert_eq!((samples.len(), samples.pods()), (2, 6));
        let mut groups: Vec<_> = samples.into_groups().collect();
        groups.sort_by_key(|(_, sample)| sample.pods);
        let (_, sample) = &groups[1];
        assert_eq!((sample.pods, sample.names().count()), (5, 3));
        assert!(sample.names().eq(["e", "d", "c"]));
    }

    #[test]
    fn without_a_revision_each_pod_is_looked_at_but_those_of_a_job() {
        let mut samples = Samples::default();
        for name in ["a", "b", "c"] {
            add(&mut samples, "ReplicaSet", name, None, "1");
            add(&mut samples, "Job", name, None, "1");
        }
        assert_eq!(samples.len(), 4);
    }
}
