//! The Personal Edition's policies in the Enterprise Edition's words. Pure; nothing is applied.
//!
//! `repo/NS/REPO` becomes `repository/ID/NS/REPO` through the mapping, and an action the one that
//! does the same. What has no counterpart is named: a policy that grants less than before must not
//! look as if it granted the same.

use std::collections::HashSet;

use super::document::{Document, Effect, Statement};
use super::least::{PrintedPolicy, PrintedStatement};
use super::old_names::OLD_NAMES;
use super::pattern::{Cover, cover};
use super::resource::ResourcePattern;
use crate::image::{Host, Mapping};

/// From what and to what.
#[derive(Debug, Clone)]
pub struct Translation<'a> {
    /// What CCR's names become.
    pub mapping: &'a Mapping,
    /// CCR's hosts, with their regions.
    pub hosts: Vec<(String, Host)>,
    /// The instance's id, or `*`.
    pub instance: String,
}

/// A policy in other words.
#[derive(Debug, Clone)]
pub struct TranslatedPolicy {
    /// What it says of TCR; may be empty.
    pub policy: PrintedPolicy,
    /// What of it could not be translated, and why.
    pub left: Vec<String>,
}

/// An action of the Personal Edition, and what does the same in an instance (API overview, 1141/41605).
const COUNTERPARTS: [(&str, &str); 14] = [
    ("PullRepositoryPersonal", "PullRepository"),
    ("PushRepositoryPersonal", "PushRepository"),
    ("DescribeNamespacePersonal", "DescribeNamespaces"),
    ("CreateNamespacePersonal", "CreateNamespace"),
    ("DeleteNamespacePersonal", "DeleteNamespace"),
    ("DescribeRepositoryOwnerPersonal", "DescribeRepositories"),
    ("DescribeRepositoryFilterPersonal", "DescribeRepositories"),
    ("DescribeRepositoryPersonal", "DescribeRepositories"),
    ("CreateRepositoryPersonal", "CreateRepository"),
    ("DeleteRepositoryPersonal", "DeleteRepository"),
    ("BatchDeleteRepositoryPersonal", "DeleteRepository"),
    ("DescribeImagePersonal", "DescribeImages"),
    ("DeleteImagePersonal", "DeleteImage"),
    ("BatchDeleteImagePersonal", "DeleteImage"),
];

impl Translation<'_> {
    /// Translates a policy. Statements that have nothing to do with CCR are passed over.
    #[must_use]
    pub fn of(&self, document: &Document) -> TranslatedPolicy {
        let (mut statements, mut left) = (Vec::new(), Vec::new());
        for statement in &document.statements {
            statements.extend(self.statement(statement, &mut left));
        }
        TranslatedPolicy { policy: PrintedPolicy::new(statements), left }
    }

    fn statement(&self, statement: &Statement, left: &mut Vec<String>) -> Option<PrintedStatement> {
        let about: Vec<_> = statement.resources.iter().filter(|it| is_of_ccr(it)).collect();
        if about.is_empty() {
            return None;
        }
        if let Some(part) = statement.unknown.first() {
            left.push(format!("a statement with `{part}`, which is not understood here"));
            return None;
        }
        let action = actions(statement, left);
        let mut resource: Vec<String> = Vec::new();
        for held in about {
            match self.resource(held) {
                Ok(translated) => resource.extend(translated),
                Err(why) => left.push(format!("{held}: {why}")),
            }
        }
        once_each(&mut resource);
        if action.is_empty() || resource.is_empty() {
            return None;
        }
        let effect = match statement.effect {
            Effect::Allow => "allow",
            Effect::Deny => "deny",
        };
        Some(PrintedStatement { effect, action, resource, condition: statement.condition.clone() })
    }

    fn resource(&self, held: &ResourcePattern) -> Result<Vec<String>, String> {
        let Some((_, resource)) = held.named() else {
            return Ok(vec![self.named("", "*")]);
        };
        let account = held.account().unwrap_or_default();
        let path = resource.strip_prefix("repo/").unwrap_or(resource);
        if path == "*" {
            return Ok(vec![self.named(account, "*")]);
        }
        if path.contains(':') {
            return Err("TCR grants nothing on single tags".to_owned());
        }
        let mut targets: Vec<String> = Vec::new();
        for (region, host) in &self.hosts {
            let is_there = held.region().is_none_or(|held| cover(held, region) == Cover::All);
            if is_there {
                targets.extend(self.target(host, path)?);
            }
        }
        once_each(&mut targets);
        if targets.is_empty() {
            return Err("it is about a region that is not moved (--ccr-region)".to_owned());
        }
        Ok(targets.iter().map(|target| self.named(account, target)).collect())
    }

    /// What a path of CCR, perhaps with stars, becomes.
    fn target(&self, host: &Host, path: &str) -> Result<Vec<String>, String> {
        let (namespace, below) = match path.split_once('/') {
            Some((namespace, below)) => (namespace, Some(below)),
            None => (path, None),
        };
        if namespace.contains('*') {
            return match self.mapping.is_empty() {
                true => Ok(vec![path.to_owned()]),
                false => Err("it is about several namespaces, and names change".to_owned()),
            };
        }
        match below {
            Some(name) if !name.contains('*') => {
                let target = self.mapping.target(host, path).map_err(|error| error.to_string())?;
                // The repository, and what is in it.
                Ok(vec![target.to_string(), format!("{target}/*")])
            }
            below => {
                let target = self.mapping.target_below(host, namespace)?;
                Ok(vec![below.map_or(target.clone(), |below| format!("{target}/{below}"))])
            }
        }
    }

    fn named(&self, account: &str, path: &str) -> String {
        format!("qcs::tcr::{account}:repository/{}/{path}", self.instance)
    }
}

