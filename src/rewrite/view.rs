//! What `rewrite -o json` prints.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::proofs::ProofView;
use super::words::{self, Words};
use crate::diagnostic::{counted, human_count};
use crate::sources::{FilePlan, Finding, LeftOut, Needed, PreparedRewrite, Proven, Verdict};
use crate::terminal::{Table, View};

const SCHEMA_VERSION: u32 = 1;

/// A plan as data.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RewriteView<'a> {
    files: Vec<FileView<'a>>,
    /// `rewrite`
    kind: &'static str,
    left_out: Vec<LeftOutView>,
    notices: &'a [String],
    /// What the commands of `--prove` showed.
    #[serde(skip_serializing_if = "Option::is_none")]
    proofs: Option<Vec<ProofView<'a>>>,
    /// 1
    schema_version: u32,
    summary: &'a Summary,
    /// TCR's host.
    target: Option<&'a str>,
}

/// Numbers of places, and of files.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Summary {
    /// Places that are rewritten, or would be.
    pub(super) rewritten: usize,
    /// Files that hold them.
    pub(super) files: usize,
    /// Files that were read.
    pub(super) read: usize,
    /// Places that stay, and are to.
    pub(super) kept: usize,
    /// Places whose image isn't in TCR as it has to be.
    pub(super) unproven: usize,
    /// Places for a person.
    pub(super) by_hand: usize,
    /// Places that would be rewritten in files that may not be.
    pub(super) refused: usize,
    /// Rewritten places whose tag isn't written there, so that no image could be looked up.
    pub(super) without_tag: usize,
    /// Files that could not be written.
    pub(super) failed: usize,
    /// Whether files were to be written.
    pub(super) written: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FileView<'a> {
    path: String,
    places: Vec<PlaceView<'a>>,
    /// Why nothing is written to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    refused: Option<String>,
    /// Why it was read as plain text.
    #[serde(skip_serializing_if = "Option::is_none")]
    unreadable: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PlaceView<'a> {
    /// Bytes into the line, counted from 1.
    column: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
    /// Whether a cluster runs it.
    #[serde(skip_serializing_if = "Option::is_none")]
    in_use: Option<bool>,
    line: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    new: Option<&'a str>,
    old: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    place: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    /// `rewrite`, `keep`, `unproven` or `by-hand`
    verdict: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LeftOutView {
    hint: String,
    path: String,
    why: String,
}

impl Summary {
    /// `failed`: files that could not be written, and why.
    pub(super) fn of(
        prepared: &PreparedRewrite,
        written: bool,
        failed: &BTreeMap<&Path, String>,
    ) -> Self {
        let plan = &prepared.plan;
        let mut summary =
            Self { read: plan.read, failed: failed.len(), written, ..Self::default() };
        for file in &plan.files {
            let may_be = file.refused.is_none() && !failed.contains_key(&*file.path);
            summary.files += usize::from(may_be && file.has_edits());
            for finding in &file.findings {
                match &finding.verdict {
                    Verdict::Rewrite(rewrite) if may_be => {
                        summary.rewritten += 1;
                        summary.without_tag += usize::from(rewrite.image == Needed::UnknownTag);
                    }
                    Verdict::Rewrite(_) => summary.refused += 1,
                    Verdict::Keep(_) => summary.kept += 1,
                    Verdict::Unproven(_) => summary.unproven += 1,
                    Verdict::ByHand(_) => summary.by_hand += 1,
                }
            }
        }
        summary
    }

    /// Whether something is left that keeps the command from ending with 0. To a check that is
    /// whatever would still go to CCR.
    pub(super) fn is_left(&self, prepared: &PreparedRewrite, check: bool) -> bool {
        let plan = &prepared.plan;
        let is_refused = |file: &&FilePlan| {
            file.has_edits() && file.refused.as_ref().is_some_and(LeftOut::is_failure)
        };
        let is_used = |finding: &Finding| match &finding.verdict {
            Verdict::ByHand(by_hand) => words::is_used(by_hand),
            _ => false,
        };
        self.unproven > 0
            || plan.files.iter().any(|file| is_refused(&file))
            || plan.left_out.iter().any(|(_, why)| why.is_failure())
            || self.failed > 0
            || check && (self.rewritten > 0 || plan.findings().any(is_used))
    }

