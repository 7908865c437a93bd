//! What a rewrite does with a whole tree: what was decided for each file, corrected by what only TCR
//! or the other files can tell. Pure.

mod matchers;
mod pins;
mod proven;

use std::collections::{BTreeMap, HashSet};
use std::path::PathBuf;

use super::decide::{ByHand, Finding, Needed, Verdict};
use super::edit::{Edit, Edits};
use super::tree::{LeftOut, Listed, Stamp};
use crate::image::Reference;

/// A tree, and what becomes of it.
#[derive(Debug, Default)]
pub struct RewritePlan {
    /// The files in which something was found, in the order of the tree.
    pub files: Vec<FilePlan>,
    /// What was not looked at, or can't be rewritten whatever is in it.
    pub left_out: Vec<(PathBuf, LeftOut)>,
    /// How many files were read.
    pub read: usize,
}

/// A file in which something was found.
#[derive(Debug)]
pub struct FilePlan {
    /// Its path, as it was named or from the folder that was.
    pub path: PathBuf,
    /// What was found, in the order of the file.
    pub findings: Vec<Finding>,
    /// Why its format could not be read, if it couldn't.
    pub unreadable: Option<String>,
    /// Why nothing is written to it, although there are edits.
    pub refused: Option<LeftOut>,
    /// Where it is.
    pub(in crate::sources) file: Listed,
    /// What it was when it was read.
    pub(in crate::sources) stamp: Stamp,
}

impl FilePlan {
    /// Whether anything of it is to be rewritten, and may be.
    #[must_use]
    pub fn is_rewritten(&self) -> bool {
        self.refused.is_none() && self.has_edits()
    }

    /// Whether anything of it is to be rewritten.
    #[must_use]
    pub fn has_edits(&self) -> bool {
        self.findings.iter().any(|finding| matches!(finding.verdict, Verdict::Rewrite(_)))
    }

    /// All edits of it.
    ///
    /// # Errors
    /// One that can't be made together with the others.
    pub(in crate::sources) fn edits(&self, bytes: &[u8]) -> Result<Edits, Edit> {
        edits(&self.findings, bytes)
    }
}

/// All edits of what was found in `bytes`.
///
/// # Errors
/// One that can't be made together with the others.
fn edits(findings: &[Finding], bytes: &[u8]) -> Result<Edits, Edit> {
    let edits = findings.iter().filter_map(|finding| match &finding.verdict {
        Verdict::Rewrite(rewrite) => Some(rewrite.edits.iter().cloned()),
        _ => None,
    });
    Edits::new(bytes, edits.flatten().collect())
}

/// All edits of what was found in `bytes`; what can't be made together is left to a person.
pub(in crate::sources) fn part_conflicts(findings: &mut [Finding], bytes: &[u8]) -> Edits {
    loop {
        let conflict = match edits(findings, bytes) {
            Ok(edits) => return edits,
            Err(conflict) => conflict,
        };
        let touches = |edit: &Edit| {
            edit.span.start < conflict.span.end.max(conflict.span.start + 1)
                && conflict.span.start < edit.span.end.max(edit.span.start + 1)
        };
        for finding in findings.iter_mut() {
            if let Verdict::Rewrite(rewrite) = &finding.verdict
                && rewrite.edits.iter().any(touches)
            {
                let why = "what it stands in has to change in two different ways".to_owned();
                finding.verdict = Verdict::ByHand(ByHand::Split(why));
            }
        }
    }
}

impl RewritePlan {
    /// The images that TCR has to have: the new references, and what they stand for in CCR.
    pub(in crate::sources) fn needed(&self) -> BTreeMap<Reference, Reference> {
        let findings = self.findings().filter_map(|finding| match &finding.verdict {
            Verdict::Rewrite(rewrite) => Some(&rewrite.image),
            _ => None,
        });
        let images = findings.filter_map(|needed| match needed {
            Needed::Image { old, new } => Some(((**new).clone(), (**old).clone())),
            _ => None,
        });
        images.collect()
    }

    /// Marks what a cluster uses.
    pub fn mark_in_use(&mut self, in_use: &HashSet<Reference>) {
        for finding in self.findings_mut() {
            let image = match &finding.verdict {
                Verdict::Rewrite(rewrite) => match &rewrite.image {
                    Needed::Image { old, .. } => Some(old),
                    _ => None,
                },
                Verdict::Unproven(unproven) => Some(&unproven.old),
                _ => None,
            };
            finding.is_in_use = image.map(|image| in_use.contains(&**image));
        }
    }

    /// All that was found.
    pub fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.files.iter().flat_map(|file| &file.findings)
    }

    pub(in crate::sources) fn findings_mut(&mut self) -> impl Iterator<Item = &mut Finding> {
        self.files.iter_mut().flat_map(|file| &mut file.findings)
    }
}
