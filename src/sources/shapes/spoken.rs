//! What is found, in the words of `expected`.

use crate::sources::context::Purpose;
use crate::sources::decide::{ByHand, Finding, Keep, Verdict};

/// `PATH:LINE VERDICT[/WHY] TEXT`
pub(super) fn line(path: &str, finding: &Finding) -> String {
    format!("{path}:{} {} {}", finding.line, verdict(&finding.verdict), finding.text)
}

/// Whether `line` is the one `expected`, which says what stands there or leaves it open.
pub(super) fn is_same(expected: &str, line: &str) -> bool {
    let is_open = expected.split(' ').count() == 2;
    expected == line || is_open && line.strip_prefix(expected).is_some_and(|it| it.starts_with(' '))
}

fn verdict(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Rewrite(rewrite) if rewrite.is_matcher => "rewrite/matcher".to_owned(),
        Verdict::Rewrite(_) => "rewrite".to_owned(),
        Verdict::Unproven(_) => "unproven".to_owned(),
        Verdict::Keep(keep) => format!("keep/{}", kept(keep)),
        Verdict::ByHand(reason) => format!("by-hand/{}", by_hand(reason)),
    }
}

fn kept(keep: &Keep) -> &'static str {
    match keep {
        Keep::Tencents => "tencents",
        Keep::SomebodyElses => "somebody-elses",
        Keep::Excluded(_) => "excluded",
        Keep::Marked => "marked",
        Keep::LooksElsewhere => "looks-elsewhere",
    }
}

fn by_hand(reason: &ByHand) -> &'static str {
    match reason {
        ByHand::Used(purpose) => used(purpose),
        ByHand::PushBesideLogin => "push",
        ByHand::PartsWays(_) => "parts-ways",
        ByHand::NoName { .. } => "no-name",
        ByHand::Split(_) => "split",
        ByHand::Pattern => "pattern",
        ByHand::Partial => "partial",
        ByHand::Nested => "nested",
        ByHand::Encoded => "encoded",
        ByHand::PullSecret => "pull-secret",
        ByHand::EditionFlag => "edition",
        ByHand::Matcher(_) => "matcher",
    }
}

fn used(purpose: &Purpose) -> &'static str {
    match purpose {
        Purpose::Reference | Purpose::Container | Purpose::Push | Purpose::Matcher => "reference",
        Purpose::Login => "login",
        Purpose::Url => "url",
        Purpose::Auths => "auths",
        Purpose::Mirror => "mirror",
        Purpose::Pattern => "pattern",
        Purpose::Comparison => "comparison",
        Purpose::AllowList => "allow-list",
        Purpose::Concatenated => "concatenated",
        Purpose::BesideEditionFlag(_) => "edition",
        Purpose::Comment => "comment",
        Purpose::Documentation => "docs",
        Purpose::Source => "source",
        Purpose::Test => "test",
        Purpose::Sealed => "sealed",
        Purpose::Generated => "generated",
    }
}
