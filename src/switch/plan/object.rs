//! One object: its verdict, and the patch that goes with it.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::credentials::{Credentials, NeededSecret, PullCredential};
use super::inputs::PlanInputs;
use super::options::PullSecretMode;
use super::pulls_with::PullsWith;
use super::reason::Reason;
use super::service_accounts::{guarded, refusal};
use super::switch_plan::{ImageSwitch, ObjectPlan, PlannedKeep, SecretSwitch, Verdict};
use crate::image::{Digest, Owner, Reference, TagOrDigest};
use crate::proof::{ImageState, Runs};
use crate::switch::exclusions::Exclusions;
use crate::switch::inventory::{Inventory, ScannedObject};
use crate::workload::{
    CcrImage, Change, ImageClass, ImagePosition, OLD_IMAGES, PodSpec, Pointer, RenameError,
    SecretList,
};

const MOVING_TAG: &str = "its tag is `latest`, which moves";

/// An entry, and what it wants of others if it is switched.
pub(super) struct DraftedObject {
    pub(super) entry: ObjectPlan,
    /// Secrets by the `ServiceAccount` that is to get them.
    pub(super) additions: BTreeSet<(String, String)>,
}

/// The entry of an object; `None` if it doesn't name CCR.
pub(super) fn draft(
    found: &ScannedObject,
    inventory: &Inventory,
    inputs: &PlanInputs<'_>,
) -> Option<DraftedObject> {
    let mut planner = ObjectPlanner::default();
    let is_public = |new: &Reference| inputs.proven.is_public(new);
    let PlanInputs { renamer, options, .. } = *inputs;
    let credentials = Credentials { inventory, renamer, options, is_public: &is_public };
    let ran = |text: &str| inventory.image_ids(&found.object, text);
    for spec in &found.positions.pod_specs {
        let news = planner.images(found.positions.pulled_by(spec), &ran, inputs);
        let need = credentials.need(found, spec, &news);
        planner.relies_on.extend(credentials.relies_on(found, spec, &news, &need));
        if options.pull_secret == Some(PullSecretMode::Addon) && !news.is_empty() {
            planner.unrenewed.extend(credentials.unrenewed(found.namespace(), spec));
        }
        match need {
            PullCredential::Nothing => {}
            PullCredential::OwnList(new) => planner.own_list(spec, new),
            PullCredential::AtAccounts(needed) => {
                for NeededSecret { account, secret } in needed {
                    let include_managed = inputs.options.include_managed;
                    let refused =
                        refusal(inventory, found.namespace(), &account, &secret, include_managed);
                    // The Pods get it themselves then.
                    match refused.filter(|_| !options.for_new_pods) {
                        Some(reason) => planner.block(reason),
                        None => drop(planner.additions.insert((account, secret))),
                    }
                }
            }
            PullCredential::Lacking(reason) => planner.block(reason),
        }
    }
    let loose = planner.images(found.positions.loose_fields(), &ran, inputs);
    match credentials.unproven(found, &loose, None) {
        PullCredential::Lacking(reason) => planner.block(reason),
        _ => planner.has_unproven_login = loose.iter().any(|new| !is_public(new)),
    }
    if planner.images.is_empty() && found.positions.mentions.is_empty() {
        return None;
    }
    let mut drafted = planner.finish(found, &inventory.exclusions, inputs);
    if drafted.entry.verdict == Verdict::Switch {
        drafted.entry.kept_pods = kept_pods(found, inventory);
    }
    Some(drafted)
}

#[derive(Default)]
struct ObjectPlanner {
    images: Vec<ImageSwitch>,
    pull_secrets: Vec<SecretSwitch>,
    lists: Vec<Change>,
    reasons: Vec<Reason>,
    additions: BTreeSet<(String, String)>,
    relies_on: Vec<PullsWith>,
    /// Whether it is not known how an image is pulled that not everybody may pull.
    has_unproven_login: bool,
    /// What TKE's TCR addon isn't told to renew.
    unrenewed: BTreeSet<String>,
    /// Namespaces of CCR that aren't the account's, of images that TCR has all the same.
    foreign: BTreeSet<String>,
    /// What was to be pinned, and stands in several fields.
    unpinned: BTreeSet<Reference>,
}

