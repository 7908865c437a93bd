//! Manifests: kept as the bytes received, refused if what they name isn't there.

use std::sync::atomic::Ordering;

use axum::body::Body;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::Response;
use bytes::Bytes;
use ccr2tcr::image::{Algorithm, Digest, MANIFEST_LIMIT, Tag, manifest_digest};
use serde_json::Value;

use super::response::{
    CONTENT_DIGEST, OCI_SUBJECT, digest_invalid, empty, error, manifest_unknown, with,
};
use super::store::{Registry, TaggedManifest};
use crate::content::{Contents, Manifest};
use crate::edition::Edition;
use crate::world::{Cloud, RegistryId};

/// Answers `GET` and `HEAD`.
pub(super) fn get(
    cloud: &mut Cloud,
    id: RegistryId,
    method: &Method,
    repository: &str,
    reference: &str,
) -> Response {
    let (registry, contents) = cloud.registry(id);
    let counter = registry.stats.bytes_out.clone();
    let Some(held) = registry.repository(contents, repository) else {
        return manifest_unknown();
    };
    let digest = match reference.parse::<Digest>() {
        Ok(digest) => Some(digest),
        Err(_) => held.tags.get(reference).map(|tagged| tagged.digest.clone()),
    };
    let found = digest.and_then(|digest| Some((held.manifests.get(&digest)?, digest)));
    let Some((manifest, digest)) = found else {
        return manifest_unknown();
    };
    let length = manifest.bytes.len();
    let body = if method == Method::HEAD {
        Body::empty()
    } else {
        counter.fetch_add(length as u64, Ordering::Relaxed);
        Body::from(manifest.bytes.clone())
    };
    let response = with(Response::new(body), header::CONTENT_TYPE, &manifest.media_type);
    let response = with(response, header::CONTENT_LENGTH, &length.to_string());
    let response = with(response, header::ETAG, &format!("\"{digest}\""));
    with(response, CONTENT_DIGEST, digest.as_str())
}

/// Answers `PUT`.
#[allow(clippy::result_large_err, reason = "the error is the answer itself")]
pub(super) fn put(
    cloud: &mut Cloud,
    id: RegistryId,
    headers: &HeaderMap,
    (repository, reference): (&str, &str),
    bytes: Bytes,
) -> Response {
    if bytes.len() as u64 > MANIFEST_LIMIT {
        let message = "manifest is larger than 4 MiB";
        return error(StatusCode::PAYLOAD_TOO_LARGE, "SIZE_INVALID", message);
    }
    let quota = match id.edition {
        Edition::Ccr => cloud.personal[id.index].quota.repo.try_into().unwrap_or(usize::MAX),
        Edition::Tcr => cloud.enterprise[id.index].repository_quota,
    };
    let (registry, contents) = cloud.registry(id);
    registry.stats.bytes_in.fetch_add(bytes.len() as u64, Ordering::Relaxed);
    // Announced images are older than what is pushed now, so they come first.
    registry.repository(contents, repository);
    let pushed = PushedManifest::read(headers, reference, bytes);
    let checked = pushed.and_then(|pushed| {
        check_quota(registry, repository, quota)?;
        pushed.check_parts(registry, contents, repository)?;
        pushed.check_tag(registry, contents, repository)?;
        Ok(pushed)
    });
    match checked {
        Ok(pushed) => pushed.store(registry, repository),
        Err(refusal) => refusal,
    }
}

/// A manifest that was received, and what it is to be called.
struct PushedManifest {
    manifest: Manifest,
    digest: Digest,
    tag: Option<String>,
}

