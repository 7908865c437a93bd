//! What was seen, as data that serialises as its JSON.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::diagnostic::Diagnostic;
use crate::workload::ObjectRef;

/// What was seen of CCR's use.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Usage {
    /// From when on events were asked for.
    pub since: Timestamp,
    /// When they were.
    pub until: Timestamp,
    /// What it amounts to.
    pub verdict: Verdict,
    /// Pulls and pushes that CloudAudit has logged.
    pub seen: Vec<SeenUse>,
    /// What the registry has counted.
    pub pull_counts: Vec<CountedPulls>,
    /// When it was asked, and when the time before; the difference is of this time.
    pub counted_at: Timestamp,
    /// When the counts were read that these are compared with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compared_with: Option<Timestamp>,
    /// What runs images of CCR.
    pub clusters: Vec<ClusterUse>,
    /// What could not be read.
    pub unread: Vec<Unread>,
}

/// Whether CCR is in use, as far as that can be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Verdict {
    /// It was seen.
    Used,
    /// It was not seen, and not everything could be read.
    NotProven,
    /// It was not seen in what could be read, which was all that was asked for.
    NotSeen,
}

/// Pulls and pushes of one repository, by one user, from one address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SeenUse {
    /// The region, as the event has it.
    pub region: String,
    /// `namespace/repository`; empty if the events don't say.
    pub repository: String,
    /// The user's name; `root` is the account itself.
    pub user: String,
    /// The user's number.
    pub principal: String,
    /// Where it came from.
    pub address: String,
    /// What that address is.
    pub place: Place,
    /// How many pulls.
    pub pulls: u64,
    /// How many pushes.
    pub pushes: u64,
    /// The first of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first: Option<Timestamp>,
    /// The last of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last: Option<Timestamp>,
    /// Whether they are those of the runs of this program whose reports were given.
    pub is_own: bool,
    /// How many of them were made while such a run was going on, if they are not counted as its own.
    pub during_own_runs: u64,
}

/// What an address is known as.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub enum Place {
    /// A node of a cluster.
    Node {
        /// The cluster's context.
        cluster: String,
        /// The node.
        name: String,
    },
    /// No node of the given clusters has it.
    NotANode,
    /// No cluster was given, or the nodes of one could not be listed.
    Unknown,
}

/// What the registry has counted of a repository.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CountedPulls {
    /// The region.
    pub region: String,
    /// `namespace/repository`
    pub repository: String,
    /// `PullCount`
    pub pulls: u64,
    /// How many more than in the reading before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub more: Option<u64>,
    /// How many pulls of this program's own runs CloudAudit shows for that time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own: Option<u64>,
}

/// What of a cluster uses CCR.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ClusterUse {
    /// The context.
    pub context: String,
    /// What runs images of CCR, or would.
    pub workloads: Vec<UsedWorkload>,
}

/// An object that names images of CCR, or whose pods run them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UsedWorkload {
    /// Which one.
    pub object: ObjectRef,
    /// The images.
    pub images: Vec<String>,
    /// Pods that run them although its template doesn't name them, if it is about these.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pods: Option<usize>,
}

/// Something that could not be read, so that more may be in use than was seen.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Unread {
    /// What: `CloudAudit in ap-guangzhou, 2026-01-01 to 2026-01-30`.
    pub what: String,
    /// Why, and what to do about it.
    #[serde(flatten)]
    pub why: Diagnostic,
}

impl SeenUse {
    /// Whether it shows that CCR is in use by others than this program.
    #[must_use]
    pub fn is_others(&self) -> bool {
        !self.is_own
    }
}

impl CountedPulls {
    /// Pulls since the reading before that are not this program's own.
    #[must_use]
    pub fn others(&self) -> u64 {
        self.more.unwrap_or(0).saturating_sub(self.own.unwrap_or(0))
    }
}
