//! What progress counts: items by outcome, bytes, and how fast they come.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// What a run is expected to do, from its plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Totals {
    /// Items of the plan.
    pub items: u64,
    /// What an item is, in the plural: `tags`.
    pub noun: &'static str,
    /// Bytes, if they can be estimated.
    pub bytes: Option<u64>,
}

/// What became of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ItemKind {
    /// It was brought over.
    Copied,
    /// Both sides had the same.
    Equal,
    /// The target has something newer, which stays.
    Kept,
    /// It could not be brought over.
    Failed,
    /// It was left out by wish, or because the run was stopped.
    Skipped,
}

impl ItemKind {
    const ALL: [Self; 5] = [Self::Copied, Self::Equal, Self::Kept, Self::Failed, Self::Skipped];

    fn word(self) -> &'static str {
        match self {
            Self::Copied => "copied",
            Self::Equal => "equal",
            Self::Kept => "kept",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
        }
    }
}

/// The counters that all threads share.
pub(super) struct Counters {
    totals: Totals,
    items: [AtomicU64; ItemKind::ALL.len()],
    crossed: AtomicU64,
    mounted: AtomicU64,
    note: Mutex<String>,
    started: Instant,
}

impl Counters {
    pub(super) fn new(totals: Totals) -> Self {
        Self {
            totals,
            items: Default::default(),
            crossed: AtomicU64::new(0),
            mounted: AtomicU64::new(0),
            note: Mutex::default(),
            started: Instant::now(),
        }
    }

    // Relaxed: each number stands alone, and a moment's disagreement between two is not seen.
    pub(super) fn crossed(&self, bytes: u64) {
        self.crossed.fetch_add(bytes, Ordering::Relaxed);
    }

    pub(super) fn mounted(&self, bytes: u64) {
        self.mounted.fetch_add(bytes, Ordering::Relaxed);
    }

    pub(super) fn item(&self, kind: ItemKind) {
        self.items[kind as usize].fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn set_note(&self, note: &str) {
        note.clone_into(&mut self.note.lock().unwrap_or_else(PoisonError::into_inner));
    }

    pub(super) fn snapshot(&self, rate: &mut Rate) -> Snapshot {
        let crossed = self.crossed.load(Ordering::Relaxed);
        let items = ItemKind::ALL
            .map(|kind| (kind.word(), self.items[kind as usize].load(Ordering::Relaxed)));
        Snapshot {
            totals: self.totals,
            items,
            crossed,
            mounted: self.mounted.load(Ordering::Relaxed),
            per_second: rate.after(self.started.elapsed(), crossed),
            note: self.note.lock().unwrap_or_else(PoisonError::into_inner).clone(),
        }
    }
}

/// The counters at one moment.
pub(super) struct Snapshot {
    pub(super) totals: Totals,
    pub(super) items: [(&'static str, u64); ItemKind::ALL.len()],
    pub(super) crossed: u64,
    pub(super) mounted: u64,
    pub(super) per_second: Option<u64>,
    pub(super) note: String,
}

impl Snapshot {
    pub(super) fn items_done(&self) -> u64 {
        self.items.iter().map(|(_, count)| count).sum()
    }

    pub(super) fn bytes_done(&self) -> u64 {
        self.crossed.saturating_add(self.mounted)
    }

    /// The bytes that are expected, unless more than that have come already.
    pub(super) fn bytes_total(&self) -> Option<u64> {
        self.totals.bytes.filter(|&total| total > 0 && total >= self.bytes_done())
    }

    pub(super) fn time_left(&self) -> Option<Duration> {
        let left = self.bytes_total()? - self.bytes_done();
        let per_second = self.per_second.filter(|&rate| rate > 0)?;
        (left > 0).then(|| Duration::from_secs(left.div_ceil(per_second)))
    }
}

/// Bytes per second over the last ten seconds.
#[derive(Default)]
pub(super) struct Rate {
    samples: VecDeque<(Duration, u64)>,
}

impl Rate {
    const WINDOW: Duration = Duration::from_secs(10);
    // Before that a rate is noise.
    const SHORTEST: Duration = Duration::from_secs(1);

    fn after(&mut self, elapsed: Duration, bytes: u64) -> Option<u64> {
        if self.samples.is_empty() {
            self.samples.push_back((Duration::ZERO, 0));
        }
        self.samples.push_back((elapsed, bytes));
        while self.samples.len() > 2 && self.samples[1].0 + Self::WINDOW <= elapsed {
            self.samples.pop_front();
        }
        let &(since, before) = self.samples.front()?;
        let span = elapsed.saturating_sub(since);
        if span < Self::SHORTEST {
            return None;
        }
        let per_second = u128::from(bytes - before) * 1000 / span.as_millis();
        u64::try_from(per_second).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(count: u64) -> Duration {
        Duration::from_secs(count)
    }

    #[test]
    fn the_rate_forgets_what_is_long_ago() {
        let mut rate = Rate::default();
        assert_eq!(rate.after(Duration::from_millis(500), 100), None);
        assert_eq!(rate.after(seconds(2), 2000), Some(1000));
        for second in 3..=30 {
            rate.after(seconds(second), 2000);
        }
        assert_eq!(rate.after(seconds(31), 2000), Some(0));
    }

    #[test]
    fn a_line_every_fifteen_seconds_still_has_a_rate() {
        let mut rate = Rate::default();
        rate.after(seconds(15), 1500);
        assert_eq!(rate.after(seconds(30), 4500), Some(200));
    }
}
