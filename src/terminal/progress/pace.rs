//! How fast something goes, and how long the rest will take.

use std::collections::VecDeque;
use std::time::Duration;

use super::tally::Work;

/// A number's growth per second over the last while.
pub(super) struct Pace {
    samples: VecDeque<(Duration, u64)>,
    window: Duration,
    // In less time a rate is noise.
    shortest: Duration,
}

impl Pace {
    /// For the rate that is shown: over ten seconds.
    pub(super) fn shown() -> Self {
        Self::over(10, 1)
    }

    /// For the time left: over a minute.
    pub(super) fn steady() -> Self {
        Self::over(60, 3)
    }

    fn over(window: u64, shortest: u64) -> Self {
        let samples = VecDeque::from([(Duration::ZERO, 0)]);
        let seconds = Duration::from_secs;
        Self { samples, window: seconds(window), shortest: seconds(shortest) }
    }

    /// Records the number at this time, and returns its growth per second.
    pub(super) fn after(&mut self, elapsed: Duration, number: u64) -> Option<u64> {
        self.samples.push_back((elapsed, number));
        while self.samples.len() > 2 && self.samples[1].0 + self.window <= elapsed {
            self.samples.pop_front();
        }
        let &(since, before) = self.samples.front()?;
        let span = elapsed.saturating_sub(since);
        if span < self.shortest {
            return None;
        }
        let grown = u128::from(number.saturating_sub(before));
        u64::try_from(grown * 1000 / span.as_millis()).ok()
    }

    /// How long what is left will take at the pace of what is done; `None` if it
    /// can't be told.
    pub(super) fn time_left(&mut self, elapsed: Duration, work: &Work) -> Option<Duration> {
        // In thousandths, because a pace may be less than one item a second.
        let pace = self.after(elapsed, work.done.saturating_mul(1000)).filter(|&pace| pace > 0)?;
        let left = u128::from(work.left) * 1000;
        let seconds = u64::try_from(left.div_ceil(u128::from(pace))).ok()?;
        (work.left > 0).then(|| Duration::from_secs(seconds))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(count: u64) -> Duration {
        Duration::from_secs(count)
    }

    #[test]
    fn a_pace_forgets_what_is_long_ago() {
        let mut pace = Pace::shown();
        assert_eq!(pace.after(Duration::from_millis(500), 100), None);
        assert_eq!(pace.after(seconds(2), 2000), Some(1000));
        for second in 3..=30 {
            pace.after(seconds(second), 2000);
        }
        assert_eq!(pace.after(seconds(31), 2000), Some(0));
    }

    #[test]
    fn a_look_every_fifteen_seconds_still_shows_a_pace() {
        let mut pace = Pace::shown();
        pace.after(seconds(15), 1500);
        assert_eq!(pace.after(seconds(30), 4500), Some(200));
    }

    #[test]
    fn the_time_left_follows_from_what_was_done_in_the_last_minute() {
        let work = |done| Work { done, left: 100 - done, total: 100 };
        let mut pace = Pace::steady();
        assert_eq!(pace.time_left(seconds(1), &work(1)), None, "too early to say");
        assert_eq!(pace.time_left(seconds(10), &work(5)), Some(seconds(190)));
        assert_eq!(pace.time_left(seconds(20), &work(100)), None, "nothing is left");
    }

    #[test]
    fn a_stalled_run_promises_nothing() {
        let mut pace = Pace::steady();
        let work = Work { done: 5, left: 5, total: 10 };
        for second in 1..200 {
            pace.time_left(seconds(second), &work);
        }
        assert_eq!(pace.time_left(seconds(200), &work), None);
    }
}
