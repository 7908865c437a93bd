//! Uploads: opening one, by mounting the blob from another repository where that works, and
//! sending the bytes in one streaming request.
//!
//! Sending them in pieces is in `upload_pieces`.

use bytes::Bytes;
use futures::Stream;
use reqwest::Method;
use reqwest::header::{
    AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, LOCATION,
};
use url::Url;

use crate::http::Connections;
use crate::image::{Algorithm, Digest, RepositoryName};

use super::body::UploadBody;
use crate::registry::auth::TokenScope;
use crate::registry::client::RepeatableRequest;
use crate::registry::transport::{
    LIST_LIMIT, WholeResponse, follow, keeps_the_request, same_origin,
};
use crate::registry::{Registry, RegistryError, RequestContext};

const OCTETS: HeaderValue = HeaderValue::from_static("application/octet-stream");

/// A registry's response to the start of an upload.
#[derive(Debug)]
pub enum Upload {
    /// The blob is in this repository now; nothing needs to be sent.
    Present,
    /// It waits for the bytes.
    Open(UploadSession),
}

/// An upload that a registry has opened.
#[derive(Debug)]
pub struct UploadSession {
    pub(crate) url: Url,
    pub(crate) scope: Box<TokenScope>,
    pub(crate) at: RequestContext,
    /// `OCI-Chunk-Min-Length`, bytes.
    pub(crate) least_piece: Option<usize>,
}

impl Registry {
    /// Opens the upload of a blob, mounting it from another repository of the host if one is given.
    ///
    /// A failed mount is no error; the blob then has to be uploaded. `mount_from` may be the
    /// repository itself: one request then finds the blob there or opens an upload.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`] if the namespace doesn't exist, [`RegistryError::Denied`],
    /// [`RegistryError::Quota`], and those of the connection and the login.
    pub async fn start_upload(
        &self,
        repository: &RepositoryName,
        digest: &Digest,
        mount_from: Option<&RepositoryName>,
    ) -> Result<Upload, RegistryError> {
        if let Some(source) = mount_from {
            match self.open_upload(repository, digest, Some(source)).await {
                // Whatever the reason: an upload without mount is tried, and if that fails too, its
                // error is the one to report.
                Err(
                    RegistryError::Denied { .. }
                    | RegistryError::NotFound { .. }
                    | RegistryError::Invalid { .. }
                    | RegistryError::Policy { .. }
                    | RegistryError::Server { .. }
                    | RegistryError::Protocol { .. },
                ) => {}
                outcome => return outcome,
            }
        }
        self.open_upload(repository, digest, None).await
    }

    async fn open_upload(
        &self,
        repository: &RepositoryName,
        digest: &Digest,
        mount_from: Option<&RepositoryName>,
    ) -> Result<Upload, RegistryError> {
        let at = self.context(repository, format!("upload of {digest}"));
        let mut url = self.url(repository, "blobs/uploads/").await?;
        if let Some(source) = mount_from {
            let mut query = url.query_pairs_mut();
            query.append_pair("mount", digest.as_str()).append_pair("from", source.as_str());
        }
        if digest.algorithm() != Algorithm::Sha256 {
            url.query_pairs_mut().append_pair("digest-algorithm", digest.algorithm().name());
        }
        let scope = match mount_from {
            Some(source) => TokenScope::mount(repository, source),
            None => TokenScope::push(repository),
        };
        let mut request = RepeatableRequest::new(Method::POST, url);
        request.body = Some(Bytes::new());
        let answer = self.exchange(&request, &scope, &at, LIST_LIMIT).await?;
        match answer.status.as_u16() {
            201 if mount_from.is_some() => Ok(Upload::Present),
            // 202 by the specification; others say so with an address all the same.
            200..=299 => {
                let url = self.location(&answer, &at)?;
                let least = answer.header(&HeaderName::from_static("oci-chunk-min-length"));
                let least_piece = least.and_then(|text| text.parse().ok());
                let scope = Box::new(scope);
                Ok(Upload::Open(UploadSession { url, scope, at, least_piece }))
            }
            _ => Err(answer.refusal(&at)),
        }
    }

