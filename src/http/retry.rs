//! The words of retrying: an attempt is one request; after a failed one the [`Backoff`] gives the
//! delay until the next. `Retry-After` is a server's own delay, and a [`HostPause`] applies it to a
//! whole host.

use parking_lot::Mutex;
use std::collections::HashSet;
use std::hash::Hash;
use std::time::{Duration, SystemTime};

use rand::Rng as _;
use reqwest::header::{HeaderMap, RETRY_AFTER};
use tokio::time::Instant;

/// The longest `Retry-After` that is honoured. Servers have been seen to send microseconds.
const LONGEST_PAUSE: Duration = Duration::from_secs(300);

/// How many attempts a request gets, and with which delays between them.
#[derive(Debug, Clone, Copy)]
pub struct Backoff {
    /// Attempts in all, the first one included.
    pub attempts: u32,
    /// The upper bound of the delay before the second attempt; it doubles from there.
    pub base: Duration,
    /// The largest upper bound.
    pub cap: Duration,
}

impl Backoff {
    /// Five attempts within about 15 seconds.
    pub const STANDARD: Self =
        Self { attempts: 5, base: Duration::from_secs(1), cap: Duration::from_secs(16) };

    /// The delay after `failures` failed attempts (1 or more), or `None` if there is no further
    /// attempt.
    ///
    /// Random, between half and all of the bound, so that many clients don't return at once.
    #[must_use]
    pub fn delay(&self, failures: u32) -> Option<Duration> {
        if failures >= self.attempts {
            return None;
        }
        let bound = self.base.saturating_mul(2_u32.saturating_pow(failures.saturating_sub(1)));
        Some(bound.min(self.cap).mul_f64(rand::rng().random_range(0.5..=1.0)))
    }
}

/// The delay in a `Retry-After` header, seconds or an HTTP date. At most five minutes.
#[must_use]
pub fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let asked = match text.parse::<f64>() {
        Ok(seconds) => Duration::try_from_secs_f64(seconds).ok()?,
        Err(_) => httpdate::parse_http_date(text)
            .ok()?
            .duration_since(SystemTime::now())
            .unwrap_or_default(),
    };
    Some(asked.min(LONGEST_PAUSE))
}

/// Kinds of requests that have used up all their attempts, and get fewer until one succeeds.
///
/// Without it the delays would add up where every request fails.
#[derive(Debug)]
pub struct Exhausted<K>(Mutex<HashSet<K>>);

impl<K> Default for Exhausted<K> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Clone + Eq + Hash> Exhausted<K> {
    /// Whether this kind has used up its attempts.
    pub fn has(&self, key: &K) -> bool {
        self.0.lock().contains(key)
    }

    /// Records how a request of this kind ended: well, or after its last attempt.
    pub fn note(&self, key: &K, has_failed: bool) {
        let mut spent = self.0.lock();
        match has_failed {
            true => spent.insert(key.clone()),
            false => spent.remove(key),
        };
    }
}

/// A time before which nothing more is sent to a host.
#[derive(Debug)]
pub struct HostPause(Mutex<Instant>);

impl Default for HostPause {
    fn default() -> Self {
        Self(Mutex::new(Instant::now()))
    }
}

impl HostPause {
    /// Sends nothing for this long; a pause that ends later stays.
    pub fn extend(&self, pause: Duration) {
        let until = Instant::now() + pause;
        let mut moment = self.0.lock();
        *moment = (*moment).max(until);
    }

    /// How much of the pause is left; `None` if there is none.
    #[must_use]
    pub fn left(&self) -> Option<Duration> {
        let until = *self.0.lock();
        Some(until.saturating_duration_since(Instant::now())).filter(|left| !left.is_zero())
    }

    /// Waits until the pause is over. Returns at once if there is none.
    pub async fn wait(&self) {
        loop {
            let until = *self.0.lock();
            if until <= Instant::now() {
                return;
            }
            tokio::time::sleep_until(until).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(value: &str) -> Option<Duration> {
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, value.parse().unwrap());
        retry_after(&headers)
    }

    #[test]
    fn retry_after_is_read_in_every_spelling() {
        assert_eq!(asked("3"), Some(Duration::from_secs(3)));
        assert_eq!(asked("0"), Some(Duration::ZERO));
        assert_eq!(asked("0.5"), Some(Duration::from_millis(500)));
        assert_eq!(asked("Wed, 21 Oct 2015 07:28:00 GMT"), Some(Duration::ZERO));
        assert_eq!(asked("120000000"), Some(LONGEST_PAUSE));
        assert_eq!(asked("-1"), None);
        assert_eq!(asked("soon"), None);
    }

    #[test]
    fn the_delay_grows_and_ends() {
        let backoff =
            Backoff { attempts: 4, base: Duration::from_secs(1), cap: Duration::from_secs(3) };
        let bounds = [(1, 0.5, 1.0), (2, 1.0, 2.0), (3, 1.5, 3.0)];
        for (failures, low, high) in bounds {
            let delay = backoff.delay(failures).unwrap().as_secs_f64();
            assert!((low..=high).contains(&delay), "{failures}: {delay}");
        }
        assert_eq!(backoff.delay(4), None);
    }
}
