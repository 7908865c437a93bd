//! A ceiling on how many requests start in a second.

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
}
