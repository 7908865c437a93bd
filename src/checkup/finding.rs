//! What a check finds: a verdict, a line, a hint.

use serde::Serialize;

use crate::account::AccountError;
use crate::kubernetes::ClusterError;
use crate::registry::RegistryError;
use crate::tencent::ApiError;

/// How it stands with what was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Verdict {
    /// As it should be.
    Ok,
    /// It works, and something is to be known before a move.
    Warn,
    /// A move, or part of it, would fail.
    Fail,
    /// It could not be found out, one way or the other.
    NotProven,
    /// Not looked at, because of another check.
    Skipped,
}

impl Verdict {
    /// As people read it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Fail => "fail",
            Self::NotProven => "not proven",
            Self::Skipped => "skipped",
        }
    }
}

/// What a check found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Finding {
    pub(super) verdict: Verdict,
    /// One line, with the numbers.
    pub(super) text: String,
    /// What to type, or to do, next.
    pub(super) hint: Option<String>,
    pub(super) request_id: Option<String>,
}

/// A check's own end. An error is a finding like another: `?` ends a check with it.
pub(super) type Found = Result<Finding, Finding>;

/// Whether a move needs what is asked for. What it doesn't need and CAM refuses is not proven.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Need {
    Needed,
    Optional,
}

impl Finding {
    fn new(verdict: Verdict, text: impl Into<String>) -> Self {
        Self { verdict, text: text.into(), hint: None, request_id: None }
    }

    pub(super) fn ok(text: impl Into<String>) -> Self {
        Self::new(Verdict::Ok, text)
    }

    pub(super) fn warn(text: impl Into<String>) -> Self {
        Self::new(Verdict::Warn, text)
    }

    pub(super) fn fail(text: impl Into<String>) -> Self {
        Self::new(Verdict::Fail, text)
    }

    pub(super) fn not_proven(text: impl Into<String>) -> Self {
        Self::new(Verdict::NotProven, text)
    }

    pub(super) fn no_api() -> Self {
        Self::not_proven("there is no API to ask")
    }

    pub(super) fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    /// A call that brought nothing. The text names the action and the `RequestId`.
    pub(super) fn api(error: &ApiError, need: Need) -> Self {
        let verdict = need.verdict();
        let request_id = error.request_id().map(ToOwned::to_owned);
        Self { hint: error.hint(), request_id, ..Self::new(verdict, error.to_string()) }
    }

    pub(super) fn account(error: &AccountError, need: Need) -> Self {
        if let AccountError::Api(error) = error {
            return Self::api(error, need);
        }
        Self { hint: error.hint(), ..Self::new(need.verdict(), error.to_string()) }
    }

    pub(super) fn cluster(error: &ClusterError) -> Self {
        Self::fail(error.to_string()).hint(error.hint())
    }

    pub(super) fn registry(error: &RegistryError) -> Self {
        Self { hint: error.hint(), ..Self::fail(error.to_string()) }
    }
}

impl Need {
    fn verdict(self) -> Verdict {
        match self {
            Self::Needed => Verdict::Fail,
            Self::Optional => Verdict::NotProven,
        }
    }
}
