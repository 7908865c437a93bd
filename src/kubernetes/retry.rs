//! Whether a request is sent again, and after which time.
//!
//! kube's own rule is off: it would try fifteen times, over a quarter of an hour, and writes too.

use std::time::Duration;

use http::{HeaderMap, StatusCode};

use super::failure::ConnectionFailure;
use super::status::ApiStatus;
use crate::http::{Backoff, retry_after};

/// Four repetitions within about eight seconds.
pub(super) const BACKOFF: Backoff =
    Backoff { attempts: 5, base: Duration::from_millis(500), cap: Duration::from_secs(8) };
/// The longest `Retry-After` that is honoured.
const LONGEST_WAIT: Duration = Duration::from_secs(30);
/// How long a server that has answered before may be away: as long as a restart takes.
pub(super) const LONGEST_ABSENCE: Duration = Duration::from_secs(30);
/// The longest delay while it is away, so that its return is soon seen.
const ABSENT_DELAY: Duration = Duration::from_secs(2);

/// When a request may be sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RetryPolicy {
    /// Whenever that may help: it changes nothing.
    Freely,
    /// Only if the server said that it did nothing.
    IfNothingWasDone,
    /// Never: there is another way, and somebody waits.
    Never,
}

/// What to do after a try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AfterFailure {
    GiveUp,
    /// After the usual delay.
    TryAgain,
    /// When the server says.
    TryAfter(Duration),
    /// Soon, as long as the server isn't away for too long: nothing was sent.
    TryWhileAway,
}

impl AfterFailure {
    /// The delay before the next try, after this many; None if there is none. `patience` is for how
    /// much longer the server may be away.
    pub(super) fn delay(
        self,
        backoff: Backoff,
        failures: u32,
        patience: Duration,
    ) -> Option<Duration> {
        if self == Self::TryWhileAway {
            let endless = Backoff { attempts: u32::MAX, cap: ABSENT_DELAY, ..backoff };
            return endless.delay(failures).filter(|_| !patience.is_zero());
        }
        let usual = backoff.delay(failures)?;
        match self {
            Self::GiveUp | Self::TryWhileAway => None,
            Self::TryAgain => Some(usual),
            Self::TryAfter(asked) => Some(asked.min(LONGEST_WAIT)),
        }
    }
}

/// After an answer that is no success.
pub(super) fn after_answer(
    repeat: RetryPolicy,
    status: StatusCode,
    headers: &HeaderMap,
    body: &[u8],
) -> AfterFailure {
    let asked = retry_after(headers).or_else(|| {
        let seconds = ApiStatus::read(body)?.details.retry_after_seconds;
        (seconds > 0).then(|| Duration::from_secs(seconds))
    });
    let helps = match (repeat, status.as_u16()) {
        (RetryPolicy::IfNothingWasDone, 429) => true,
        // As client-go does. After 502 and 504 of what stands before the server it may have been
        // done; the second try then fails by its guards, and the caller is told that it may have.
        (RetryPolicy::IfNothingWasDone, 502..=504)
        // etcd has changed its leader, and the like: only if the server itself advises it.
        | (RetryPolicy::Freely, 500) => asked.is_some(),
        (RetryPolicy::Never | RetryPolicy::IfNothingWasDone, _) => false,
        (RetryPolicy::Freely, code) => matches!(code, 429 | 502..=504),
    };
    match asked {
        _ if !helps => AfterFailure::GiveUp,
        Some(asked) => AfterFailure::TryAfter(asked),
        None => AfterFailure::TryAgain,
    }
}

/// After a connection that failed. A wrong address is told at once: as long as the server never
/// answered (`is_new`), there is one repetition only. A silent server is not waited for twice.
///
/// Where there was no connection nothing was sent, so that a write may be repeated as well.
pub(super) fn after_failure(
    repeat: RetryPolicy,
    failure: &ConnectionFailure,
    is_new: bool,
    failures: u32,
) -> AfterFailure {
    let is_first = is_new && failures == 0;
    match (failure, repeat) {
        (_, RetryPolicy::Never) => AfterFailure::GiveUp,
        (ConnectionFailure::Connect { .. }, _) if !is_new => AfterFailure::TryWhileAway,
        (ConnectionFailure::Connect { is_timeout: false, .. }, RetryPolicy::Freely) if is_first => {
            AfterFailure::TryAgain
        }
        (ConnectionFailure::Broken(_), RetryPolicy::Freely) if is_first || !is_new => {
            AfterFailure::TryAgain
        }
        _ => AfterFailure::GiveUp,
    }
}
