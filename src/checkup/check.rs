//! What a check is: its id, what it needs, and what it finds.

use std::time::Duration;

use futures::future::BoxFuture;
use serde::Serialize;

use super::ground::{ClusterGround, Ground};
use crate::account::AccountError;
use crate::kubernetes::ClusterError;
use crate::registry::RegistryError;
use crate::tencent::ApiError;

/// One thing that is looked at. Each is a file in `checks`.
#[derive(Debug)]
pub struct Check {
    /// Stable: `tcr.token`. What begins with `cluster.` is asked once for each cluster.
    pub id: &'static str,
    /// What it looks at, in a line.
    pub about: &'static str,
    /// The checks that must not have failed for this one to make sense.
    pub needs: &'static [&'static str],
    /// Checks whose results are used if they ran; they may fail.
    pub(super) after: &'static [&'static str],
    pub(super) run: Run,
}

/// How it is carried out.
pub(super) enum Run {
    /// Once.
    Once(for<'a> fn(&'a Ground) -> BoxFuture<'a, Found>),
    /// For each cluster.
    EachCluster(for<'a> fn(&'a Ground, &'a ClusterGround) -> BoxFuture<'a, Found>),
}

impl std::fmt::Debug for Run {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Once(_) => "Once",
            Self::EachCluster(_) => "EachCluster",
        })
    }
}

impl Check {
    /// How long one check may take. API calls, registries and nodes have limits of their own below it.
    pub(super) const LIMIT: Duration = Duration::from_secs(150);

    pub(super) fn is_of_a_cluster(&self) -> bool {
        matches!(self.run, Run::EachCluster(_))
    }
}

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
