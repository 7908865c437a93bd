//! What is said of a place that stays, and what to do about it.

use crate::sources::{ByHand, Keep, Purpose, UnprovenWhy};

/// Why it stays: a word for programs, a sentence, and what to do.
pub(super) struct Words {
    pub(super) code: &'static str,
    pub(super) why: String,
    pub(super) hint: Option<String>,
}

fn words(code: &'static str, why: impl Into<String>, hint: &str) -> Words {
    let hint = (!hint.is_empty()).then(|| hint.to_owned());
    Words { code, why: why.into(), hint }
}

pub(super) fn kept(keep: &Keep) -> Words {
    match keep {
        Keep::Tencents => words("tencents", "images of Tencent's own", ""),
        Keep::SomebodyElses => words("somebody-elses", "images of another account", ""),
        Keep::Excluded(pattern) => {
            words("excluded", format!("excluded by the mapping file: {pattern}"), "")
        }
        Keep::LooksElsewhere => words(
            "looks-elsewhere",
            "what kustomize looks for in bases from elsewhere, with a newName",
            "",
        ),
        Keep::Marked => words("marked", "marked with ccr2tcr:keep", ""),
    }
}

pub(super) fn unproven(why: &UnprovenWhy) -> Words {
    match why {
        UnprovenWhy::Missing => words("missing", "not in TCR", ""),
        UnprovenWhy::Stale => words("stale", "CCR has another image under this tag than TCR", ""),
        UnprovenWhy::Unknown(why) => words(
            "unknown",
            format!("TCR could not be asked: {why}"),
            "where nobody can be asked: --allow-unverified",
        ),
    }
}

/// `target` is TCR's host.
pub(super) fn by_hand(reason: &ByHand, target: &str) -> Words {
    match reason {
        ByHand::Used(purpose) => used(purpose, target),
        ByHand::PushBesideLogin => words(
            "push",
            "what is pushed changes together with its login, which stands in the same file",
            "change the login's user and password, and add --also logins",
        ),
        ByHand::PartsWays(why) => words(
            "parts-ways",
            format!("names that begin with it don't all go to the same place: {why}"),
            "write the names out, or change it by hand",
        ),
        ByHand::NoName { why, hint } => words("no-name", why.clone(), hint),
        ByHand::Split(why) => words("split", why.clone(), "change it by hand"),
        ByHand::Pattern => {
            words("pattern", "a regular expression", "let it match TCR's host as well, if it is to")
        }
        ByHand::Partial => words(
            "partial",
            "a host that is partly made elsewhere, or stands for several",
            "write the host out, or change it by hand",
        ),
        ByHand::Nested => {
            words("nested", "it stands in the path of something else", "change it by hand")
        }
        ByHand::Encoded => words(
            "encoded",
            "base64 that names CCR",
            "if it is a pull secret: kubectl tcr-switch secrets copy",
        ),
        ByHand::PullSecret => words(
            "pull-secret",
            "the name of a pull secret for CCR",
            "name TCR's: --pull-secret NAME",
        ),
        ByHand::EditionFlag => words(
            "edition",
            "a setting for Personal Edition",
            "set it for Enterprise Edition, with the instance's id where that is asked for, together with the image beside it",
        ),
        ByHand::Matcher(why) => words("matcher", why.clone(), ""),
    }
}

fn used(purpose: &Purpose, target: &str) -> Words {
    match purpose {
        Purpose::Login => words(
            "login",
            "a login to CCR",
            &format!(
                "give it a user and a password of {target}, for example of `docker ccr2tcr login --service-account NAME --push`; then add --also logins"
            ),
        ),
        Purpose::Url => {
            words("url", "an address of CCR's API, or another port", "change it by hand")
        }
        Purpose::Auths => {
            words("auths", "a stored login for CCR", &format!("add one for {target} beside it"))
        }
        Purpose::Mirror => words(
            "mirror",
            "a mirror, or a setting of a container runtime",
            &format!("add {target} beside it on every node"),
        ),
        Purpose::Pattern => {
            words("pattern", "what sed, grep or the like searches for", "change it by hand")
        }
        Purpose::Comparison => {
            words("comparison", "what names are compared with", "change it by hand")
        }
        Purpose::AllowList => words(
            "allow-list",
            "a list of registries that are allowed",
            &format!("add {target}/ beside it before anything is switched"),
        ),
        Purpose::Concatenated => words(
            "concatenated",
            "a host that code puts names behind",
            "change it by hand, or add --also source",
        ),
        Purpose::BesideEditionFlag(flag) => {
            words("edition", format!("it changes together with {flag}"), "change both by hand")
        }
        Purpose::Comment => words("comment", "in a comment", "to rewrite it, too: --also comments"),
        Purpose::Documentation => {
            words("docs", "in documentation", "to rewrite it, too: --also docs")
        }
        Purpose::Source => words("source", "in source code", "to rewrite it, too: --also source"),
        Purpose::Test => words("test", "in a test", "to rewrite it, too: --also source"),
        Purpose::Sealed => words(
            "sealed",
            "in a file that is encrypted or signed",
            "change it with the program that seals it",
        ),
        Purpose::Generated => {
            words("generated", "in a generated file", "change what it is made from")
        }
        Purpose::Reference | Purpose::Container | Purpose::Push | Purpose::Matcher => {
            words("reference", "a reference", "change it by hand")
        }
    }
}

/// Whether a run of what the file is for would still go to CCR for it.
pub(super) fn is_used(reason: &ByHand) -> bool {
    !matches!(reason, ByHand::Used(Purpose::Comment | Purpose::Documentation) | ByHand::PullSecret)
}
