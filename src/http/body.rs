//! Reading a response's body up to a limit.

use bytes::{Bytes, BytesMut};

use super::HttpError;

/// The whole body, if it is no larger than `limit` bytes.
///
/// # Errors
/// [`HttpError::TooLarge`] as soon as the limit is passed, and what the connection reports.
pub async fn read_at_most(
    host: &str,
    mut response: reqwest::Response,
    limit: u64,
) -> Result<Bytes, HttpError> {
    let too_large = || HttpError::TooLarge { host: host.to_owned(), limit };
    if response.content_length().is_some_and(|length| length > limit) {
        return Err(too_large());
    }
    let mut body = BytesMut::new();
    while let Some(chunk) =
        response.chunk().await.map_err(|error| HttpError::from_reqwest(host, error))?
    {
        if (body.len() + chunk.len()) as u64 > limit {
            return Err(too_large());
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}