/// The Personal Edition's resources, and everything.
fn is_of_ccr(resource: &ResourcePattern) -> bool {
    match resource.named() {
        None => resource.is_everything(),
        Some(("ccr", _)) => true,
        Some(("tcr", resource)) => resource.starts_with("repo/"),
        Some(_) => false,
    }
}

/// What the actions become, each once; of what has no counterpart, why not.
fn actions(statement: &Statement, left: &mut Vec<String>) -> Vec<String> {
    let is_on_everything = statement.resources.iter().all(ResourcePattern::is_everything);
    let mut translated: Vec<String> = Vec::new();
    for pattern in &statement.actions {
        let found = match pattern.split_once(':') {
            Some(("ccr", "*")) => vec!["*".to_owned()],
            Some(("ccr", old)) => counterparts(|personal| {
                OLD_NAMES.iter().any(|(name, new)| *new == personal && matches(old, name))
            }),
            // A pattern that means the Enterprise Edition's actions, too; on `*` it grants them already.
            Some(("tcr", wide)) if wide.ends_with('*') && !wide.contains("Personal") => {
                if is_on_everything {
                    continue;
                }
                vec![wide.to_owned()]
            }
            Some(("tcr", name)) => {
                let found = counterparts(|personal| matches(name, personal));
                // An action of the Enterprise Edition, or of neither: it stays what it is.
                if found.is_empty() && !name.ends_with("Personal") {
                    continue;
                }
                found
            }
            None if pattern == "*" && !is_on_everything => vec!["*".to_owned()],
            _ => continue,
        };
        if found.is_empty() {
            left.push(format!("{pattern}: there is nothing like it in TCR"));
        }
        translated.extend(found.into_iter().map(|name| format!("tcr:{name}")));
    }
    once_each(&mut translated);
    translated
}

fn once_each(texts: &mut Vec<String>) {
    let mut seen = HashSet::new();
    texts.retain(|text| seen.insert(text.clone()));
}

fn counterparts(is_meant: impl Fn(&str) -> bool) -> Vec<String> {
    let meant = COUNTERPARTS.iter().filter(|(personal, _)| is_meant(personal));
    meant.map(|(_, enterprise)| (*enterprise).to_owned()).collect()
}

