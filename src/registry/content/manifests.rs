//! Manifests: looking one up, fetching its bytes, storing them as they are.

use bytes::Bytes;
use reqwest::Method;
use reqwest::header::{
    ACCEPT, CONTENT_LENGTH, CONTENT_TYPE, HeaderName, HeaderValue, IF_NONE_MATCH,
};

use crate::http::HttpError;
use crate::image::{
    Algorithm, Digest, MANIFEST_LIMIT, ManifestView, MediaType, RepositoryName, TagOrDigest,
    manifest_digest,
};

use crate::registry::auth::TokenScope;
use crate::registry::client::RepeatableRequest;
use crate::registry::transport::WholeResponse;
use crate::registry::{Registry, RegistryError, RequestContext};

/// What a registry says about a manifest without sending it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManifestHead {
    /// As the registry says, unverified. `None` if it sends none that can be read.
    pub digest: Option<Digest>,
    /// `Content-Type` without parameters; empty if the registry sends none.
    pub media_type: String,
    /// Bytes.
    pub size: Option<u64>,
}

/// A manifest as it was received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    /// The bytes, to be passed on unchanged.
    pub bytes: Bytes,
    /// `Content-Type` of the response, else the manifest's own field.
    pub media_type: String,
    /// What the bytes hash to.
    pub digest: Digest,
}

/// What a registry says about a manifest that it has stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PutManifest {
    /// As the registry says; it equals that of the bytes.
    pub digest: Option<Digest>,
    /// Whether the registry lists the manifest as a referrer of its subject (`OCI-Subject`). If
    /// not, the client has to maintain the fallback tag.
    pub subject_honoured: bool,
}

/// How often a manifest is asked for that may be none.
const TRIES_ON_SUSPICION: u32 = 2;

const OCI_SUBJECT: HeaderName = HeaderName::from_static("oci-subject");

impl Registry {
    /// What the registry says about a manifest; `None` if there is no such manifest.
    ///
    /// # Errors
    /// Those of the connection, of the login, and of a registry that fails.
    pub async fn head_manifest(
        &self,
        repository: &RepositoryName,
        version: &TagOrDigest,
    ) -> Result<Option<ManifestHead>, RegistryError> {
        self.head_manifest_unless(repository, version, None).await
    }

    /// [`Registry::head_manifest`], then by GET if that is denied, because HEAD has no body that
    /// says why. Harbor denies everything in a namespace that doesn't exist, with "project … not
    /// found" (its middleware `v2auth`): that is `None`, too.
    ///
    /// # Errors
    /// As [`Registry::head_manifest`].
    pub async fn find_manifest(
        &self,
        repository: &RepositoryName,
        version: &TagOrDigest,
    ) -> Result<Option<ManifestHead>, RegistryError> {
        match self.head_manifest(repository, version).await {
            Err(RegistryError::Denied { .. }) => self.head_by_get(repository, version).await,
            other => other,
        }
    }

