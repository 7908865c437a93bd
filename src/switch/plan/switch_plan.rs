//! The plan as data: what becomes of each object.

use std::collections::{BTreeSet, HashSet};

use serde::Serialize;

use super::pulls_with::PullsWith;
use super::reason::Reason;
use crate::diagnostic::Diagnostic;
use crate::image::{Host, Reference};
use crate::kubernetes::ClusterError;
use crate::switch::inventory::Unread;
use crate::switch::running::{PodsOnHost, RunningPods};
use crate::workload::{
    Change, ImageRole, KeptPods, Manager, Mention, ObjectPatch, ObjectRef, Pointer,
};

/// What will be done.
#[derive(Debug, Clone)]
pub struct SwitchPlan {
    /// The host that references will name.
    pub target: Host,
    /// `ServiceAccount`s that get a pull secret. Written before everything else of their
    /// namespace.
    pub service_accounts: Vec<ServiceAccountPlan>,
    /// One for each object that names CCR. By namespace, kind and name.
    pub objects: Vec<ObjectPlan>,
    /// Pods that run images of CCR which their template doesn't name. By namespace and owner.
    pub running: Vec<RunningPods>,
    /// Pods that pull from TCR, lack a login for it, and would get that of TKE's addon if they were
    /// made again. By namespace and owner.
    pub made_before: Vec<PodsOnHost>,
    /// References to images in CCR that are Tencent's own, and so left alone.
    pub tencents: usize,
    /// What could not be read, so that objects may be missing above.
    pub unread: Vec<Unread>,
}

/// What becomes of one object that names CCR.
#[derive(Debug, Clone)]
pub struct ObjectPlan {
    /// Which one.
    pub object: ObjectRef,
    /// Where it is, for a request.
    pub path: String,
    /// Its resource: `deployments`.
    pub plural: String,
    /// What was decided.
    pub verdict: Verdict,
    /// Each reference to CCR that can be switched, or could.
    pub images: Vec<ImageSwitch>,
    /// Each list of pull secrets of its own that changes.
    pub pull_secrets: Vec<SecretSwitch>,
    /// What names CCR where it isn't changed.
    pub mentions: Vec<Mention>,
    /// What to know.
    pub notes: Vec<String>,
    /// The change, if there is to be one.
    pub patch: Option<ObjectPatch>,
    /// Why its pods need not be waited for, if they need not.
    pub no_rollout: Option<String>,
    /// The pods that keep the old image once it is switched.
    pub kept_pods: Option<PlannedKeep>,
    /// Names of `ServiceAccount`s of its namespace that must have been written before.
    pub needs_accounts: BTreeSet<String>,
    /// What its pods pull with, where that decided what is changed and what isn't.
    pub relies_on: Vec<PullsWith>,
}

/// Pods that a switch of their workload doesn't reach.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedKeep {
    /// Until when.
    pub kept: KeptPods,
    /// How many there are, at least one.
    pub pods: usize,
    /// The names of the first of them.
    pub names: Vec<String>,
}

/// A patch of a plan, and the object that it is for.
#[derive(Debug, Clone, Copy)]
pub struct PlannedPatch<'a> {
    /// Which object.
    pub object: &'a ObjectRef,
    /// Where it is, for a request.
    pub path: &'a str,
    /// Its resource: `deployments`.
    pub plural: &'a str,
    /// The change.
    pub patch: &'a ObjectPatch,
}

/// What was decided for an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It is switched.
    Switch,
    /// Something else manages it.
    Managed(Manager),
    /// It can't be changed; what to do instead.
    Immutable(&'static str),
    /// Something is lacking. At least one reason.
    Blocked(Vec<Reason>),
    /// It only mentions CCR where this program changes nothing.
    Mentioned,
    /// It has ended: nothing will be pulled for it.
    Finished,
    /// The user leaves it out; by which pattern.
    Excluded(String),
    /// The server refuses the change in a dry run, in its words.
    Refused(Diagnostic),
}

/// A reference that changes.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ImageSwitch {
    /// Where it stands, or the part of it that names the host.
    pub pointer: Pointer,
    /// Where all its parts stand, if they stand in fields of their own: registry, repository, tag.
    #[serde(skip_serializing_if = "is_one_string")]
    pub pointers: Vec<Pointer>,
    /// What kind of place that is.
    pub role: ImageRole,
    /// The container's or volume's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container: Option<String>,
    /// As it is written there.
    pub old: String,
    /// What it becomes; `None` if it has no name in TCR.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new: Option<String>,
    /// The image that this is in TCR.
    #[serde(skip)]
    pub target: Option<Reference>,
    /// What makes the new one of it; nothing without a new one.
    #[serde(skip)]
    pub changes: Vec<Change>,
}

fn is_one_string(pointers: &[Pointer]) -> bool {
    pointers.len() < 2
}

/// A pod spec's own list of pull secrets that changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SecretSwitch {
    /// Of the list.
    pub pointer: Pointer,
    /// The names now.
    pub old: Vec<String>,
    /// The names then.
    pub new: Vec<String>,
}

/// A `ServiceAccount` that changes.
#[derive(Debug, Clone, PartialEq)]
pub struct ServiceAccountPlan {
    /// Which one.
    pub object: ObjectRef,
    /// Where it is, for a request.
    pub path: String,
    /// The names of its pull secrets now.
    pub old: Vec<String>,
    /// The names then.
    pub new: Vec<String>,
    /// The change.
    pub patch: ObjectPatch,
}

