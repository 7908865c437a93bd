//! Which failures are tried again, and how often.

use std::future::Future;
use std::time::Duration;

use super::refusal::{is_internal, is_of};
use crate::http::Backoff;
use crate::tencent::ApiError;

/// Six tries with about 1, 2, 4, 8 and 16 seconds between them.
pub(crate) const STANDARD_BACKOFF: Backoff =
    Backoff { attempts: 6, base: Duration::from_secs(1), cap: Duration::from_secs(16) };

/// A database error is also what a wrong instance id gives, and then more tries are useless.
const DATABASE_ATTEMPTS: u32 = 3;

/// Whether a call changes anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ActionKind {
    /// May always be repeated.
    Read,
    /// May be repeated only if the first try was certainly not carried out.
    Write,
}

impl ActionKind {
    /// By the action's name. What is not known to read is taken to write.
    pub(crate) fn of(action: &str) -> Self {
        let reads = ["Describe", "Check", "Validate", "Get", "List", "Query", "LookUp"]
            .iter()
            .any(|verb| action.starts_with(verb));
        if reads { Self::Read } else { Self::Write }
    }
}

/// Tries for a server that has never been reached.
const FIRST_CONTACT_ATTEMPTS: u32 = 2;

/// A failed attempt.
#[derive(Debug)]
pub(crate) struct FailedAttempt {
    pub(crate) error: ApiError,
    /// Whether the request may have reached the server.
    pub(crate) sent: bool,
    /// What the server asked to wait.
    pub(crate) retry_after: Option<Duration>,
    /// Whether the server has never been reached: an unreachable endpoint is to be reported soon.
    pub(crate) is_first_contact: bool,
}

impl From<ApiError> for FailedAttempt {
    fn from(error: ApiError) -> Self {
        Self { error, sent: false, retry_after: None, is_first_contact: false }
    }
}

impl FailedAttempt {
    /// Whether the API says that it is called too often.
    pub(crate) fn is_rate_limited(&self) -> bool {
        self.error.code().is_some_and(|code| is_of(code, "RequestLimitExceeded"))
            || matches!(self.error, ApiError::Status { status: 429, .. })
    }

    /// How many tries there may be in all; 1 for no retry.
    fn attempts(&self, kind: ActionKind, most: u32) -> u32 {
        let (again, never) = (most, 1);
        match &self.error {
            ApiError::Http(error) if self.is_first_contact && error.is_without_connection() => {
                most.min(FIRST_CONTACT_ATTEMPTS)
            }
            ApiError::Http(error) if error.is_transient() => {
                if kind == ActionKind::Read || !self.sent { again } else { never }
            }
            // Before 429 and 503 nothing was carried out; after the others it may have been.
            ApiError::Status { status: 429 | 503, .. } => again,
            ApiError::Status { status: 500.., .. } if kind == ActionKind::Read => again,
            ApiError::Refused(refusal) => {
                let code = refusal.code.as_str();
                let families = [
                    "RequestLimitExceeded",
                    "ServiceUnavailable",
                    "ResourceUnavailable",
                    "ResourceInUse",
                ];
                if families.iter().any(|family| is_of(code, family)) {
                    again
                } else if kind == ActionKind::Read && is_internal(code) {
                    if code.ends_with(".DbError") { most.min(DATABASE_ATTEMPTS) } else { again }
                } else {
                    never
                }
            }
            _ => never,
        }
    }
}

