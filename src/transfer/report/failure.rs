//! Why something failed: a class for programs, a diagnostic for people.

use serde::{Deserialize, Serialize};

use crate::diagnostic::{CommonError, Diagnostic};
use crate::registry::{ErrorClass, RegistryError};
use crate::tencent::ApiError;

/// Why something failed. In JSON all of it stands on one level.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// For programs.
    pub class: FailureClass,
    /// For people.
    #[serde(flatten)]
    pub diagnostic: Diagnostic,
}

/// The sorts of failures that programs tell apart. docs/report.md lists them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FailureClass {
    /// No login or key, a refused one, or one without the right.
    Auth,
    /// The server says that it has no such thing.
    NotFound,
    /// Too many requests.
    Rate,
    /// No connection, or a broken one.
    Network,
    /// Bytes that are not what their digest or size says.
    Digest,
    /// A rule of the registry: immutable tags, scans.
    Policy,
    /// No room left.
    Quota,
    /// A name, a manifest or a request that can't be right.
    Invalid,
    /// The server failed.
    Server,
    /// Both sides differ, and the policy doesn't say which one holds.
    Conflict,
    /// `verify`: the target lacks the image, or has another one.
    Unequal,
    /// A listing that brought less than was counted.
    Incomplete,
    /// The run was stopped before this was done.
    Interrupted,
    /// A fault in this program.
    Internal,
}

impl Failure {
    /// A failure without a hint.
    #[must_use]
    pub fn new(class: FailureClass, message: impl Into<String>) -> Self {
        Self { class, diagnostic: Diagnostic::new(message) }
    }

    /// The same with what to do next.
    #[must_use]
    pub fn with_hint(self, hint: impl Into<String>) -> Self {
        Self { diagnostic: self.diagnostic.with_hint(hint), ..self }
    }

    /// The same, known as one of the common errors.
    #[must_use]
    pub fn known_as(self, common: impl Into<Option<CommonError>>) -> Self {
        Self { diagnostic: self.diagnostic.known_as(common), ..self }
    }

    /// A name or a manifest that can't be right.
    #[must_use]
    pub fn invalid(error: &dyn std::error::Error) -> Self {
        Self::new(FailureClass::Invalid, error.to_string())
    }

    /// A listing that brought less than was counted.
    #[must_use]
    pub fn short(message: &str) -> Self {
        Self::new(FailureClass::Incomplete, message).with_hint(
            "run it again; if the numbers still differ, the key may not be allowed to see everything",
        )
    }

    /// The user stopped the run before this was done.
    #[must_use]
    pub fn interrupted() -> Self {
        Self::new(FailureClass::Interrupted, "the run was stopped before this was done")
            .with_hint("run it again: what is done is not done twice")
    }
}

impl From<&ApiError> for Failure {
    fn from(error: &ApiError) -> Self {
        let starts = |prefix: &str| error.code().is_some_and(|code| code.starts_with(prefix));
        let class = if error.is_quota() {
            FailureClass::Quota
        } else if error.is_permission() || error.is_key_refused() {
            FailureClass::Auth
        } else if error.is_not_found() {
            FailureClass::NotFound
        } else if starts("RequestLimitExceeded") {
            FailureClass::Rate
        } else if starts("InvalidParameter") {
            FailureClass::Invalid
        } else if error.code().is_some() {
            FailureClass::Server
        } else {
            FailureClass::Network
        };
        let diagnostic = error.diagnostic();
        Self { class, diagnostic }
    }
}

impl From<&RegistryError> for Failure {
    fn from(error: &RegistryError) -> Self {
        let diagnostic = Diagnostic::new(error.to_string()).known_as(error.common());
        let diagnostic = Diagnostic { hint: error.hint(), ..diagnostic };
        Self { class: error.class().into(), diagnostic }
    }
}

impl From<ErrorClass> for FailureClass {
    fn from(class: ErrorClass) -> Self {
        match class {
            ErrorClass::Auth => Self::Auth,
            ErrorClass::NotFound => Self::NotFound,
            ErrorClass::Rate => Self::Rate,
            ErrorClass::Network => Self::Network,
            ErrorClass::Digest => Self::Digest,
            ErrorClass::Policy => Self::Policy,
            ErrorClass::Quota => Self::Quota,
            ErrorClass::Invalid => Self::Invalid,
            ErrorClass::Server => Self::Server,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_page_lists_the_classes_that_there_are() {
        let page = include_str!("../../../docs/report.md");
        let listed = page.split("`class` of an error:").nth(1).unwrap().split('.').next().unwrap();
        let listed: BTreeSet<&str> = listed.split('`').skip(1).step_by(2).collect();
        // Given an unknown variant, serde names all that there are.
        let error = serde_json::from_str::<FailureClass>("\"?\"").unwrap_err().to_string();
        let classes: BTreeSet<&str> = error.split('`').skip(3).step_by(2).collect();
        assert_eq!(classes, listed);
    }

    #[test]
    fn a_failure_stands_on_one_level() {
        let failure = Failure::new(FailureClass::NotFound, "m").with_hint("h");
        let json = r#"{"class":"not-found","message":"m","hint":"h"}"#;
        assert_eq!(serde_json::to_string(&failure).unwrap(), json);
        assert_eq!(serde_json::from_str::<Failure>(json).unwrap(), failure);
    }
}
