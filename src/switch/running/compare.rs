//! Compares groups of pods with the templates that are known to name CCR, and with their owners as
//! they are. Pure.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::groups::PodGroups;
use super::makers::{Makers, guessed_owner};
use super::pods::{ImageOrigin, Revision, RunningImage, RunningPods};
use crate::switch::inventory::ScannedObject;
use crate::workload::{CcrNames, ImageRole, KindRules, ObjectRef, positions};

/// Pods, compared with what a scan keeps.
pub(super) struct Draft {
    pub(super) pods: RunningPods,
    made_from: MadeFrom,
}

/// What pods say of the template that they are made from.
struct MadeFrom {
    revision: Option<String>,
    template_generation: Option<String>,
    /// The Deployment's revision that their `ReplicaSet` stands for.
    deployment_revision: Option<String>,
}

/// What is known of an owner.
pub(super) enum OwnerNow {
    /// As it is.
    Read(Value),
    Gone,
    Unreadable,
}

/// The pods with images in CCR. An image that an owner among `objects` names is the template's.
pub(super) fn drafts(groups: PodGroups, makers: &Makers, objects: &[ScannedObject]) -> Vec<Draft> {
    let by_name: HashMap<_, &ScannedObject> =
        objects.iter().map(|found| (name(&found.object), found)).collect();
    let mut drafts = Vec::new();
    for (kind, group) in groups.on_ccr() {
        let made = makers.find(&kind.owner);
        let known = made.map(|made| made.owner.clone());
        let guessed = || {
            let owner = guessed_owner(&kind.owner, kind.revision.as_deref())?;
            (by_name.contains_key(&name(&owner)) || makers.is_selected(&owner)).then_some(owner)
        };
        let above = known.or_else(guessed);
        let (owner, maker) = match above {
            Some(owner) => (owner, Some(kind.owner)),
            None => (kind.owner, None),
        };
        let named: HashSet<&str> = [Some(&owner), maker.as_ref()]
            .into_iter()
            .flatten()
            .filter_map(|object| by_name.get(&name(object)))
            .flat_map(|found| found.images())
            .map(|image| image.text.as_str())
            .collect();
        let mut images = group.images;
        for image in &mut images {
            if named.contains(image.text.as_str()) {
                image.origin = ImageOrigin::Template;
            }
        }
        let found = by_name.get(&name(&owner));
        let kept = found.and_then(|found| found.kept_pods);
        // In the version in which it was listed.
        let owner = found.map_or(owner.clone(), |found| found.object.clone());
        drafts.push(Draft {
            pods: RunningPods {
                owner,
                maker,
                pods: group.pods,
                names: group.names.into_iter().collect(),
                images,
                revision: Revision::Unknown,
                kept,
                is_orphaned: false,
            },
            made_from: MadeFrom {
                revision: kind.revision,
                template_generation: kind.template_generation,
                deployment_revision: made.and_then(|made| made.revision.clone()),
            },
        });
    }
    drafts
}

/// The version of a kind doesn't matter.
fn name(object: &ObjectRef) -> (Option<&str>, &str, &str, &str) {
    (object.namespace.as_deref(), object.group(), &object.kind, &object.name)
}

impl Draft {
    /// The pods, compared with their owner.
    pub(super) fn judged(self, owner: Option<&OwnerNow>, names: &CcrNames) -> RunningPods {
        let Self { mut pods, made_from } = self;
        match owner {
            Some(OwnerNow::Read(object)) => {
                pods.revision = made_from.revision_of(object);
                pods.kept = KindRules::of(object).kept_pods(object);
                let template = Template::of(object, names);
                for image in &mut pods.images {
                    if image.origin != ImageOrigin::Template {
                        image.origin = template.origin(image, pods.revision);
                    }
                }
            }
            Some(OwnerNow::Gone) => pods.is_orphaned = true,
            Some(OwnerNow::Unreadable) | None => {}
        }
        pods
    }
}

/// The containers of an owner's pod specs.
struct Template {
    images: HashSet<String>,
    containers: HashSet<String>,
}

impl Template {
    fn of(owner: &Value, names: &CcrNames) -> Self {
        let specs = positions(owner, names).pod_specs;
        let all = || specs.iter().flat_map(|spec| &spec.images);
        Self {
            images: all().map(|image| image.text.clone()).collect(),
            containers: all().filter_map(|image| image.container.clone()).collect(),
        }
    }

    fn origin(&self, image: &RunningImage, revision: Revision) -> ImageOrigin {
        if self.images.contains(&image.text) {
            ImageOrigin::Template
        } else if image.role == ImageRole::EphemeralContainer {
            ImageOrigin::Debug
        } else if self.images.is_empty() {
            ImageOrigin::Unknown
        } else {
            match (self.containers.contains(&image.container), revision) {
                (true, Revision::Current) => ImageOrigin::Rewritten,
                (false, Revision::Current | Revision::Unknown) => ImageOrigin::Injected,
                (_, Revision::Old) | (true, Revision::Unknown) => ImageOrigin::OldTemplate,
            }
        }
    }
}

impl MadeFrom {
    /// Whether this is what the owner's template is now. Each controller marks its pods in a way of
    /// its own.
    fn revision_of(&self, owner: &Value) -> Revision {
        let (status, annotations) = (&owner["status"], &owner["metadata"]["annotations"]);
        let pairs = [
            // Of a Deployment, by its ReplicaSet.
            (&annotations["deployment.kubernetes.io/revision"], &self.deployment_revision),
            // Of a DaemonSet.
            (&annotations["deprecated.daemonset.template.generation"], &self.template_generation),
            // Of a StatefulSet, and of OpenKruise's kinds.
            (&status["updateRevision"], &self.revision),
            // Of an Argo Rollout.
            (&status["currentPodHash"], &self.revision),
        ];
        // What the controller has not looked at, or must not act upon, has no revision yet.
        let is_paused = owner["spec"]["paused"] == true;
        let is_seen = !is_paused
            && status["observedGeneration"].as_i64().is_none_or(|seen| {
                owner["metadata"]["generation"].as_i64().is_none_or(|wanted| seen >= wanted)
            });
        let mut known =
            pairs.iter().filter_map(|(now, then)| Some((now.as_str()?, then.as_ref()?)));
        match known.next() {
            Some((now, then)) if is_same(now, then) => match is_seen {
                true => Revision::Current,
                false => Revision::Unknown,
            },
            Some(_) => Revision::Old,
            None => Revision::Unknown,
        }
    }
}

/// Some label pods with the last part of a revision's name alone.
fn is_same(now: &str, then: &str) -> bool {
    now == then || now.strip_suffix(then).is_some_and(|rest| rest.ends_with('-'))
}
