//! Events, added up by repository, user and address. Pure.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::evidence::{Place, SeenUse};
use super::own_runs::{OwnRuns, Whose};
use super::places::Places;
use crate::tencent::{AuditEvent, AuditedUse};

/// What rows are told apart by. Own pulls are in rows of their own.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct RowKey {
    region: String,
    repository: String,
    is_own: bool,
    user: String,
    principal: String,
    address: String,
}

#[derive(Debug, Default)]
struct Row {
    pulls: u64,
    pushes: u64,
    first: Option<Timestamp>,
    last: Option<Timestamp>,
    during_own_runs: u64,
}

/// The sum so far.
#[derive(Debug, Default)]
pub(super) struct Tally {
    rows: BTreeMap<RowKey, Row>,
    /// When own pulls were made: region, repository, time.
    own: Vec<(String, String, Timestamp)>,
}

impl Tally {
    /// Adds an event.
    pub(super) fn add(&mut self, event: AuditEvent, runs: &OwnRuns) {
        let whose = runs.whose(&event);
        let AuditEvent { used, repository, user, principal, address, region, time } = event;
        let is_own = whose == Whose::Own;
        if let (true, AuditedUse::Pull, Some(time)) = (is_own, used, time) {
            self.own.push((region.clone(), repository.clone(), time));
        }
        let key = RowKey { region, repository, is_own, user, principal, address };
        let row = self.rows.entry(key).or_default();
        match used {
            AuditedUse::Pull => row.pulls += 1,
            AuditedUse::Push => row.pushes += 1,
        }
        row.during_own_runs += u64::from(whose == Whose::DuringOwnRun);
        if let Some(time) = time {
            row.first = Some(row.first.map_or(time, |first| first.min(time)));
            row.last = Some(row.last.map_or(time, |last| last.max(time)));
        }
    }

    /// How many own pulls of a repository there were between two moments.
    pub(super) fn own_pulls(
        &self,
        (region, repository): (&str, &str),
        since: Timestamp,
        until: Timestamp,
    ) -> u64 {
        let is_one = |(at, name, time): &&(String, String, Timestamp)| {
            at == region && name == repository && (since..=until).contains(time)
        };
        self.own.iter().filter(is_one).count() as u64
    }

    /// The rows: by repository, own ones last, then by user and address.
    pub(super) fn into_rows(self, places: &Places) -> Vec<SeenUse> {
        let row = |(key, row): (RowKey, Row)| {
            let place = places.of(&key.address);
            let RowKey { region, repository, is_own, user, principal, address } = key;
            let Row { pulls, pushes, first, last, during_own_runs } = row;
            SeenUse {
                region,
                repository,
                user,
                principal,
                // Where this program ran is no finding.
                place: if is_own { Place::Unknown } else { place },
                address,
                pulls,
                pushes,
                first,
                last,
                is_own,
                during_own_runs,
            }
        };
        self.rows.into_iter().map(row).collect()
    }
}
