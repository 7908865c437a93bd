//! What the evidence amounts to. Pure.

use serde::Serialize;

use super::evidence::{ClusterUse, CountedPulls, SeenUse, Unread};

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

impl Verdict {
    pub(super) fn of(
        seen: &[SeenUse],
        counts: &[CountedPulls],
        clusters: &[ClusterUse],
        unread: &[Unread],
    ) -> Self {
        let is_used = seen.iter().any(SeenUse::is_others)
            || counts.iter().any(|counted| counted.others() > 0)
            || clusters.iter().any(|cluster| !cluster.workloads.is_empty());
        match (is_used, unread.is_empty()) {
            (true, _) => Self::Used,
            (false, false) => Self::NotProven,
            (false, true) => Self::NotSeen,
        }
    }
}
