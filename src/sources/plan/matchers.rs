//! What kustomize looks for has to be what the bases name: a transformer whose `name` no longer is
//! in any of them does nothing, and says nothing of it.

use std::collections::HashSet;

use super::RewritePlan;
use crate::sources::decide::{ByHand, Finding, Verdict};

impl RewritePlan {
    /// Changes what is looked for where all of the tree that names it is rewritten; leaves it where
    /// nothing is, or not all.
    pub(in crate::sources) fn match_bases(&mut self) {
        let is_matcher =
            |finding: &&Finding| matches!(&finding.verdict, Verdict::Rewrite(it) if it.is_matcher);
        let mut rewritten = HashSet::new();
        let mut staying = HashSet::new();
        for finding in self.findings().filter(|finding| !is_matcher(finding)) {
            let Some(name) = &finding.name else { continue };
            match finding.verdict {
                Verdict::Rewrite(_) => rewritten.insert(name.clone()),
                Verdict::Keep(_) | Verdict::Unproven(_) => staying.insert(name.clone()),
                Verdict::ByHand(_) => false,
            };
        }
        for finding in self.findings_mut() {
            let (Verdict::Rewrite(rewrite), Some(name)) = (&finding.verdict, &finding.name) else {
                continue;
            };
            if !rewrite.is_matcher || rewritten.contains(name) && !staying.contains(name) {
                continue;
            }
            let why = match rewritten.contains(name) {
                true => "some of what it looks for is rewritten, and some is not".to_owned(),
                false => format!(
                    "nothing that is rewritten names it; where a base that is not in this tree does, add `newName: {}` below it",
                    rewrite.new
                ),
            };
            finding.verdict = Verdict::ByHand(ByHand::Matcher(why));
        }
    }
}
