//! The least policy under which steps can be done.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Map, Value};

use super::needs::{NEEDS, Need};
use super::scope::{On, Scope};
use super::step::Step;

/// A policy that allows what some steps need, and nothing else.
#[derive(Debug, Clone)]
pub struct LeastPolicy {
    /// The steps.
    pub steps: Vec<Step>,
    /// Each right, once.
    pub rights: Vec<Right>,
}

/// A right that a policy grants.
#[derive(Debug, Clone)]
pub struct Right {
    /// The row of the table.
    pub need: &'static Need,
    /// Whether a step fails without it.
    pub is_required: bool,
    /// On what, as CAM names it.
    pub resources: Vec<String>,
}

/// A policy in CAM's language, ready to be printed.
#[derive(Debug, Clone, Serialize)]
pub struct PrintedPolicy {
    version: &'static str,
    statement: Vec<PrintedStatement>,
}

#[derive(Debug, Clone, Serialize)]
pub(super) struct PrintedStatement {
    pub(super) effect: &'static str,
    pub(super) action: Vec<String>,
    pub(super) resource: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) condition: Option<Map<String, Value>>,
}

impl LeastPolicy {
    /// What the steps need.
    #[must_use]
    pub fn of(steps: &[Step], scope: &Scope) -> Self {
        let rights = NEEDS.iter().filter_map(|need| {
            let required = steps.iter().filter_map(|step| need.is_required_by(*step));
            let is_required = required.reduce(|one, other| one || other)?;
            Some(Right { need, is_required, resources: scope.resources(need.on) })
        });
        Self { steps: steps.to_vec(), rights: rights.collect() }
    }

    /// In CAM's language: a statement for each set of resources.
    #[must_use]
    pub fn document(&self) -> PrintedPolicy {
        PrintedPolicy::allowing(self.rights.iter().flat_map(|right| {
            let actions = right.need.actions.iter();
            actions.map(|action| ((*action).to_owned(), right.resources.clone()))
        }))
    }

    /// The actions of TCR that are printed with `*`, for the level of each isn't documented where
    /// this program's facts are from.
    #[must_use]
    pub fn unsure(&self) -> Vec<&'static str> {
        let wide = self.rights.iter().filter(|right| right.need.on == On::Everything);
        let names = wide.flat_map(|right| right.need.actions.iter().copied());
        names.filter(|action| action.starts_with("tcr:")).collect()
    }

    /// The name of the policy: `ccr2tcr-sync`.
    #[must_use]
    pub fn name(&self) -> String {
        let steps: Vec<_> = self.steps.iter().map(|step| step.name()).collect();
        format!("ccr2tcr-{}", steps.join("-"))
    }
}

impl PrintedPolicy {
    /// Allows each action on its resources; actions with the same resources share a statement.
    pub(super) fn allowing(rights: impl IntoIterator<Item = (String, Vec<String>)>) -> Self {
        let mut groups: BTreeMap<Vec<String>, Vec<String>> = BTreeMap::new();
        for (action, resources) in rights {
            groups.entry(resources).or_default().push(action);
        }
        let statement = groups
            .into_iter()
            .map(|(resource, action)| PrintedStatement {
                effect: "allow",
                action,
                resource,
                condition: None,
            })
            .collect();
        Self::new(statement)
    }

    pub(super) fn new(statement: Vec<PrintedStatement>) -> Self {
        Self { version: "2.0", statement }
    }

    /// Whether it says nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.statement.is_empty()
    }

    /// Indented JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Of texts and lists alone, which can always be written.
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// A resource of Terraform's provider for Tencent Cloud.
    #[must_use]
    pub fn to_terraform(&self, name: &str, description: &str) -> String {
        // What Terraform would fill in, written so that it doesn't.
        let plain = |text: &str| text.replace("${", "$${").replace("%{", "%%{");
        let quoted = |text: &str| plain(&text.replace('\\', "\\\\").replace('"', "\\\""));
        let is_of_label = |character: char| character.is_ascii_alphanumeric();
        let label = name.replace(|character| !is_of_label(character), "_");
        format!(
            "resource \"tencentcloud_cam_policy\" \"{label}\" {{\n  name        = \"{}\"\n  \
             description = \"{}\"\n  document    = <<-EOF\n{}\n  EOF\n}}\n",
            quoted(name),
            quoted(description),
            plain(&self.to_json()),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rights::MovedNamespace;

    #[test]
    fn actions_with_the_same_resources_share_a_statement() {
        let scope = Scope {
            instance: Some("tcr-1".to_owned()),
            namespaces: vec![MovedNamespace {
                personal: "team_a__x".to_owned(),
                enterprise: "team-a-x".to_owned(),
            }],
            ..Scope::default()
        };
        let policy = LeastPolicy::of(&[Step::Pull, Step::Login], &scope).document();
        let value = serde_json::to_value(&policy).unwrap();
        let expected = serde_json::json!({"version": "2.0", "statement": [
            {"effect": "allow", "action": ["tcr:DescribeInstances"], "resource": ["qcs::tcr:::instance/*"]},
            {"effect": "allow", "action": ["tcr:CreateInstanceToken"], "resource": ["qcs::tcr:::instance/tcr-1"]},
            {"effect": "allow", "action": ["tcr:PullRepositoryPersonal"], "resource": ["qcs::tcr:::repo/team_a__x/*"]},
        ]});
        assert_eq!(value, expected);
        let content = scope.resources(On::Content);
        assert_eq!(
            content,
            ["qcs::tcr:::repository/tcr-1/team-a-x", "qcs::tcr:::repository/tcr-1/team-a-x/*"]
        );
    }

    #[test]
    fn actions_of_an_unknown_level_are_told() {
        let policy = LeastPolicy::of(&[Step::ServiceAccount], &Scope::default());
        assert_eq!(policy.unsure(), ["tcr:CreateServiceAccount", "tcr:CreateCustomAccount"]);
        assert_eq!(policy.name(), "ccr2tcr-service-account");
    }
}
