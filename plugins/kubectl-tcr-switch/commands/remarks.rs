//! What a plan has to say of its objects: why some stay as they are, what to know of the others.
//! What is to be said of many is said once; the table has each of them.

use std::collections::BTreeSet;

use ccr2tcr::diagnostic::{Diagnostic, counted, human_count, shortened};
use ccr2tcr::switch::{ObjectPlan, PlannedKeep, Reason, SwitchPlan, Verdict};
use ccr2tcr::workload::{KeptPods, Manager, ObjectRef};

use crate::cli::CommonArgs;
use crate::hints::{hint, release_pods, secrets_copy_to_all};
use crate::views::at;

/// How many objects, images or namespaces are named in one remark.
const NAMED: usize = 3;

/// Something to be said.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Remark {
    pub(super) is_warning: bool,
    pub(super) diagnostic: Diagnostic,
}

/// All that is to be said, warnings first.
pub(super) fn remarks(plan: &SwitchPlan, common: &CommonArgs) -> Vec<Remark> {
    let mut topics: Vec<Topic<'_>> = Vec::new();
    for entry in &plan.objects {
        for matter in matters(entry) {
            let known = topics.iter_mut().find(|topic| topic.matters[0].is_like(&matter));
            match known {
                Some(topic) => topic.matters.push(matter),
                None => topics.push(Topic { matters: vec![matter] }),
            }
        }
    }
    let mut remarks: Vec<Remark> = topics.iter().map(|topic| topic.remark(common)).collect();
    remarks.sort_by_key(|remark| !remark.is_warning);
    remarks
}

/// One thing about one object.
struct Matter<'a> {
    object: &'a ObjectRef,
    what: What<'a>,
}

