//! What a row of the table says of its kind.

use serde_json::Value;

use super::ended::run_has_ended;
use super::rollout::{NEXT_JOB, PODS_STAY, Progress};
use crate::workload::secret_list::ListForm;

/// The keys that lead to a value inside an object.
pub(crate) type Path = &'static [&'static str];

/// What is known of one kind. A row names what differs from `CUSTOM`.
#[derive(Debug, Clone, Copy)]
pub struct KindRules {
    /// The API groups that have it. It is listed in the first; the others are in old files.
    pub(super) groups: &'static [&'static str],
    /// `Deployment`
    pub(super) kind: &'static str,
    /// What of it is searched for images and pull secrets.
    pub(crate) holds: Holds,
    /// Which images are pulled with which list, where the shape of an object of [`Holds::Anything`]
    /// doesn't tell.
    pub(crate) pulls: &'static [Pulls],
    /// What to do where an object can't be changed, or only to no effect or to harm.
    pub(crate) instead_of_change: fn(&Value) -> Option<&'static str>,
    /// Whether an object has ended: nothing will be pulled for it.
    pub(crate) has_ended: fn(&Value) -> bool,
    /// What its pods do after a change of the pod spec.
    pub(super) rollout: Rollout,
    /// Why pods keep the old image although they are replaced, besides what [`held`] says.
    pub(super) stays: fn(&Value) -> Option<&'static str>,
    /// Whether a pod gets a new image without being made anew. It keeps the pull secrets that it was
    /// made with then.
    pub(crate) changes_in_place: fn(&Value) -> bool,
    /// Whether it makes pods, or what makes them, from a template.
    pub(crate) is_controller: bool,
    /// Whether nearly all of its objects are the work of a controller of the table.
    pub(crate) is_mostly_owned: bool,
    /// Whether a cluster has far more of them than of other kinds.
    pub(crate) is_numerous: bool,
}

/// Images that are pulled with one list of pull secrets. Places are patterns (see `places`); those
/// that begin with `./` are meant from `at`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pulls {
    /// Where the list belongs: as many lists as there are such places.
    pub(crate) at: &'static str,
    /// The images, besides those of a pod spec at this place.
    pub(crate) images: &'static [&'static str],
    /// The list: the first of these that names something, else the first.
    pub(crate) lists: &'static [(&'static str, ListForm)],
    /// Under which accounts the pods run, which counts where the list is empty.
    pub(crate) accounts: Accounts,
}

/// Where an object says under which `ServiceAccount`s its pods run.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Accounts {
    /// In the pod spec.
    OfPodSpec,
    /// In these places.
    At {
        /// The first of them that says it, else it is `default`.
        first: &'static [&'static str],
        /// Those of some of the pods.
        others: &'static [&'static str],
    },
    /// What runs it says it.
    OfRun,
    /// It doesn't, or no account's list is used.
    Unknown,
}

impl Pulls {
    /// With the list and the account of a pod spec.
    pub(super) const POD_SPEC: Self = Self {
        at: "",
        images: &[],
        lists: &[("./imagePullSecrets", ListForm::Names)],
        accounts: Accounts::OfPodSpec,
    };
}

/// What of an object is searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Holds {
    /// One pod spec, there.
    PodSpec(Path),
    /// A `ServiceAccount`'s pull secrets.
    PullSecrets,
    /// A Secret's logins.
    Logins,
    /// A `ConfigMap`'s texts.
    Texts,
    /// Which images others may have: nothing that is pulled for it.
    Policies,
    /// No image.
    Nothing,
    /// Anything anywhere: all of it is searched.
    Anything,
}

/// What the pods of a workload do after a change of its pod spec.
#[derive(Debug, Clone, Copy)]
pub(super) enum Rollout {
    /// They are replaced; how far that is, from the object as it is now.
    Replaced(fn(&Value) -> Progress),
    /// They are not, or it is not known: why.
    NotWaitedFor(&'static str),
}

impl KindRules {
    /// What holds for a kind that has no row.
    pub(super) const CUSTOM: Self = Self {
        groups: &[],
        kind: "",
        holds: Holds::Anything,
        pulls: &[],
        instead_of_change: |_| None,
        has_ended: run_has_ended,
        rollout: Rollout::NotWaitedFor("what follows is up to its controller"),
        stays: |_| None,
        changes_in_place: |object| says_in_place(&object["spec"]["updateStrategy"]),
        is_controller: false,
        is_mostly_owned: false,
        is_numerous: false,
    };