    /// Sends a blob in one streaming request and commits it.
    ///
    /// Can't be retried: the session and the body are used up. After a transient error check
    /// whether the blob has arrived all the same, then start a new upload.
    ///
    /// # Errors
    /// An error of `body` comes out as itself. [`RegistryError::MonolithicRefused`] if the blob
    /// has to be sent in pieces ([`Registry::finish_upload_by_patch`], with a new session),
    /// [`RegistryError::SizeMismatch`] if the body isn't `size` bytes long,
    /// [`RegistryError::TokenExpired`], [`RegistryError::UploadLost`], [`RegistryError::Stalled`].
    pub async fn finish_upload(
        &self,
        session: UploadSession,
        digest: &Digest,
        size: u64,
        body: impl Stream<Item = Result<Bytes, RegistryError>> + Send + 'static,
    ) -> Result<(), RegistryError> {
        let UploadSession { url, scope, at, .. } = &session;
        let url = with_digest(url, digest);
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, OCTETS);
        // Set here: the HTTP library would send a stream without its length.
        headers.insert(CONTENT_LENGTH, HeaderValue::from(size));
        let mut shown = None;
        if same_origin(&url, &self.probe().await?.base) {
            shown = self.inner.auth.credential(scope, true).await?;
            headers.extend(shown.as_ref().map(|shown| (AUTHORIZATION, shown.header())));
        }
        let (body, watch) = UploadBody::new(body, size, at.clone());
        let body = reqwest::Body::wrap_stream(body);
        let silence = self.inner.transport.network.stall_timeout();
        let answer = async {
            let (transport, unwatched) = (&self.inner.transport, Connections::Unwatched);
            let sent =
                transport.transmit(Method::PUT, &url, headers, Some(body), unwatched).await?;
            transport.read(at.host.as_str(), sent, LIST_LIMIT).await
        };
        let answer = tokio::select! {
            answer = answer => answer,
            waited = watch.stalled(silence) => {
                let seconds = waited.as_secs();
                return Err(RegistryError::Stalled { at: Box::new(at.clone()), seconds });
            }
        };
        if let Some(error) = watch.error() {
            return Err(error);
        }
        let answer = match answer {
            Ok(answer) => answer,
            Err(error) => {
                // If a registry refuses the token and closes the connection while the body is being
                // sent, all that is seen is often the broken connection.
                self.inner.auth.forget(scope, &shown).await;
                return Err(error.into());
            }
        };
        if answer.status == 401 {
            self.inner.auth.rejected(scope, &shown, &answer, at).await?;
            return Err(RegistryError::TokenExpired { at: Box::new(at.clone()) });
        }
        // A redirect wants the body once more, and a stream is used up; a piece can be sent again.
        let elsewhere = keeps_the_request(answer.status);
        let refused = matches!(answer.status.as_u16(), 404 | 405 | 411 | 413 | 501);
        if !is_lost(&answer) && (refused || elsewhere) {
            let status = answer.status.as_u16();
            return Err(RegistryError::MonolithicRefused { at: Box::new(at.clone()), status });
        }
        committed(&answer, digest, at)
    }

    /// Reads where an upload continues. The registry may name another host, which gets no token.
    pub(crate) fn location(
        &self,
        answer: &WholeResponse,
        at: &RequestContext,
    ) -> Result<Url, RegistryError> {
        let location = answer.header(&LOCATION).ok_or_else(|| {
            let reason = "the registry opens an upload but doesn't say where".to_owned();
            RegistryError::Protocol { at: Box::new(at.clone()), reason }
        })?;
        follow(&self.inner.transport.network, at, &answer.url, location)
    }
}

/// The session's address with the digest added; it may carry a state of its own.
pub(crate) fn with_digest(url: &Url, digest: &Digest) -> Url {
    let mut url = url.clone();
    url.query_pairs_mut().append_pair("digest", digest.as_str());
    url
}

/// Whether the registry no longer knows the session.
pub(crate) fn is_lost(answer: &WholeResponse) -> bool {
    let lost = ["BLOB_UPLOAD_UNKNOWN", "BLOB_UPLOAD_INVALID"];
    answer.status == 416 || lost.iter().any(|code| answer.has_code(code))
}

/// Reads the response to the request that ends an upload.
pub(crate) fn committed(
    answer: &WholeResponse,
    digest: &Digest,
    at: &RequestContext,
) -> Result<(), RegistryError> {
    if is_lost(answer) {
        let message = answer.message();
        return Err(RegistryError::UploadLost { at: Box::new(at.clone()), message });
    }
    if answer.has_code("DIGEST_INVALID") || answer.has_code("SIZE_INVALID") {
        // What was sent had been verified.
        let message = answer.message();
        return Err(RegistryError::Corrupted { at: Box::new(at.clone()), message });
    }
    if !answer.status.is_success() {
        return Err(answer.refusal(at));
    }
    match answer.digest() {
        Some(actual) if actual.algorithm() == digest.algorithm() && actual != *digest => {
            let (at, expected) = (Box::new(at.clone()), digest.clone());
            Err(RegistryError::DigestMismatch { at, expected, actual })
        }
        _ => Ok(()),
    }
}
