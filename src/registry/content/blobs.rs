//! Blobs: whether one is there, and its bytes.

use reqwest::header::{ACCEPT_ENCODING, CONTENT_LENGTH, HeaderValue, RANGE};
use reqwest::{Method, Response};

use crate::http::Connections;
use crate::image::{Digest, RepositoryName};

use super::resume::Download;
use crate::registry::auth::TokenScope;
use crate::registry::client::RepeatableRequest;
use crate::registry::transport::LIST_LIMIT;
use crate::registry::{BlobStream, Registry, RegistryError, RequestContext};

impl Registry {
    /// The size of a blob in bytes, or `None` if the repository doesn't hold it, or the host
    /// doesn't say how large it is.
    ///
    /// # Errors
    /// Those of the connection, of the login, and of a registry that fails.
    pub async fn blob_exists(
        &self,
        repository: &RepositoryName,
        digest: &Digest,
    ) -> Result<Option<u64>, RegistryError> {
        let at = self.context(repository, format!("blob {digest}"));
        let home = self.url(repository, &format!("blobs/{digest}")).await?;
        let request = RepeatableRequest::new(Method::HEAD, home);
        let answer =
            self.exchange(&request, &TokenScope::pull(repository), &at, LIST_LIMIT).await?;
        match answer.status.as_u16() {
            // `content_length` of the HTTP library is that of the body, and HEAD has none.
            200..=299 => Ok(answer.header(&CONTENT_LENGTH).and_then(|text| text.parse().ok())),
            404 | 405 => Ok(None),
            _ => Err(answer.refusal(&at)),
        }
    }

    /// A blob's bytes, verified as they come: see [`BlobStream`].
    ///
    /// `size` is that of the descriptor. A download that breaks off is resumed where it stopped, a
    /// few times; opening the stream is not retried here.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`], [`RegistryError::SizeMismatch`] if the announced length is
    /// another, [`RegistryError::UnsafeAddress`] for a redirect that must not be followed, and
    /// those of the connection and the login.
    pub async fn blob(
        &self,
        repository: &RepositoryName,
        digest: &Digest,
        size: Option<u64>,
    ) -> Result<BlobStream, RegistryError> {
        let at = self.context(repository, format!("blob {digest}"));
        let response = self.open_blob(repository, digest, &at, None).await?;
        let announced = response.headers().get(CONTENT_LENGTH);
        let announced: Option<u64> = announced.and_then(|v| v.to_str().ok()?.parse().ok());
        if let (Some(expected), Some(actual)) = (size, announced)
            && expected != actual
        {
            return Err(RegistryError::SizeMismatch { at: Box::new(at), expected, actual });
        }
        let length = size.or(announced);
        let download = Download::new(
            self.clone(),
            repository.clone(),
            digest.clone(),
            at.clone(),
            length,
            response,
        );
        Ok(BlobStream::new(download.bytes(), digest, length, at))
    }

    pub(crate) async fn open_blob(
        &self,
        repository: &RepositoryName,
        digest: &Digest,
        at: &RequestContext,
        range: Option<&str>,
    ) -> Result<Response, RegistryError> {
        let url = self.url(repository, &format!("blobs/{digest}")).await?;
        let mut request = RepeatableRequest::new(Method::GET, url);
        request.connections = Connections::Separate;
        // Compression on the way would change digest and size.
        request.headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        let range = range.and_then(|range| range.parse().ok());
        let is_partial = range.is_some();
        request.headers.extend(range.map(|range: HeaderValue| (RANGE, range)));
        let response = self.open(&request, &TokenScope::pull(repository), at).await?;
        if response.status() == 200 || (is_partial && response.status() == 206) {
            return Ok(response);
        }
        let answer = self.inner.transport.read(at.host.as_str(), response, 0).await?;
        Err(answer.refusal(at))
    }
}