enum What<'a> {
    Managed(&'a Manager),
    Immutable(&'static str),
    Excluded(&'a str),
    Blocked(&'a Reason),
    Kept(&'a PlannedKeep),
    Note(&'a str),
}

fn matters(entry: &ObjectPlan) -> Vec<Matter<'_>> {
    let matter = |what| Matter { object: &entry.object, what };
    match &entry.verdict {
        Verdict::Managed(manager) => vec![matter(What::Managed(manager))],
        Verdict::Immutable(instead) => vec![matter(What::Immutable(instead))],
        Verdict::Blocked(reasons) => {
            reasons.iter().map(|reason| matter(What::Blocked(reason))).collect()
        }
        Verdict::Switch => {
            let notes = entry.notes.iter().map(|note| matter(What::Note(note)));
            let kept = entry.kept_pods.iter().map(|kept| matter(What::Kept(kept)));
            let advice = advice_on_mentions(entry).map(|it| matter(What::Note(it)));
            notes.chain(advice).chain(kept).collect()
        }
        Verdict::Mentioned => {
            advice_on_mentions(entry).map(|advice| matter(What::Note(advice))).collect()
        }
        Verdict::Excluded(pattern) => vec![matter(What::Excluded(pattern))],
        // What is refused is told with the dry run.
        Verdict::Finished | Verdict::Refused(_) => Vec::new(),
    }
}

/// What to do about its mentions, each advice once.
fn advice_on_mentions(entry: &ObjectPlan) -> impl Iterator<Item = &'static str> {
    let advice: BTreeSet<_> =
        entry.mentions.iter().filter_map(|mention| mention.kind.advice()).collect();
    advice.into_iter()
}

impl Matter<'_> {
    /// Whether both are told in one remark.
    fn is_like(&self, other: &Self) -> bool {
        match (&self.what, &other.what) {
            (What::Managed(one), What::Managed(other)) => one == other,
            (What::Immutable(one), What::Immutable(other))
            | (What::Excluded(one), What::Excluded(other))
            | (What::Note(one), What::Note(other)) => one == other,
            (What::Blocked(one), What::Blocked(other)) => is_one_reason(one, other),
            (What::Kept(one), What::Kept(other)) => until(one.kept) == until(other.kept),
            _ => false,
        }
    }
}

/// Whether what helps against the one helps against the other.
fn is_one_reason(one: &Reason, other: &Reason) -> bool {
    match (one, other) {
        (Reason::Missing { .. }, Reason::Missing { .. })
        | (Reason::Stale { .. }, Reason::Stale { .. })
        | (Reason::NoSecret { .. }, Reason::NoSecret { .. })
        | (Reason::UselessLogin { .. }, Reason::UselessLogin { .. }) => true,
        (Reason::Foreign { old: one, .. }, Reason::Foreign { old: other, .. }) => {
            (&one.host, one.repository.namespace()) == (&other.host, other.repository.namespace())
        }
        (
            Reason::NotByAddon { why: one, advice, .. },
            Reason::NotByAddon { why: other, advice: others, .. },
        ) => (one, advice) == (other, others),
        (Reason::Unverified { why: one, .. }, Reason::Unverified { why: other, .. }) => {
            one == other
        }
        _ => one == other,
    }
}

/// What is told in one remark; at least one matter.
struct Topic<'a> {
    matters: Vec<Matter<'a>>,
}

impl Topic<'_> {
    fn remark(&self, common: &CommonArgs) -> Remark {
        let objects: BTreeSet<&ObjectRef> =
            self.matters.iter().map(|matter| matter.object).collect();
        let names: Vec<String> = objects.iter().map(|object| at(object)).collect();
        let remark = |text: String, hint| {
            let diagnostic = Diagnostic { hint, ..Diagnostic::new(text) };
            Remark { is_warning: true, diagnostic }
        };
        match &self.matters[0].what {
            What::Managed(manager) => {
                let text = match names.as_slice() {
                    [name] => format!("{name}: managed by {manager}; not changed"),
                    names => format!(
                        "{} managed by {manager}; not changed: {}",
                        counted(names.len(), "object is", "objects are"),
                        shortened(names, NAMED)
                    ),
                };
                remark(text, Some(manager.advice()))
            }
            What::Immutable(instead) => remark(told_of(&names, instead), None),
            What::Excluded(pattern) => {
                let text = format!("left out by --exclude-object {pattern}; not changed");
                Remark { is_warning: false, diagnostic: Diagnostic::new(told_of(&names, &text)) }
            }
            What::Note(note) => {
                let diagnostic = Diagnostic::new(told_of(&names, note));
                Remark { is_warning: false, diagnostic }
            }
            What::Kept(first) => {
                let text = format!(
                    "{} the old image until {}: {}",
                    counted(self.kept_pods(), "pod keeps", "pods keep"),
                    until(first.kept),
                    shortened(&names, NAMED)
                );
                let owner = self.matters[0].object;
                remark(text, Some(release_pods(first.kept, owner, &first.names, common)))
            }
            What::Blocked(reason) => {
                let reasons: Vec<&Reason> = self.reasons().collect();
                let why = why(reason, &reasons);
                let text = match names.as_slice() {
                    [name] => format!("{name}: {why}; not changed"),
                    names => format!(
                        "{why}; {} not changed: {}",
                        counted(names.len(), "object is", "objects are"),
                        shortened(names, NAMED)
                    ),
                };
                let mut remark = remark(text, advice(reason, &reasons, common));
                remark.diagnostic.common = reason.common();
                remark
            }
        }
    }

    fn kept_pods(&self) -> usize {
        let all = self.matters.iter().filter_map(|matter| match matter.what {
            What::Kept(planned) => Some(planned.pods),
            _ => None,
        });
        all.sum()
    }

    fn reasons(&self) -> impl Iterator<Item = &Reason> {
        self.matters.iter().filter_map(|matter| match matter.what {
            What::Blocked(reason) => Some(reason),
            _ => None,
        })
    }
}

/// Until when pods keep their images.
fn until(kept: KeptPods) -> &'static str {
    match kept {
        KeptPods::Paused => "their workload is resumed",
        KeptPods::Partition(_) => "the partition is lowered",
        KeptPods::OnDelete | KeptPods::NotReplaced => "they are deleted",
        KeptPods::UntilTheirJobEnds => "their Job ends",
    }
}

/// `web: it is paused`, or `it is paused (12 objects: web, …)`.
fn told_of(names: &[String], what: &str) -> String {
    match names {
        [name] => format!("{name}: {what}"),
        names => {
            format!(
                "{what} ({}: {})",
                counted(names.len(), "object", "objects"),
                shortened(names, NAMED)
            )
        }
    }
}

