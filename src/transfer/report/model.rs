//! A report as data, which serialises as its JSON.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use super::effort::Effort;
use super::failure::Failure;
use crate::image::Digest;
use crate::transfer::plan::Notice;

/// The version of the JSON form. It changes when a reader of an older one would be misled.
/// Version 1 had plain strings as `warnings`.
pub const SCHEMA_VERSION: u32 = 2;

/// The oldest version that is still read.
pub const OLDEST_SCHEMA_VERSION: u32 = 1;

/// One run, from start to end.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// [`SCHEMA_VERSION`]
    pub schema_version: u32,
    /// `ccr2tcr 0.1.0`
    pub tool: String,
    /// What was run.
    pub command: RunCommand,
    /// What was chosen from.
    #[serde(default)]
    pub mode: ImageSource,
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
    pub unread: Vec<UnreadResult>,
    /// Namespaces that were to be made.
    #[serde(default)]
    pub namespaces: Vec<NamespaceResult>,
    /// Repositories whose description was to be carried.
    #[serde(default)]
    pub repositories: Vec<DescriptionResult>,
    /// One for each image.
    #[serde(default)]
    pub items: Vec<ImageResult>,
    /// What the plan warned about.
    #[serde(default)]
    pub warnings: Vec<Notice>,
    /// What the run took.
    #[serde(default)]
    pub effort: Effort,
}

/// The command that a report is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RunCommand {
    /// `docker ccr2tcr sync`
    Sync,
    /// `docker ccr2tcr verify`
    Verify,
}

/// What a run chose its images from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ImageSource {
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
    /// Different on both sides, and the policy doesn't say which one to keep.
    pub conflict: u64,
    /// Could not be copied, or is not equal.
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
    /// Bytes of the images that were copied, each counted whole, and once however many tags it
    /// has. What of it did not cross was saved.
    pub image_bytes: u64,
}

/// One image.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ImageResult {
    /// `HOST/NAMESPACE/REPOSITORY:TAG`, or `@DIGEST`.
    pub source: String,
    /// The same at the target.
    pub target: String,
    /// What the source's tag points at.
    pub digest: Option<Digest>,
    /// What became of it.
    pub outcome: Outcome,
    /// Bytes of the whole image as the source's API counts them, if it was to be copied and
    /// anybody counts; else 0.
    #[serde(default)]
    pub size: u64,
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
    /// Both sides differ, and the policy doesn't say which one to keep.
    Conflict,
    /// Could not be copied, or is not equal.
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

/// What something unread is a part of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum UnreadPart {
    /// The repositories of a host.
    Repositories,
    /// The tags of one repository.
    Tags,
    /// What refers to one image.
    Referrers,
    /// The target.
    Target,
    /// What a cluster uses.
    Cluster,
}

/// Something that could not be read.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UnreadResult {
    /// `repositories 101–200 of ap-guangzhou`
    pub what: String,
    /// What it is a part of.
    pub scope: UnreadPart,
    /// `HOST/NAMESPACE/REPOSITORY` for `tags`, `HOST` for `repositories`, the source of the image for
    /// `referrers`.
    #[serde(default)]
    pub of: String,
    /// How many things it held, if anybody said.
    #[serde(default)]
    pub held: Option<u64>,
    /// Why.
    pub error: Failure,
}

/// What became of a namespace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum NamespaceOutcome {
    /// Created by this run.
    Created,
    /// Existed by then.
    Existed,
    /// Could not be created; `error` says why.
    Failed,
    /// Not tried: the run was stopped.
    Skipped,
}

/// What became of a description.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DescriptionOutcome {
    /// Copied by this run.
    Described,
    /// The target's repository has one by now, which is left as it is.
    Kept,
    /// Could not be copied; `error` says why.
    Failed,
    /// Not tried: the run was stopped, or the namespace is missing.
    Skipped,
}

/// A namespace that was to be created.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NamespaceResult {
    /// Its name at the target.
    pub name: String,
    /// Whether anybody may pull from it.
    pub public: bool,
    /// What became of it.
    pub outcome: NamespaceOutcome,
    /// Why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<Failure>,
}

/// A repository whose description was to be carried.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DescriptionResult {
    /// Its name at the target.
    pub name: String,
    /// What became of it.
    pub outcome: DescriptionOutcome,
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
        let created = |entry: &NamespaceResult| {
            matches!(entry.outcome, NamespaceOutcome::Created | NamespaceOutcome::Existed)
        };
        nothing_left
            && !self.interrupted
            && self.namespaces.iter().all(created)
            && self.repositories.iter().all(|entry| {
                matches!(entry.outcome, DescriptionOutcome::Described | DescriptionOutcome::Kept)
            })
    }

    /// Counts the results again.
    pub fn count(&mut self) {
        let mut summary = Summary { unread: self.unread.len() as u64, ..Summary::default() };
        let mut seen = HashSet::new();
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
            summary.bytes = summary.bytes.saturating_add(item.bytes);
            summary.mounted_bytes = summary.mounted_bytes.saturating_add(item.mounted);
            summary.present_bytes = summary.present_bytes.saturating_add(item.present);
            let mut is_new = || item.digest.as_ref().is_none_or(|digest| seen.insert(digest));
            if item.outcome == Outcome::Copied && is_new() {
                summary.image_bytes = summary.image_bytes.saturating_add(item.size);
            }
        }
        self.summary = summary;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(outcomes: &[Outcome]) -> Report {
        let item = |&outcome| ImageResult {
            source: "a.b/c/d:v1".to_owned(),
            target: "e.f/c/d:v1".to_owned(),
            digest: None,
            outcome,
            size: 5,
            bytes: 2,
            mounted: 1,
            present: 0,
            note: None,
            error: None,
        };
        let mut report = Report {
            schema_version: SCHEMA_VERSION,
            tool: "ccr2tcr".to_owned(),
            command: RunCommand::Sync,
            mode: ImageSource::Account,
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
        assert_eq!(summary.image_bytes, 10, "what failed is not counted");
    }

    #[test]
    fn an_image_under_two_tags_is_as_large_as_one() {
        let mut report = report(&[Outcome::Copied, Outcome::Copied]);
        for item in &mut report.items {
            item.digest = Some(Digest::of(b"one"));
        }
        report.count();
        assert_eq!(report.summary.image_bytes, 5);
    }
}
