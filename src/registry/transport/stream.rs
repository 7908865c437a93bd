//! A blob being downloaded, verified before its last bytes are passed on.
//!
//! [`Verified`] hashes and counts whatever stream it is given. Where the bytes come from, and
//! whether a broken connection is resumed by `Range`, is up to the inner stream.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures::Stream;

use crate::image::{Digest, Hasher};

use crate::registry::{RegistryError, RequestContext};

type Bytestream = Pin<Box<dyn Stream<Item = Result<Bytes, RegistryError>> + Send>>;

/// The bytes of a blob. The last chunk is passed on only after all are hashed and counted, so that
/// a wrong blob never becomes a complete upload.
///
/// A connection that breaks ends the stream with an error that [`RegistryError::is_transient`].
pub struct BlobStream {
    bytes: Bytestream,
    length: Option<u64>,
}

impl BlobStream {
    /// Verifies `bytes` against a digest, and against a size where one is known.
    pub(crate) fn new(
        bytes: impl Stream<Item = Result<Bytes, RegistryError>> + Send + 'static,
        digest: &Digest,
        length: Option<u64>,
        at: RequestContext,
    ) -> Self {
        let verified = Verified {
            bytes: Box::pin(bytes),
            state: Some(VerifierState {
                hasher: Hasher::new(digest.algorithm()),
                seen: 0,
                held: None,
            }),
            digest: digest.clone(),
            length,
            at,
        };
        Self { bytes: Box::pin(verified), length }
    }

    /// Bytes in all: from the descriptor, else from `Content-Length`.
    #[must_use]
    pub fn length(&self) -> Option<u64> {
        self.length
    }
}

impl Stream for BlobStream {
    type Item = Result<Bytes, RegistryError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.bytes.as_mut().poll_next(context)
    }
}

impl std::fmt::Debug for BlobStream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BlobStream").field("length", &self.length).finish_non_exhaustive()
    }
}

struct Verified {
    bytes: Bytestream,
    /// `None` once the stream has ended.
    state: Option<VerifierState>,
    digest: Digest,
    length: Option<u64>,
    at: RequestContext,
}

struct VerifierState {
    hasher: Hasher,
    seen: u64,
    /// The newest chunk, not yet passed on.
    held: Option<Bytes>,
}

impl Verified {
    fn wrong_size(&self, actual: u64) -> Option<RegistryError> {
        let expected = self.length.filter(|expected| *expected != actual)?;
        Some(RegistryError::SizeMismatch { at: Box::new(self.at.clone()), expected, actual })
    }

    fn verdict(&self, state: VerifierState) -> Option<Result<Bytes, RegistryError>> {
        if let Some(error) = self.wrong_size(state.seen) {
            return Some(Err(error));
        }
        let actual = state.hasher.finish();
        if actual != self.digest {
            let (at, expected) = (Box::new(self.at.clone()), self.digest.clone());
            return Some(Err(RegistryError::DigestMismatch { at, expected, actual }));
        }
        state.held.map(Ok)
    }
}

impl Stream for Verified {
    type Item = Result<Bytes, RegistryError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if self.state.is_none() {
                return Poll::Ready(None);
            }
            let next = ready!(self.bytes.as_mut().poll_next(context));
            let Some(mut state) = self.state.take() else { return Poll::Ready(None) };
            match next {
                None => return Poll::Ready(self.verdict(state)),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                Some(Ok(chunk)) if chunk.is_empty() => self.state = Some(state),
                Some(Ok(chunk)) => {
                    state.seen += chunk.len() as u64;
                    if self.length.is_some_and(|length| state.seen > length) {
                        return Poll::Ready(self.wrong_size(state.seen).map(Err));
                    }
                    state.hasher.update(&chunk);
                    let before = state.held.replace(chunk);
                    self.state = Some(state);
                    if let Some(before) = before {
                        return Poll::Ready(Some(Ok(before)));
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use futures::StreamExt as _;
    use futures::stream;

    use super::*;

    async fn run(
        chunks: &'static [&'static str],
        content: &str,
        length: Option<u64>,
    ) -> (String, Option<RegistryError>) {
        let bytes =
            stream::iter(chunks.iter().map(|chunk| Ok(Bytes::from_static(chunk.as_bytes()))));
        let host = "r.example.com".parse().unwrap();
        let at = RequestContext { host, repository: None, what: "blob".to_owned() };
        let mut blob = BlobStream::new(bytes, &Digest::of(content.as_bytes()), length, at);
        let mut passed = String::new();
        while let Some(item) = blob.next().await {
            match item {
                Ok(chunk) => passed.push_str(std::str::from_utf8(&chunk).unwrap()),
                Err(error) => {
                    assert!(blob.next().await.is_none(), "nothing comes after an error");
                    return (passed, Some(error));
                }
            }
        }
        (passed, None)
    }

    #[tokio::test]
    async fn good_bytes_pass_whole() {
        for length in [Some(6), None] {
            let (passed, error) = run(&["ab", "", "cd", "ef"], "abcdef", length).await;
            assert_eq!((passed.as_str(), error.is_none()), ("abcdef", true));
        }
        assert!(run(&[], "", Some(0)).await.1.is_none());
    }

    #[tokio::test]
    async fn wrong_bytes_never_pass_whole() {
        let (passed, error) = run(&["ab", "cd", "eX"], "abcdef", Some(6)).await;
        assert_eq!(passed, "abcd", "the last chunk is held back");
        assert!(matches!(error, Some(RegistryError::DigestMismatch { .. })), "{error:?}");
        let (passed, error) = run(&["abcdeX"], "abcdef", None).await;
        assert_eq!(passed, "");
        assert!(matches!(error, Some(RegistryError::DigestMismatch { .. })), "{error:?}");
    }

    #[tokio::test]
    async fn a_wrong_size_is_told() {
        let (passed, error) = run(&["abc", "def", "ghi"], "abcdef", Some(6)).await;
        assert_eq!(passed, "abc");
        assert!(matches!(error, Some(RegistryError::SizeMismatch { actual: 9, .. })), "{error:?}");
        let (_, error) = run(&["abc"], "abcdef", Some(6)).await;
        assert!(matches!(error, Some(RegistryError::SizeMismatch { actual: 3, .. })), "{error:?}");
    }
}
