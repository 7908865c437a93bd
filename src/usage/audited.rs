//! The first witness: CloudAudit's events, in each of CCR's regions.

use jiff::Timestamp;

use super::evidence::Unread;
use super::own_runs::OwnRuns;
use super::tally::Tally;
use crate::account::CcrSide;
use crate::tencent::{UnreadSpan, ccr_events};

/// Reads them, and says which could not be read.
pub(super) async fn read(
    ccr: &CcrSide,
    (since, until): (Timestamp, Timestamp),
    runs: &OwnRuns,
) -> (Tally, Vec<Unread>) {
    let (mut tally, mut unread) = (Tally::default(), Vec::new());
    for region in &ccr.regions {
        let api = region.personal.api();
        let spans = ccr_events(api, since, until, |event| tally.add(event, runs)).await;
        unread.extend(spans.into_iter().map(|span| {
            let UnreadSpan { since, until, error } = span;
            let (since, until) = (day(since), day(until));
            Unread {
                what: format!("CloudAudit in {}, {since} to {until}", region.region),
                why: error.diagnostic(),
            }
        }));
    }
    (tally, unread)
}

fn day(time: Timestamp) -> String {
    time.strftime("%Y-%m-%d").to_string()
}