    async fn head_by_get(
        &self,
        repository: &RepositoryName,
        version: &TagOrDigest,
    ) -> Result<Option<ManifestHead>, RegistryError> {
        match self.manifest(repository, version).await {
            Ok(manifest) => Ok(Some(ManifestHead {
                size: Some(manifest.bytes.len() as u64),
                digest: Some(manifest.digest),
                media_type: manifest.media_type,
            })),
            Err(RegistryError::NotFound { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// [`Registry::head_manifest`] for a manifest whose digest is expected: distribution and what
    /// is built on it use the digest as the `ETag`, and if it matches answer without reading the
    /// manifest.
    ///
    /// # Errors
    /// As [`Registry::head_manifest`].
    pub async fn head_manifest_unless(
        &self,
        repository: &RepositoryName,
        version: &TagOrDigest,
        expected: Option<&Digest>,
    ) -> Result<Option<ManifestHead>, RegistryError> {
        let at = self.manifest_context(repository, version);
        let mut request = self.manifest_request(Method::HEAD, repository, version).await?;
        let tag = expected.and_then(|digest| HeaderValue::try_from(format!("\"{digest}\"")).ok());
        request.headers.extend(tag.map(|tag| (IF_NONE_MATCH, tag)));
        let scope = TokenScope::pull(repository);
        let answer = self.exchange(&request, &scope, &at, MANIFEST_LIMIT).await?;
        match answer.status.as_u16() {
            304 if expected.is_some() => Ok(Some(ManifestHead {
                digest: expected.cloned(),
                media_type: String::new(),
                size: None,
            })),
            200..=299 => Ok(Some(ManifestHead {
                digest: answer.digest(),
                media_type: content_type(&answer).unwrap_or_default(),
                size: answer.header(&CONTENT_LENGTH).and_then(|text| text.parse().ok()),
            })),
            404 => Ok(None),
            405 => self.head_by_get(repository, version).await,
            _ => Err(answer.refusal(&at)),
        }
    }

    /// A manifest's bytes, hashed by the algorithm of the digest in the request. Wrong bytes are
    /// requested once more: they may have been corrupted on the way.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`]; [`RegistryError::ManifestTooLarge`] above
    /// [`MANIFEST_LIMIT`]; [`RegistryError::DigestMismatch`] if the bytes are not what was asked
    /// for or what `Docker-Content-Digest` says.
    pub async fn manifest(
        &self,
        repository: &RepositoryName,
        version: &TagOrDigest,
    ) -> Result<Manifest, RegistryError> {
        match self.manifest_once(repository, version, None).await {
            Err(RegistryError::DigestMismatch { .. } | RegistryError::Manifest { .. }) => {
                self.manifest_once(repository, version, None).await
            }
            manifest => manifest,
        }
    }

    /// [`Registry::manifest`] of what may be something else: a registry that fails over it is not
    /// asked again and again.
    ///
    /// # Errors
    /// As [`Registry::manifest`].
    pub async fn manifest_perhaps(
        &self,
        repository: &RepositoryName,
        digest: &Digest,
    ) -> Result<Manifest, RegistryError> {
        let version = TagOrDigest::Digest(digest.clone());
        self.manifest_once(repository, &version, Some(TRIES_ON_SUSPICION)).await
    }

    async fn manifest_once(
        &self,
        repository: &RepositoryName,
        version: &TagOrDigest,
        attempts: Option<u32>,
    ) -> Result<Manifest, RegistryError> {
        let at = self.manifest_context(repository, version);
        let mut request = self.manifest_request(Method::GET, repository, version).await?;
        request.attempts = attempts;
        let scope = TokenScope::pull(repository);
        let answer = self.exchange(&request, &scope, &at, MANIFEST_LIMIT).await;
        let answer = answer.map_err(|error| match error {
            RegistryError::Http(HttpError::TooLarge { limit, .. }) => {
                RegistryError::ManifestTooLarge { at: Box::new(at.clone()), limit }
            }
            other => other,
        })?;
        if answer.status != 200 {
            return Err(answer.refusal(&at));
        }
        answer.no_page(&at)?;
        let media_type = media_type(&answer, &at)?;
        let said = answer.digest();
        let asked = version.digest();
        let algorithm = asked.or(said.as_ref()).map_or(Algorithm::Sha256, Digest::algorithm);
        let digest = hash(algorithm, &media_type, &answer.body, &at)?;
        for expected in asked.into_iter().chain(&said) {
            let actual = if expected.algorithm() == algorithm {
                digest.clone()
            } else {
                hash(expected.algorithm(), &media_type, &answer.body, &at)?
            };
            check(&at, expected, actual)?;
        }
        Ok(Manifest { bytes: answer.body, media_type, digest })
    }

    /// Stores a manifest's bytes under a tag or its digest. Doing it twice is harmless.
    ///
    /// # Errors
    /// [`RegistryError::MissingChild`] if the registry lacks a part, [`RegistryError::Policy`] for
    /// an immutable tag, [`RegistryError::Quota`], [`RegistryError::DigestMismatch`] if the
    /// registry says that it has stored something else.
    pub async fn put_manifest(
        &self,
        repository: &RepositoryName,
        version: &TagOrDigest,
        manifest: &Manifest,
    ) -> Result<PutManifest, RegistryError> {
        let at = self.manifest_context(repository, version);
        let mut request = self.manifest_request(Method::PUT, repository, version).await?;
        let media_type = HeaderValue::try_from(&manifest.media_type).map_err(|_| {
            let reason = "the manifest's media type can't be sent".to_owned();
            RegistryError::Protocol { at: Box::new(at.clone()), reason }
        })?;
        request.headers.insert(CONTENT_TYPE, media_type);
        request.body = Some(manifest.bytes.clone());
        let scope = TokenScope::push(repository);
        let mut answer = self.exchange(&request, &scope, &at, MANIFEST_LIMIT).await?;
        if ["DIGEST_INVALID", "MANIFEST_INVALID"].iter().any(|code| answer.has_code(code)) {
            // It may have been corrupted on the way.
            answer = self.exchange(&request, &scope, &at, MANIFEST_LIMIT).await?;
        }
        if !answer.status.is_success() {
            let missing = ["MANIFEST_BLOB_UNKNOWN", "BLOB_UNKNOWN", "MANIFEST_UNKNOWN"];
            if missing.iter().any(|code| answer.has_code(code)) {
                let message = answer.message();
                return Err(RegistryError::MissingChild { at: Box::new(at), message });
            }
            return Err(answer.refusal(&at));
        }
        let digest = answer.digest();
        if let Some(said) = &digest {
            let own = if said.algorithm() == manifest.digest.algorithm() {
                manifest.digest.clone()
            } else {
                hash(said.algorithm(), &manifest.media_type, &manifest.bytes, &at)?
            };
            check(&at, &own, said.clone())?;
        }
        Ok(PutManifest { digest, subject_honoured: answer.headers.contains_key(OCI_SUBJECT) })
    }

    fn manifest_context(
        &self,
        repository: &RepositoryName,
        version: &TagOrDigest,
    ) -> RequestContext {
        self.context(repository, format!("manifest {version}"))
    }

    async fn manifest_request(
        &self,
        method: Method,
        repository: &RepositoryName,
        version: &TagOrDigest,
    ) -> Result<RepeatableRequest, RegistryError> {
        let url = self.url(repository, &format!("manifests/{version}")).await?;
        let mut request = RepeatableRequest::new(method, url);
        request.headers.insert(ACCEPT, HeaderValue::from_static(MediaType::ACCEPT));
        Ok(request)
    }
}

fn check(at: &RequestContext, expected: &Digest, actual: Digest) -> Result<(), RegistryError> {
    if *expected == actual {
        return Ok(());
    }
    let (at, expected) = (Box::new(at.clone()), expected.clone());
    Err(RegistryError::DigestMismatch { at, expected, actual })
}

fn hash(
    algorithm: Algorithm,
    media_type: &str,
    bytes: &[u8],
    at: &RequestContext,
) -> Result<Digest, RegistryError> {
    manifest_digest(algorithm, media_type, bytes)
        .map_err(|error| RegistryError::Manifest { at: Box::new(at.clone()), error })
}

/// `Content-Type` without parameters such as `charset`.
fn content_type(answer: &WholeResponse) -> Option<String> {
    let text = answer.header(&CONTENT_TYPE)?.split(';').next().unwrap_or_default().trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// The media type to store the manifest with: that of the response, unless it is a vague one.
fn media_type(answer: &WholeResponse, at: &RequestContext) -> Result<String, RegistryError> {
    let said = content_type(answer);
    // What object stores and old proxies send if they don't know the type.
    let vague =
        ["application/octet-stream", "text/plain", "application/json", "binary/octet-stream"];
    if let Some(said) = said.as_ref().filter(|said| !vague.contains(&said.as_str())) {
        return Ok(said.clone());
    }
    let own = ManifestView::parse(&answer.body).ok().and_then(|view| view.media_type);
    own.or(said).ok_or_else(|| {
        let reason = "the manifest comes without a media type".to_owned();
        RegistryError::Protocol { at: Box::new(at.clone()), reason }
    })
}