    /// What holds for a built-in kind that has no row, and for what is no object.
    pub(super) const WITHOUT_IMAGES: Self = Self { holds: Holds::Nothing, ..Self::CUSTOM };

    /// Whether its controller replaces the pods after a change of the pod spec.
    pub(crate) fn replaces_pods(&self) -> bool {
        matches!(self.rollout, Rollout::Replaced(_))
    }

    /// Whether it makes its pods one after the other, and waits for one that never gets ready: a
    /// `StatefulSet` of any group does.
    pub(crate) fn is_ordered(&self) -> bool {
        self.kind == "StatefulSet"
    }

    /// Whether its controller may replace pods in a way that is not known. `group` is the kind's.
    pub(crate) fn may_replace_pods(&self, group: &str) -> bool {
        !self.replaces_pods() && !super::is_built_in_group(group)
    }

    /// Why the pods of `object` don't follow a change of its pod spec; `None` if they do.
    pub(crate) fn no_rollout(&self, object: &Value) -> Option<&'static str> {
        held(object).or_else(|| (self.stays)(object)).or_else(|| match self.rollout {
            _ if object["spec"]["replicas"] == 0 => Some("it has no pods: 0 replicas"),
            _ if holds_back_all(object) => Some(
                "its partition holds back every pod; pods change when the partition is lowered",
            ),
            Rollout::NotWaitedFor(why) => Some(why),
            Rollout::Replaced(_) => None,
        })
    }

    /// Which pods of `object` keep what they run after a change of its pod spec; `None` if all are
    /// replaced, or if that is not known.
    pub(crate) fn kept_pods(&self, object: &Value) -> Option<KeptPods> {
        let spec = &object["spec"];
        match self.rollout {
            _ if spec["paused"] == true => Some(KeptPods::Paused),
            _ if spec["updateStrategy"]["type"] == "OnDelete" => Some(KeptPods::OnDelete),
            _ if partition(object) > 0 => Some(KeptPods::Partition(partition(object))),
            Rollout::NotWaitedFor(PODS_STAY) => Some(KeptPods::NotReplaced),
            Rollout::NotWaitedFor(NEXT_JOB) => Some(KeptPods::UntilTheirJobEnds),
            _ => None,
        }
    }

    /// How far the rollout of `object` is.
    pub(crate) fn progress(&self, object: &Value) -> Progress {
        match self.rollout {
            Rollout::Replaced(progress) => progress(object),
            Rollout::NotWaitedFor(_) => Progress::Complete,
        }
    }
}

/// Whether an update strategy has a word for it: `InPlaceIfPossible` and `InPlaceOnly` of
/// `OpenKruise` (for `containers[x].image`; what else differs makes pods anew), `InplaceUpdate` and
/// `HotPatchUpdate` of `BlueKing`.
fn says_in_place(strategy: &Value) -> bool {
    match strategy {
        Value::String(word) => {
            let word = word.to_ascii_lowercase();
            word.contains("inplace") || word.contains("hotpatch")
        }
        Value::Object(fields) => fields.values().any(says_in_place),
        _ => false,
    }
}

/// Pods that a change of the pod spec doesn't reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeptPods {
    /// All, until the workload is resumed.
    Paused,
    /// Each, until it is deleted: by the update strategy.
    OnDelete,
    /// So many of the first ones, until the partition is lowered.
    Partition(u64),
    /// Each, until it is deleted: the controller only creates pods.
    NotReplaced,
    /// Those of Jobs that have begun.
    UntilTheirJobEnds,
}

/// How many pods the update strategy holds back: `rollingUpdate.partition` of a `StatefulSet`,
/// `partition` of `OpenKruise`'s kinds.
pub(super) fn partition(object: &Value) -> u64 {
    let strategy = &object["spec"]["updateStrategy"];
    let given = strategy["rollingUpdate"]["partition"].as_u64();
    given.or_else(|| strategy["partition"].as_u64()).unwrap_or(0)
}

fn holds_back_all(object: &Value) -> bool {
    let held = partition(object);
    held > 0 && held >= object["spec"]["replicas"].as_u64().unwrap_or(1)
}

/// Why a workload of any kind keeps its pods until someone acts.
fn held(object: &Value) -> Option<&'static str> {
    let spec = &object["spec"];
    let strategy = &spec["updateStrategy"];
    let paused = [spec, strategy, &strategy["rollingUpdate"]];
    if paused.iter().any(|place| place["paused"] == true) {
        Some("it is paused; its pods change when it is resumed")
    } else if strategy["type"] == "OnDelete" {
        Some("its update strategy is OnDelete; a pod changes when it is deleted")
    } else {
        None
    }
}
