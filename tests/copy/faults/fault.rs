//! What the proxy can do to one exchange.

use std::time::Duration;

use super::relay::Harm;

/// Where bytes go: with the request, or with the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    Request,
    Answer,
}

/// One trouble for one exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// A body is harmed at a byte: the number is taken modulo its length. Harm at byte 0 of an
    /// answer takes its head too.
    Harm(Way, u64, Harm),
    /// A body comes in so many pieces, with a pause after each.
    Drip(Way, u64, Duration),
    /// The answer announces, and has, only so many bytes of its own (modulo).
    Short(u64),
    /// The request's `Range` is not seen.
    IgnoreRange,
    /// `Content-Range` says something else than was asked for.
    WrongRange(WrongRange),
    /// The registry is not even asked.
    Status(u16, RetryAfter),
    /// A blob is being committed in the same repository: then a look at it fails with 500. A
    /// docker-registry does that now and then.
    WhileUploading,
    /// Every token given out so far is void.
    Revoke,
    /// 401 and away, with the request's body still on its way.
    RefuseEarly,
    /// A mount is an upload like any other.
    NoMount,
    /// The registry does what it is asked to, and its answer is lost.
    LoseAnswer,
    /// No `Docker-Content-Digest`.
    NoDigest,
    /// Another `Docker-Content-Digest`.
    WrongDigest,
    /// A list of tags lacks every so manieth.
    Lag(Lag),
    /// The request is to be made elsewhere, with its method and its body.
    Redirect(u16, Elsewhere),
    /// Somebody else pushes something newer to this tag of the repository, just before this request
    /// is answered.
    NewerPush(&'static str),
}

/// What a list of tags lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Lag {
    /// The last of every so many.
    pub(super) every: usize,
    /// Signatures and fallback tags are there: nobody can know of one that isn't listed.
    pub(super) but_followers: bool,
}

/// Where a request is redirected to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Elsewhere {
    /// The same host, by a `Location` without one.
    Path,
    /// The same host, by its name.
    Here,
    /// Another host.
    There,
}

/// What is wrong with a `Content-Range`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum WrongRange {
    /// It begins a byte early, and so do the bytes.
    Early,
    /// It begins a byte late, and so do the bytes.
    Late,
    /// Another total.
    Total,
    /// There is none.
    Missing,
}

/// When to come again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RetryAfter {
    Unsaid,
    Seconds(u64),
    /// An HTTP date so many seconds from now.
    Date(u64),
}

impl RetryAfter {
    pub(super) fn header(self) -> Option<String> {
        let date = |ahead| std::time::SystemTime::now() + Duration::from_secs(ahead);
        match self {
            Self::Unsaid => None,
            Self::Seconds(seconds) => Some(seconds.to_string()),
            Self::Date(ahead) => Some(httpdate::fmt_http_date(date(ahead))),
        }
    }
}
