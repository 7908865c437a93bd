//! A download that resumes where its connection broke, within the same stream.
//!
//! The upload that takes the bytes stays open meanwhile, so the gap is kept short: the first retry
//! is immediate, and after a few failures the stream ends with an error, for the caller to start
//! the blob again.

use std::time::{Duration, Instant};

use bytes::Bytes;
use futures::{Stream, stream};
use reqwest::Response;
use reqwest::header::{CONTENT_RANGE, HeaderMap};

use crate::http::{HttpError, WaitedFor};
use crate::image::{Digest, RepositoryName};

use crate::registry::{Registry, RegistryError, RequestContext};

/// Bytes that count as progress: after them the attempts are counted from zero.
const PROGRESS: u64 = 1024 * 1024;

/// Bytes in a second below which a download is given up: one that drips would hold its place for as
/// long as it likes. Far below what each of many gets on a slow link.
const LEAST_RATE: u64 = 64;
/// Stall limits over which that is measured.
const MEASURED: u32 = 5;

/// How a download has come lately. Only the time that the registry was waited for counts: the
/// target, or the user's own limit, may be slower.
#[derive(Default)]
struct Pace {
    waited: Duration,
    received: u64,
}

impl Pace {
    /// Whether it has come too slowly, once `window` was waited for the registry.
    fn is_too_slow(&mut self, waited: Duration, received: u64, window: Duration) -> bool {
        self.waited += waited;
        self.received += received;
        if self.waited < window {
            return false;
        }
        let lately = std::mem::take(self);
        lately.received < lately.waited.as_secs().saturating_mul(LEAST_RATE)
    }
}

/// A blob that is being downloaded.
pub(crate) struct Download {
    pub(crate) registry: Registry,
    pub(crate) repository: RepositoryName,
    pub(crate) digest: Digest,
    pub(crate) at: RequestContext,
    /// Bytes in all. Without it a broken connection looks like the end.
    pub(crate) length: Option<u64>,
    pub(crate) response: Option<Response>,
    offset: u64,
    /// Bytes to skip, because the registry started again from the beginning.
    skip: u64,
    /// The registry has answered with another range than the one requested.
    is_bad_at_ranges: bool,
    failures: u32,
    last_failure_at: u64,
    pace: Pace,
}

impl Download {
    /// A download whose first response has arrived.
    pub(crate) fn new(
        registry: Registry,
        repository: RepositoryName,
        digest: Digest,
        at: RequestContext,
        length: Option<u64>,
        response: Response,
    ) -> Self {
        Self {
            registry,
            repository,
            digest,
            at,
            length,
            response: Some(response),
            offset: 0,
            skip: 0,
            is_bad_at_ranges: false,
            failures: 0,
            last_failure_at: 0,
            pace: Pace::default(),
        }
    }

