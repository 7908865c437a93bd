//! Where the time of copying goes.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use crate::transfer::report::Spent;

/// What an image or a blob is busy with.
#[derive(Debug, Clone, Copy)]
pub(super) enum Doing {
    /// Reading manifests at the source.
    Reading,
    /// Waiting for a place among the blobs that move.
    Queueing,
    /// Waiting for another image.
    Waiting,
    /// Moving or mounting a blob.
    Moving,
    /// Committing manifests and tags.
    Committing,
}

const KINDS: usize = 5;

/// Microseconds for each, over all that goes on at once.
#[derive(Debug, Default)]
pub(super) struct Tally([AtomicU64; KINDS]);

impl Tally {
    /// Does something and counts how long it took.
    pub(super) async fn time<T>(&self, doing: Doing, work: impl Future<Output = T>) -> T {
        let begin = Instant::now();
        let done = work.await;
        let took = u64::try_from(begin.elapsed().as_micros()).unwrap_or(u64::MAX);
        self.0[doing as usize].fetch_add(took, Ordering::Relaxed);
        done
    }

    pub(super) fn read(&self) -> Spent {
        let ms = |doing: Doing| self.0[doing as usize].load(Ordering::Relaxed) / 1000;
        Spent {
            reading_ms: ms(Doing::Reading),
            queueing_ms: ms(Doing::Queueing),
            waiting_ms: ms(Doing::Waiting),
            moving_ms: ms(Doing::Moving),
            committing_ms: ms(Doing::Committing),
        }
    }
}
