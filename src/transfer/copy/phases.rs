//! Where the time of copying goes.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use crate::transfer::report::Spent;

/// What an image or a blob is busy with.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Phase {
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
pub(crate) struct Tally([AtomicU64; KINDS]);

impl Tally {
    /// Does something and counts how long it took.
    pub(crate) async fn time<T>(&self, doing: Phase, work: impl Future<Output = T>) -> T {
        let begin = Instant::now();
        let done = work.await;
        let took = u64::try_from(begin.elapsed().as_micros()).unwrap_or(u64::MAX);
        self.0[doing as usize].fetch_add(took, Ordering::Relaxed);
        done
    }

    pub(crate) fn read(&self) -> Spent {
        let ms = |doing: Phase| self.0[doing as usize].load(Ordering::Relaxed) / 1000;
        Spent {
            reading_ms: ms(Phase::Reading),
            queueing_ms: ms(Phase::Queueing),
            waiting_ms: ms(Phase::Waiting),
            moving_ms: ms(Phase::Moving),
            committing_ms: ms(Phase::Committing),
        }
    }
}
