//! A policy in CAM's policy language (598/10604): version, and statements that allow or deny.

use serde_json::{Map, Value};

use super::error::DocumentError;
use super::resource::ResourcePattern;

/// A policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// What it allows and denies.
    pub statements: Vec<Statement>,
}

/// One statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// What it does.
    pub effect: Effect,
    /// `tcr:Describe*`, without the `name/` that may stand in front.
    pub actions: Vec<String>,
    /// What it is about.
    pub resources: Vec<ResourcePattern>,
    /// Under what condition, by operator and key: `{"ip_equal": {"qcs:ip": "10.0.0.0/8"}}`.
    pub condition: Option<Map<String, Value>>,
    /// Parts of it that this program doesn't know, so that nobody can tell what it says.
    pub unknown: Vec<String>,
}

/// What a statement does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// It grants.
    Allow,
    /// It takes away, whatever else grants it.
    Deny,
}

impl Document {
    /// Reads a policy. Keys may be in any case, and what is one may stand without a list.
    ///
    /// # Errors
    /// [`DocumentError`] if it is no JSON, or a statement says neither allow nor deny.
    pub fn parse(text: &str) -> Result<Self, DocumentError> {
        let value: Value = serde_json::from_str(text).map_err(|error| DocumentError::NotJson {
            line: error.line(),
            column: error.column(),
        })?;
        let Value::Object(policy) = value else {
            return Err(wrong("it is no object"));
        };
        let policy = lower_keys(policy);
        let statements = match policy.get("statement") {
            Some(Value::Array(statements)) => statements.clone(),
            Some(statement @ Value::Object(_)) => vec![statement.clone()],
            _ => return Err(wrong("it has no `statement`")),
        };
        let statements = statements.into_iter().map(statement).collect::<Result<_, _>>()?;
        Ok(Self { statements })
    }
}

impl Statement {
    /// The keys that its condition looks at: `qcs:ip`.
    #[must_use]
    pub fn condition_keys(&self) -> Vec<String> {
        let inner = self.condition.iter().flatten().flat_map(|(operator, keys)| match keys {
            Value::Object(keys) => keys.keys().cloned().collect(),
            _ => vec![operator.clone()],
        });
        inner.collect()
    }
}

fn statement(value: Value) -> Result<Statement, DocumentError> {
    let Value::Object(fields) = value else {
        return Err(wrong("a statement is no object"));
    };
    let mut fields = lower_keys(fields);
    let effect = match fields.remove("effect") {
        Some(Value::String(effect)) if effect.eq_ignore_ascii_case("allow") => Effect::Allow,
        Some(Value::String(effect)) if effect.eq_ignore_ascii_case("deny") => Effect::Deny,
        _ => return Err(wrong("a statement has no `effect`, which is allow or deny")),
    };
    let actions = texts("action", fields.remove("action"))?;
    let strip = |action: String| action.strip_prefix("name/").map_or(action.clone(), str::to_owned);
    let actions: Vec<_> = actions.into_iter().map(strip).collect();
    let resources = texts("resource", fields.remove("resource"))?;
    let condition = match fields.remove("condition") {
        Some(Value::Object(operators)) => Some(operators).filter(|it| !it.is_empty()),
        None | Some(Value::Null) => None,
        Some(_) => return Err(wrong("a `condition` is no object")),
    };
    // Whom it concerns is said in policies of resources and roles only; `sid` is a name.
    let unknown: Vec<_> =
        fields.into_iter().map(|(key, _)| key).filter(|key| key != "sid").collect();
    if unknown.is_empty() && (actions.is_empty() || resources.is_empty()) {
        return Err(wrong("a statement has no `action` or no `resource`"));
    }
    let resources = resources.iter().map(|text| ResourcePattern::parse(text)).collect();
    Ok(Statement { effect, actions, resources, condition, unknown })
}

fn texts(name: &str, value: Option<Value>) -> Result<Vec<String>, DocumentError> {
    match value {
        None => Ok(Vec::new()),
        Some(Value::String(text)) => Ok(vec![text]),
        Some(Value::Array(values)) => values
            .into_iter()
            .map(|value| match value {
                Value::String(text) => Ok(text),
                _ => Err(wrong(&format!("`{name}` holds something that is no text"))),
            })
            .collect(),
        Some(_) => Err(wrong(&format!("`{name}` is neither text nor a list"))),
    }
}

fn lower_keys(fields: Map<String, Value>) -> Map<String, Value> {
    fields.into_iter().map(|(key, value)| (key.to_ascii_lowercase(), value)).collect()
}

fn wrong(reason: &str) -> DocumentError {
    DocumentError::NotAPolicy { reason: reason.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_read_as_a_list_of_one() {
        let text = r#"{"version": "2.0", "Statement": {"Effect": "Allow", "Action": "name/tcr:*",
            "Resource": "*", "Condition": {"ip_equal": {"qcs:ip": ["10.0.0.0/8"]}}, "Sid": "x"}}"#;
        let document = Document::parse(text).unwrap();
        let [statement] = document.statements.as_slice() else { panic!() };
        assert_eq!(statement.effect, Effect::Allow);
        assert_eq!(statement.actions, ["tcr:*"]);
        assert!(statement.resources[0].is_everything());
        assert_eq!(statement.condition_keys(), ["qcs:ip"]);
        assert!(statement.unknown.is_empty());
    }

    #[test]
    fn what_is_not_known_is_named() {
        let text = r#"{"statement": [{"effect": "allow", "notAction": "tcr:*", "resource": "*"}]}"#;
        assert_eq!(Document::parse(text).unwrap().statements[0].unknown, ["notaction"]);
    }

    #[test]
    fn what_is_no_policy_is_refused_without_being_quoted() {
        for (text, reason) in [
            ("{\n x", "the policy is not JSON: line 2, column 2"),
            ("[]", "the policy can't be understood: it is no object"),
            ("{}", "the policy can't be understood: it has no `statement`"),
            (
                r#"{"statement": [{}]}"#,
                "the policy can't be understood: a statement has no `effect`, which is allow or deny",
            ),
            (
                r#"{"statement": {"effect": "allow", "action": [1]}}"#,
                "the policy can't be understood: `action` holds something that is no text",
            ),
            (
                r#"{"statement": {"effect": "allow", "action": "a"}}"#,
                "the policy can't be understood: a statement has no `action` or no `resource`",
            ),
        ] {
            assert_eq!(Document::parse(text).unwrap_err().to_string(), reason);
        }
    }
}
