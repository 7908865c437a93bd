//! What namespaces of CCR become in TCR: rules for those whose names TCR refuses, for those that meet
//! in one name, or for all of them if they are folded into one namespace.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use serde::Serialize;

use super::model::{CcrContent, CcrNamespace};
use crate::image::{
    Host, Mapping, NamespaceError, RepositoryName, Rule, check_enterprise_name, propose_namespace,
};

/// The namespace of TCR that all namespaces of CCR become a part of: `team`, or `team/apps`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fold(String);

impl FromStr for Fold {
    type Err = NamespaceError;

    fn from_str(text: &str) -> Result<Self, NamespaceError> {
        check_enterprise_name(text.split('/').next().unwrap_or_default())?;
        // It is followed by more, so it has to be a path.
        let path: Result<RepositoryName, _> = format!("{text}/x").parse();
        path.map_or_else(|_| Err(NamespaceError(text.to_owned())), |_| Ok(Self(text.to_owned())))
    }
}

/// What everything is called in TCR.
#[derive(Debug, Default)]
pub struct NamePlan {
    /// The mapping: the rules that were given, then those below.
    pub mapping: Mapping,
    /// The rules that the plan adds.
    pub added: Vec<PlannedRule>,
    /// The namespaces that TCR needs.
    pub namespaces: BTreeSet<String>,
    /// The repositories that TCR needs.
    pub repositories: BTreeSet<String>,
    /// Names that no rule of the plan helps.
    pub unresolved: Vec<String>,
}

/// A rule that the plan adds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlannedRule {
    /// A namespace of CCR, with its host in front if another has it, too.
    pub from: String,
    /// What it becomes.
    pub to: String,
    /// Why it can't stay as it is.
    pub why: String,
}

/// A namespace, and where it is.
#[derive(Clone, Copy)]
struct Source<'a> {
    ccr: &'a CcrContent,
    namespace: &'a CcrNamespace,
}

impl Source<'_> {
    /// The repositories that are moved. An empty namespace is looked at as if it had one.
    fn names(self, mapping: &Mapping) -> Vec<String> {
        let moved = |name: &&String| !is_excluded(mapping, &self.ccr.host, name);
        match self.namespace.repositories.as_slice() {
            [] => vec![format!("{}/x", self.namespace.name)],
            all => all.iter().filter(moved).cloned().collect(),
        }
    }
}

fn is_excluded(mapping: &Mapping, host: &Host, name: &str) -> bool {
    let excludes = |name: RepositoryName| {
        let mut patterns = mapping.excludes().iter();
        patterns.any(|it| it.takes_all_tags() && it.matches_repository(host, &name))
    };
    RepositoryName::as_found(name).is_ok_and(excludes)
}

