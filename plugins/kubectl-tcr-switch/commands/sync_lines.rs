//! The commands that bring the images that are lacking, ready to be pasted.

use std::collections::BTreeSet;

use ccr2tcr::image::{Owner, Reference};
use ccr2tcr::switch::{PreparedSwitch, Reason, SwitchPlan, Verdict};
use ccr2tcr::terminal::Printer;
use ccr2tcr::workload::Renamer;

use crate::cli::CommonArgs;
use crate::shell::scope_flags;
use ccr2tcr::account::{MOST_IN_A_LINE, account_flags, ccr_flags, printed, withheld};
use ccr2tcr::diagnostic::shell_word;

/// What the objects of a plan lack.
#[derive(Default)]
struct Lacking<'a> {
    missing: BTreeSet<&'a Reference>,
    stale: BTreeSet<&'a Reference>,
}

impl<'a> Lacking<'a> {
    fn of(plan: &'a SwitchPlan) -> Self {
        let mut lacking = Self::default();
        for entry in &plan.objects {
            let Verdict::Blocked(reasons) = &entry.verdict else { continue };
            for reason in reasons {
                match reason {
                    Reason::Missing { old, .. } | Reason::Foreign { old, .. } => {
                        lacking.missing.insert(old);
                    }
                    Reason::Stale { old, .. } => drop(lacking.stale.insert(old)),
                    _ => {}
                }
            }
        }
        lacking
    }

    fn all(&self) -> BTreeSet<&'a Reference> {
        self.missing.union(&self.stale).copied().collect()
    }
}

/// Shows them as hints.
pub(super) fn show(printer: &Printer, prepared: &PreparedSwitch, common: &CommonArgs) {
    let lister = prepared.has_api.then_some(&prepared.renamer);
    let lines = lines(&Lacking::of(&prepared.plan), lister, common);
    for line in &lines {
        printer.hint(line);
    }
    let withheld = withheld(&common.account);
    if !lines.is_empty() && !withheld.is_empty() {
        printer.hint(&format!("add again, it is not repeated here: {}", withheld.join(", ")));
    }
}

/// `lister` knows what the account lists, if both sides can be asked by API.
fn lines(lacking: &Lacking<'_>, lister: Option<&Renamer>, common: &CommonArgs) -> Vec<String> {
    let all = lacking.all();
    let flags = account_flags(&common.account);
    if all.len() <= MOST_IN_A_LINE
        && let Some(patterns) = lister.and_then(|lister| patterns(&all, lister))
    {
        return vec![format!("docker ccr2tcr sync{patterns}{flags}")];
    }
    let line = |images: &BTreeSet<&Reference>, policy: &str| {
        let list = match images.len() > MOST_IN_A_LINE {
            true => images_in_use(common),
            false => printed(images.iter().copied()),
        };
        format!("{list} | docker ccr2tcr sync --images -{policy}{flags}")
    };
    let mut lines = Vec::new();
    if !lacking.missing.is_empty() {
        lines.push(line(&lacking.missing, ""));
    }
    // A list of references says nothing of push times, so which side is newer is not known.
    if !lacking.stale.is_empty() {
        let line = line(&lacking.stale, " --on-conflict=overwrite");
        lines.push(format!("where CCR's image is the right one: {line}"));
    }
    lines
}

/// The tags as `sync` takes them, each with a blank in front; `None` if it would not find them all
/// in the account, by the key that is there, or would find others besides.
fn patterns(images: &BTreeSet<&Reference>, renamer: &Renamer) -> Option<String> {
    let is_one_registry = renamer.names.owned.as_ref().is_some_and(|owned| owned.registries() == 1);
    let is_listed = |image: &&Reference| {
        image.version.digest().is_none()
            && renamer.names.owner(&image.host, image.repository.namespace()) == Owner::Account
    };
    if images.is_empty() || !is_one_registry || !images.iter().all(is_listed) {
        return None;
    }
    let word = |image: &&Reference| {
        format!(" {}", shell_word(&format!("{}:{}", image.repository, image.version)))
    };
    // One repository may have two hosts.
    let words: BTreeSet<String> = images.iter().map(word).collect();
    Some(words.into_iter().collect())
}

