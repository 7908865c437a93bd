//! The user's limits: requests started in a second, and bytes in a second.

use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::Instant;

/// Spaces requests evenly, so that no second holds more than the given number.
#[derive(Debug)]
pub struct RateLimit {
    interval: Duration,
    next: Mutex<Instant>,
}

impl RateLimit {
    /// At most `count` starts in a second. 0 is taken as 1.
    #[must_use]
    pub fn per_second(count: u32) -> Self {
        Self { interval: Duration::from_secs(1) / count.max(1), next: Mutex::new(Instant::now()) }
    }

    /// Waits for this request's turn.
    pub async fn acquire(&self) {
        let turn = {
            let mut next = self.next.lock().await;
            let turn = (*next).max(Instant::now());
            *next = turn + self.interval;
            turn
        };
        tokio::time::sleep_until(turn).await;
    }
}

/// Spaces bytes, so that no second holds many more than the given number.
#[derive(Debug)]
pub struct ByteRate {
    per_second: u64,
    next: Mutex<Instant>,
}

impl ByteRate {
    /// What may be sent at once after a pause, as a duration.
    const BURST: Duration = Duration::from_millis(100);

    /// At most `count` bytes in a second. 0 is taken as 1.
    #[must_use]
    pub fn per_second(count: u64) -> Self {
        Self { per_second: count.max(1), next: Mutex::new(Instant::now()) }
    }

    /// Waits until `bytes` more may pass.
    pub async fn pass(&self, bytes: u64) {
        let takes = u128::from(bytes) * 1_000_000_000 / u128::from(self.per_second);
        let takes = Duration::from_nanos(u64::try_from(takes).unwrap_or(u64::MAX));
        let turn = {
            let mut next = self.next.lock().await;
            let now = Instant::now();
            let earliest = now.checked_sub(Self::BURST).unwrap_or(now);
            let turn = (*next).max(earliest) + takes;
            *next = turn;
            turn
        };
        tokio::time::sleep_until(turn).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn starts_are_spaced() {
        let limit = RateLimit::per_second(50);
        let begin = Instant::now();
        for _ in 0..6 {
            limit.acquire().await;
        }
        assert!(begin.elapsed() >= Duration::from_millis(100), "{:?}", begin.elapsed());
    }

    #[tokio::test]
    async fn bytes_are_spaced_whoever_sends_them() {
        let rate = std::sync::Arc::new(ByteRate::per_second(10_000));
        let begin = Instant::now();
        let senders = (0..4).map(|_| {
            let rate = rate.clone();
            async move {
                for _ in 0..5 {
                    rate.pass(100).await;
                }
            }
        });
        futures::future::join_all(senders).await;
        assert!(begin.elapsed() >= Duration::from_millis(95), "{:?}", begin.elapsed());
    }
}