impl Verdict {
    /// A word for people and machines.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Switch => "switch",
            Self::Managed(_) => "managed",
            Self::Immutable(_) => "immutable",
            Self::Blocked(_) => "blocked",
            Self::Mentioned => "mentioned",
            Self::Finished => "finished",
            Self::Excluded(_) => "excluded",
            Self::Refused(_) => "refused",
        }
    }
}

impl SwitchPlan {
    /// The entries that are switched.
    pub fn switched(&self) -> impl Iterator<Item = &ObjectPlan> {
        self.objects.iter().filter(|entry| entry.verdict == Verdict::Switch)
    }

    /// All that would be written, in this order.
    pub fn patches(&self) -> impl Iterator<Item = PlannedPatch<'_>> {
        let accounts = self.service_accounts.iter().map(|account| PlannedPatch {
            object: &account.object,
            path: &account.path,
            plural: "serviceaccounts",
            patch: &account.patch,
        });
        let objects = self.switched().filter_map(|object| {
            Some(PlannedPatch {
                object: &object.object,
                path: &object.path,
                plural: &object.plural,
                patch: object.patch.as_ref()?,
            })
        });
        accounts.chain(objects)
    }

    /// Takes out what the server refuses in a dry run, and the workloads that need an account among
    /// it. With `allow_no_dry_run`, what a webhook won't try stays, and is marked.
    pub fn refuse(&mut self, refused: &[(ObjectRef, ClusterError)], allow_no_dry_run: bool) {
        for (object, error) in refused {
            let is_it = |entry: &ObjectPlan| entry.object == *object;
            let entry = self.objects.iter_mut().find(|entry| is_it(entry));
            match (error, entry) {
                (ClusterError::NoDryRun { webhook, .. }, Some(entry)) if allow_no_dry_run => {
                    entry.notes.push(format!(
                        "written without a server-side dry run, which the admission webhook {webhook} does not support"
                    ));
                }
                (ClusterError::NoDryRun { .. }, None) if allow_no_dry_run => {}
                (error, Some(entry)) => entry.refuse(error.into()),
                (error, None) => self.refuse_account(object, error),
            }
        }
        if !refused.is_empty() {
            let Self { service_accounts, objects, .. } = self;
            service_accounts.retain(|account| objects.iter().any(|entry| entry.needs(account)));
        }
    }

    fn refuse_account(&mut self, account: &ObjectRef, error: &ClusterError) {
        self.service_accounts.retain(|entry| entry.object != *account);
        let of_account = |entry: &&mut ObjectPlan| {
            entry.object.namespace == account.namespace
                && entry.needs_accounts.contains(&account.name)
        };
        for entry in self.objects.iter_mut().filter(of_account) {
            entry.refuse(error.into());
        }
    }

    /// Whether anything would be written.
    #[must_use]
    pub fn changes_anything(&self) -> bool {
        self.switched().next().is_some()
    }

    /// Whether something still names CCR, or runs from it, once the plan is done.
    ///
    /// `mentions` says whether what merely mentions it counts.
    #[must_use]
    pub fn leaves_something(&self, mentions: bool) -> bool {
        self.objects.iter().any(|entry| entry.is_left(mentions) || entry.kept_pods.is_some())
            || self.left_running().next().is_some()
    }

    /// Pods that run images of CCR which their template doesn't name, but for those that are
    /// replaced because their workload is switched.
    pub fn left_running(&self) -> impl Iterator<Item = &RunningPods> {
        let switched: HashSet<&ObjectRef> = self.switched().map(|entry| &entry.object).collect();
        let is_replaced =
            move |pods: &RunningPods| pods.go_with_a_rollout() && switched.contains(&pods.owner);
        self.running.iter().filter(move |pods| !is_replaced(pods))
    }
}

impl ObjectPlan {
    /// Whether it is switched, and its pods need what this account gets.
    fn needs(&self, account: &ServiceAccountPlan) -> bool {
        self.verdict == Verdict::Switch
            && self.object.namespace == account.object.namespace
            && self.needs_accounts.contains(&account.object.name)
    }

    fn refuse(&mut self, why: Diagnostic) {
        self.verdict = Verdict::Refused(why);
        self.patch = None;
    }

    /// Whether the object still names CCR once the plan is done.
    #[must_use]
    pub fn is_left(&self, mentions: bool) -> bool {
        match self.verdict {
            Verdict::Switch | Verdict::Mentioned => mentions && !self.mentions.is_empty(),
            Verdict::Finished => false,
            Verdict::Managed(_)
            | Verdict::Immutable(_)
            | Verdict::Blocked(_)
            | Verdict::Excluded(_)
            | Verdict::Refused(_) => true,
        }
    }

    /// The namespace; empty for what lies in none.
    #[must_use]
    pub fn namespace(&self) -> &str {
        self.object.namespace.as_deref().unwrap_or_default()
    }
}

impl ServiceAccountPlan {
    /// The namespace.
    #[must_use]
    pub fn namespace(&self) -> &str {
        self.object.namespace.as_deref().unwrap_or_default()
    }
}