    /// The bytes, in order and without a gap.
    pub(crate) fn bytes(self) -> impl Stream<Item = Result<Bytes, RegistryError>> + Send + 'static {
        stream::try_unfold(self, |mut download| async move {
            Ok(download.next().await?.map(|chunk| (chunk, download)))
        })
    }

    async fn next(&mut self) -> Result<Option<Bytes>, RegistryError> {
        loop {
            let Some(response) = &mut self.response else {
                self.reopen().await?;
                continue;
            };
            let begin = Instant::now();
            let chunk = response.chunk().await;
            let received = chunk.as_ref().ok().and_then(Option::as_ref).map_or(0, Bytes::len);
            let window = self.registry.stall_timeout() * MEASURED;
            if self.pace.is_too_slow(begin.elapsed(), received as u64, window) {
                self.give_up_slow().await?;
                continue;
            }
            match chunk {
                Ok(Some(chunk)) => {
                    let passed_over = self.skip.min(chunk.len() as u64);
                    self.skip -= passed_over;
                    // A chunk fits into memory, so the number fits.
                    let chunk = chunk.slice(usize::try_from(passed_over).unwrap_or(chunk.len())..);
                    if !chunk.is_empty() {
                        self.offset += chunk.len() as u64;
                        return Ok(Some(chunk));
                    }
                }
                Ok(None) if self.length.is_none_or(|length| self.offset >= length) => {
                    return Ok(None);
                }
                Ok(None) => self.broke(self.ended_early()).await?,
                Err(error) => {
                    let error = HttpError::from_reqwest(self.at.host.as_str(), error);
                    self.broke(error.into()).await?;
                }
            }
        }
    }

    /// Another connection may be faster; a second one that is as slow ends the stream.
    async fn give_up_slow(&mut self) -> Result<(), RegistryError> {
        let waited_for = WaitedFor::WholeAnswer;
        let error = HttpError::Timeout { host: self.at.host.to_string(), waited_for };
        if self.failures > 0 && self.offset < self.last_failure_at + PROGRESS {
            return Err(error.into());
        }
        self.broke(error.into()).await
    }

    /// Records a failure; an error if there have been too many.
    async fn broke(&mut self, error: RegistryError) -> Result<(), RegistryError> {
        self.response = None;
        if self.length.is_none() || !error.is_transient() {
            return Err(error);
        }
        if self.offset >= self.last_failure_at + PROGRESS {
            self.failures = 0;
        }
        self.last_failure_at = self.offset;
        self.failures += 1;
        let Some(delay) = self.registry.backoff().delay(self.failures) else { return Err(error) };
        tracing::debug!(at = %self.at, offset = self.offset, %error, "a download goes on");
        // The first retry is immediate: most connections break alone.
        if self.failures > 1 {
            tokio::time::sleep(delay).await;
        }
        Ok(())
    }

    /// Requests the rest, from the registry and not from where it had redirected to: that address
    /// may have expired.
    async fn reopen(&mut self) -> Result<(), RegistryError> {
        let Some(length) = self.length else { return Err(self.ended_early()) };
        // With both ends: some registries refuse an open range (that of ggcr, for one). It is never
        // empty, which would hang docker-registry 2.8.
        let range = format!("bytes={}-{}", self.offset, length - 1);
        let wanted = (!self.is_bad_at_ranges && self.offset > 0).then_some(range.as_str());
        let opened =
            self.registry.open_blob(&self.repository, &self.digest, &self.at, wanted).await;
        let response = match opened {
            Ok(response) => response,
            Err(error) => return self.broke(error).await,
        };
        if response.status() == 206 {
            if !goes_on_at(response.headers(), self.offset, length) {
                // Then all of it is requested, and the bytes that have arrived are skipped.
                self.is_bad_at_ranges = true;
                let reason = format!("the registry answers {range} with another range");
                let host = self.at.host.to_string();
                return self.broke(HttpError::Broken { host, reason }.into()).await;
            }
            self.skip = 0;
        } else {
            self.skip = self.offset;
        }
        self.response = Some(response);
        Ok(())
    }

    fn ended_early(&self) -> RegistryError {
        let reason = format!("it ended after {} bytes", self.offset);
        HttpError::Broken { host: self.at.host.to_string(), reason }.into()
    }
}

