//! What `doctor` prints.

use std::time::Duration;

use serde::Serialize;

use super::check::Check;
use super::finding::Verdict;
use super::run::Outcome;
use crate::terminal::{Column, Table, View};

/// The version of the JSON form.
const SCHEMA_VERSION: u32 = 1;

/// The outcomes of a run.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct DoctorView {
    checks: Vec<CheckView>,
    pub(super) effort: EffortView,
    kind: &'static str,
    schema_version: u32,
    pub(super) summary: SummaryView,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct CheckView {
    #[serde(skip_serializing_if = "Option::is_none")]
    because: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cluster: Option<String>,
    finding: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
    id: &'static str,
    milliseconds: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<String>,
    verdict: Verdict,
}

/// What a run cost.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct EffortView {
    pub(super) api_calls: u64,
    milliseconds: u64,
    pub(super) registry_requests: u64,
}

/// How many checks ended how.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SummaryView {
    pub(super) fail: usize,
    pub(super) not_proven: usize,
    pub(super) ok: usize,
    pub(super) skipped: usize,
    pub(super) warn: usize,
}

impl DoctorView {
    pub(super) fn new(outcomes: Vec<Outcome>, effort: (u64, u64), took: Duration) -> Self {
        let mut summary = SummaryView::default();
        for outcome in &outcomes {
            *match outcome.verdict {
                Verdict::Ok => &mut summary.ok,
                Verdict::Warn => &mut summary.warn,
                Verdict::Fail => &mut summary.fail,
                Verdict::NotProven => &mut summary.not_proven,
                Verdict::Skipped => &mut summary.skipped,
            } += 1;
        }
        let (api_calls, registry_requests) = effort;
        Self {
            checks: outcomes.into_iter().map(CheckView::from).collect(),
            effort: EffortView { api_calls, milliseconds: milliseconds(took), registry_requests },
            kind: "doctor",
            schema_version: SCHEMA_VERSION,
            summary,
        }
    }
}

impl From<Outcome> for CheckView {
    fn from(outcome: Outcome) -> Self {
        Self {
            because: outcome.because,
            cluster: outcome.cluster,
            finding: outcome.finding,
            hint: outcome.hint,
            id: outcome.check,
            milliseconds: milliseconds(outcome.took),
            request_id: outcome.request_id,
            verdict: outcome.verdict,
        }
    }
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

impl CheckView {
    fn name(&self) -> String {
        match &self.cluster {
            Some(cluster) => format!("{} ({cluster})", self.id),
            None => self.id.to_owned(),
        }
    }
}

impl View for DoctorView {
    fn table(&self, _wide: bool) -> Option<Table> {
        let mut table = Table::new(["check", "verdict", "finding"].map(Column::text));
        for check in &self.checks {
            table.row([check.name().as_str(), check.verdict.word(), &check.finding]);
        }
        Some(table)
    }

    fn lines(&self) -> Vec<String> {
        let told = self.checks.iter().filter(|check| check.hint.is_some());
        let mut lines: Vec<String> = Vec::new();
        for check in told {
            lines.push(String::new());
            // The whole finding: a narrow terminal cuts it in the table.
            lines.push(format!("{}: {}: {}", check.name(), check.verdict.word(), check.finding));
            lines.extend(check.hint.iter().map(|hint| format!("  hint: {hint}")));
        }
        lines
    }
}

/// The checks that there are.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ListView {
    checks: Vec<ListedCheck>,
    kind: &'static str,
    schema_version: u32,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ListedCheck {
    about: &'static str,
    id: &'static str,
    needs: &'static [&'static str],
}

impl ListView {
    pub(super) fn new(checks: &[&'static Check]) -> Self {
        let listed = |check: &&'static Check| ListedCheck {
            about: check.about,
            id: check.id,
            needs: check.needs,
        };
        let checks = checks.iter().map(listed).collect();
        Self { checks, kind: "doctorChecks", schema_version: SCHEMA_VERSION }
    }
}

impl View for ListView {
    fn table(&self, _wide: bool) -> Option<Table> {
        let mut table = Table::new(["check", "needs", "about"].map(Column::text));
        for check in &self.checks {
            table.row([check.id, &check.needs.join(", "), check.about]);
        }
        Some(table)
    }
}
