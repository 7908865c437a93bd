//! What `doctor` found.

use serde::Deserialize;

use crate::page::entry::{Entry, Tone};
use crate::page::section::{Kind, Section};
use crate::page::text::Text;

/// The outcomes of a run.
#[derive(Debug, Deserialize)]
pub(super) struct Doctor {
    checks: Vec<Check>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Check {
    id: Text,
    verdict: Text,
    #[serde(default)]
    finding: Text,
    cluster: Option<Text>,
    hint: Option<Text>,
    request_id: Option<Text>,
}

impl Doctor {
    pub(super) fn section(self, file: String) -> Section {
        Section::new(Kind::Doctor, file, self.checks.into_iter().map(Check::entry).collect())
    }
}

impl Check {
    fn entry(self) -> Entry {
        let tone = match &*self.verdict {
            "ok" => Tone::Done,
            "warn" | "notProven" | "skipped" => Tone::Open,
            _ => Tone::Failed,
        };
        let text = |text: Option<Text>| text.map(Text::into_string).unwrap_or_default();
        let verdict = self.verdict.into_string();
        let entry = Entry::new(text(self.cluster), self.id.into_string(), verdict, tone);
        let entry = entry.because(self.finding.into_string()).with_hint(text(self.hint));
        Entry { request_id: text(self.request_id), ..entry }
    }
}
