//! The program's own image: named by its digest, and pushed from the file that a release has it in.
//!
//! The file is an OCI image layout in a tar archive
//! (<https://github.com/opencontainers/image-spec/blob/main/image-layout.md>).

use std::collections::HashMap;
use std::fmt;
use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

use bytes::Bytes;
use futures::future::BoxFuture;
use futures::stream;

use super::error::JobError;
use crate::http::Backoff;
use crate::image::{
    Descriptor, MANIFEST_LIMIT, ManifestView, ParsedReference, RepositoryName, Tag, TagOrDigest,
    manifest_digest,
};
use crate::registry::{Manifest, Registry, RegistryError, Upload};

/// The tag that it gets if none is named: what has no tag is deleted by a registry's cleaning.
const VERSION: &str = concat!("v", env!("CARGO_PKG_VERSION"));
/// Bytes that are handed to an upload at a time.
const CHUNK: usize = 64 << 10;

/// The program's image, by digest: what runs is what was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProgramImage(ParsedReference);

/// The program's image as a release has it, `ccr2tcr-vVERSION-image.tar`.
#[derive(Debug)]
pub struct ImageFile {
    path: PathBuf,
    /// Where each file of the archive begins, and how many bytes it has.
    members: HashMap<String, (u64, u64)>,
    root: Descriptor,
}

impl ProgramImage {
    /// The image that is named, with the digest of the file that it is pushed from, if there is one.
    ///
    /// # Errors
    /// [`JobError::NoDigest`] if neither it nor the file says which, [`JobError::OtherDigest`] if they
    /// don't agree.
    pub fn new(mut image: ParsedReference, file: Option<&ImageFile>) -> Result<Self, JobError> {
        match (&image.digest, file) {
            (None, None) => return Err(JobError::NoDigest(image.to_string())),
            (Some(digest), Some(file)) if *digest != file.root.digest => {
                return Err(JobError::OtherDigest {
                    path: file.path.clone(),
                    digest: file.root.digest.clone(),
                });
            }
            (None, Some(file)) => image.digest = Some(file.root.digest.clone()),
            (Some(_), _) => {}
        }
        Ok(Self(image))
    }

    /// The reference.
    #[must_use]
    pub fn reference(&self) -> &ParsedReference {
        &self.0
    }
}

impl fmt::Display for ProgramImage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl ImageFile {
    /// Reads what is in it, and not the layers.
    ///
    /// # Errors
    /// [`JobError::ImageFile`] if it isn't an OCI layout with one image, or can't be read.
    pub fn open(path: &Path) -> Result<Self, JobError> {
        let wrong = |why: String| JobError::ImageFile { path: path.to_owned(), why };
        let mut members = HashMap::new();
        let read = File::open(path).and_then(|file| {
            for entry in tar::Archive::new(file).entries_with_seek()? {
                let entry = entry?;
                let name = entry.path()?.to_string_lossy().trim_start_matches("./").to_owned();
                members.insert(name, (entry.raw_file_position(), entry.size()));
            }
            Ok(())
        });
        read.map_err(|error| wrong(error.to_string()))?;
        let bytes = read_member(path, &members, "index.json", MANIFEST_LIMIT)
            .map_err(|error| wrong(format!("it is no OCI image layout: index.json: {error}")))?;
        let index =
            ManifestView::parse(&bytes).map_err(|error| wrong(format!("index.json: {error}")))?;
        let [root] = index.children.as_slice() else {
            return Err(wrong(format!("it has {} images, not one", index.children.len())));
        };
        Ok(Self { path: path.to_owned(), members, root: root.clone() })
    }

    /// Pushes it under the tag that `image` names, else under the version's; whether that was needed.
    /// What is there already isn't sent again.
    ///
    /// # Errors
    /// [`JobError::Push`], [`JobError::ImageFile`] if a part is missing in the file or is another than
    /// its digest says.
    pub async fn push(&self, registry: &Registry, image: &ProgramImage) -> Result<bool, JobError> {
        let repository = &image.0.repository;
        let tag = image.0.tag.clone().or_else(|| VERSION.parse::<Tag>().ok());
        let version = match tag {
            Some(tag) => TagOrDigest::Tag(tag),
            None => TagOrDigest::Digest(self.root.digest.clone()),
        };
        let there = registry.find_manifest(repository, &version).await?;
        if there.is_some_and(|there| there.digest.as_ref() == Some(&self.root.digest)) {
            return Ok(false);
        }
        self.push_manifest(registry, repository, &self.root, &version).await?;
        Ok(true)
    }