fn matches(pattern: &str, name: &str) -> bool {
    cover(pattern, name) == Cover::All
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn translate(rules: &[&str], statement: &Value) -> (Value, Vec<String>) {
        let mapping = Mapping::new(rules.iter().map(|rule| rule.parse().unwrap()).collect());
        let hosts = [("ap-guangzhou", "ccr"), ("ap-hongkong", "hkccr")];
        let host = |name: &str| format!("{name}.ccs.tencentyun.com").parse().unwrap();
        let hosts = hosts.map(|(region, name)| (region.to_owned(), host(name))).to_vec();
        let translation = Translation { mapping: &mapping, hosts, instance: "tcr-1".to_owned() };
        let text = json!({"version": "2.0", "statement": [statement]}).to_string();
        let translated = translation.of(&Document::parse(&text).unwrap());
        (serde_json::to_value(translated.policy).unwrap()["statement"].take(), translated.left)
    }

    fn allow(action: &str, resource: &str) -> Value {
        json!({"effect": "allow", "action": action, "resource": resource})
    }

    #[test]
    fn names_go_through_the_mapping() {
        for (rules, resource, expected) in [
            (&[][..], "qcs::tcr:::repo/*", &["*"][..]),
            (&[], "qcs::ccr:::repo/shop", &["shop"]),
            (&[], "qcs::tcr:::repo/shop/*", &["shop/*"]),
            (&[], "qcs::tcr:::repo/shop/web", &["shop/web", "shop/web/*"]),
            (&[], "qcs::tcr:::repo/team-*", &["team-*"]),
            (&["team_a__x=team-a-x"], "qcs::tcr:::repo/team_a__x/*", &["team-a-x/*"]),
            (&["team_a__x=team-a-x"], "qcs::tcr:::repo/team_a__x/w*", &["team-a-x/w*"]),
            (
                &["old/app=new/group/app"],
                "qcs::tcr:::repo/old/app",
                &["new/group/app", "new/group/app/*"],
            ),
            (&["hkccr:shop=shop-hk"], "qcs::tcr:::repo/shop/*", &["shop/*", "shop-hk/*"]),
            (&["hkccr:shop=shop-hk"], "qcs::tcr:ap-hongkong::repo/shop/*", &["shop-hk/*"]),
        ] {
            let (statements, left) =
                translate(rules, &allow("tcr:PullRepositoryPersonal", resource));
            let expected: Vec<_> =
                expected.iter().map(|path| format!("qcs::tcr:::repository/tcr-1/{path}")).collect();
            assert_eq!(statements[0]["resource"], json!(expected), "{resource}");
            assert_eq!(statements[0]["action"], json!(["tcr:PullRepository"]));
            assert!(left.is_empty(), "{left:?}");
        }
    }

    #[test]
    fn actions_become_what_does_the_same() {
        for (action, expected) in [
            ("ccr:pull", &["tcr:PullRepository"][..]),
            ("ccr:*", &["tcr:*"]),
            ("ccr:Batch*", &["tcr:DeleteRepository", "tcr:DeleteImage"]),
            ("tcr:*", &["tcr:*"]),
            ("tcr:Describe*", &["tcr:Describe*"]),
            ("tcr:P*RepositoryPersonal", &["tcr:PullRepository", "tcr:PushRepository"]),
            ("name/tcr:DescribeImagePersonal", &["tcr:DescribeImages"]),
        ] {
            let (statements, left) = translate(&[], &allow(action, "qcs::tcr:::repo/shop/*"));
            assert_eq!(statements[0]["action"], json!(expected), "{action}");
            assert!(left.is_empty(), "{left:?}");
        }
    }

    #[test]
    fn what_can_not_be_translated_is_named() {
        for (rules, action, resource, why) in [
            (
                &[][..],
                "ccr:DeleteTag",
                "qcs::ccr:::repo/shop/web:v1",
                "qcs::ccr:::repo/shop/web:v1: TCR grants nothing on single tags",
            ),
            (
                &[],
                "tcr:CreateApplicationTriggerPersonal",
                "qcs::tcr:::repo/shop/*",
                "tcr:CreateApplicationTriggerPersonal: there is nothing like it in TCR",
            ),
            (
                &["a=b"],
                "ccr:pull",
                "qcs::ccr:::repo/team-*/*",
                "qcs::ccr:::repo/team-*/*: it is about several namespaces, and names change",
            ),
            (
                &["shop/web=x/web"],
                "ccr:pull",
                "qcs::ccr:::repo/shop/*",
                "qcs::ccr:::repo/shop/*: shop/web=x/web is for some of them only",
            ),
            (
                &[],
                "ccr:pull",
                "qcs::ccr:ap-beijing::repo/shop/*",
                "qcs::ccr:ap-beijing::repo/shop/*: it is about a region that is not moved (--ccr-region)",
            ),
        ] {
            let (statements, left) = translate(rules, &allow(action, resource));
            assert_eq!(left, [why]);
            assert_eq!(statements, json!([]));
        }
        let (_, left) = translate(&[], &allow("ccr:pull", "qcs::ccr:::repo/team_a__x/*"));
        assert!(left[0].starts_with("qcs::ccr:::repo/team_a__x/*: "), "{left:?}");
    }

    #[test]
    fn conditions_and_denials_are_kept_and_other_services_passed_over() {
        let condition = json!({"ip_equal": {"qcs:ip": ["10.0.0.0/8"]}});
        let mut deny = allow("tcr:PushRepositoryPersonal", "qcs::tcr::uin/1:repo/shop/*");
        deny["effect"] = json!("deny");
        deny["condition"] = condition.clone();
        let (statements, _) = translate(&[], &deny);
        assert_eq!(statements[0]["effect"], "deny");
        assert_eq!(statements[0]["condition"], condition);
        assert_eq!(statements[0]["resource"], json!(["qcs::tcr::uin/1:repository/tcr-1/shop/*"]));
        for (action, resource) in
            [("cvm:*", "*"), ("tcr:*", "*"), ("tcr:X", "qcs::tcr:::instance/*")]
        {
            assert_eq!(
                translate(&[], &allow(action, resource)),
                (json!([]), Vec::new()),
                "{action}"
            );
        }
    }
}
