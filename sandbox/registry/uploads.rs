//! Uploads: sessions, mounts, and the commit that checks the digest.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::body::Body;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::Response;
use ccr2tcr::image::{Digest, Hasher};
use futures::StreamExt as _;
use jiff::Timestamp;

use super::request::value;
use super::response::{CONTENT_DIGEST, UPLOAD_UUID, digest_invalid, empty, error, with};
use super::session::{BearerToken, UploadSession};
use crate::content::Blob;
use crate::secrets;
use crate::world::{RegistryId, World};

/// Where an upload is to go, and with which parameters.
pub(super) struct UploadRequest<'a> {
    pub(super) world: &'a World,
    pub(super) id: RegistryId,
    pub(super) repository: &'a str,
    pub(super) query: &'a [(String, String)],
}

impl UploadRequest<'_> {
    /// Answers a request about uploads.
    pub(super) async fn answer(
        &self,
        method: &Method,
        session: Option<&str>,
        headers: &HeaderMap,
        body: Body,
        bearer: &BearerToken,
    ) -> Response {
        match (method, session) {
            (&Method::POST, None) => self.begin(bearer),
            (&Method::PATCH, Some(session)) => self.append(session, headers, body).await,
            (&Method::PUT, Some(session)) => self.commit(session, body).await,
            (&Method::GET, Some(session)) => self.status(session),
            (&Method::DELETE, Some(session)) => match self.take(session) {
                Some(_) => empty(StatusCode::NO_CONTENT),
                None => upload_unknown(),
            },
            _ => error(StatusCode::METHOD_NOT_ALLOWED, "UNSUPPORTED", "not supported here"),
        }
    }

    fn begin(&self, bearer: &BearerToken) -> Response {
        if let Some(mounted) = self.mount(bearer) {
            return mounted;
        }
        // distribution 2.8 takes `?digest=` here without acting on it: a session all the same.
        let session = secrets::uuid();
        let upload =
            UploadSession { repository: self.repository.to_owned(), ..UploadSession::default() };
        self.world.cloud().registry(self.id).0.uploads.insert(session.clone(), upload);
        self.accepted(StatusCode::ACCEPTED, &session, 0)
    }

    /// Links a blob that another repository, or this one, holds.
    fn mount(&self, bearer: &BearerToken) -> Option<Response> {
        let digest: Digest = value(self.query, "mount")?.parse().ok()?;
        let from = value(self.query, "from")?;
        let mut cloud = self.world.cloud();
        let (registry, contents) = cloud.registry(self.id);
        if !registry.mounts || !bearer.grants(from, "pull") {
            return None;
        }
        let held = registry.repository(contents, from)?;
        if !held.blobs.contains(&digest) {
            return None;
        }
        if from != self.repository {
            registry.stats.mounts += 1;
        }
        let target = registry.repository_or_new(self.repository, Timestamp::now());
        target.blobs.insert(digest.clone());
        Some(self.created(&digest))
    }

    async fn append(&self, session: &str, headers: &HeaderMap, body: Body) -> Response {
        let Some(mut upload) = self.take(session) else {
            return upload_unknown();
        };
        // `a-b`, without "bytes" (distribution specification, "Pushing a blob in chunks").
        let range = headers.get(header::CONTENT_RANGE).and_then(|value| value.to_str().ok());
        let start = range.and_then(|range| range.split_once('-')).map(|(start, _)| start);
        if start.is_some_and(|start| start.parse() != Ok(upload.size)) {
            let size = upload.size;
            self.keep(session, upload);
            return self.accepted(StatusCode::RANGE_NOT_SATISFIABLE, session, size);
        }
        // A connection that breaks here leaves no session, as measured with distribution 2.8.2.
        if !self.receive(&mut upload, body, None).await {
            return broken_upload();
        }
        let size = upload.size;
        self.keep(session, upload);
        self.accepted(StatusCode::ACCEPTED, session, size)
    }

    async fn commit(&self, session: &str, body: Body) -> Response {
        let Some(mut upload) = self.take(session) else {
            return upload_unknown();
        };
        let digest = value(self.query, "digest").map(str::parse::<Digest>);
        let Some(Ok(digest)) = digest else {
            return digest_invalid("no digest, or not one");
        };
        // What is known by now is hashed, but not kept a second time.
        let known = upload.pieces.is_empty() && self.world.cloud().contents.get(&digest).is_some();
        let mut hasher = upload.hasher(digest.algorithm());
        upload.known = known;
        if !self.receive(&mut upload, body, Some(&mut hasher)).await {
            return broken_upload();
        }
        if hasher.finish() != digest {
            return digest_invalid("provided digest did not match uploaded content");
        }
        let mut cloud = self.world.cloud();
        let (registry, contents) = cloud.registry(self.id);
        if !known {
            contents.add(digest.clone(), Blob::Stored { pieces: upload.pieces, size: upload.size });
        }
        let target = registry.repository_or_new(self.repository, Timestamp::now());
        target.blobs.insert(digest.clone());
        // A second upload repairs it.
        target.broken.remove(&digest);
        self.created(&digest)
    }

    fn status(&self, session: &str) -> Response {
        let mut cloud = self.world.cloud();
        let upload = cloud.registry(self.id).0.uploads.get(session);
        match upload.filter(|upload| upload.repository == self.repository) {
            Some(upload) => self.accepted(StatusCode::NO_CONTENT, session, upload.size),
            None => upload_unknown(),
        }
    }

    fn take(&self, session: &str) -> Option<UploadSession> {
        let mut cloud = self.world.cloud();
        let (registry, _) = cloud.registry(self.id);
        let upload = registry.uploads.get(session)?;
        if upload.repository != self.repository {
            return None;
        }
        registry.uploads.remove(session)
    }

    fn keep(&self, session: &str, upload: UploadSession) {
        self.world.cloud().registry(self.id).0.uploads.insert(session.to_owned(), upload);
    }

    async fn receive(
        &self,
        upload: &mut UploadSession,
        body: Body,
        mut hasher: Option<&mut Hasher>,
    ) -> bool {
        let counter = Arc::clone(&self.world.cloud().registry(self.id).0.stats.bytes_in);
        let mut pieces = body.into_data_stream();
        while let Some(piece) = pieces.next().await {
            let Ok(piece) = piece else {
                return false;
            };
            if !piece.is_empty() {
                counter.fetch_add(piece.len() as u64, Ordering::Relaxed);
                upload.size += piece.len() as u64;
                if let Some(hasher) = &mut hasher {
                    hasher.update(&piece);
                }
                if !upload.known {
                    upload.pieces.push(piece);
                }
            }
        }
        true
    }

    fn accepted(&self, status: StatusCode, session: &str, size: u64) -> Response {
        let location = format!("/v2/{}/blobs/uploads/{session}?_state={size}", self.repository);
        let response = with(empty(status), header::LOCATION, &location);
        let range = format!("0-{}", size.saturating_sub(1));
        with(with(response, header::RANGE, &range), UPLOAD_UUID, session)
    }

    fn created(&self, digest: &Digest) -> Response {
        let location = format!("/v2/{}/blobs/{digest}", self.repository);
        let response = with(empty(StatusCode::CREATED), header::LOCATION, &location);
        with(response, CONTENT_DIGEST, digest.as_str())
    }
}

fn upload_unknown() -> Response {
    error(StatusCode::NOT_FOUND, "BLOB_UPLOAD_UNKNOWN", "blob upload unknown to registry")
}

fn broken_upload() -> Response {
    error(StatusCode::BAD_REQUEST, "BLOB_UPLOAD_INVALID", "the upload broke off")
}
