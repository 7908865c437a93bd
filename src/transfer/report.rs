//! What was done: one entry for each item of the plan and each thing unread.
//!
//! As a file (`--report`, `--retry-from`) it is in `report_file`.

use serde::{Deserialize, Serialize};

use crate::image::Digest;

/// The version of the JSON form. It changes when a reader of an older one would be misled.
pub const SCHEMA_VERSION: u32 = 1;

/// One run, from start to end.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// [`SCHEMA_VERSION`]
    pub schema_version: u32,
    /// `ccr2tcr 0.1.0`
    pub tool: String,
    /// `sync` or `verify`.
    pub command: String,
    /// What was chosen from.
    #[serde(default)]
    pub mode: Mode,
    /// RFC 3339, UTC.
    pub started_at: String,
    /// RFC 3339, UTC.
    pub finished_at: String,
    /// Whether the user stopped the run.
    #[serde(default)]
    pub interrupted: bool,
    /// The entries, counted.
    pub summary: Summary,
    /// What could not be read, so that images may be missing below.
    #[serde(default)]
    pub unread: Vec<UnreadEntry>,
    /// Namespaces that were to be made.
    #[serde(default)]
    pub namespaces: Vec<NamespaceEntry>,
    /// Repositories whose description was to be carried.
    #[serde(default)]
    pub repositories: Vec<RepositoryEntry>,
    /// One for each image.
    #[serde(default)]
    pub items: Vec<Item>,
    /// What the plan warned about.
    #[serde(default)]
    pub warnings: Vec<String>,
    /// What the run took.
    #[serde(default)]
    pub effort: Effort,
}

/// What a run took: time and requests.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Effort {
    /// Milliseconds until the plan was made.
    pub planning_ms: u64,
    /// Milliseconds from the plan to the first copy: namespaces, descriptions, rights.
    pub preparing_ms: u64,
    /// Milliseconds of copying.
    pub copying_ms: u64,
    /// Where the time of copying went, summed over all that went on at once.
    pub spent: Spent,
    /// Each host that was spoken to.
    pub hosts: Vec<HostEffort>,
}

/// Milliseconds, summed over all images and blobs, so that they can exceed what a clock shows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Spent {
    /// Reading manifests at the source.
    pub reading_ms: u64,
    /// Waiting for a place among the blobs that move.
    pub queueing_ms: u64,
    /// Waiting for another image's blob or commit, to mount it.
    pub waiting_ms: u64,
    /// Moving and mounting blobs.
    pub moving_ms: u64,
    /// Committing manifests and tags.
    pub committing_ms: u64,
}

/// One host's part in a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HostEffort {
    /// `HOST` or `HOST:PORT`
    pub host: String,
    /// Requests sent to it, and to its token service.
    pub requests: u64,
    /// Those that repeated one which had failed.
    pub retries: u64,
    /// How often it asked for patience.
    pub throttled: u64,
}

/// What a run chose its images from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// An account, listed by the API.
    #[default]
    Account,
    /// A list of references.
    Images,
}

/// How many of each.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Summary {
    /// Now at the target, put there by this run.
    pub copied: u64,
    /// At the target before, and the same.
    pub equal: u64,
    /// Left as the target has it, by policy.
    pub kept: u64,
    /// Different on both sides, and nobody said which one holds.
    pub conflict: u64,
    /// Tried in vain.
    pub failed: u64,
    /// Not tried: the run was stopped, or what it needs could not be made.
    pub skipped: u64,
    /// Things that could not be read.
    pub unread: u64,
    /// Bytes that crossed from source to target.
    pub bytes: u64,
    /// Bytes that the target took from another of its repositories.
    pub mounted_bytes: u64,
    /// Bytes of blobs that the target repository had before.
    pub present_bytes: u64,
}

/// One image.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Item {
    /// `HOST/NAMESPACE/REPOSITORY:TAG`, or `@DIGEST`.
    pub source: String,
    /// The same at the target.
    pub target: String,
    /// What the source's tag points at.
    pub digest: Option<Digest>,
    /// What became of it.
    pub outcome: Outcome,
    /// Bytes that crossed for this item alone: shared layers count where they crossed.
    #[serde(default)]
    pub bytes: u64,
    /// Bytes that the target took from another of its repositories.
    #[serde(default)]
    pub mounted: u64,
    /// Bytes of blobs that the target repository had before.
    #[serde(default)]
    pub present: u64,
    /// Why the outcome is what it is, where that is no error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<Failure>,
}

