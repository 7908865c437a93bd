//! What changes together or not at all, in one file.

use super::verdict::{ByHand, Finding, Verdict};
use crate::sources::context::{Purpose, Reading};

/// Leaves what is pushed to a person where the login for it is left, too: with one of the two
/// alone nothing can be pushed. Drops edition flags where nothing of the account's stands.
pub(super) fn keep_together(findings: &mut Vec<Finding>, reading: &Reading) {
    let is_left_login = findings.iter().zip(&reading.contexts).any(|(finding, context)| {
        context.purpose == Purpose::Login && matches!(finding.verdict, Verdict::ByHand(_))
    });
    if is_left_login {
        for (finding, context) in findings.iter_mut().zip(&reading.contexts) {
            if context.purpose == Purpose::Push && matches!(finding.verdict, Verdict::Rewrite(_)) {
                finding.verdict = Verdict::ByHand(ByHand::PushBesideLogin);
            }
        }
    }
    let is_flag = |finding: &Finding| finding.verdict == Verdict::ByHand(ByHand::EditionFlag);
    let is_ours =
        |finding: &Finding| !is_flag(finding) && !matches!(finding.verdict, Verdict::Keep(_));
    if !findings.iter().any(is_ours) {
        findings.retain(|finding| !is_flag(finding));
    }
}
