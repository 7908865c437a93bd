//! Digests beside tags: `repo:tag@sha256:…` names one image alone, wherever the tag goes.

use super::RewritePlan;
use crate::image::{Pin, TagOrDigest};
use crate::proof::ProvenImages;
use crate::sources::decide::{Needed, Verdict};
use crate::sources::edit::Edit;

impl RewritePlan {
    /// Adds the digest of each image that is written with its tag in one piece. How many there are
    /// that could not be pinned.
    pub(in crate::sources) fn pin(&mut self, pin: Pin, proven: &ProvenImages) -> usize {
        let mut left = 0;
        for finding in self.findings_mut() {
            let Verdict::Rewrite(rewrite) = &mut finding.verdict else { continue };
            let Needed::Image { new, .. } = &rewrite.image else { continue };
            let TagOrDigest::Tag(tag) = &new.version else { continue };
            if !pin.takes(tag) {
                continue;
            }
            match (rewrite.end, proven.digest(new)) {
                (Some(end), Some(digest)) => {
                    rewrite.edits.push(Edit { span: end..end, new: format!("@{digest}") });
                    rewrite.new = format!("{}@{digest}", rewrite.new);
                }
                _ => left += 1,
            }
        }
        left
    }
}
