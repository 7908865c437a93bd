//! Asking all witnesses.

use jiff::Timestamp;

use super::evidence::{ClusterUse, CountedPulls, Unread, Usage, Verdict};
use super::own_runs::OwnRuns;
use super::places::Places;
use super::{audited, clusters, counts};
use crate::account::{CcrSide, Settings};
use crate::kubernetes::ConnectionSettings;

/// Whom to ask about what.
pub struct UsageInputs<'a> {
    /// CCR.
    pub ccr: &'a CcrSide,
    /// The flags that name it, which clusters are searched by.
    pub settings: &'a Settings,
    /// The clusters.
    pub clusters: &'a [ConnectionSettings],
    /// From when on; not earlier than events are kept.
    pub since: Timestamp,
    /// This program's own runs.
    pub own: &'a OwnRuns,
    /// An earlier reading of the counts, and when it was made.
    pub before: Option<(Timestamp, Vec<CountedPulls>)>,
}

/// Asks CloudAudit, the registry's counts and the clusters. What can't be read is in the result.
pub async fn read_usage(inputs: UsageInputs<'_>) -> Usage {
    let UsageInputs { ccr, settings, clusters: connections, since, own, before } = inputs;
    let until = Timestamp::now();
    let mut places = Places::default();
    let mut clusters: Vec<ClusterUse> = Vec::new();
    let mut unread: Vec<Unread> = Vec::new();
    let audited = audited::read(ccr, (since, until), own);
    let ((tally, events_unread), (counted, counts_unread)) =
        tokio::join!(audited, counts::read(ccr));
    let is_audited = events_unread.is_empty();
    unread.extend(events_unread);
    unread.extend(counts_unread);
    for connection in connections {
        let (found, missing) = clusters::read(connection, settings, &mut places).await;
        clusters.extend(found);
        unread.extend(missing);
    }
    let compared_with = before.as_ref().map(|(time, _)| *time);
    let pull_counts = match &before {
        Some((time, before)) => {
            let compared = counts::compare(counted, before, |repository| {
                // Pulls that can't be told from others' are taken for others'.
                is_audited.then(|| tally.own_pulls(repository, *time, until))
            });
            unread.extend(counts::not_compared(&compared, *time));
            compared
        }
        None => counted,
    };
    let seen = tally.into_rows(&places);
    let verdict = Verdict::of(&seen, &pull_counts, &clusters, &unread);
    Usage {
        since,
        until,
        verdict,
        seen,
        pull_counts,
        counted_at: until,
        compared_with,
        clusters,
        unread,
    }
}

/// Reads the counts alone, for a later comparison.
pub async fn read_counts(ccr: &CcrSide) -> (Timestamp, Vec<CountedPulls>) {
    let now = Timestamp::now();
    (now, counts::read(ccr).await.0)
}
