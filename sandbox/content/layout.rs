//! The parts that images are put together from: layers, configs, descriptors.

use bytes::Bytes;
use ccr2tcr::image::{Algorithm, Digest, MediaType, manifest_digest};
use serde_json::{Value, json};

use super::{Contents, Manifest};
use crate::account::LayerDescription;

/// The two dialects that manifests are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    Docker,
    Oci,
}

impl Dialect {
    pub(super) fn manifest(self) -> &'static str {
        match self {
            Self::Docker => MediaType::DOCKER_MANIFEST,
            Self::Oci => MediaType::OCI_MANIFEST,
        }
    }

    pub(super) fn index(self) -> &'static str {
        match self {
            Self::Docker => MediaType::DOCKER_LIST,
            Self::Oci => MediaType::OCI_INDEX,
        }
    }

    fn config(self) -> &'static str {
        match self {
            Self::Docker => "application/vnd.docker.container.image.v1+json",
            Self::Oci => "application/vnd.oci.image.config.v1+json",
        }
    }

    fn layer(self) -> &'static str {
        match self {
            Self::Docker => "application/vnd.docker.image.rootfs.diff.tar.gzip",
            Self::Oci => "application/vnd.oci.image.layer.v1.tar+gzip",
        }
    }
}

/// What is being put together: manifests and blobs so far.
pub(super) struct ImageBuilder<'a> {
    pub(super) contents: &'a mut Contents,
    pub(super) manifests: Vec<(Digest, Manifest)>,
    pub(super) blobs: Vec<Digest>,
    /// Makes a layer of its own different from those of other images.
    pub(super) origin: String,
    pub(super) algorithm: Algorithm,
}

impl ImageBuilder<'_> {
    /// The descriptor of a blob that is kept.
    pub(super) fn keep(&mut self, media_type: &str, bytes: Vec<u8>) -> Value {
        let size = bytes.len();
        let digest = self.contents.keep(Bytes::from(bytes), self.algorithm);
        self.blobs.push(digest.clone());
        json!({"mediaType": media_type, "digest": digest, "size": size})
    }

    /// The descriptors of the layers of one platform.
    pub(super) fn layers(
        &mut self,
        media_type: &str,
        layers: &[LayerDescription],
        platform: &str,
    ) -> Vec<Value> {
        let mut descriptors = Vec::with_capacity(layers.len());
        for (position, layer) in layers.iter().enumerate() {
            let (name, size) = match layer {
                LayerDescription::Shared { name, size } => (format!("shared {name}"), size.0),
                LayerDescription::Own(size) => {
                    (format!("own {} {platform} {position}", self.origin), size.0)
                }
            };
            let digest = self.contents.seeded(&name, size, self.algorithm);
            self.blobs.push(digest.clone());
            descriptors.push(json!({"mediaType": media_type, "digest": digest, "size": size}));
        }
        descriptors
    }

    /// An image of one platform.
    pub(super) fn image(
        &mut self,
        dialect: Dialect,
        layers: &[LayerDescription],
        platform: &str,
    ) -> Value {
        let layers = self.layers(dialect.layer(), layers, platform);
        let mut parts = platform.split('/');
        let os = parts.next().unwrap_or("linux");
        let architecture = parts.next().unwrap_or("amd64");
        let diff_ids: Vec<&Value> = layers.iter().map(|layer| &layer["digest"]).collect();
        let config = json!({
            "architecture": architecture,
            "os": os,
            "created": "2024-01-01T00:00:00Z",
            "config": {"Labels": {"origin": self.origin}},
            "rootfs": {"type": "layers", "diff_ids": diff_ids},
        });
        let config = self.keep(dialect.config(), config.to_string().into_bytes());
        json!({
            "schemaVersion": 2,
            "mediaType": dialect.manifest(),
            "config": config,
            "layers": layers,
        })
    }

    /// Adds a manifest, and gives its descriptor.
    pub(super) fn manifest(&mut self, media_type: &str, manifest: &Value) -> Value {
        self.manifest_text(media_type, manifest.to_string())
    }

    /// Adds a manifest in just this spelling.
    pub(super) fn manifest_text(&mut self, media_type: &str, text: String) -> Value {
        let bytes = Bytes::from(text);
        let size = bytes.len();
        // What is made here is well formed; its digest can't fail.
        let digest = manifest_digest(self.algorithm, media_type, &bytes)
            .unwrap_or_else(|_| Digest::of_with(self.algorithm, &bytes));
        if let Ok(manifest) = Manifest::read(media_type, bytes) {
            self.manifests.push((digest.clone(), manifest));
        }
        json!({"mediaType": media_type, "digest": digest, "size": size})
    }
}

/// A descriptor's digest.
pub(super) fn digest_of(descriptor: &Value) -> Digest {
    let text = descriptor["digest"].as_str().unwrap_or_default();
    // Descriptors come from `ImageBuilder`, which puts a digest there.
    text.parse().unwrap_or_else(|_| Digest::of(b""))
}

/// A descriptor with a platform, as an entry of an index.
pub(super) fn for_platform(mut descriptor: Value, platform: &str) -> Value {
    let mut parts = platform.split('/');
    let (os, architecture) = (parts.next(), parts.next());
    descriptor["platform"] = json!({"os": os, "architecture": architecture});
    if let Some(variant) = parts.next() {
        descriptor["platform"]["variant"] = json!(variant);
    }
    descriptor
}
