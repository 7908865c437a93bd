//! What can be wrong with a policy.

/// A text that is no policy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DocumentError {
    /// Not JSON. The text itself is not quoted.
    #[error("the policy is not JSON: line {line}, column {column}")]
    NotJson {
        /// Counted from 1.
        line: usize,
        /// Counted from 1.
        column: usize,
    },
    /// JSON, but not CAM's policy language.
    #[error("the policy can't be understood: {reason}")]
    NotAPolicy {
        /// What is missing or of another kind.
        reason: String,
    },
}

impl DocumentError {
    /// What to type instead.
    #[must_use]
    pub fn hint(&self) -> String {
        r#"expected CAM's policy language: {"version": "2.0", "statement": [{"effect": "allow", "action": ["tcr:*"], "resource": ["*"]}]}"#.to_owned()
    }
}