/// Finds a name for everything. What `given` has a rule for goes by that.
#[must_use]
pub fn plan_names(ccr: &[CcrContent], given: &Mapping, fold: Option<&Fold>) -> NamePlan {
    let sources: Vec<Source<'_>> = ccr
        .iter()
        .flat_map(|ccr| ccr.namespaces.iter().map(move |namespace| Source { ccr, namespace }))
        .collect();
    let mut taken: BTreeMap<String, String> = BTreeMap::new();
    let mut prefixes: BTreeSet<String> = BTreeSet::new();
    let mut open: Vec<(Source<'_>, String)> = Vec::new();
    for &source in &sources {
        // A repository that is no name in TCR isn't helped by another namespace.
        let mut names = source.names(given);
        names.retain(|name| {
            let below = name.split_once('/').map_or("", |(_, below)| below);
            format!("x/{below}").parse::<RepositoryName>().is_ok()
        });
        let host = &source.ccr.host;
        let kept = names.iter().all(|name| {
            given.target(host, name).is_ok_and(|target| target.as_str() == name.as_str())
        });
        let why = match fold {
            Some(Fold(into)) if kept => Some(format!("folded into {into}")),
            _ => problem(given, host, &names, &taken),
        };
        match why {
            Some(why) => open.push((source, why)),
            None => {
                let target = |name: String| {
                    given.target(host, &name).ok().map(|to| (to.to_string(), on(host, &name)))
                };
                taken.extend(names.into_iter().filter_map(target));
                if kept {
                    prefixes.insert(source.namespace.name.clone());
                }
            }
        }
    }
    let mut added = Vec::new();
    for (source, why) in open {
        let to = candidate(source, fold, &prefixes);
        prefixes.insert(to.clone());
        added.push(PlannedRule { from: from_side(source, &sources), to, why });
    }
    finish(&sources, given, added)
}

/// Why these names can't go by this mapping, if so.
fn problem(
    mapping: &Mapping,
    host: &Host,
    names: &[String],
    taken: &BTreeMap<String, String>,
) -> Option<String> {
    names.iter().find_map(|name| match mapping.target(host, name) {
        Err(error) => Some(error.to_string()),
        Ok(target) => taken
            .get(target.as_str())
            .map(|other| format!("{} and {other} would both become {target}", on(host, name))),
    })
}

fn on(host: &Host, name: &str) -> String {
    format!("{host}/{name}")
}

/// A name that nothing has: similar to the old one, with its region if need be, then numbered.
fn candidate(source: Source<'_>, fold: Option<&Fold>, used: &BTreeSet<String>) -> String {
    let name = &source.namespace.name;
    let city = source.ccr.region.city();
    let with_city = |name: &str| format!("{:.20}-{city}", name.trim_end_matches(['.', '_', '-']));
    let plain = propose_namespace(name);
    let placed = propose_namespace(&with_city(&plain));
    let numbered = (2..).map(|number| propose_namespace(&format!("{plain:.26}-{number}")));
    let below = |part: String| match fold {
        Some(Fold(into)) => format!("{into}/{part}"),
        None => part,
    };
    // Below a namespace more names are good: `team_a__x` is a part of a path, and no namespace.
    let as_it_is = fold.filter(|_| format!("x/{name}").parse::<RepositoryName>().is_ok());
    as_it_is
        .map(|_| name.clone())
        .into_iter()
        .chain([plain.clone(), placed])
        .chain(numbered.take(used.len() + 1))
        .map(below)
        .find(|to| !used.contains(to))
        .unwrap_or(plain)
}

/// `shop`, or `hkccr:shop` if another host has a namespace of that name.
fn from_side(source: Source<'_>, all: &[Source<'_>]) -> String {
    let (host, name) = (&source.ccr.host, &source.namespace.name);
    let others = || all.iter().filter(|other| other.ccr.host != *host);
    if !others().any(|other| other.namespace.name == *name) {
        return name.clone();
    }
    let is_unique = others().all(|other| other.ccr.host.first_label() != host.first_label());
    let host = if is_unique { host.first_label() } else { host.as_str() };
    format!("{host}:{name}")
}