/// Whether `Content-Range: bytes FIRST-LAST/TOTAL` is the rest that was requested.
fn goes_on_at(headers: &HeaderMap, offset: u64, length: u64) -> bool {
    let parse = || {
        let text = headers.get(CONTENT_RANGE)?.to_str().ok()?;
        let (range, total) = text.trim().strip_prefix("bytes")?.trim().split_once('/')?;
        let (first, last) = range.split_once('-')?;
        let total_fits = total == "*" || total.parse() == Ok(length);
        let last: u64 = last.parse().ok()?;
        Some(first.parse() == Ok(offset) && last < length && total_fits)
    };
    parse().unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use futures::StreamExt as _;

    use super::*;
    use crate::registry::NoLogins;
    use crate::registry::test_server::{Reply, Seen, Server, reply};

    const CONTENT: &str = "content";

    /// A registry that breaks off after "cont", and then answers by `rest`.
    async fn breaking(rest: impl Fn(&Seen) -> Reply + Send + Sync + 'static) -> Server {
        Server::start(move |seen| match (seen.target.as_str(), seen.header("range")) {
            ("/v2/", _) => reply(200),
            (_, None) => reply(200).body("cont").length(CONTENT.len()),
            (_, Some(_)) => rest(seen),
        })
        .await
    }

    async fn download(server: &Server) -> Result<String, RegistryError> {
        let digest = Digest::of(CONTENT.as_bytes());
        let registry = server.registry(NoLogins);
        let mut blob = registry.blob(&"a/b".parse().unwrap(), &digest, Some(7)).await.unwrap();
        let mut content = Vec::new();
        while let Some(chunk) = blob.next().await {
            content.extend(chunk?);
        }
        Ok(String::from_utf8(content).unwrap())
    }

    #[tokio::test]
    async fn a_broken_download_goes_on_where_it_stopped() {
        let server =
            breaking(|_| reply(206).header("Content-Range", "bytes 4-6/7").body("ent")).await;
        assert_eq!(download(&server).await.unwrap(), CONTENT);
        let ranges: Vec<_> = server
            .seen()
            .iter()
            .filter_map(|seen| seen.header("range").map(str::to_owned))
            .collect();
        assert_eq!(ranges, ["bytes=4-6"], "only the rest is asked for, once");
    }

    #[tokio::test]
    async fn a_registry_that_begins_anew_is_read_up_to_where_it_broke() {
        let server = breaking(|_| reply(200).body(CONTENT)).await;
        assert_eq!(download(&server).await.unwrap(), CONTENT);
    }

    #[tokio::test]
    async fn another_range_than_the_rest_is_not_taken_and_all_is_asked_for_instead() {
        let asked = std::sync::atomic::AtomicUsize::new(0);
        let server = Server::start(move |seen| {
            let is_range = seen.header("range").is_some();
            match (seen.target.as_str(), is_range) {
                ("/v2/", _) => reply(200),
                (_, true) => reply(206).header("Content-Range", "bytes 3-6/7").body("tent"),
                _ if asked.fetch_add(1, std::sync::atomic::Ordering::Relaxed) == 0 => {
                    reply(200).body("cont").length(CONTENT.len())
                }
                _ => reply(200).body(CONTENT),
            }
        })
        .await;
        assert_eq!(download(&server).await.unwrap(), CONTENT);
    }

    #[tokio::test]
    async fn a_download_that_never_gets_further_ends() {
        let server = breaking(|_| reply(503)).await;
        let error = download(&server).await.unwrap_err();
        assert!(error.is_transient(), "{error:?}");
        assert!(server.count("GET", "/v2/a/b/blobs") <= 5);
    }

    #[test]
    fn only_a_drip_over_a_long_time_is_too_slow() {
        let (second, window) = (Duration::from_secs(1), Duration::from_secs(300));
        let after = |each: u64| {
            let mut pace = Pace::default();
            (1..10_000).find(|_| pace.is_too_slow(second, each, window))
        };
        assert_eq!(after(1), Some(300));
        assert_eq!(after(63), Some(300));
        let mut pace = Pace::default();
        // 256 kbit/s, shared by 32.
        assert!((0..10_000).all(|_| !pace.is_too_slow(second, 1024, window)));
        // One long pause, as while a host is down, is not a drip.
        assert!(!pace.is_too_slow(Duration::from_secs(250), 0, window));
    }

    #[test]
    fn a_range_is_taken_only_if_it_is_the_rest() {
        let fits = |value: &str| {
            let headers = HeaderMap::from_iter([(CONTENT_RANGE, value.parse().unwrap())]);
            goes_on_at(&headers, 40, 100)
        };
        assert!(fits("bytes 40-99/100"));
        assert!(fits("bytes 40-99/*"));
        assert!(fits("bytes 40-59/100"), "less than asked for; the rest is asked for again");
        for wrong in
            ["bytes 0-99/100", "bytes 41-99/100", "bytes 40-100/100", "bytes 40-99/101", "x"]
        {
            assert!(!fits(wrong), "{wrong}");
        }
        assert!(!goes_on_at(&HeaderMap::new(), 40, 100));
    }
}
