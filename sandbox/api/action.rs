//! One action of a service: name, rate, parameters, what CAM grants it on, and the function that
//! answers.

use serde_json::{Map, Value};

use super::call::{ActionCall, ActionResult};
use super::error::ApiError;

/// One action.
pub(super) struct Action {
    pub(super) name: &'static str,
    /// Calls a second (of TCR: API overview, 1141/41605).
    pub(super) rate: usize,
    pub(super) grant: Grant,
    /// As `name:type`, with `!` in front if it is required. Types: `s` text, `i` number, `b` flag,
    /// `l` list, `o` object.
    parameters: &'static str,
    pub(super) answer: fn(&mut ActionCall<'_>) -> ActionResult,
}

/// What a policy must name for an action to be granted (CAM, 598/70035).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Grant {
    /// `*`; granted on anything else it counts as not granted.
    Operation,
    /// `instance/*`
    Instances,
    /// `instance/ID`, the call's `RegistryId`.
    Instance,
    /// `repository/ID/NAMESPACE/REPOSITORY`, as far as the call names them.
    Content,
    /// `repo/NAMESPACE/REPOSITORY`, the call's `RepoName`.
    PersonalRepositories,
}

pub(super) const fn action(
    name: &'static str,
    rate: usize,
    grant: Grant,
    parameters: &'static str,
    answer: fn(&mut ActionCall<'_>) -> ActionResult,
) -> Action {
    Action { name, rate, grant, parameters, answer }
}

impl Action {
    /// Checks names and types of the parameters, and that none is missing.
    pub(super) fn check(&self, parameters: &Map<String, Value>) -> Result<(), ApiError> {
        let known: Vec<_> =
            self.parameters.split_whitespace().filter_map(|part| part.split_once(':')).collect();
        for (name, value) in parameters {
            let bare = |(known, _): &&(&str, &str)| known.trim_start_matches('!') == name;
            let Some((_, kind)) = known.iter().find(bare) else {
                return Err(ApiError::unknown_parameter(name));
            };
            let (right, expected) = match *kind {
                "s" => (value.is_string(), "String"),
                "i" => (value.is_i64(), "Integer"),
                "b" => (value.is_boolean(), "Boolean"),
                "l" => (value.is_array(), "Array"),
                _ => (value.is_object(), "Object"),
            };
            // The SDKs leave null out; other clients send it, and it is accepted.
            if !right && !value.is_null() {
                return Err(ApiError::wrong_type(name, expected));
            }
        }
        let required = known.iter().filter_map(|(name, _)| name.strip_prefix('!'));
        for name in required {
            if parameters.get(name).is_none_or(Value::is_null) {
                return Err(ApiError::missing_parameter(name));
            }
        }
        Ok(())
    }
}
