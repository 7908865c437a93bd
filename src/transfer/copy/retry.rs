//! What is tried again, and how often. Small requests are retried in the registry room; here are
//! the streams, which only their owner can start anew.

use std::future::Future;
use std::time::Duration;

use super::CopyError;
use crate::http::Backoff;

/// Tries for one blob: the connection may break, the target may be busy.
const STREAM: Backoff =
    Backoff { attempts: 5, base: Duration::from_millis(500), cap: Duration::from_secs(15) };

/// Runs `attempt` until it succeeds, fails for good, or has failed too often.
///
/// # Errors
/// The last failure.
pub(super) async fn until_done<T, F>(mut attempt: impl FnMut() -> F) -> Result<T, CopyError>
where
    F: Future<Output = Result<T, CopyError>>,
{
    let mut failures = 0;
    loop {
        let error = match attempt().await {
            Ok(done) => return Ok(done),
            Err(error) => error,
        };
        failures += 1;
        let transient = matches!(&error, CopyError::Registry(error) if error.is_transient());
        match STREAM.delay(failures).filter(|_| transient) {
            Some(delay) => {
                tracing::debug!(%error, failures, "a blob is tried again");
                tokio::time::sleep(delay).await;
            }
            None => return Err(error),
        }
    }
}
