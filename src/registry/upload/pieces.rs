//! Uploads in pieces, for a registry or proxy that doesn't accept a blob in one request.

use bytes::{Bytes, BytesMut};
use futures::{Stream, StreamExt as _};
use reqwest::Method;
use reqwest::header::{AUTHORIZATION, CONTENT_RANGE, CONTENT_TYPE, HeaderMap, HeaderValue};
use url::Url;

use crate::http::Connections;
use crate::image::Digest;

use super::session::{UploadSession, committed, is_lost, with_digest};
use crate::registry::transport::{LIST_LIMIT, Redirects, WholeResponse, same_origin};
use crate::registry::{Registry, RegistryError};

/// The size of a piece, in bytes, unless the registry wants larger ones.
const PIECE: usize = 8 * 1024 * 1024;
/// The largest piece that is held in memory for a registry that wants large ones.
const LARGEST_PIECE: usize = 64 * 1024 * 1024;

impl Registry {
    /// Sends a blob by one PATCH for each 8 MiB, one piece in memory at a time, and a last PUT.
    ///
    /// Slower than [`Registry::finish_upload`], and can't be retried either.
    ///
    /// # Errors
    /// An error of `body` comes out as itself; otherwise as [`Registry::finish_upload`], with
    /// [`RegistryError::MonolithicRefused`] left out.
    pub async fn finish_upload_by_patch(
        &self,
        mut session: UploadSession,
        digest: &Digest,
        size: u64,
        body: impl Stream<Item = Result<Bytes, RegistryError>> + Send + 'static,
    ) -> Result<(), RegistryError> {
        let piece = session.least_piece.unwrap_or(0).clamp(PIECE, LARGEST_PIECE);
        let mut body = Box::pin(body);
        let mut buffer = BytesMut::new();
        let mut sent: u64 = 0;
        loop {
            let next = body.next().await.transpose()?;
            let is_last = next.is_none();
            buffer.extend_from_slice(&next.unwrap_or_default());
            let held = sent + buffer.len() as u64;
            if held > size || (is_last && held < size) {
                let at = Box::new(session.at.clone());
                return Err(RegistryError::SizeMismatch { at, expected: size, actual: held });
            }
            while buffer.len() >= piece || (is_last && !buffer.is_empty()) {
                let length = buffer.len().min(piece);
                self.send_piece(&mut session, sent, buffer.split_to(length).freeze()).await?;
                sent += length as u64;
            }
            if is_last {
                break;
            }
        }
        let url = with_digest(&session.url, digest);
        let answer = self.send_part(&session, Method::PUT, url, HeaderMap::new(), None).await?;
        committed(&answer, digest, &session.at)
    }

    async fn send_piece(
        &self,
        session: &mut UploadSession,
        from: u64,
        piece: Bytes,
    ) -> Result<(), RegistryError> {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
        // Inclusive and without a unit, unlike elsewhere (distribution specification, "Pushing a
        // blob in chunks").
        let range = format!("{from}-{}", from + piece.len() as u64 - 1);
        headers.extend(HeaderValue::try_from(range).ok().map(|range| (CONTENT_RANGE, range)));
        let url = session.url.clone();
        let answer = self.send_part(session, Method::PATCH, url, headers, Some(piece)).await?;
        if is_lost(&answer) {
            let at = Box::new(session.at.clone());
            return Err(RegistryError::UploadLost { at, message: answer.message() });
        }
        if !answer.status.is_success() {
            return Err(answer.refusal(&session.at));
        }
        // The latest address counts; it carries the registry's own state.
        session.url = self.location(&answer, &session.at)?;
        Ok(())
    }

    // Not retried after a broken connection: the registry may have stored the piece or half of it.
    async fn send_part(
        &self,
        session: &UploadSession,
        method: Method,
        url: Url,
        headers: HeaderMap,
        body: Option<Bytes>,
    ) -> Result<WholeResponse, RegistryError> {
        let UploadSession { scope, at, .. } = session;
        let auth = &self.inner.auth;
        let home = &self.probe().await?.base;
        let (mut url, mut redirects) = (url, Redirects::default());
        let mut replayed = false;
        loop {
            let is_home = same_origin(&url, home);
            let mut headers = headers.clone();
            let mut shown = None;
            if is_home {
                shown = auth.credential(scope, true).await?;
                headers.extend(shown.as_ref().map(|shown| (AUTHORIZATION, shown.header())));
            }
            let body = reqwest::Body::from(body.clone().unwrap_or_default());
            let separate = Connections::Separate;
            let transport = &self.inner.transport;
            let sent =
                transport.transmit(method.clone(), &url, headers, Some(body), separate).await;
            let answer = match sent {
                Ok(response) => {
                    self.inner.transport.read(at.host.as_str(), response, LIST_LIMIT).await?
                }
                Err(error) => {
                    auth.forget(scope, &shown).await;
                    return Err(error.into());
                }
            };
            let (sent, answered) = ((&method, &url), (answer.status, &answer.headers));
            let next = redirects.next(&self.inner.transport.network, at, sent, answered)?;
            if let Some(next) = next {
                url = next;
                continue;
            }
            if answer.status != 401 || !is_home {
                return Ok(answer);
            }
            if replayed {
                return Err(auth.unauthorized(&shown, &answer, at));
            }
            auth.rejected(scope, &shown, &answer, at).await?;
            replayed = true;
        }
    }
}