    /// The last line.
    pub(super) fn line(&self, check: bool) -> String {
        let references = counted(self.rewritten, "reference", "references");
        let read = human_count(self.read as u64);
        let done = match (self.rewritten, check, self.written) {
            (0, ..) => format!("nothing to rewrite in {}", counted(self.read, "file", "files")),
            (_, true, _) => format!("{references} to CCR in {} of {read} files", self.files),
            (_, _, true) => format!("{references} rewritten in {} of {read} files", self.files),
            _ => format!("{references} would be rewritten in {} of {read} files", self.files),
        };
        let mut parts = vec![done];
        for (count, what) in [
            (self.unproven, "not in TCR as CCR has them"),
            (self.refused, "in files that may not be written"),
            (self.by_hand, "by hand"),
        ] {
            if count > 0 {
                parts.push(format!("{} {what}", human_count(count as u64)));
            }
        }
        let add = if self.rewritten > 0 && !check && !self.written { ": add --write" } else { "" };
        format!("{}{add}", parts.join(", "))
    }
}

impl<'a> RewriteView<'a> {
    pub(super) fn new(
        prepared: &'a PreparedRewrite,
        proven: Option<&'a Proven>,
        summary: &'a Summary,
        failed: &BTreeMap<&Path, String>,
    ) -> Self {
        let target = prepared.target.as_ref().map(crate::image::Host::as_str);
        let file = |file: &'a FilePlan| FileView {
            path: file.path.display().to_string(),
            places: file.findings.iter().map(|found| place(found, target)).collect(),
            refused: failed
                .get(file.path.as_path())
                .cloned()
                .or_else(|| file.refused.as_ref().filter(|_| file.has_edits()).map(LeftOut::why)),
            unreadable: file.unreadable.as_deref(),
        };
        let left_out = |(path, why): &'a (PathBuf, LeftOut)| LeftOutView {
            hint: why.hint().to_owned(),
            path: path.display().to_string(),
            why: why.why(),
        };
        Self {
            files: prepared.plan.files.iter().map(file).collect(),
            kind: "rewrite",
            left_out: prepared.plan.left_out.iter().map(left_out).collect(),
            notices: &prepared.notices,
            proofs: proven.map(|proven| proven.proofs.iter().map(ProofView::new).collect()),
            schema_version: SCHEMA_VERSION,
            summary,
            target,
        }
    }
}

/// Which group a place is in, and why it is in it.
pub(super) fn reason(finding: &Finding, target: Option<&str>) -> Option<Words> {
    match &finding.verdict {
        Verdict::Rewrite(_) => None,
        Verdict::Keep(keep) => Some(words::kept(keep)),
        Verdict::Unproven(unproven) => Some(words::unproven(&unproven.why)),
        Verdict::ByHand(by_hand) => Some(words::by_hand(by_hand, target.unwrap_or("TCR"))),
    }
}

fn place<'a>(finding: &'a Finding, target: Option<&str>) -> PlaceView<'a> {
    let words = reason(finding, target);
    let (code, why, hint) = match words {
        Some(words) => (Some(words.code), Some(words.why), words.hint),
        None => (None, None, None),
    };
    PlaceView {
        column: finding.column,
        hint,
        in_use: finding.is_in_use,
        line: finding.line,
        new: match &finding.verdict {
            // Nobody was asked what the host is.
            Verdict::Rewrite(rewrite) if target.is_some() => Some(&rewrite.new),
            _ => None,
        },
        old: &finding.text,
        place: &finding.place,
        reason: code,
        verdict: match finding.verdict {
            Verdict::Rewrite(_) => "rewrite",
            Verdict::Keep(_) => "keep",
            Verdict::Unproven(_) => "unproven",
            Verdict::ByHand(_) => "by-hand",
        },
        why,
    }
}

impl View for RewriteView<'_> {
    fn table(&self, _: bool) -> Option<Table> {
        None
    }

    fn names(&self) -> Vec<String> {
        let is_rewritten = |file: &&FileView<'_>| {
            file.refused.is_none() && file.places.iter().any(|place| place.verdict == "rewrite")
        };
        self.files.iter().filter(is_rewritten).map(|file| file.path.clone()).collect()
    }
}
