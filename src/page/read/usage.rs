//! Who was seen to use CCR.

use serde::Deserialize;

use super::parts::{Diagnostic, Object};
use crate::diagnostic::{counted, human_count};
use crate::page::entry::{Entry, Tone};
use crate::page::section::{Kind, Section};
use crate::page::text::Text;

/// What three witnesses have seen.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Usage {
    verdict: Text,
    #[serde(default)]
    seen: Vec<Seen>,
    #[serde(default)]
    pull_counts: Vec<Counted>,
    #[serde(default)]
    clusters: Vec<Cluster>,
    #[serde(default)]
    unread: Vec<Unread>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Seen {
    repository: Text,
    user: Text,
    address: Text,
    pulls: u64,
    pushes: u64,
    last: Option<Text>,
    is_own: bool,
}

#[derive(Debug, Deserialize)]
struct Counted {
    repository: Text,
    #[serde(default)]
    pulls: u64,
    more: Option<u64>,
    own: Option<u64>,
}

#[derive(Debug, Deserialize)]
struct Cluster {
    context: Text,
    #[serde(default)]
    workloads: Vec<Workload>,
}

#[derive(Debug, Deserialize)]
struct Workload {
    object: Object,
    #[serde(default)]
    images: Vec<Text>,
}

#[derive(Debug, Deserialize)]
struct Unread {
    what: Text,
    #[serde(flatten)]
    why: Diagnostic,
}

impl Usage {
    pub(super) fn section(self, file: String) -> Section {
        let seen = self.seen.iter().map(Seen::entry);
        let counts = self.pull_counts.iter().map(Counted::entry);
        let clusters = self.clusters.iter().flat_map(|cluster| {
            cluster.workloads.iter().map(|it| {
                let images: Vec<&str> = it.images.iter().map(|image| &**image).collect();
                let entry = it.object.entry("workload", Tone::Open).because(images.join(", "));
                let group = match entry.group.is_empty() {
                    true => cluster.context.to_string(),
                    false => format!("{} / {}", cluster.context, entry.group),
                };
                Entry { group, ..entry }
            })
        });
        let entries = seen.chain(counts).chain(clusters).collect();
        let unread = self
            .unread
            .into_iter()
            .map(|it| it.why.tell(Entry::new("", it.what.into_string(), "unread", Tone::Failed)));
        Section {
            troubles: unread.collect(),
            verdict: self.verdict.into_string(),
            ..Section::new(Kind::Usage, file, entries)
        }
    }
}

impl Seen {
    fn entry(&self) -> Entry {
        let (state, tone) = match self.is_own {
            true => ("own", Tone::Kept),
            false => ("pulled", Tone::Open),
        };
        let last = self.last.as_ref().map(|last| format!(", {last}")).unwrap_or_default();
        let why = format!(
            "{}, {}; {}, {}{last}",
            counted(self.pulls, "pull", "pulls"),
            counted(self.pushes, "push", "pushes"),
            self.user,
            self.address
        );
        entry(&self.repository, state, tone).because(why)
    }
}

impl Counted {
    fn entry(&self) -> Entry {
        let others = self.more.unwrap_or(0).saturating_sub(self.own.unwrap_or(0));
        match others {
            0 => entry(&self.repository, "counted", Tone::Kept)
                .because(counted(self.pulls, "pull", "pulls")),
            _ => entry(&self.repository, "more", Tone::Open)
                .because(format!("+{}", human_count(others))),
        }
    }
}

/// Listed under its namespace.
fn entry(repository: &str, state: &'static str, tone: Tone) -> Entry {
    let (group, name) = repository.split_once('/').unwrap_or(("", repository));
    Entry::new(group, name, state, tone)
}
