//! The body of a streaming upload: counted, watched, and with its own error kept.

use parking_lot::Mutex;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use futures::Stream;
use tokio::time::Instant;

use crate::registry::{RegistryError, RequestContext};

/// For each so many bytes a registry may take one more stall limit to confirm an upload: it may
/// have to move gigabytes within its store.
const CONFIRMED_AT_ONCE: u64 = 256 * 1024 * 1024;
/// The most stall limits that may be in all.
const CONFIRMING: u32 = 5;

/// The most that is handed on at once, in bytes. The stall limit is for so much: a chunk of the
/// source can be half a megabyte, and over a slow link that many uploads share it takes minutes.
const PIECE: usize = 16 * 1024;
/// For each so many bytes, up to twice as many, a registry may take one more stall limit to confirm
/// an upload: so much may still be in the buffers of this machine.
const BUFFERED: u64 = 128 * 1024;

/// What an upload is waiting for.
#[derive(Debug, Clone, Copy)]
enum UploadPhase {
    /// The body's next bytes, which the source limits.
    Source,
    /// The registry to read more.
    Sending(Instant),
    /// The registry to confirm that it has all.
    Confirming(Instant),
}

/// What a request and its body share.
pub(crate) struct UploadWatch {
    phase: Mutex<UploadPhase>,
    size: u64,
    error: Mutex<Option<RegistryError>>,
}

impl UploadWatch {
    fn set(&self, phase: UploadPhase) {
        *self.phase.lock() = phase;
    }

    fn fail(&self, error: &RegistryError) {
        *self.error.lock() = Some(error.clone());
    }

    /// The error that the body ended with. The HTTP library would report it as one of the
    /// connection.
    pub(crate) fn error(&self) -> Option<RegistryError> {
        self.error.lock().take()
    }

    /// Returns when the registry has stalled for too long, with how long was waited.
    pub(crate) async fn stalled(&self, silence: Duration) -> Duration {
        loop {
            let phase = *self.phase.lock();
            let (deadline, limit) = match phase {
                UploadPhase::Source => (Instant::now() + silence, silence),
                UploadPhase::Sending(since) => (since + silence, silence),
                UploadPhase::Confirming(since) => {
                    let more = u32::try_from(self.size / CONFIRMED_AT_ONCE).unwrap_or(CONFIRMING);
                    let buffered = u32::try_from(self.size / BUFFERED).unwrap_or(2).min(2);
                    let limit = silence * (1 + buffered + more).min(CONFIRMING);
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

/// Passes a body on, up to the announced size.
pub(crate) struct UploadBody<S> {
    bytes: Pin<Box<S>>,
    watch: Arc<UploadWatch>,
    /// What has come and is not handed on yet.
    rest: Bytes,
    sent: u64,
    size: u64,
    at: RequestContext,
}

impl<S> UploadBody<S> {
    pub(crate) fn new(bytes: S, size: u64, at: RequestContext) -> (Self, Arc<UploadWatch>) {
        let (phase, error) = (Mutex::new(UploadPhase::Source), Mutex::new(None));
        let watch = Arc::new(UploadWatch { phase, size, error });
        let (bytes, rest) = (Box::pin(bytes), Bytes::new());
        (Self { bytes, watch: Arc::clone(&watch), rest, sent: 0, size, at }, watch)
    }

    fn wrong_size(&self) -> RegistryError {
        let (expected, actual) = (self.size, self.sent);
        RegistryError::SizeMismatch { at: Box::new(self.at.clone()), expected, actual }
    }
}

// A body is dropped early when a response has arrived; reading that is limited, too.
impl<S> Drop for UploadBody<S> {
    fn drop(&mut self) {
        self.watch.set(UploadPhase::Confirming(Instant::now()));
    }
}

impl<S: Stream<Item = Result<Bytes, RegistryError>>> Stream for UploadBody<S> {
    type Item = Result<Bytes, RegistryError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let next = if self.rest.is_empty() {
            self.watch.set(UploadPhase::Source);
            ready!(self.bytes.as_mut().poll_next(context))
        } else {
            Some(Ok(std::mem::take(&mut self.rest)))
        };
        let next = match next {
            Some(Ok(mut chunk)) => {
                if chunk.len() > PIECE {
                    self.rest = chunk.split_off(PIECE);
                }
                self.sent += chunk.len() as u64;
                // The HTTP library would cut off the rest and the upload would look complete.
                if self.sent > self.size { Some(Err(self.wrong_size())) } else { Some(Ok(chunk)) }
            }
            None if self.sent < self.size => Some(Err(self.wrong_size())),
            other => other,
        };
        match &next {
            Some(Err(error)) => self.watch.fail(error),
            Some(Ok(_)) if self.sent < self.size => {
                self.watch.set(UploadPhase::Sending(Instant::now()));
            }
            _ => self.watch.set(UploadPhase::Confirming(Instant::now())),
        }
        Poll::Ready(next)
    }
}
