//! What stands between a workload and its pods: `ReplicaSet`s and Jobs, and what made them.

use std::collections::{HashMap, HashSet};

use super::metadata::ListedMetadata;
use crate::workload::ObjectRef;

/// The controller owners of objects that make pods.
#[derive(Debug, Default)]
pub(in crate::switch) struct Makers {
    /// By namespace, kind and name.
    made: HashMap<String, Made>,
    /// What the scope's selectors select, if there are any: only its pods are looked at.
    selected: Option<HashSet<String>>,
}

/// A `ReplicaSet` or a Job that a controller has made.
#[derive(Debug)]
pub(super) struct Made {
    pub(super) owner: ObjectRef,
    /// The Deployment's revision that it stands for.
    pub(super) revision: Option<String>,
}

impl Makers {
    /// Takes note of an object that makes pods.
    pub(in crate::switch) fn add(&mut self, kind: &str, metadata: ListedMetadata) {
        let ListedMetadata { namespace, name, owner, deployment_revision, .. } = metadata;
        if let Some(owner) = owner {
            let made = Made { owner, revision: deployment_revision };
            self.made.insert(key(&namespace, kind, &name), made);
        }
    }

    /// Takes note of an object that the scope's selectors select.
    pub(in crate::switch) fn select(&mut self, kind: &str, metadata: &ListedMetadata) {
        let key = key(&metadata.namespace, kind, &metadata.name);
        self.selected.get_or_insert_default().insert(key);
    }

    /// Takes over what another has.
    pub(in crate::switch) fn append(&mut self, other: Self) {
        self.made.extend(other.made);
        if let Some(selected) = other.selected {
            self.selected.get_or_insert_default().extend(selected);
        }
    }

    /// What made the object that makes pods, if that is known.
    pub(super) fn find(&self, maker: &ObjectRef) -> Option<&Made> {
        self.made.get(&key_of(maker))
    }

    pub(super) fn is_selected(&self, object: &ObjectRef) -> bool {
        self.selected.as_ref().is_some_and(|selected| selected.contains(&key_of(object)))
    }
}

fn key_of(object: &ObjectRef) -> String {
    key(object.namespace.as_deref().unwrap_or_default(), &object.kind, &object.name)
}

fn key(namespace: &str, kind: &str, name: &str) -> String {
    format!("{namespace}/{kind}/{name}")
}

/// The likely owner of an object that could not be read, by its name: a Deployment names its
/// `ReplicaSet`s after itself and the `pod-template-hash`, a `CronJob` its Jobs after the minute.
pub(super) fn guessed_owner(maker: &ObjectRef, revision: Option<&str>) -> Option<ObjectRef> {
    let (kind, name) = match maker.kind.as_str() {
        "ReplicaSet" => ("Deployment", maker.name.strip_suffix(revision?)?.strip_suffix('-')?),
        "Job" => {
            let (name, minute) = maker.name.rsplit_once('-')?;
            let is_minute = !minute.is_empty() && minute.bytes().all(|byte| byte.is_ascii_digit());
            ("CronJob", is_minute.then_some(name)?)
        }
        _ => return None,
    };
    let (kind, name) = (kind.to_owned(), name.to_owned());
    (!name.is_empty()).then(|| ObjectRef { kind, name, ..maker.clone() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guessed(kind: &str, name: &str, revision: Option<&str>) -> Option<String> {
        let maker = ObjectRef {
            api_version: if kind == "Job" { "batch/v1" } else { "apps/v1" }.to_owned(),
            kind: kind.to_owned(),
            namespace: Some("shop".to_owned()),
            name: name.to_owned(),
        };
        guessed_owner(&maker, revision).map(|owner| owner.to_string())
    }

    #[test]
    fn the_name_of_a_maker_tells_its_owner() {
        let deployment = guessed("ReplicaSet", "web-api-5d7f", Some("5d7f"));
        assert_eq!(deployment.as_deref(), Some("deployment.apps/web-api"));
        let cron_job = guessed("Job", "night-ly-29012345", None);
        assert_eq!(cron_job.as_deref(), Some("cronjob.batch/night-ly"));
    }

    #[test]
    fn a_name_of_another_form_tells_nothing() {
        assert_eq!(guessed("ReplicaSet", "web", Some("5d7f")), None);
        assert_eq!(guessed("ReplicaSet", "web-5d7f", None), None);
        assert_eq!(guessed("ReplicaSet", "-5d7f", Some("5d7f")), None);
        assert_eq!(guessed("Job", "import-once", None), None);
        assert_eq!(guessed("StatefulSet", "db-1", None), None);
    }
}