/// The command that lists all that the plan was made of.
fn images_in_use(common: &CommonArgs) -> String {
    format!("kubectl tcr-switch images{}{}", scope_flags(common), ccr_flags(&common.account))
}

#[cfg(test)]
mod tests {
    use ccr2tcr::image::OwnedNamespaces;
    use ccr2tcr::workload::CcrNames;
    use clap::{Args as _, FromArgMatches as _};

    use super::*;

    const WEB: &str = "ccr.ccs.tencentyun.com/shop/web:v1";

    /// A renamer of an account that lists `shop` in so many registries.
    fn renamer(registries: usize) -> Renamer {
        let mut owned = OwnedNamespaces::default();
        for host in ["ccr.ccs.tencentyun.com", "hkccr.ccs.tencentyun.com"].iter().take(registries) {
            owned.add([host.parse().unwrap()], &["shop".to_owned()]);
        }
        Renamer {
            names: CcrNames { owned: Some(owned), ..CcrNames::default() },
            target: "prod.tencentcloudcr.com".parse().unwrap(),
        }
    }

    fn lines_for(missing: &[&str], stale: &[&str], renamer: &Renamer) -> Vec<String> {
        let read = |texts: &[&str]| -> Vec<Reference> {
            texts.iter().map(|text| text.parse().unwrap()).collect()
        };
        let (missing, stale) = (read(missing), read(stale));
        let lacking = Lacking { missing: missing.iter().collect(), stale: stale.iter().collect() };
        let command = CommonArgs::augment_args(clap::Command::new("x").no_binary_name(true));
        let line = ["-A", "--exclude-namespace=kube-*", "--context=prod", "--tcr-name=prod"];
        let common = CommonArgs::from_arg_matches(&command.get_matches_from(line)).unwrap();
        lines(&lacking, Some(renamer), &common)
    }

    #[test]
    fn what_the_account_lists_is_named_by_pattern_and_in_one_line() {
        let api = WEB.replace("web", "api");
        let lines = lines_for(&[WEB], &[&api], &renamer(1));
        assert_eq!(lines, ["docker ccr2tcr sync shop/api:v1 shop/web:v1 --tcr-name=prod"]);
    }

    #[test]
    fn what_a_pattern_would_not_bring_comes_as_a_list() {
        let digest = format!("ccr.ccs.tencentyun.com/shop/web@sha256:{}", "a".repeat(64));
        let stranger = WEB.replace("shop", "stranger");
        let tail = "| docker ccr2tcr sync --images - --tcr-name=prod";
        let lines = |image: &str, registries| lines_for(&[image], &[], &renamer(registries));
        assert_eq!(lines(&stranger, 1), [format!(r"printf '%s\n' {stranger} {tail}")]);
        assert_eq!(lines(&digest, 1), [format!(r"printf '%s\n' '{digest}' {tail}")]);
        assert_eq!(
            lines(WEB, 2),
            [format!(r"printf '%s\n' {WEB} {tail}")],
            "the other registry may have a shop/web:v1, too"
        );
        assert_eq!(lines(WEB, 0), [format!(r"printf '%s\n' {WEB} {tail}")]);
    }

    #[test]
    fn many_come_from_the_cluster_with_the_scope_of_the_run() {
        let images: Vec<String> = (0..21).map(|number| format!("{WEB}.{number}")).collect();
        let images: Vec<&str> = images.iter().map(String::as_str).collect();
        let list = "kubectl tcr-switch images -A --exclude-namespace='kube-*' --context=prod";
        let tail = "| docker ccr2tcr sync --images - --tcr-name=prod";
        assert_eq!(lines_for(&images, &[], &renamer(1)), [format!("{list} {tail}")]);
    }

    #[test]
    fn nothing_is_printed_where_nothing_is_lacking() {
        assert_eq!(lines_for(&[], &[], &renamer(1)), [""; 0]);
    }
}