impl ObjectPlanner {
    /// Takes note of the references that change; gives their new names.
    fn images<'a>(
        &mut self,
        positions: impl Iterator<Item = &'a ImagePosition>,
        ran: &dyn Fn(&str) -> Option<BTreeSet<&'a str>>,
        inputs: &PlanInputs<'_>,
    ) -> Vec<Reference> {
        let mut news = Vec::new();
        for position in positions {
            let (new, target, changes) = match &position.class {
                ImageClass::Elsewhere(_) | ImageClass::Tencents(_) => continue,
                ImageClass::Refused(error) => {
                    let (message, hint) = (error.to_string(), error.hint());
                    self.block(match error {
                        RenameError::Excluded { .. } => Reason::Excluded { message, hint },
                        RenameError::TagUnknown { .. } => Reason::TagUnknown { message, hint },
                        _ => Reason::NoName { message, hint },
                    });
                    (None, None, Vec::new())
                }
                ImageClass::Switched(image) => {
                    self.prove(image, inputs);
                    let target = inputs.renamer.new_reference(image);
                    news.push(target.clone());
                    let mut new = image.new_on(&inputs.renamer.target);
                    let pinned = self.pin(position, &target, ran, inputs);
                    new.digest = pinned.or(new.digest);
                    let changes = position.changes(&new);
                    (Some(new.to_string()), Some(target), changes)
                }
            };
            // One image of several pods, each with a list of its own.
            if self.images.iter().any(|known| known.pointer == position.pointer) {
                continue;
            }
            self.images.push(ImageSwitch {
                pointer: position.pointer.clone(),
                pointers: position.pointers().into_iter().cloned().collect(),
                role: position.role,
                container: position.container.clone(),
                old: position.text.clone(),
                new,
                target,
                changes,
            });
        }
        news
    }

    /// The digest to write beside a tag, if it is to have one.
    fn pin<'a>(
        &mut self,
        position: &ImagePosition,
        new: &Reference,
        ran: &dyn Fn(&str) -> Option<BTreeSet<&'a str>>,
        inputs: &PlanInputs<'_>,
    ) -> Option<Digest> {
        let TagOrDigest::Tag(tag) = &new.version else { return None };
        if !inputs.options.pin?.takes(tag) {
            return None;
        }
        if position.split.is_some() {
            self.unpinned.insert(new.clone());
            return None;
        }
        let Some(digest) = inputs.proven.digest(new) else {
            // Else what is lacking is said.
            let is_taken = match inputs.proven.state(new) {
                ImageState::Missing => false,
                ImageState::Unknown(_) => inputs.options.allow_unverified,
                ImageState::Present | ImageState::Stale => true,
            };
            if is_taken {
                self.block(Reason::NoDigest { new: new.clone() });
            }
            return None;
        };
        if !inputs.options.allow_drift {
            let ids = ran(&position.text);
            if ids.is_none() {
                let why = "pods could not be listed".to_owned();
                self.block(Reason::RunsUnknown { new: new.clone(), why });
            }
            for id in ids.into_iter().flatten() {
                let new = new.clone();
                match inputs.proven.runs(&new, id) {
                    Runs::Same => {}
                    Runs::Other(digest) => self.block(Reason::RunsAnother { new, digest }),
                    Runs::Unknown(why) => self.block(Reason::RunsUnknown { new, why }),
                }
            }
        }
        Some(digest)
    }

    fn own_list(&mut self, spec: &PodSpec, new: Vec<String>) {
        let SecretList { pointer, form } = spec.list.clone();
        let old = spec.pull_secrets.clone().unwrap_or_default();
        let list = spec.odd_pull_secrets.clone().unwrap_or_else(|| form.write(&old));
        self.lists.push(Change {
            pointer: pointer.clone(),
            new: form.rewrite(Some(&list), &new),
            old: Some(list),
        });
        self.pull_secrets.push(SecretSwitch { pointer, old, new });
    }

    fn prove(&mut self, image: &CcrImage, inputs: &PlanInputs<'_>) {
        let (old, new) = (image.old.clone().resolve(), inputs.renamer.new_reference(image));
        match inputs.proven.state(&new) {
            ImageState::Present if image.owner == Owner::Other => {
                self.foreign.insert(old.repository.namespace().to_owned());
            }
            ImageState::Present => {}
            ImageState::Stale if inputs.options.allow_stale => {}
            ImageState::Stale => self.block(Reason::Stale { new, old }),
            ImageState::Missing if image.owner == Owner::Other => {
                self.block(Reason::Foreign { new, old });
            }
            ImageState::Missing => self.block(Reason::Missing { new, old }),
            ImageState::Unknown(_) if inputs.options.allow_unverified => {}
            ImageState::Unknown(why) => self.block(Reason::Unverified { new, why }),
        }
    }

    fn block(&mut self, reason: Reason) {
        if !self.reasons.contains(&reason) {
            self.reasons.push(reason);
        }
    }

    fn finish(
        self,
        found: &ScannedObject,
        exclusions: &Exclusions,
        inputs: &PlanInputs<'_>,
    ) -> DraftedObject {
        let verdict = self.verdict(found, exclusions, inputs);
        let is_switched = verdict == Verdict::Switch;
        let patch = is_switched.then(|| {
            let images = self.images.iter();
            let mut changes: Vec<Change> =
                images.flat_map(|image| image.changes.iter().cloned()).collect();
            changes.extend(self.lists.iter().cloned());
            if inputs.options.annotate {
                changes.push(annotation(found, &self.images));
            }
            guarded(changes, &found.version, !self.relies_on.is_empty())
        });
        let needs_accounts = match is_switched {
            true => self.additions.iter().map(|(account, _)| account.clone()).collect(),
            false => BTreeSet::new(),
        };
        let mut notes = notes(found, &verdict, &self.images);
        if is_switched {
            if self.has_unproven_login {
                notes.push("can't find out which Secret its image is pulled with".to_owned());
            }
            notes.extend(self.unrenewed);
            notes.extend(
                self.unpinned.iter().map(|new| {
                    format!("{new} is not pinned: its tag stands in a field of its own")
                }),
            );
            notes.extend(self.foreign.iter().map(|namespace| {
                format!("namespace {namespace} of CCR isn't this account's; TCR has the image")
            }));
        }
        let entry = ObjectPlan {
            object: found.object.clone(),
            path: found.path(),
            plural: found.resource.plural.clone(),
            notes,
            no_rollout: found.no_rollout.map(str::to_owned),
            kept_pods: None,
            verdict,
            images: self.images,
            pull_secrets: if is_switched { self.pull_secrets } else { Vec::new() },
            mentions: found.positions.mentions.clone(),
            patch,
            needs_accounts,
            relies_on: self.relies_on,
        };
        DraftedObject { entry, additions: self.additions }
    }

    fn verdict(
        &self,
        found: &ScannedObject,
        exclusions: &Exclusions,
        inputs: &PlanInputs<'_>,
    ) -> Verdict {
        if found.is_finished {
            return Verdict::Finished;
        }
        if self.images.is_empty() {
            return Verdict::Mentioned;
        }
        if let Some(pattern) = exclusions.by(&found.object) {
            return Verdict::Excluded(pattern.to_owned());
        }
        let is_changed = !inputs.options.for_new_pods;
        if let Some(manager) = &found.manager
            && is_changed
            && (found.is_owned() || !inputs.options.include_managed)
        {
            return Verdict::Managed(manager.clone());
        }
        if is_changed && let Some(instead) = found.instead_of_change() {
            return Verdict::Immutable(instead);
        }
        match self.reasons.is_empty() {
            true => Verdict::Switch,
            false => Verdict::Blocked(self.reasons.clone()),
        }
    }
}

