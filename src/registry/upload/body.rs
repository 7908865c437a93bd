//! The body of a streaming upload: counted, watched, and with its own error kept apart.

use parking_lot::Mutex;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use futures::Stream;
use tokio::time::Instant;

use crate::registry::{Place, RegistryError};

/// For each so many bytes a registry may take the usual silence once more to confirm the last of
/// them: it may have to move gigabytes within its store first.
const CONFIRMED_AT_ONCE: u64 = 256 * 1024 * 1024;
/// How many times the usual silence that may be in all.
const CONFIRMING: u32 = 5;

/// What an upload is waiting for.
#[derive(Debug, Clone, Copy)]
enum Phase {
    /// The body's next bytes; how long those may take is the source's affair.
    Source,
    /// The registry to take more.
    Sending(Instant),
    /// The registry's word that it has it all.
    Confirming(Instant),
}

/// What the request and its body tell each other.
pub(crate) struct Course {
    phase: Mutex<Phase>,
    size: u64,
    error: Mutex<Option<RegistryError>>,
}

impl Course {
    fn set(&self, phase: Phase) {
        *self.phase.lock() = phase;
    }

    fn fail(&self, error: &RegistryError) {
        *self.error.lock() = Some(error.clone());
    }

    /// The error that the body ended with. The HTTP library would show it as one of the target's.
    pub(crate) fn error(&self) -> Option<RegistryError> {
        self.error.lock().take()
    }

    /// Returns after the registry has stood still for too long, with how long it was waited.
    pub(crate) async fn stalled(&self, silence: Duration) -> Duration {
        loop {
            let phase = *self.phase.lock();
            let (deadline, limit) = match phase {
                Phase::Source => (Instant::now() + silence, silence),
                Phase::Sending(since) => (since + silence, silence),
                Phase::Confirming(since) => {
                    let more = u32::try_from(self.size / CONFIRMED_AT_ONCE).unwrap_or(CONFIRMING);
                    let limit = silence * (1 + more).min(CONFIRMING);
                    (since + limit, limit)
                }
            };
            if deadline <= Instant::now() {
                return limit;
            }
            tokio::time::sleep_until(deadline).await;
        }
    }
}

/// Passes a body on as long as it is no longer than announced.
pub(crate) struct UploadBody<S> {
    bytes: Pin<Box<S>>,
    course: Arc<Course>,
    sent: u64,
    size: u64,
    at: Place,
}

impl<S> UploadBody<S> {
    pub(crate) fn new(bytes: S, size: u64, at: Place) -> (Self, Arc<Course>) {
        let (phase, error) = (Mutex::new(Phase::Source), Mutex::new(None));
        let course = Arc::new(Course { phase, size, error });
        (Self { bytes: Box::pin(bytes), course: Arc::clone(&course), sent: 0, size, at }, course)
    }

    fn wrong_size(&self) -> RegistryError {
        let (expected, actual) = (self.size, self.sent);
        RegistryError::SizeMismatch { at: Box::new(self.at.clone()), expected, actual }
    }
}

// A body that is dropped early has met an answer; that is to be read in finite time too.
impl<S> Drop for UploadBody<S> {
    fn drop(&mut self) {
        self.course.set(Phase::Confirming(Instant::now()));
    }
}

impl<S: Stream<Item = Result<Bytes, RegistryError>>> Stream for UploadBody<S> {
    type Item = Result<Bytes, RegistryError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.course.set(Phase::Source);
        let next = match ready!(self.bytes.as_mut().poll_next(context)) {
            Some(Ok(chunk)) => {
                self.sent += chunk.len() as u64;
                // The HTTP library would cut the rest off and call the upload complete.
                if self.sent > self.size { Some(Err(self.wrong_size())) } else { Some(Ok(chunk)) }
            }
            None if self.sent < self.size => Some(Err(self.wrong_size())),
            other => other,
        };
        match &next {
            Some(Err(error)) => self.course.fail(error),
            Some(Ok(_)) if self.sent < self.size => self.course.set(Phase::Sending(Instant::now())),
            _ => self.course.set(Phase::Confirming(Instant::now())),
        }
        Poll::Ready(next)
    }
}