/// What became of an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// Copied by this run.
    Copied,
    /// Was there, and is the same.
    Equal,
    /// The target's is left as it is, by policy.
    Kept,
    /// Both sides differ, and nobody said which one holds.
    Conflict,
    /// Tried in vain.
    Failed,
    /// Not tried.
    Skipped,
}

impl Outcome {
    /// Whether a further run has something to do for the item.
    #[must_use]
    pub fn is_left_over(self) -> bool {
        matches!(self, Self::Conflict | Self::Failed | Self::Skipped)
    }
}

/// Why something failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Failure {
    /// `auth`, `not-found`, `rate`, `network`, `digest`, `policy`, `quota`, `invalid`, `server`,
    /// `interrupted`.
    pub class: String,
    /// What happened.
    pub message: String,
    /// What to do about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// Tencent's, for a support ticket.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
}

/// Something that could not be read.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UnreadEntry {
    /// `repositories 101–200 of ap-guangzhou`
    pub what: String,
    /// `repositories`, `tags` or `target`.
    pub scope: String,
    /// `HOST/NAMESPACE/REPOSITORY` for `tags`, `HOST` for `repositories`.
    #[serde(default)]
    pub of: String,
    /// How many things it held, if anybody said.
    #[serde(default)]
    pub held: Option<u64>,
    /// Why.
    pub error: Failure,
}

/// A namespace that was to be made.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NamespaceEntry {
    /// Its name at the target.
    pub name: String,
    /// Whether anybody may pull from it.
    pub public: bool,
    /// `created`, `existed`, `failed` or `skipped`.
    pub outcome: String,
    /// Why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<Failure>,
}

/// A repository whose description was to be carried.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RepositoryEntry {
    /// Its name at the target.
    pub name: String,
    /// `described`, `failed` or `skipped`.
    pub outcome: String,
    /// Why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<Failure>,
}

impl Report {
    /// Whether nothing is left to do and nothing went unread.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        let summary = &self.summary;
        let nothing_left =
            summary.failed + summary.conflict + summary.skipped + summary.unread == 0;
        let done = |outcome: &str| !matches!(outcome, "failed" | "skipped");
        nothing_left
            && !self.interrupted
            && self.namespaces.iter().all(|entry| done(&entry.outcome))
            && self.repositories.iter().all(|entry| done(&entry.outcome))
    }

    /// Counts the entries anew.
    pub fn count(&mut self) {
        let mut summary = Summary { unread: self.unread.len() as u64, ..Summary::default() };
        for item in &self.items {
            let counter = match item.outcome {
                Outcome::Copied => &mut summary.copied,
                Outcome::Equal => &mut summary.equal,
                Outcome::Kept => &mut summary.kept,
                Outcome::Conflict => &mut summary.conflict,
                Outcome::Failed => &mut summary.failed,
                Outcome::Skipped => &mut summary.skipped,
            };
            *counter += 1;
            summary.bytes += item.bytes;
            summary.mounted_bytes += item.mounted;
            summary.present_bytes += item.present;
        }
        self.summary = summary;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(outcomes: &[Outcome]) -> Report {
        let item = |&outcome| Item {
            source: "a.b/c/d:v1".to_owned(),
            target: "e.f/c/d:v1".to_owned(),
            digest: None,
            outcome,
            bytes: 2,
            mounted: 1,
            present: 0,
            note: None,
            error: None,
        };
        let mut report = Report {
            schema_version: SCHEMA_VERSION,
            tool: "ccr2tcr".to_owned(),
            command: "sync".to_owned(),
            mode: Mode::Account,
            started_at: String::new(),
            finished_at: String::new(),
            interrupted: false,
            summary: Summary::default(),
            unread: Vec::new(),
            namespaces: Vec::new(),
            repositories: Vec::new(),
            items: outcomes.iter().map(item).collect(),
            warnings: Vec::new(),
            effort: Effort::default(),
        };
        report.count();
        report
    }

    #[test]
    fn only_what_is_done_is_clean() {
        assert!(report(&[Outcome::Copied, Outcome::Equal, Outcome::Kept]).is_clean());
        for outcome in [Outcome::Conflict, Outcome::Failed, Outcome::Skipped] {
            assert!(!report(&[Outcome::Copied, outcome]).is_clean(), "{outcome:?}");
        }
    }

    #[test]
    fn the_summary_adds_up() {
        let summary = report(&[Outcome::Copied, Outcome::Copied, Outcome::Failed]).summary;
        assert_eq!(
            (summary.copied, summary.failed, summary.bytes, summary.mounted_bytes),
            (2, 1, 6, 3)
        );
    }
}
