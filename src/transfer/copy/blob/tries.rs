//! How often a blob is tried. Small requests are retried in the registry room; here are the
//! streams, which only their owner can restart.

use std::time::Duration;

use crate::http::Backoff;
use crate::registry::ErrorClass;
use crate::transfer::copy::error::CopyError;

/// Tries for one blob: the connection may break, the target may be busy.
const STREAM: Backoff =
    Backoff { attempts: 5, base: Duration::from_millis(500), cap: Duration::from_secs(15) };

/// Bytes by which a try has to get further than all before it, to count as progress.
const PROGRESS: u64 = 1024 * 1024;

/// The tries of one blob. Progress refills them, but only if it is more each time, so that they
/// come to an end.
#[derive(Debug, Default)]
pub(crate) struct Tries {
    failures: u32,
    spoilt: u32,
    furthest: u64,
    /// The repository has used up the tries of an earlier blob, and gets one for each.
    has_one: bool,
}

impl Tries {
    pub(crate) fn new(has_one: bool) -> Self {
        Self { has_one, ..Self::default() }
    }

    /// How many have failed since there was progress.
    pub(crate) fn failures(&self) -> u32 {
        self.failures
    }

    /// Waits until the next try, which got to `reached` bytes the last time.
    ///
    /// # Errors
    /// `error` itself if there is to be none.
    pub(crate) async fn after(&mut self, error: CopyError, reached: u64) -> Result<(), CopyError> {
        if reached > self.furthest.saturating_add(self.furthest / 10 + PROGRESS) {
            self.failures = 0;
        }
        self.furthest = self.furthest.max(reached);
        self.failures += 1;
        if is_spoilt(&error) {
            // Something on the way may have spoilt it, once.
            self.spoilt += 1;
            if self.spoilt > 1 {
                return Err(error);
            }
        } else if !error.is_transient() {
            return Err(error);
        }
        let delay = STREAM.delay(self.failures).filter(|_| !self.has_one);
        let Some(delay) = delay else { return Err(error) };
        tracing::debug!(%error, failures = self.failures, reached, "a blob is tried again");
        tokio::time::sleep(delay).await;
        Ok(())
    }
}

fn is_spoilt(error: &CopyError) -> bool {
    matches!(error, CopyError::Registry(error) if error.class() == ErrorClass::Digest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::HttpError;
    use crate::registry::RegistryError;

    fn broken() -> CopyError {
        let error = HttpError::Broken { host: "a.b".to_owned(), reason: "reset".to_owned() };
        RegistryError::from(error).into()
    }

    #[tokio::test]
    async fn only_more_progress_than_ever_refills_the_tries() {
        const MIB: u64 = 1024 * 1024;
        let mut tries = Tries { failures: 3, furthest: 100 * MIB, ..Tries::default() };
        tries.after(broken(), 200 * MIB).await.unwrap();
        assert_eq!(tries.failures(), 1);
        tries.failures = 4;
        assert!(tries.after(broken(), 201 * MIB).await.is_err(), "hardly further than before");
    }

    #[tokio::test]
    async fn what_is_refused_is_not_tried_again() {
        let missing = CopyError::NotFound { what: "blob".to_owned() };
        assert!(Tries::default().after(missing, 0).await.is_err());
    }
}