/// A reason, of however many images or namespaces.
fn why(first: &Reason, all: &[&Reason]) -> String {
    let of = |name: fn(&Reason) -> Option<String>| -> Vec<String> {
        let names: BTreeSet<String> = all.iter().filter_map(|reason| name(reason)).collect();
        names.into_iter().collect()
    };
    let images = of(image);
    if let [_, _, ..] = images.as_slice() {
        let (count, list) = (human_count(images.len() as u64), shortened(&images, NAMED));
        match first {
            Reason::Missing { .. } => return format!("{count} images are not in TCR: {list}"),
            Reason::Foreign { old, .. } => {
                let (namespace, host) = (old.repository.namespace(), &old.host);
                return format!(
                    "{count} images are not in TCR, and namespace {namespace} of {host} isn't this account's: {list}"
                );
            }
            Reason::Stale { .. } => {
                return format!("{count} images are stale, CCR has different ones: {list}");
            }
            Reason::Unverified { why, .. } => {
                return format!(
                    "can't check from here whether {count} images are in TCR: {why}: {list}"
                );
            }
            _ => {}
        }
    }
    let accounts = of(account);
    if let (Reason::NotByAddon { host, why, .. }, [_, _, ..]) = (first, accounts.as_slice()) {
        let (count, list) = (human_count(accounts.len() as u64), shortened(&accounts, NAMED));
        return format!(
            "{count} ServiceAccounts have no Secret of the TCR addon for {host} ({list}): {why}"
        );
    }
    let namespaces = of(namespace);
    if let [_, _, ..] = namespaces.as_slice() {
        let (count, list) = (human_count(namespaces.len() as u64), shortened(&namespaces, NAMED));
        return match first {
            Reason::UselessLogin { .. } => format!(
                "pods can't pull: TCR refuses the logins of {count} namespaces, or they may not pull these images: {list}"
            ),
            _ => format!(
                "pods can't pull: {count} namespaces have no Secret with a login for TCR: {list}"
            ),
        };
    }
    first.to_string()
}

fn advice(first: &Reason, all: &[&Reason], common: &CommonArgs) -> Option<String> {
    let namespaces: BTreeSet<String> = all.iter().filter_map(|reason| namespace(reason)).collect();
    match namespaces.len() {
        0 | 1 => hint(first, common),
        _ => Some(secrets_copy_to_all(common)),
    }
}

fn image(reason: &Reason) -> Option<String> {
    match reason {
        Reason::Missing { new, .. }
        | Reason::Foreign { new, .. }
        | Reason::Stale { new, .. }
        | Reason::Unverified { new, .. } => Some(new.to_string()),
        _ => None,
    }
}

fn account(reason: &Reason) -> Option<String> {
    match reason {
        Reason::NotByAddon { namespace, account, .. } => Some(format!("{namespace}/{account}")),
        _ => None,
    }
}

