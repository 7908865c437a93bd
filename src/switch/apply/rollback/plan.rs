//! What a rollback would do.

use std::collections::BTreeSet;
use std::sync::Arc;

use futures::{StreamExt as _, stream};
use serde_json::Value;

use super::super::pods::{PodLooks, Which};
use super::super::rollback_file::{RollbackEntry, RollbackFile};
use super::accounts::still_needed;
use super::identity::{WrongCluster, check};
use super::logins::{Undo, prove};
use super::surroundings::{self, Lists};
use crate::diagnostic::Diagnostic;
use crate::kubernetes::{Cluster, ClusterError, Resource};
use crate::switch::inventory::{Inventory, ScannedObject};
use crate::switch::plan::PullsWith;
use crate::workload::{CcrNames, Guard, Holds, ObjectPatch, ObjectRef, PatchState};

/// How many objects are looked at at once.
const AT_ONCE: usize = 16;

/// What the user allows.
#[derive(Debug, Clone, Copy, Default)]
pub struct RollbackOptions {
    /// Objects are rolled back whose pods have no login for their old images, as far as can be told.
    pub allow_unproven_login: bool,
}

/// What a rollback would do.
#[derive(Debug, Clone)]
pub struct RollbackPlan {
    /// One for each entry of the file, in the order in which they would be written: workloads
    /// first, what they pull with last.
    pub steps: Vec<RollbackStep>,
    /// What to know before.
    pub notices: Vec<String>,
}

/// One object.
#[derive(Debug, Clone)]
pub struct RollbackStep {
    /// Which one.
    pub object: ObjectRef,
    /// What is to be done.
    pub verdict: RollbackVerdict,
    pub(super) entry: RollbackEntry,
    /// The change back.
    pub(super) patch: ObjectPatch,
    /// Why its pods don't follow by themselves; `None` if they do.
    pub(super) no_rollout: Option<String>,
    /// What its pods will pull with.
    pub(super) relies_on: Vec<PullsWith>,
}

/// What is to be done with one object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RollbackVerdict {
    /// The change stands: it is undone.
    Undo,
    /// It was never changed, or has been rolled back.
    Untouched,
    /// Something still needs the change: why it stays.
    Kept(String),
    /// Somebody has changed it since; where it differs.
    ChangedSince(String),
    /// It is gone, or another one of this name was made.
    Gone(String),
    /// It can't be read, the server refuses the change, or its pods could not pull then.
    Failed(Diagnostic),
}

/// A step, and the object before and after it.
struct Drafted {
    step: RollbackStep,
    now: Option<ScannedObject>,
    after: Option<ScannedObject>,
}

impl RollbackPlan {
    /// Looks at each object of the file, and sends a server-side dry run of what would be written;
    /// looks up the old images, and tries the logins that their pods would have.
    ///
    /// # Errors
    /// [`WrongCluster`] if the file is of another cluster.
    pub async fn make(
        cluster: &Cluster,
        file: &RollbackFile,
        options: RollbackOptions,
    ) -> Result<Self, WrongCluster> {
        check(cluster, file).await?;
        let mut drafted: Vec<Drafted> = stream::iter(file.entries.iter().rev())
            .map(|entry| draft(cluster, entry))
            .buffered(AT_ONCE)
            .collect()
            .await;
        let is_undone = |one: &&Drafted| one.step.verdict == RollbackVerdict::Undo;
        let namespaces: BTreeSet<String> = drafted
            .iter()
            .filter(is_undone)
            .filter_map(|one| one.step.object.namespace.clone())
            .collect();
        let mut inventory = surroundings::read(cluster, &namespaces).await;
        let lists: Lists = drafted.iter().filter(is_undone).filter_map(Drafted::list).collect();
        let mut notices = prove_all(cluster, &mut drafted, &lists, &mut inventory, options).await;
        keep_accounts(&mut drafted, &lists, &inventory);
        notices.extend(stuck(cluster, &drafted).await);
        Ok(Self { steps: drafted.into_iter().map(|one| one.step).collect(), notices })
    }

    /// Whether there are workloads, rolled back already, whose pods may hold that up.
    #[must_use]
    pub fn may_have_stuck_pods(&self) -> bool {
        let is_back = |step: &&RollbackStep| step.verdict == RollbackVerdict::Untouched;
        self.steps.iter().filter(is_back).any(|step| step.object.rules().is_ordered())
    }

    /// Whether anything would be written.
    #[must_use]
    pub fn changes_anything(&self) -> bool {
        self.steps.iter().any(|step| step.verdict == RollbackVerdict::Undo)
    }
}

impl RollbackStep {
    pub(super) fn is_account(&self) -> bool {
        self.object.rules().holds == Holds::PullSecrets
    }

    pub(super) fn namespace(&self) -> &str {
        self.object.namespace.as_deref().unwrap_or_default()
    }

    /// The list that a `ServiceAccount` gets back.
    pub(super) fn list(&self) -> ((String, String), Vec<String>) {
        let list = self.patch.changes.iter().filter_map(|change| change.new.as_ref()?.as_array());
        let names = list.flatten().filter_map(|entry| entry["name"].as_str().map(str::to_owned));
        ((self.namespace().to_owned(), self.object.name.clone()), names.collect())
    }
}

impl Drafted {
    fn list(&self) -> Option<((String, String), Vec<String>)> {
        self.step.is_account().then(|| self.step.list())
    }
}

