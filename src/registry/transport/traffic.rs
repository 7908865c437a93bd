//! What was asked of a host, counted.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// The requests to one host, at one moment of a run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Traffic {
    /// Requests sent, those to its token service and to where it redirects included.
    pub requests: u64,
    /// Those of them that repeated one which had failed.
    pub retries: u64,
    /// Responses that asked to slow down: 429, and 503 with `Retry-After`.
    pub throttled: u64,
    /// Requests that may be in flight at once, by how the host has coped so far.
    pub at_once: usize,
    /// What is left of the pause that the host has asked for.
    pub pause: Option<Duration>,
}

/// The counters behind [`Traffic`].
#[derive(Debug, Default)]
pub(crate) struct Counters {
    requests: AtomicU64,
    retries: AtomicU64,
    throttled: AtomicU64,
}

impl Counters {
    pub(crate) fn request(&self) {
        self.requests.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn retry(&self) {
        self.retries.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn throttled(&self) {
        self.throttled.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn read(&self, pause: Option<Duration>, at_once: usize) -> Traffic {
        Traffic {
            requests: self.requests.load(Ordering::Relaxed),
            retries: self.retries.load(Ordering::Relaxed),
            throttled: self.throttled.load(Ordering::Relaxed),
            at_once,
            pause,
        }
    }
}