#[allow(clippy::result_large_err, reason = "the error is the answer itself")]
impl PushedManifest {
    fn read(headers: &HeaderMap, reference: &str, bytes: Bytes) -> Result<Self, Response> {
        let invalid = |message: &str| error(StatusCode::BAD_REQUEST, "MANIFEST_INVALID", message);
        let media_type = headers
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .ok_or_else(|| invalid("no Content-Type"))?;
        let said = serde_json::from_slice::<Value>(&bytes).ok();
        let said = said.as_ref().and_then(|value| value["mediaType"].as_str());
        if said.is_some_and(|said| said != media_type) {
            return Err(invalid("Content-Type is not the manifest's mediaType"));
        }
        let manifest =
            Manifest::read(media_type, bytes).map_err(|error| invalid(&error.to_string()))?;
        let named = reference.parse::<Digest>().ok();
        let algorithm = named.as_ref().map_or(Algorithm::Sha256, Digest::algorithm);
        let digest = manifest_digest(algorithm, media_type, &manifest.bytes)
            .map_err(|error| invalid(&error.to_string()))?;
        if named.as_ref().is_some_and(|named| *named != digest) {
            return Err(digest_invalid("provided digest did not match uploaded content"));
        }
        let tag = named.is_none().then(|| reference.to_owned());
        if tag.as_ref().is_some_and(|tag| tag.parse::<Tag>().is_err()) {
            return Err(error(StatusCode::BAD_REQUEST, "TAG_INVALID", "not a tag"));
        }
        Ok(Self { manifest, digest, tag })
    }

    fn check_parts(
        &self,
        registry: &mut Registry,
        contents: &mut Contents,
        repository: &str,
    ) -> Result<(), Response> {
        if registry.lenient {
            return Ok(());
        }
        let held = registry.repository(contents, repository);
        let held = held.as_deref();
        let blob = |digest: &&Digest| held.is_none_or(|held| !held.blobs.contains(*digest));
        let child =
            |digest: &&Digest| held.is_none_or(|held| !held.manifests.contains_key(*digest));
        let refuse = |code: &str, digest: &Digest| {
            let message = format!("{digest} is unknown to the registry");
            Err(error(StatusCode::BAD_REQUEST, code, &message))
        };
        if let Some(missing) = self.manifest.blobs.iter().find(blob) {
            return refuse("MANIFEST_BLOB_UNKNOWN", missing);
        }
        match self.manifest.children.iter().find(child) {
            Some(missing) => refuse("MANIFEST_UNKNOWN", missing),
            None => Ok(()),
        }
    }

    fn check_tag(
        &self,
        registry: &mut Registry,
        contents: &mut Contents,
        repository: &str,
    ) -> Result<(), Response> {
        let Some(tag) = &self.tag else {
            return Ok(());
        };
        let held = registry.repository(contents, repository);
        let held = held.and_then(|held| held.tags.get(tag));
        let changes = held.is_some_and(|tagged| tagged.digest != self.digest);
        if changes && registry.is_immutable(repository, tag) {
            let message = format!(
                "Failed to process request due to '{repository}:{tag}' configured as immutable, \
                 cannot be updated."
            );
            return Err(error(StatusCode::PRECONDITION_FAILED, "PRECONDITION", &message));
        }
        Ok(())
    }

    fn store(self, registry: &mut Registry, repository: &str) -> Response {
        let now = jiff::Timestamp::now();
        let held = registry.repository_or_new(repository, now);
        held.listed = true;
        held.updated = now;
        let subject = self.manifest.subject.clone();
        held.manifests.insert(self.digest.clone(), self.manifest);
        if let Some(tag) = self.tag {
            if !held.complete(&self.digest) {
                registry.stats.dangling.push(format!("{repository}:{tag}"));
            }
            let held = registry.repository_or_new(repository, now);
            // Harbor leaves the push time alone where the tag is on this manifest already.
            if held.tags.get(&tag).is_none_or(|tagged| tagged.digest != self.digest) {
                held.tags.insert(tag, TaggedManifest { digest: self.digest.clone(), pushed: now });
            }
        }
        let location = format!("/v2/{repository}/manifests/{}", self.digest);
        let response = with(empty(StatusCode::CREATED), header::LOCATION, &location);
        let response = with(response, CONTENT_DIGEST, self.digest.as_str());
        match subject.filter(|_| registry.referrers_api) {
            Some(subject) => with(response, OCI_SUBJECT, subject.as_str()),
            None => response,
        }
    }
}

#[allow(clippy::result_large_err, reason = "the error is the answer itself")]
fn check_quota(registry: &Registry, repository: &str, quota: usize) -> Result<(), Response> {
    let new = registry.listed().all(|(name, _)| name != repository);
    if new && registry.listed().count() >= quota {
        let message = format!("the quota of {quota} repositories is used up");
        return Err(error(StatusCode::FORBIDDEN, "DENIED", &message));
    }
    Ok(())
}
