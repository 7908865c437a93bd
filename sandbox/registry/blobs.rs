//! Blobs: `GET` with ranges, and `HEAD`.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::Response;
use ccr2tcr::image::Digest;

use super::response::{CONTENT_DIGEST, blob_unknown, digest_invalid, empty, error, with};
use super::stream::Outgoing;
use crate::account::SourceFault;
use crate::world::{Cloud, RegistryId};

/// Answers a request for a blob.
pub(super) fn blob(
    cloud: &mut Cloud,
    id: RegistryId,
    method: &Method,
    headers: &HeaderMap,
    (repository, digest): (&str, &str),
    cut_after: Option<u64>,
) -> Response {
    if method != Method::GET && method != Method::HEAD {
        return error(StatusCode::METHOD_NOT_ALLOWED, "UNSUPPORTED", "not supported here");
    }
    let Ok(digest) = digest.parse::<Digest>() else {
        return digest_invalid("provided digest did not match uploaded content");
    };
    let (registry, contents) = cloud.registry(id);
    let counter = Arc::clone(&registry.stats.bytes_out);
    let held = registry.repository(contents, repository);
    let held = held.filter(|held| held.blobs.contains(&digest));
    let fault = held.as_ref().and_then(|held| held.broken.get(&digest).copied());
    let Some(blob) = held.and_then(|_| contents.get(&digest)) else {
        return blob_unknown();
    };
    let short = u64::from(fault == Some(SourceFault::WrongSize));
    let size = blob.size().saturating_sub(short);
    let wanted = headers.get(header::RANGE).and_then(|value| value.to_str().ok());
    let (status, start, end) = match wanted.map(|text| read_range(text, size)) {
        None | Some(ByteRange::Whole) => (StatusCode::OK, 0, size),
        Some(ByteRange::Part { start, end }) => (StatusCode::PARTIAL_CONTENT, start, end),
        Some(ByteRange::Unsatisfiable) => {
            let response = empty(StatusCode::RANGE_NOT_SATISFIABLE);
            return with(response, header::CONTENT_RANGE, &format!("bytes */{size}"));
        }
    };
    let body = if method == Method::HEAD {
        Body::empty()
    } else {
        let wrong = fault == Some(SourceFault::WrongBytes);
        Outgoing { blob, offset: start, end, wrong, cut_after, counter }.into_body()
    };
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let mut response = with(response, header::CONTENT_LENGTH, &(end - start).to_string());
    if status == StatusCode::PARTIAL_CONTENT {
        let range = format!("bytes {start}-{}/{size}", end - 1);
        response = with(response, header::CONTENT_RANGE, &range);
    }
    response = with(response, header::CONTENT_TYPE, "application/octet-stream");
    response = with(response, header::ETAG, &format!("\"{digest}\""));
    with(response, CONTENT_DIGEST, digest.as_str())
}

#[derive(Debug, PartialEq, Eq)]
enum ByteRange {
    Whole,
    /// `end` is the first byte that is not wanted.
    Part {
        start: u64,
        end: u64,
    },
    Unsatisfiable,
}

/// `bytes=N-`, `bytes=N-M` and `bytes=-N`; anything else is served whole (RFC 9110, 14.2).
fn read_range(text: &str, size: u64) -> ByteRange {
    let Some((first, last)) = text.strip_prefix("bytes=").and_then(|range| range.split_once('-'))
    else {
        return ByteRange::Whole;
    };
    let (start, end) = match (first.parse::<u64>(), last.parse::<u64>()) {
        (Ok(start), Ok(last)) if start <= last => (start, size.min(last.saturating_add(1))),
        (Ok(start), Err(_)) if last.is_empty() => (start, size),
        (Err(_), Ok(count)) if first.is_empty() => (size.saturating_sub(count), size),
        _ => return ByteRange::Whole,
    };
    if start >= size { ByteRange::Unsatisfiable } else { ByteRange::Part { start, end } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_open_closed_and_from_the_end() {
        assert_eq!(read_range("bytes=2-4", 10), ByteRange::Part { start: 2, end: 5 });
        assert_eq!(read_range("bytes=2-", 10), ByteRange::Part { start: 2, end: 10 });
        assert_eq!(read_range("bytes=2-99", 10), ByteRange::Part { start: 2, end: 10 });
        assert_eq!(read_range("bytes=-3", 10), ByteRange::Part { start: 7, end: 10 });
        assert_eq!(read_range("bytes=10-", 10), ByteRange::Unsatisfiable);
        assert_eq!(read_range("lines=1-2", 10), ByteRange::Whole);
    }
}