async fn draft(cluster: &Cluster, entry: &RollbackEntry) -> Drafted {
    let object = entry.object.clone();
    let now = cluster.get(&entry.path).await;
    let patch = back(entry, now.as_ref().ok());
    let no_rollout = now.as_ref().ok().and_then(|now| object.rules().no_rollout(now));
    let no_rollout = no_rollout.map(str::to_owned);
    let (verdict, after) = match &now {
        Ok(now) => verdict(cluster, entry, &patch, now).await,
        Err(ClusterError::NotFound { .. }) => {
            (RollbackVerdict::Gone("it no longer exists".to_owned()), None)
        }
        Err(error) => (RollbackVerdict::Failed(error.into()), None),
    };
    // Where it is to be had is not asked of it.
    let resource = Arc::new(Resource::core("", ""));
    let scanned = |object: &Value| ScannedObject::of(object, &resource, &CcrNames::default());
    Drafted {
        now: now.ok().as_ref().and_then(scanned),
        after: after.as_ref().and_then(scanned),
        step: RollbackStep {
            object,
            verdict,
            entry: entry.clone(),
            patch,
            no_rollout,
            relies_on: Vec::new(),
        },
    }
}

/// The change back; what it adds to what is absent now holds only for this version of the object.
pub(super) fn back(entry: &RollbackEntry, now: Option<&Value>) -> ObjectPatch {
    let patch = entry.patch.reversed();
    let guard = now.filter(|_| patch.adds()).and_then(Guard::of);
    ObjectPatch { guard, ..patch }
}

async fn verdict(
    cluster: &Cluster,
    entry: &RollbackEntry,
    patch: &ObjectPatch,
    now: &Value,
) -> (RollbackVerdict, Option<Value>) {
    if now["metadata"]["uid"].as_str().is_some_and(|uid| uid != entry.uid) {
        let why = "it has been deleted and recreated since".to_owned();
        return (RollbackVerdict::Gone(why), None);
    }
    match entry.patch.state_in(now) {
        PatchState::Before => (RollbackVerdict::Untouched, None),
        PatchState::Neither { pointer } => {
            (RollbackVerdict::ChangedSince(pointer.to_string()), None)
        }
        PatchState::After => match cluster.preview(&entry.path, &patch.forward()).await {
            Ok(after) => (RollbackVerdict::Undo, Some(after)),
            Err(error) => (RollbackVerdict::Failed((&error).into()), None),
        },
    }
}

async fn prove_all(
    cluster: &Cluster,
    drafted: &mut [Drafted],
    lists: &Lists,
    inventory: &mut Inventory,
    options: RollbackOptions,
) -> Vec<String> {
    let (places, undone): (Vec<usize>, Vec<Undo<'_>>) = drafted
        .iter()
        .enumerate()
        .filter(|(_, one)| one.step.verdict == RollbackVerdict::Undo)
        .filter_map(|(place, one)| {
            let (now, after) = (one.now.as_ref()?, one.after.as_ref()?);
            Some((place, Undo { now, after, patch: &one.step.patch }))
        })
        .unzip();
    let proof = prove(cluster, &undone, lists, inventory).await;
    let mut notices: Vec<String> = proof.notices.into_iter().collect();
    for (place, relied_on) in proof.relied_on {
        drafted[places[place]].step.relies_on = relied_on;
    }
    for (place, reason) in proof.lacking {
        let step = &mut drafted[places[place]].step;
        match options.allow_unproven_login {
            true => notices.push(format!("{}: {}", step.object, reason.message)),
            false => step.verdict = RollbackVerdict::Failed(reason),
        }
    }
    notices
}

fn keep_accounts(drafted: &mut [Drafted], lists: &Lists, inventory: &Inventory) {
    let undone = drafted.iter().filter(|one| one.step.verdict == RollbackVerdict::Undo);
    let after: Vec<&ScannedObject> = undone.filter_map(|one| one.after.as_ref()).collect();
    let is_as_it_is =
        |found: &&ScannedObject| !after.iter().any(|after| after.object == found.object);
    let kept: Vec<(usize, String)> = drafted
        .iter()
        .enumerate()
        .filter(|(_, one)| one.step.verdict == RollbackVerdict::Undo && one.step.is_account())
        .filter_map(|(place, one)| {
            let objects = inventory.objects.iter().filter(is_as_it_is).chain(after.iter().copied());
            let account = (one.step.namespace(), one.step.object.name.as_str());
            Some((place, still_needed(account, lists, inventory, objects)?))
        })
        .collect();
    for (place, why) in kept {
        drafted[place].step.verdict = RollbackVerdict::Kept(why);
    }
}

/// Pods that their controller may never replace, as they hold up what would fix them.
async fn stuck(cluster: &Cluster, drafted: &[Drafted]) -> Vec<String> {
    let looks = PodLooks::default();
    let mut notices = Vec::new();
    let is_left = |verdict: &RollbackVerdict| {
        matches!(verdict, RollbackVerdict::Undo | RollbackVerdict::Untouched)
    };
    for Drafted { step, .. } in drafted {
        if !step.object.rules().is_ordered() || !is_left(&step.verdict) {
            continue;
        }
        let look = looks.look(cluster, step.namespace(), Which::Waiting).await;
        notices.extend(look.stuck_of(&step.object, &step.entry.uid));
    }
    notices
}
