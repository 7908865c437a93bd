//! What a row of the table says of its kind.

use serde_json::Value;

use super::rollout::Progress;

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
    /// What to do where its pod spec can't be changed, or only to no effect.
    pub(crate) instead_of_change: Option<&'static str>,
    /// Whether an object has ended: nothing will be pulled for it.
    pub(crate) has_ended: fn(&Value) -> bool,
    /// What its pods do after a change of the pod spec.
    pub(super) rollout: Rollout,
    /// Whether it makes pods, or what makes them, from a template.
    pub(crate) is_controller: bool,
    /// Whether its objects may be the work of a controller of the table.
    pub(crate) may_be_owned: bool,
    /// Whether a cluster has far more of them than of other kinds.
    pub(crate) is_numerous: bool,
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
        instead_of_change: None,
        has_ended: |_| false,
        rollout: Rollout::NotWaitedFor("what follows is up to its controller"),
        is_controller: false,
        may_be_owned: false,
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
        held(object).or_else(|| match self.rollout {
            _ if object["spec"]["replicas"] == 0 => Some("it has no pods: 0 replicas"),
            Rollout::NotWaitedFor(why) => Some(why),
            Rollout::Replaced(_) => None,
        })
    }

    /// How far the rollout of `object` is.
    pub(crate) fn progress(&self, object: &Value) -> Progress {
        match self.rollout {
            Rollout::Replaced(progress) => progress(object),
            Rollout::NotWaitedFor(_) => Progress::Complete,
        }
    }
}

/// Why a workload of any kind keeps its pods until someone acts.
fn held(object: &Value) -> Option<&'static str> {
    let spec = &object["spec"];
    if spec["paused"] == true {
        Some("it is paused; its pods change when it is resumed")
    } else if spec["updateStrategy"]["type"] == "OnDelete" {
        Some("its update strategy is OnDelete; a pod changes when it is deleted")
    } else {
        None
    }
}