/// Tries until it works or another try is of no use.
pub(crate) async fn retry<T, F, Fut>(
    backoff: Backoff,
    kind: ActionKind,
    mut attempt: F,
) -> Result<T, ApiError>
where
    F: FnMut() -> Fut,
    Fut: Future<Output = Result<T, FailedAttempt>>,
{
    let mut failures = 0;
    loop {
        let failure = match attempt().await {
            Ok(answer) => return Ok(answer),
            Err(failure) => failure,
        };
        failures += 1;
        let delay = (failures < failure.attempts(kind, backoff.attempts))
            .then(|| backoff.delay(failures))
            .flatten();
        let Some(delay) = delay else { return Err(failure.error) };
        tokio::time::sleep(delay.max(failure.retry_after.unwrap_or_default())).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::{HttpError, WaitedFor};
    use crate::tencent::Refusal;

    fn refused(code: &str) -> FailedAttempt {
        let refusal = Refusal {
            action: "DescribeImages".to_owned(),
            code: code.to_owned(),
            message: String::new(),
            request_id: None,
            service: "tcr",
            region: String::new(),
            origin: String::new(),
            clock_ahead: None,
        };
        FailedAttempt { sent: true, ..ApiError::Refused(Box::new(refusal)).into() }
    }

    #[test]
    fn a_server_that_never_answered_is_not_tried_for_long() {
        let host = || "a.b".to_owned();
        let timeout = |waited_for| HttpError::Timeout { host: host(), waited_for };
        let failure = |error: &HttpError, is_first_contact| FailedAttempt {
            is_first_contact,
            ..ApiError::from(error.clone()).into()
        };
        let refused = HttpError::Unreachable { host: host(), proxy: None, reason: String::new() };
        for error in [refused, timeout(WaitedFor::Connection)] {
            for kind in [ActionKind::Read, ActionKind::Write] {
                assert_eq!(failure(&error, false).attempts(kind, 6), 6);
                assert_eq!(failure(&error, true).attempts(kind, 6), 2);
            }
        }
        assert_eq!(failure(&timeout(WaitedFor::Bytes), true).attempts(ActionKind::Read, 6), 6);
    }

    fn status(status: u16) -> FailedAttempt {
        let (action, host) = ("DescribeImages".to_owned(), "a.b".parse().unwrap());
        FailedAttempt { sent: true, ..ApiError::Status { action, host, status }.into() }
    }

    fn broken(sent: bool) -> FailedAttempt {
        let error = HttpError::Broken { host: "a.b".to_owned(), reason: "reset".to_owned() };
        FailedAttempt { sent, ..ApiError::Http(error).into() }
    }

    fn tries(failure: &FailedAttempt) -> (u32, u32) {
        (failure.attempts(ActionKind::Read, 6), failure.attempts(ActionKind::Write, 6))
    }

    #[test]
    fn the_table_of_codes() {
        for (code, read, write) in [
            ("RequestLimitExceeded", 6, 6),
            ("RequestLimitExceeded.UinLimitExceeded", 6, 6),
            ("ServiceUnavailable", 6, 6),
            ("ResourceUnavailable", 6, 6),
            ("ResourceInUse", 6, 6),
            ("InternalError", 6, 1),
            ("InternalError.ErrorTcrInternal", 6, 1),
            ("InternalError.Unknown", 6, 1),
            ("FailedOperation.DependenceError", 6, 1),
            ("FailedOperation.EmptyCoreBody", 6, 1),
            ("InternalError.DbError", 3, 1),
            ("FailedOperation.DbError", 3, 1),
            ("InternalError.ErrorTcrUnauthorized", 1, 1),
            ("InternalError.ErrorTcrResourceConflict", 1, 1),
            ("AuthFailure.SignatureExpire", 1, 1),
            ("InvalidParameter", 1, 1),
            ("LimitExceeded", 1, 1),
            ("OperationDenied.QuotaOverLimit", 1, 1),
            ("FailedOperation", 1, 1),
        ] {
            assert_eq!(tries(&refused(code)), (read, write), "{code}");
        }
    }

    #[test]
    fn what_may_have_been_carried_out_is_not_written_twice() {
        assert_eq!(tries(&broken(true)), (6, 1));
        assert_eq!(tries(&broken(false)), (6, 6));
        assert_eq!(tries(&status(502)), (6, 1));
        assert_eq!(tries(&status(503)), (6, 6));
        assert_eq!(tries(&status(429)), (6, 6));
        assert_eq!(tries(&status(404)), (1, 1));
    }

    #[test]
    fn only_known_verbs_read() {
        assert_eq!(ActionKind::of("DescribeImages"), ActionKind::Read);
        assert_eq!(ActionKind::of("CreateNamespace"), ActionKind::Write);
        assert_eq!(ActionKind::of("ModifyRepository"), ActionKind::Write);
    }
}