fn namespace(reason: &Reason) -> Option<String> {
    match reason {
        Reason::NoSecret { namespace, .. } | Reason::UselessLogin { namespace, .. } => {
            Some(namespace.clone())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use clap::{Args as _, FromArgMatches as _};

    use super::*;

    fn common() -> CommonArgs {
        let command = CommonArgs::augment_args(clap::Command::new("x").no_binary_name(true));
        let line = ["-A", "--context=prod", "--tcr-name=prod"];
        CommonArgs::from_arg_matches(&command.get_matches_from(line)).unwrap()
    }

    fn entry(name: &str, verdict: Verdict, notes: &[&str]) -> ObjectPlan {
        let object = ObjectRef {
            api_version: "apps/v1".to_owned(),
            kind: "Deployment".to_owned(),
            namespace: Some("shop".to_owned()),
            name: name.to_owned(),
        };
        ObjectPlan {
            object,
            path: String::new(),
            plural: "deployments".to_owned(),
            verdict,
            images: Vec::new(),
            pull_secrets: Vec::new(),
            mentions: Vec::new(),
            notes: notes.iter().map(|note| (*note).to_owned()).collect(),
            patch: None,
            no_rollout: None,
            kept_pods: None,
            needs_accounts: BTreeSet::new(),
            relies_on: Vec::new(),
        }
    }

    fn said(entries: Vec<ObjectPlan>) -> Vec<(String, Option<String>)> {
        let plan = SwitchPlan {
            target: "prod.tencentcloudcr.com".parse().unwrap(),
            service_accounts: Vec::new(),
            objects: entries,
            running: Vec::new(),
            made_before: Vec::new(),
            tencents: 0,
            unread: Vec::new(),
        };
        let remarks = remarks(&plan, &common());
        assert!(remarks.is_sorted_by_key(|remark| !remark.is_warning), "{remarks:?}");
        remarks
            .into_iter()
            .map(|remark| (remark.diagnostic.message, remark.diagnostic.hint))
            .collect()
    }

    fn texts(entries: Vec<ObjectPlan>) -> Vec<String> {
        said(entries).into_iter().map(|(text, _)| text).collect()
    }

    fn missing(image: &str) -> Reason {
        let on = |host: &str| format!("{host}/{image}").parse().unwrap();
        Reason::Missing { new: on("prod.tencentcloudcr.com"), old: on("ccr.ccs.tencentyun.com") }
    }

    fn no_secret(namespace: &str) -> Reason {
        Reason::NoSecret {
            message: format!("no Secret of namespace {namespace} has a login"),
            namespace: namespace.to_owned(),
        }
    }

    #[test]
    fn one_object_is_named_with_its_reason() {
        let blocked = Verdict::Blocked(vec![missing("shop/web:v1"), no_secret("shop")]);
        assert_eq!(
            texts(vec![entry("web", blocked, &[])]),
            [
                "deployment.apps/web in shop: prod.tencentcloudcr.com/shop/web:v1 is not in TCR; not changed",
                "deployment.apps/web in shop: no Secret of namespace shop has a login; not changed",
            ]
        );
    }

    #[test]
    fn a_thousand_objects_with_one_trouble_make_one_remark() {
        let blocked = |number: usize| {
            let name = format!("web-{number:04}");
            let image = missing(&format!("shop/web:v{}", number % 5));
            entry(&name, Verdict::Blocked(vec![image]), &[])
        };
        assert_eq!(
            texts((0..1000).map(blocked).collect()),
            [concat!(
                "5 images are not in TCR: prod.tencentcloudcr.com/shop/web:v0, ",
                "prod.tencentcloudcr.com/shop/web:v1, prod.tencentcloudcr.com/shop/web:v2 and 2 more; ",
                "1,000 objects are not changed: deployment.apps/web-0000 in shop, ",
                "deployment.apps/web-0001 in shop, deployment.apps/web-0002 in shop and 997 more",
            )]
        );
    }

    #[test]
    fn namespaces_without_a_login_share_one_line_to_paste() {
        let blocked =
            |name, namespace| entry(name, Verdict::Blocked(vec![no_secret(namespace)]), &[]);
        let said = said(vec![blocked("a", "one"), blocked("b", "two"), blocked("c", "two")]);
        let [(text, Some(hint))] = said.as_slice() else { panic!("{said:?}") };
        assert!(
            text.contains("2 namespaces have no Secret with a login for TCR: one, two; 3 objects"),
            "{text}"
        );
        assert_eq!(hint, "kubectl tcr-switch secrets copy -A --context=prod --tcr-name=prod");
    }

    #[test]
    fn accounts_that_the_addon_keeps_waiting_for_one_cause_share_a_remark() {
        let blocked = |name, namespace: &str, why: &str| {
            let reason = Reason::NotByAddon {
                host: "prod.tencentcloudcr.com".parse().unwrap(),
                namespace: namespace.to_owned(),
                account: "default".to_owned(),
                why: why.to_owned(),
                advice: "look".to_owned(),
                command: Some("kubectl edit ips a".to_owned()),
            };
            entry(name, Verdict::Blocked(vec![reason]), &[])
        };
        let narrow = "the namespace is not in its scope";
        let all = vec![
            blocked("a", "one", narrow),
            blocked("b", "two", narrow),
            blocked("c", "two", narrow),
            blocked("d", "two", "the namespace has none"),
        ];
        let said = said(all);
        let [(many, Some(hint)), (one, _)] = said.as_slice() else { panic!("{said:?}") };
        let begin = "2 ServiceAccounts have no Secret of the TCR addon for prod.tencentcloudcr.com (one/default, two/default): the namespace is not in its scope; 3 objects are not changed: ";
        assert!(many.starts_with(begin), "{many}");
        assert_eq!(hint, "look: kubectl edit ips a --context=prod; or use --pull-secret add");
        assert!(one.contains("ServiceAccount default of namespace two has no Secret"), "{one}");
    }

    #[test]
    fn notes_come_last_and_troubles_of_different_kinds_apart() {
        let switched = |name| entry(name, Verdict::Switch, &["it was applied from a file"]);
        let pod = entry("pod", Verdict::Immutable("delete it"), &[]);
        let own = entry("own", Verdict::Switch, &["it is paused"]);
        assert_eq!(
            texts(vec![switched("a"), own, switched("b"), pod]),
            [
                "deployment.apps/pod in shop: delete it",
                "it was applied from a file (2 objects: deployment.apps/a in shop, deployment.apps/b in shop)",
                "deployment.apps/own in shop: it is paused",
            ]
        );
    }
}
