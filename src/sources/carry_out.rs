//! The second half of a rewrite: the new bytes of each file, shown or written.

use std::collections::HashSet;
use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio_util::sync::CancellationToken;

use super::decide::Verdict;
use super::diff;
use super::edit::Edits;
use super::plan::{FilePlan, part_conflicts};
use super::prepare::{PreparedRewrite, threads};
use super::rewriter::Rewriter;
use super::tree::{self, Facts, LeftOut, Stamp};
use super::write::{self, Change, WriteError};

impl FilePlan {
    /// Its bytes, if it is still the file that was read.
    fn bytes(&self) -> Result<Vec<u8>, LeftOut> {
        let (file, metadata) = tree::open(&self.file.full())?;
        let mut bytes = Vec::new();
        file.take(self.stamp.facts.length + 1)
            .read_to_end(&mut bytes)
            .map_err(|error| LeftOut::Unreadable(error.to_string()))?;
        if Stamp::new(Facts::of(&metadata), &bytes) != self.stamp {
            return Err(LeftOut::Changed);
        }
        Ok(bytes)
    }

    /// Reads the file again, and leaves to a person what can't be made of it.
    pub(super) fn check(&mut self, rewriter: &Rewriter) {
        match self.bytes() {
            Err(why) => self.refused = Some(why),
            Ok(bytes) => {
                let edits = part_conflicts(&mut self.findings, &bytes);
                if !self.stays(rewriter, &edits.apply(&bytes)) {
                    self.refused = Some(LeftOut::Unstable);
                }
            }
        }
    }

    /// Whether a second run would find nothing more to rewrite in `new`.
    fn stays(&self, rewriter: &Rewriter, new: &[u8]) -> bool {
        let is_left = |verdict: &Verdict| matches!(verdict, Verdict::Rewrite(_));
        let left: HashSet<(usize, &str)> = self
            .findings
            .iter()
            .filter(|finding| !is_left(&finding.verdict))
            .map(|finding| (finding.line, finding.text.as_str()))
            .collect();
        let (again, _) = rewriter.look(&self.path, new);
        let mut rewritten = again.iter().filter(|finding| is_left(&finding.verdict));
        rewritten.all(|finding| left.contains(&(finding.line, finding.text.as_str())))
    }

    /// The file as it is, and its edits.
    pub(super) fn before(&self) -> Result<(Vec<u8>, Edits), LeftOut> {
        let bytes = self.bytes()?;
        let edits = self.edits(&bytes).map_err(|_| LeftOut::Changed)?;
        Ok((bytes, edits))
    }

    /// The unified diff of what becomes of it; empty if nothing does.
    ///
    /// # Errors
    /// If it is no longer the file that was read.
    pub fn diff(&self) -> Result<Vec<u8>, LeftOut> {
        let (bytes, edits) = self.before()?;
        Ok(diff::unified(&self.path, &bytes, &edits))
    }
}

impl PreparedRewrite {
    /// Writes all files that are to be rewritten, each of them whole or not at all. What became of
    /// each. When it is asked to stop, no more files are begun.
    #[must_use = "a file may not be written"]
    pub fn write(&self, stop: &CancellationToken) -> Vec<(&Path, Result<(), WriteError>)> {
        let files: Vec<&FilePlan> =
            self.plan.files.iter().filter(|file| file.is_rewritten()).collect();
        let changes: Vec<Change<'_>> =
            files.iter().map(|file| Change { file: &file.file, stamp: &file.stamp }).collect();
        let is_asked = Arc::new(AtomicBool::new(false));
        let (asked, token) = (is_asked.clone(), stop.clone());
        let listening = tokio::spawn(async move {
            token.cancelled().await;
            asked.store(true, Ordering::Relaxed);
        });
        let new = |number: usize, old: &[u8]| {
            let edits = files[number].edits(old).map_err(|_| "its edits overlap".to_owned())?;
            Ok(edits.apply(old))
        };
        let results =
            tokio::task::block_in_place(|| write::replace_all(&changes, threads(), &is_asked, new));
        listening.abort();
        files.iter().map(|file| file.path.as_path()).zip(results).collect()
    }
}
