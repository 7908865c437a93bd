//! Large blobs under way, for a bar of their own.

use parking_lot::Mutex;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// Smaller ones are done before their names could be read.
const LARGE: u64 = 32 << 20;
const LONG: Duration = Duration::from_secs(2);
const MOST: usize = 4;

/// A blob under way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Blob {
    pub(super) name: String,
    pub(super) digest: String,
    pub(super) moved: u64,
    pub(super) size: u64,
    pub(super) attempt: u32,
    since: Instant,
}

/// All of them.
#[derive(Default)]
pub(super) struct Blobs(Mutex<BTreeMap<u64, Blob>>);

impl Blobs {
    /// A second start of the same blob is another attempt, from its beginning.
    pub(super) fn started(&self, id: u64, name: &str, digest: &str, size: u64) {
        if size < LARGE {
            return;
        }
        let mut blobs = self.0.lock();
        if let Some(blob) = blobs.get_mut(&id) {
            blob.moved = 0;
            blob.attempt += 1;
            return;
        }
        let (name, digest) = (name.to_owned(), digest.to_owned());
        let since = Instant::now();
        blobs.insert(id, Blob { name, digest, moved: 0, size, attempt: 1, since });
    }

    pub(super) fn moved(&self, id: u64, bytes: u64) {
        if let Some(blob) = self.0.lock().get_mut(&id) {
            blob.moved = blob.moved.saturating_add(bytes).min(blob.size);
        }
    }

    pub(super) fn ended(&self, id: u64) {
        self.0.lock().remove(&id);
    }

    /// Those worth a line, the longest under way first.
    pub(super) fn shown(&self, now: Instant) -> Vec<Blob> {
        let blobs = self.0.lock();
        let long = |blob: &&Blob| now.saturating_duration_since(blob.since) >= LONG;
        let mut shown: Vec<Blob> = blobs.values().filter(long).cloned().collect();
        shown.sort_by_key(|blob| blob.since);
        shown.truncate(MOST);
        shown
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIB: u64 = 1 << 20;

    fn names(blobs: &Blobs, after: Duration) -> Vec<String> {
        blobs.shown(Instant::now() + after).into_iter().map(|blob| blob.name).collect()
    }

    #[test]
    fn only_large_ones_that_take_long_are_shown_and_no_more_than_four() {
        let blobs = Blobs::default();
        blobs.started(0, "small", "", 32 * MIB - 1);
        for id in 1..=5 {
            blobs.started(id, &format!("large {id}"), "", 32 * MIB);
        }
        assert_eq!(names(&blobs, Duration::ZERO), [""; 0]);
        let long = LONG + Duration::from_secs(1);
        assert_eq!(names(&blobs, long), ["large 1", "large 2", "large 3", "large 4"]);
        blobs.ended(2);
        assert_eq!(names(&blobs, long), ["large 1", "large 3", "large 4", "large 5"]);
    }

    #[test]
    fn another_attempt_begins_at_the_beginning_and_says_so() {
        let blobs = Blobs::default();
        blobs.started(1, "web", "", 40 * MIB);
        blobs.moved(1, 50 * MIB);
        let shown = || blobs.shown(Instant::now() + LONG).remove(0);
        assert_eq!((shown().moved, shown().attempt), (40 * MIB, 1), "never more than all of it");
        blobs.started(1, "web", "", 40 * MIB);
        assert_eq!((shown().moved, shown().attempt), (0, 2));
    }
}
