//! What the evidence amounts to. Pure.

use super::evidence::{ClusterUse, CountedPulls, SeenUse, Unread, Verdict};

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
