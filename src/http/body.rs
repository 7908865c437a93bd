//! Reading a response's body up to a limit, and no longer than a body of its size may take.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use tokio::time::Instant;

use super::HttpError;
use super::error::WaitedFor;

/// Bytes in a second that an answer has to come with on the average, after the time that it is
/// given anyway. On a link with 256 kbit/s, 32 answers at once get as much each.
const LEAST_RATE: u64 = 1024;

/// Reads an answer while it comes at a tolerable pace. One that drips would otherwise hold its
/// place for as long as it likes: each byte ends a silence.
pub struct PacedBody {
    response: reqwest::Response,
    begun: Instant,
    patience: Duration,
    received: u64,
}

impl PacedBody {
    /// `patience` is what the answer may take however small it is.
    #[must_use]
    pub fn new(response: reqwest::Response, patience: Duration) -> Self {
        Self { response, begun: Instant::now(), patience, received: 0 }
    }

    /// The next bytes; `None` at the end.
    ///
    /// # Errors
    /// [`HttpError::Timeout`] if the answer comes too slowly, and what the connection reports.
    pub async fn chunk(&mut self, host: &str) -> Result<Option<Bytes>, HttpError> {
        let earned = Duration::from_millis(self.received.saturating_mul(1000) / LEAST_RATE);
        let chunk =
            tokio::time::timeout_at(self.begun + self.patience + earned, self.response.chunk());
        let chunk = match chunk.await {
            Ok(chunk) => chunk.map_err(|error| HttpError::from_reqwest(host, error))?,
            Err(_) => {
                let waited_for = WaitedFor::WholeAnswer;
                return Err(HttpError::Timeout { host: host.to_owned(), waited_for });
            }
        };
        self.received += chunk.as_ref().map_or(0, Bytes::len) as u64;
        Ok(chunk)
    }
}

/// The whole body, if it is no larger than `limit` bytes. For `patience` see [`PacedBody`].
///
/// # Errors
/// [`HttpError::TooLarge`] as soon as the limit is passed, and those of [`PacedBody::chunk`].
pub async fn read_at_most(
    host: &str,
    response: reqwest::Response,
    limit: u64,
    patience: Duration,
) -> Result<Bytes, HttpError> {
    let too_large = || HttpError::TooLarge { host: host.to_owned(), limit };
    if response.content_length().is_some_and(|length| length > limit) {
        return Err(too_large());
    }
    let mut response = PacedBody::new(response, patience);
    let mut body = BytesMut::new();
    while let Some(chunk) = response.chunk(host).await? {
        if (body.len() + chunk.len()) as u64 > limit {
            return Err(too_large());
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

#[cfg(test)]
mod tests {
    use std::pin::Pin;
    use std::task::{Context, Poll};

    use futures::Stream;

    use super::*;

    const PATIENCE: Duration = Duration::from_millis(300);

    /// So many chunks, of so many bytes, one every 20 ms.
    struct Drip(u64, usize, tokio::time::Interval);

    impl Stream for Drip {
        type Item = Result<Bytes, std::io::Error>;

        fn poll_next(
            mut self: Pin<&mut Self>,
            context: &mut Context<'_>,
        ) -> Poll<Option<Self::Item>> {
            if self.0 == 0 {
                return Poll::Ready(None);
            }
            std::task::ready!(self.2.poll_tick(context));
            self.0 -= 1;
            Poll::Ready(Some(Ok(Bytes::from(vec![b'x'; self.1]))))
        }
    }

    async fn read(chunks: u64, each: usize) -> Result<usize, HttpError> {
        let drip = Drip(chunks, each, tokio::time::interval(Duration::from_millis(20)));
        let response = http::Response::new(reqwest::Body::wrap_stream(drip)).into();
        let body = read_at_most("a.b", response, 1 << 30, PATIENCE).await;
        body.map(|body| body.len())
    }

    #[tokio::test]
    async fn an_answer_that_drips_is_given_up() {
        let begin = Instant::now();
        let error = read(1000, 1).await.unwrap_err();
        assert!(error.is_transient() && error.to_string().contains("too slowly"), "{error}");
        assert!(begin.elapsed() < Duration::from_secs(5), "{:?}", begin.elapsed());
    }

    #[tokio::test]
    async fn an_answer_over_a_slow_link_comes_whole() {
        // Each chunk earns the time for four.
        assert_eq!(read(60, 82).await.unwrap(), 60 * 82);
    }
}
