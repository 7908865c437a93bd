//! A manifest as a registry holds it: its bytes, and what they name.

use bytes::Bytes;
use ccr2tcr::image::{Digest, ManifestError, ManifestView, MediaType};

/// The bytes of a manifest as they were received, and a summary of them.
#[derive(Debug, Clone)]
pub(crate) struct Manifest {
    /// As it was pushed.
    pub(crate) media_type: String,
    /// As they were pushed.
    pub(crate) bytes: Bytes,
    /// The manifests below it.
    pub(crate) children: Vec<Digest>,
    /// Config and layers that a registry must hold.
    pub(crate) blobs: Vec<Digest>,
    /// The sum of its blobs, not counting those of its children.
    pub(crate) size: u64,
    /// What it refers to.
    pub(crate) subject: Option<Digest>,
}

impl Manifest {
    /// Reads what the bytes name.
    pub(crate) fn read(media_type: &str, bytes: Bytes) -> Result<Self, ManifestError> {
        let view = ManifestView::parse(&bytes)?;
        let held = |media_type: &str| !MediaType::is_foreign_layer(media_type);
        Ok(Self {
            media_type: media_type.to_owned(),
            children: view.children.into_iter().map(|child| child.digest).collect(),
            size: view.blobs.iter().filter_map(|blob| blob.size).sum(),
            blobs: view
                .blobs
                .into_iter()
                .filter(|blob| held(&blob.media_type))
                .map(|blob| blob.digest)
                .collect(),
            subject: view.subject.map(|subject| subject.digest),
            bytes,
        })
    }

    /// The image's config, which `DescribeImagePersonal` calls `ImageId`.
    pub(crate) fn config(&self) -> Option<&Digest> {
        if self.children.is_empty() { self.blobs.first() } else { None }
    }
}
