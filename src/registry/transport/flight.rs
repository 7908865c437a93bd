//! Single flight: one caller does the work, those that arrive meanwhile share its outcome.

use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::Mutex;

use crate::registry::RegistryError;

/// A value that is made once for all callers, and again when it is no longer usable.
pub(crate) struct SingleFlight<T> {
    last: Mutex<Option<Result<T, RegistryError>>>,
    landed: AtomicU64,
}

impl<T> Default for SingleFlight<T> {
    fn default() -> Self {
        Self { last: Mutex::new(None), landed: AtomicU64::new(0) }
    }
}

impl<T: Clone> SingleFlight<T> {
    /// The last value if it is `usable`, else a new one from `make`.
    ///
    /// A failure is shared with the callers that waited for it, so that twenty of them don't try a
    /// wrong password twenty times (which can lock an account); later callers try again.
    pub(crate) async fn get<F: Future<Output = Result<T, RegistryError>>>(
        &self,
        usable: impl Fn(&T) -> bool,
        make: impl FnOnce() -> F,
    ) -> Result<T, RegistryError> {
        let seen = self.landed.load(Ordering::Acquire);
        let mut last = self.last.lock().await;
        let waited = self.landed.load(Ordering::Acquire) != seen;
        match &*last {
            Some(Ok(value)) if usable(value) => return Ok(value.clone()),
            Some(Err(error)) if waited => return Err(error.clone()),
            _ => {}
        }
        // If this future is dropped here, the lock is released and the next caller does the work.
        let outcome = make().await;
        *last = Some(outcome.clone());
        self.landed.fetch_add(1, Ordering::AcqRel);
        outcome
    }

    /// Drops the last value if `stale` says so.
    pub(crate) async fn forget(&self, stale: impl Fn(&T) -> bool) {
        let mut last = self.last.lock().await;
        if matches!(&*last, Some(Ok(value)) if stale(value)) {
            *last = None;
        }
    }
}
