//! What progress counts: items by outcome, and bytes.

use parking_lot::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use super::blobs::Blobs;
use super::tally::Tally;

/// What a run is expected to do, from its plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Totals {
    /// Items of the plan.
    pub items: u64,
    /// What an item is, in the plural: `tags`.
    pub noun: &'static str,
    /// What an item with [`ItemKind::Failed`] is: `failed`, or `not equal`.
    pub failed: &'static str,
    /// Bytes, if they can be estimated.
    pub bytes: Option<u64>,
}

/// What became of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ItemKind {
    /// It was copied to the target.
    Copied,
    /// Both sides had the same.
    Equal,
    /// The target has something newer, which stays.
    Kept,
    /// Both sides differ, and no policy says which one to keep.
    Conflict,
    /// It could not be copied.
    Failed,
    /// It was left out, because the run was stopped or what it needs is not there.
    Skipped,
}

impl ItemKind {
    pub(super) const ALL: [Self; 6] =
        [Self::Copied, Self::Equal, Self::Kept, Self::Conflict, Self::Failed, Self::Skipped];
}

/// The counters that all threads share.
pub(super) struct Counters {
    pub(super) totals: Totals,
    items: [AtomicU64; ItemKind::ALL.len()],
    crossed: AtomicU64,
    mounted: AtomicU64,
    present: AtomicU64,
    settled: Mutex<Tally>,
    pub(super) blobs: Blobs,
    pub(super) started: Instant,
}

/// The counters at one moment.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Counted {
    pub(super) items: [u64; ItemKind::ALL.len()],
    pub(super) crossed: u64,
    pub(super) mounted: u64,
    pub(super) present: u64,
    pub(super) settled: Tally,
}

impl Counters {
    pub(super) fn new(totals: Totals) -> Self {
        Self {
            totals,
            items: Default::default(),
            crossed: AtomicU64::new(0),
            mounted: AtomicU64::new(0),
            present: AtomicU64::new(0),
            settled: Mutex::default(),
            blobs: Blobs::default(),
            started: Instant::now(),
        }
    }

    // Relaxed: each number stands alone; two may disagree for a moment.
    pub(super) fn crossed(&self, bytes: u64) {
        self.crossed.fetch_add(bytes, Ordering::Relaxed);
    }

    pub(super) fn mounted(&self, bytes: u64) {
        self.mounted.fetch_add(bytes, Ordering::Relaxed);
    }

    pub(super) fn present(&self, bytes: u64) {
        self.present.fetch_add(bytes, Ordering::Relaxed);
    }

    pub(super) fn item(&self, kind: ItemKind, planned: u64, moved: u64) {
        self.items[kind as usize].fetch_add(1, Ordering::Relaxed);
        self.settled.lock().settle(kind == ItemKind::Copied, planned, moved);
    }

    pub(super) fn read(&self) -> Counted {
        // Read first, so that what is settled isn't counted as under way as well.
        let settled = *self.settled.lock();
        Counted {
            items: ItemKind::ALL.map(|kind| self.items[kind as usize].load(Ordering::Relaxed)),
            crossed: self.crossed.load(Ordering::Relaxed),
            mounted: self.mounted.load(Ordering::Relaxed),
            present: self.present.load(Ordering::Relaxed),
            settled,
        }
    }
}

impl Counted {
    pub(super) fn items_done(&self) -> u64 {
        self.items.iter().sum()
    }

    /// Bytes that crossed, or were found to be at the target.
    pub(super) fn bytes(&self) -> u64 {
        self.crossed.saturating_add(self.mounted).saturating_add(self.present)
    }
}
