//! Writes a corpus into the storage folder of a registry, and remembers every digest of it.

use std::fs::File;
use std::io::Write as _;
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::corpus::{Corpus, Image, Layer};
use super::noise::Noise;
use super::store::Store;

const MANIFEST: &str = "application/vnd.docker.distribution.manifest.v2+json";
const CONFIG: &str = "application/vnd.docker.container.image.v1+json";
const LAYER: &str = "application/vnd.docker.image.rootfs.diff.tar.gzip";

/// A piece of content: 64 digits, and how many bytes.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Blob {
    pub(crate) digest: String,
    pub(crate) size: u64,
}

/// A tag as it is at the source.
#[derive(Debug, Clone)]
pub(crate) struct Tagged {
    pub(crate) repository: String,
    pub(crate) tag: String,
    pub(crate) digest: String,
    pub(crate) manifest: Vec<u8>,
    /// The config first, then the layers.
    pub(crate) blobs: Vec<Blob>,
}

/// A corpus in a store.
pub(crate) struct Filled {
    store: Store,
    /// Every tag, in a fixed order.
    pub(crate) tags: Vec<Tagged>,
    changed: Vec<Tagged>,
}

impl Filled {
    /// Makes all of it. The tags are as they are before the change.
    pub(crate) fn write(corpus: &Corpus, store: Store) -> Result<Self> {
        let layers: Vec<Blob> =
            corpus.layers.iter().map(|layer| make(&store, *layer)).collect::<Result<_>>()?;
        let make_all = |images: &[Image], mark: &str| -> Result<Vec<Tagged>> {
            images.iter().map(|image| tagged(&store, image, &layers, mark)).collect()
        };
        let tags = make_all(&corpus.images, "first")?;
        let changed = make_all(&corpus.changed, "changed")?;
        let filled = Self { store, tags, changed };
        filled.point_at(&filled.tags)?;
        Ok(filled)
    }

    /// Points 5 % of the tags at new images. Returns what is to be found at the target now.
    pub(crate) fn change(&self) -> Result<Vec<Tagged>> {
        self.point_at(&self.changed)?;
        let mut tags = self.tags.clone();
        for new in &self.changed {
            for old in &mut tags {
                if (&old.repository, &old.tag) == (&new.repository, &new.tag) {
                    old.clone_from(new);
                }
            }
        }
        Ok(tags)
    }

    /// Takes the change back.
    pub(crate) fn restore(&self) -> Result<()> {
        self.point_at(&self.tags)
    }

    /// The files of all layers.
    pub(crate) fn layer_files(&self) -> Vec<PathBuf> {
        let layers = self.tags.iter().flat_map(|tag| &tag.blobs[1..]);
        layers.map(|layer| self.store.data(&layer.digest)).collect()
    }

    fn point_at(&self, tags: &[Tagged]) -> Result<()> {
        tags.iter().try_for_each(|tag| self.store.link_tag(&tag.repository, &tag.tag, &tag.digest))
    }
}

fn sha256(bytes: &[u8]) -> String {
    format!("{:x}", Sha256::digest(bytes))
}

fn make(store: &Store, layer: Layer) -> Result<Blob> {
    let path = store.data("new-layer");
    std::fs::create_dir_all(path.parent().unwrap_or(&path))?;
    let mut file =
        File::create(&path).with_context(|| format!("can't write {}", path.display()))?;
    let (mut noise, mut hash) = (Noise::of(layer.seed), Sha256::new());
    let mut piece = vec![0; 1 << 20];
    let mut left = layer.size;
    while left > 0 {
        let length = piece.len().min(usize::try_from(left)?);
        noise.fill(&mut piece[..length]);
        hash.update(&piece[..length]);
        file.write_all(&piece[..length])?;
        left -= length as u64;
    }
    let digest = format!("{:x}", hash.finalize());
    store.take(&digest, &path)?;
    Ok(Blob { digest, size: layer.size })
}

fn tagged(store: &Store, image: &Image, layers: &[Blob], mark: &str) -> Result<Tagged> {
    let Image { repository, tag, layers: numbers } = image;
    let layers: Vec<&Blob> = numbers.iter().map(|number| &layers[*number]).collect();
    let config = json!({
        "architecture": "amd64", "os": "linux",
        "config": {"Labels": {"made.for": format!("{repository}:{tag} {mark}")}},
        "rootfs": {
            "type": "layers",
            "diff_ids": layers.iter().map(|l| format!("sha256:{}", l.digest)).collect::<Vec<_>>(),
        },
    })
    .to_string();
    let config_blob = Blob { digest: sha256(config.as_bytes()), size: config.len() as u64 };
    store.put(&config_blob.digest, config.as_bytes())?;
    let manifest = json!({
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": descriptor(CONFIG, &config_blob),
        "layers": layers.iter().map(|layer| descriptor(LAYER, layer)).collect::<Vec<_>>(),
    })
    .to_string()
    .into_bytes();
    let digest = sha256(&manifest);
    store.put(&digest, &manifest)?;
    let blobs: Vec<Blob> = std::iter::once(&config_blob).chain(layers).cloned().collect();
    for blob in &blobs {
        store.link_layer(repository, &blob.digest)?;
    }
    let (repository, tag) = (repository.clone(), tag.clone());
    Ok(Tagged { repository, tag, digest, manifest, blobs })
}

fn descriptor(media_type: &str, blob: &Blob) -> Value {
    json!({
        "mediaType": media_type,
        "size": blob.size,
        "digest": format!("sha256:{}", blob.digest),
    })
}