    /// What it names, then itself.
    fn push_manifest<'a>(
        &'a self,
        registry: &'a Registry,
        repository: &'a RepositoryName,
        manifest: &'a Descriptor,
        version: &'a TagOrDigest,
    ) -> BoxFuture<'a, Result<(), JobError>> {
        Box::pin(async move {
            let bytes = self.read(manifest, MANIFEST_LIMIT)?;
            let view = ManifestView::parse(&bytes).map_err(|error| self.wrong(manifest, error))?;
            for child in &view.children {
                let version = TagOrDigest::Digest(child.digest.clone());
                self.push_manifest(registry, repository, child, &version).await?;
            }
            for blob in &view.blobs {
                push_blob(registry, repository, blob, &self.read(blob, u64::MAX)?).await?;
            }
            let media_type = manifest.media_type.clone();
            let manifest = Manifest { bytes, media_type, digest: manifest.digest.clone() };
            registry.put_manifest(repository, version, &manifest).await?;
            Ok(())
        })
    }

    /// The bytes of a part, which are those that its digest says.
    fn read(&self, part: &Descriptor, limit: u64) -> Result<Bytes, JobError> {
        let digest = &part.digest;
        let name = format!("blobs/{}/{}", digest.algorithm().name(), digest.hex());
        let bytes = read_member(&self.path, &self.members, &name, limit)
            .map_err(|error| self.wrong(part, error))?;
        let actual = manifest_digest(digest.algorithm(), &part.media_type, &bytes)
            .map_err(|error| self.wrong(part, error))?;
        match actual == *digest {
            true => Ok(bytes),
            false => Err(self.wrong(part, "the bytes are others")),
        }
    }

    fn wrong(&self, part: &Descriptor, why: impl fmt::Display) -> JobError {
        JobError::ImageFile { path: self.path.clone(), why: format!("{}: {why}", part.digest) }
    }
}

/// A file of the archive, of at most `limit` bytes.
fn read_member(
    path: &Path,
    members: &HashMap<String, (u64, u64)>,
    name: &str,
    limit: u64,
) -> io::Result<Bytes> {
    let Some((begin, size)) = members.get(name) else {
        return Err(io::Error::new(io::ErrorKind::NotFound, "not in the archive"));
    };
    if *size > limit {
        return Err(io::Error::new(
            io::ErrorKind::InvalidData,
            format!("{size} bytes are too many"),
        ));
    }
    let mut file = File::open(path)?;
    file.seek(SeekFrom::Start(*begin))?;
    let mut bytes = Vec::new();
    file.take(*size).read_to_end(&mut bytes)?;
    Ok(bytes.into())
}

/// Sends a blob, again if the connection breaks.
async fn push_blob(
    registry: &Registry,
    repository: &RepositoryName,
    blob: &Descriptor,
    bytes: &Bytes,
) -> Result<(), RegistryError> {
    let size = bytes.len() as u64;
    let (mut in_pieces, mut failures) = (false, 0);
    loop {
        // One request finds it there or opens an upload.
        let opened = registry.start_upload(repository, &blob.digest, Some(repository)).await?;
        let Upload::Open(session) = opened else { return Ok(()) };
        let chunks: Vec<_> = (0..bytes.len())
            .step_by(CHUNK)
            .map(|begin| Ok(bytes.slice(begin..bytes.len().min(begin + CHUNK))))
            .collect();
        let body = stream::iter(chunks);
        let sent = match in_pieces {
            true => registry.finish_upload_by_patch(session, &blob.digest, size, body).await,
            false => registry.finish_upload(session, &blob.digest, size, body).await,
        };
        match sent {
            Err(RegistryError::MonolithicRefused { .. }) if !in_pieces => in_pieces = true,
            Err(error) if error.is_transient() => {
                failures += 1;
                let Some(delay) = Backoff::STANDARD.delay(failures) else { return Err(error) };
                tokio::time::sleep(delay).await;
            }
            sent => return sent,
        }
    }
}