/// Judges everything once more under the whole mapping: what is counted is what a copy would find.
fn finish(sources: &[Source<'_>], given: &Mapping, added: Vec<PlannedRule>) -> NamePlan {
    let mut plan = NamePlan::default();
    let mut rules = given.rules().to_vec();
    for rule in added {
        match Rule::new(&rule.from, &rule.to) {
            Ok(made) => {
                rules.push(made);
                plan.added.push(rule);
            }
            Err(error) => plan.unresolved.push(error.to_string()),
        }
    }
    plan.mapping = Mapping::new(rules).excluding(given.excludes().to_vec());
    let mut taken = BTreeMap::new();
    for source in sources {
        let (host, names) = (&source.ccr.host, source.names(&plan.mapping));
        for name in names {
            match problem(&plan.mapping, host, std::slice::from_ref(&name), &taken) {
                Some(why) => plan.unresolved.push(format!("{}: {why}", on(host, &name))),
                None => {
                    let Ok(target) = plan.mapping.target(host, &name) else { continue };
                    plan.namespaces.insert(target.namespace().to_owned());
                    taken.insert(target.to_string(), on(host, &name));
                    if !source.namespace.repositories.is_empty() {
                        plan.repositories.insert(target.to_string());
                    }
                }
            }
        }
    }
    plan
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ccr(region: &str, repositories: &[&str]) -> CcrContent {
        let region: crate::tencent::Region = region.parse().unwrap();
        let mut namespaces: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for name in repositories {
            let (namespace, below) = name.split_once('/').unwrap();
            let held = namespaces.entry(namespace).or_default();
            if !below.is_empty() {
                held.push((*name).to_owned());
            }
        }
        let namespace = |(name, repositories): (&str, Vec<String>)| CcrNamespace {
            name: name.to_owned(),
            repositories,
            tags: 0,
        };
        let namespaces = namespaces.into_iter().map(namespace).collect();
        CcrContent { host: region.ccr_host().unwrap(), region, namespaces }
    }

    fn planned(ccr: &[CcrContent], given: &[&str], fold: Option<&str>) -> NamePlan {
        let given = Mapping::new(given.iter().map(|rule| rule.parse().unwrap()).collect());
        plan_names(ccr, &given, fold.map(|into| into.parse().unwrap()).as_ref())
    }

    fn rules(plan: &NamePlan) -> Vec<String> {
        plan.added.iter().map(|rule| format!("{}={}", rule.from, rule.to)).collect()
    }

    #[test]
    fn good_names_stay_and_need_no_rule() {
        let plan = planned(&[ccr("ap-guangzhou", &["shop/web", "dev/", "shop/api"])], &[], None);
        assert!(plan.added.is_empty() && plan.unresolved.is_empty());
        assert_eq!(plan.namespaces.len(), 2);
        assert_eq!(plan.repositories.len(), 2, "an empty namespace has none");
    }

    #[test]
    fn a_name_that_tcr_refuses_gets_one_that_nothing_has() {
        let ccr = [ccr("ap-guangzhou", &["Dev_/api", "dev/web", "team_a__x/web"])];
        let plan = planned(&ccr, &[], None);
        assert_eq!(rules(&plan), ["Dev_=dev-guangzhou", "team_a__x=team_a_x"]);
        assert!(plan.added[0].why.contains("can't exist in TCR"), "{}", plan.added[0].why);
        assert!(plan.unresolved.is_empty(), "{:?}", plan.unresolved);
    }

    #[test]
    fn what_was_given_goes_first() {
        let ccr = [ccr("ap-guangzhou", &["Dev_/api", "shop/web"])];
        let plan = planned(&ccr, &["Dev_=mine", "shop=mine/shop"], None);
        assert!(plan.added.is_empty());
        assert_eq!(plan.namespaces, BTreeSet::from(["mine".to_owned()]));
        let folded = planned(&ccr, &["Dev_=mine"], Some("team"));
        assert_eq!(rules(&folded), ["shop=team/shop"]);
    }

    #[test]
    fn two_hosts_that_meet_in_one_name_are_told_apart() {
        let ccr = [ccr("ap-guangzhou", &["shop/web"]), ccr("ap-hongkong", &["shop/web"])];
        let plan = planned(&ccr, &[], None);
        assert_eq!(rules(&plan), ["hkccr:shop=shop-hongkong"]);
        assert!(plan.added[0].why.contains("would both become shop/web"));
        assert_eq!(plan.repositories.len(), 2);
        let folded = planned(&ccr, &[], Some("team"));
        assert_eq!(rules(&folded), ["ccr:shop=team/shop", "hkccr:shop=team/shop-hongkong"]);
        // Nothing meets: they may share the namespace.
        let apart = [ccr[0].clone(), self::ccr("ap-hongkong", &["shop/api"])];
        assert!(planned(&apart, &[], None).added.is_empty());
    }

    #[test]
    fn folding_keeps_names_that_are_good_below_a_namespace() {
        let ccr = [ccr("ap-guangzhou", &["team_a__x/web", "Dev_/api", "a/b"])];
        let plan = planned(&ccr, &[], Some("platform/apps"));
        let wanted =
            ["Dev_=platform/apps/dev", "a=platform/apps/a", "team_a__x=platform/apps/team_a__x"];
        assert_eq!(rules(&plan), wanted);
        assert_eq!(plan.namespaces, BTreeSet::from(["platform".to_owned()]));
        assert!(plan.unresolved.is_empty(), "{:?}", plan.unresolved);
    }

    #[test]
    fn a_repository_that_no_namespace_helps_is_named() {
        let ccr = [ccr("ap-guangzhou", &["shop/Web", "shop/api"])];
        let plan = planned(&ccr, &[], None);
        assert_eq!(plan.unresolved.len(), 1);
        assert!(plan.unresolved[0].contains("shop/Web"), "{:?}", plan.unresolved);
        let given = Mapping::default().excluding(vec!["shop/Web".parse().unwrap()]);
        let plan = plan_names(&ccr, &given, None);
        assert!(plan.unresolved.is_empty() && plan.added.is_empty(), "it is left out");
    }

    #[test]
    fn what_to_fold_into_is_a_namespace() {
        for text in ["team", "team/apps"] {
            assert!(text.parse::<Fold>().is_ok(), "{text}");
        }
        for text in ["", "t", "Team", "team/", "team//x", "team/Apps"] {
            assert!(text.parse::<Fold>().is_err(), "{text}");
        }
    }
}