/// The pods of an object that keep what they run when it is switched.
fn kept_pods(found: &ScannedObject, inventory: &Inventory) -> Option<PlannedKeep> {
    let kept = found.kept_pods?;
    let of_it = inventory.pods.iter().filter(|pods| pods.owner == found.object);
    let (mut pods, mut names) = (0, Vec::new());
    for group in of_it {
        pods += group.kept_pods();
        names.extend(group.names.iter().cloned());
    }
    (pods > 0).then_some(PlannedKeep { kept, pods, names })
}

/// The annotation with the old images, as JSON.
fn annotation(found: &ScannedObject, images: &[ImageSwitch]) -> Change {
    let old: Map<_, _> =
        images.iter().map(|image| (image.pointer.as_str().to_owned(), json!(image.old))).collect();
    let old = json!(Value::Object(old).to_string());
    let annotations = Pointer::root().key("metadata").key("annotations");
    match found.annotations.exist {
        true => Change {
            pointer: annotations.key(OLD_IMAGES),
            old: found.annotations.old_images.clone().map(Value::String),
            new: Some(old),
        },
        false => Change { pointer: annotations, old: None, new: Some(json!({OLD_IMAGES: old})) },
    }
}

fn notes(found: &ScannedObject, verdict: &Verdict, images: &[ImageSwitch]) -> Vec<String> {
    let mut notes = Vec::new();
    let is_switched = *verdict == Verdict::Switch;
    if is_switched {
        notes.extend(found.no_rollout.map(str::to_owned));
        notes.extend(found.applier_notes.iter().cloned());
        if let Some(manager) = &found.manager {
            notes.push(format!("{manager} may revert this; {}", manager.advice()));
        }
    }
    let is_moving = |image: &str| {
        let name = image.rsplit('/').next().unwrap_or_default();
        !image.contains('@') && (!name.contains(':') || name.ends_with(":latest"))
    };
    let is_pinned = |new: &String| new.contains('@');
    let moves = |image: &ImageSwitch| {
        image.new.as_ref().is_some_and(|new| !is_pinned(new)) && is_moving(&image.old)
    };
    if images.iter().any(moves) {
        notes.push(MOVING_TAG.to_owned());
    }
    notes
}
