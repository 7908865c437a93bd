//! Whose key it is, and what that user or role may: policies in CAM's policy language.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize};

/// A policy, as CAM's `CreatePolicy` takes it, with a name.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PolicyDescription {
    /// Its name; made from its place in the list by default.
    #[serde(default, skip_serializing)]
    pub(crate) name: Option<String>,
    /// The user's group that it comes with; attached directly by default.
    #[serde(default, skip_serializing)]
    pub(crate) group: Option<String>,
    /// Of the language: 2.0.
    #[serde(default = "version")]
    pub(crate) version: String,
    /// What it allows and denies.
    pub(crate) statement: Vec<StatementDescription>,
}

/// One statement of a policy.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StatementDescription {
    /// Allow or deny.
    pub(crate) effect: Effect,
    /// `tcr:Describe*`
    #[serde(deserialize_with = "one_or_many")]
    pub(crate) action: Vec<String>,
    /// `qcs::tcr:REGION:uin/OWNER:instance/ID`, or `*`.
    #[serde(deserialize_with = "one_or_many")]
    pub(crate) resource: Vec<String>,
    /// By operator, then by key: `ip_equal: {"qcs:ip": 10.0.0.0/8}`. The address is all that is
    /// known of a call here: a condition on anything else never holds.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) condition: BTreeMap<String, BTreeMap<String, Values>>,
}

/// What a statement does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Effect {
    /// It grants.
    Allow,
    /// It takes away, whatever else grants it.
    Deny,
}

/// What a condition compares with.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(transparent)]
pub(crate) struct Values(#[serde(deserialize_with = "one_or_many")] pub(crate) Vec<String>);

/// A role that a key may be got for.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RoleDescription {
    /// As in `qcs::cam::uin/OWNER:roleName/NAME`.
    pub(crate) name: String,
    /// What keys of the role may.
    pub(crate) policies: Vec<PolicyDescription>,
}

fn version() -> String {
    "2.0".to_owned()
}

fn one_or_many<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Given {
        One(String),
        Many(Vec<String>),
    }
    Ok(match Given::deserialize(deserializer)? {
        Given::One(one) => vec![one],
        Given::Many(many) => many,
    })
}
