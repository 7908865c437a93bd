//! Which pulls are this program's own: those of runs whose reports were given. Pure.
//!
//! A pull that is taken for our own would hide somebody else's, so all must agree: time, user, address,
//! and that the report is about the repository. CCR's logins are often shared by a whole company; the
//! user alone says little.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use crate::tencent::AuditEvent;
use crate::transfer::Report;

/// By how much the clocks of this machine and of CloudAudit may differ.
const CLOCKS: SignedDuration = SignedDuration::from_secs(60);

/// A run of `sync` or `verify`, by its report.
#[derive(Debug, Clone)]
pub struct ReportedRun {
    began: Timestamp,
    ended: Timestamp,
    repositories: BTreeSet<String>,
}

/// The runs of this program, and what tells its pulls.
#[derive(Debug, Clone, Default)]
pub struct OwnRuns {
    /// The runs.
    pub runs: Vec<ReportedRun>,
    /// The names and numbers of the users that this program pulls as.
    pub users: BTreeSet<String>,
    /// The addresses that its pulls come from.
    pub addresses: BTreeSet<String>,
}

/// Whose an event is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Whose {
    /// This program's.
    Own,
    /// Somebody's, while a run of this program was reading the same repository.
    DuringOwnRun,
    /// Somebody's.
    Others,
}

impl ReportedRun {
    /// The run of a report; `None` if its times can't be read.
    #[must_use]
    pub fn of(report: &Report) -> Option<Self> {
        let repositories = report.items.iter().filter_map(|item| {
            // HOST/NAMESPACE/REPOSITORY, then `:TAG` or `@DIGEST`.
            let (_, path) = item.source.split_once('/')?;
            Some(path.split(['@', ':']).next().unwrap_or(path).to_owned())
        });
        Some(Self {
            began: report.started_at.parse().ok()?,
            ended: report.finished_at.parse().ok()?,
            repositories: repositories.collect(),
        })
    }

    fn covers(&self, event: &AuditEvent) -> bool {
        let is_within = event.time.is_some_and(|time| {
            let (before, after) = (self.began - CLOCKS, self.ended + CLOCKS);
            (before..=after).contains(&time)
        });
        is_within && self.repositories.contains(&event.repository)
    }
}

impl OwnRuns {
    pub(super) fn whose(&self, event: &AuditEvent) -> Whose {
        if !self.runs.iter().any(|run| run.covers(event)) {
            return Whose::Others;
        }
        let is_user = self.users.contains(&event.principal) || self.users.contains(&event.user);
        match is_user && self.addresses.contains(&event.address) {
            true => Whose::Own,
            false => Whose::DuringOwnRun,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tencent::AuditedUse;

    fn runs() -> OwnRuns {
        let report = r#"{"schemaVersion": 2, "tool": "t", "command": "sync", "summary": {},
            "startedAt": "2026-05-01T10:00:00Z", "finishedAt": "2026-05-01T10:05:00Z",
            "items": [{"source": "ccr.ccs.tencentyun.com/shop/web:v1", "target": "t/shop/web:v1",
                       "digest": null, "outcome": "copied"}]}"#;
        let report: Report = serde_json::from_str(report).unwrap();
        OwnRuns {
            runs: vec![ReportedRun::of(&report).unwrap()],
            users: BTreeSet::from(["100000000001".to_owned()]),
            addresses: BTreeSet::from(["10.0.0.9".to_owned()]),
        }
    }

    fn event(time: &str, repository: &str, principal: &str, address: &str) -> AuditEvent {
        AuditEvent {
            used: AuditedUse::Pull,
            repository: repository.to_owned(),
            user: "root".to_owned(),
            principal: principal.to_owned(),
            address: address.to_owned(),
            region: "ap-guangzhou".to_owned(),
            time: time.parse().ok(),
        }
    }

    #[test]
    fn a_pull_is_own_only_if_everything_agrees() {
        let whose = |time, repository, principal, address| {
            runs().whose(&event(time, repository, principal, address))
        };
        let (time, me, here) = ("2026-05-01T10:02:00Z", "100000000001", "10.0.0.9");
        assert_eq!(whose(time, "shop/web", me, here), Whose::Own);
        assert_eq!(whose("2026-05-01T10:05:40Z", "shop/web", me, here), Whose::Own, "clocks");
        assert_eq!(whose(time, "shop/web", me, "10.0.0.5"), Whose::DuringOwnRun, "a node");
        assert_eq!(whose(time, "shop/web", "2", here), Whose::DuringOwnRun, "another user");
        assert_eq!(whose(time, "shop/api", me, here), Whose::Others, "not in the report");
        assert_eq!(whose("2026-05-01T11:00:00Z", "shop/web", me, here), Whose::Others, "later");
        assert_eq!(whose("", "shop/web", me, here), Whose::Others, "nobody knows when");
    }
}
