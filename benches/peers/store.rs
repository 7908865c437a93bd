//! How docker-registry lays its files out, so that a corpus can be written and a copy be compared
//! without a request that would be counted.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

/// The storage folder of one registry. Digests here are the 64 digits alone.
#[derive(Debug, Clone)]
pub(crate) struct Store {
    root: PathBuf,
}

impl Store {
    /// The store below this folder, which is the registry's `rootdirectory`.
    pub(crate) fn below(folder: &Path) -> Self {
        Self { root: folder.join("docker/registry/v2") }
    }

    /// Where the bytes of a blob or a manifest are.
    pub(crate) fn data(&self, digest: &str) -> PathBuf {
        self.root.join("blobs/sha256").join(&digest[..2]).join(digest).join("data")
    }

    fn repository(&self, name: &str) -> PathBuf {
        self.root.join("repositories").join(name)
    }

    fn layer_link(&self, repository: &str, digest: &str) -> PathBuf {
        self.repository(repository).join("_layers/sha256").join(digest).join("link")
    }

    fn revision_link(&self, repository: &str, digest: &str) -> PathBuf {
        self.repository(repository).join("_manifests/revisions/sha256").join(digest).join("link")
    }

    fn tag(&self, repository: &str, tag: &str) -> PathBuf {
        self.repository(repository).join("_manifests/tags").join(tag)
    }

    /// Keeps bytes under their digest.
    pub(crate) fn put(&self, digest: &str, bytes: &[u8]) -> Result<()> {
        write(&self.data(digest), bytes)
    }

    /// Takes a file in under its digest.
    pub(crate) fn take(&self, digest: &str, file: &Path) -> Result<()> {
        let data = self.data(digest);
        fs::create_dir_all(data.parent().unwrap_or(&data))?;
        fs::rename(file, &data).with_context(|| format!("can't make {}", data.display()))
    }

    /// Makes a blob part of a repository.
    pub(crate) fn link_layer(&self, repository: &str, digest: &str) -> Result<()> {
        link(&self.layer_link(repository, digest), digest)
    }

    /// Makes a manifest part of a repository, and points a tag at it.
    pub(crate) fn link_tag(&self, repository: &str, tag: &str, digest: &str) -> Result<()> {
        link(&self.revision_link(repository, digest), digest)?;
        let tag = self.tag(repository, tag);
        link(&tag.join("index/sha256").join(digest).join("link"), digest)?;
        link(&tag.join("current/link"), digest)
    }

    /// What a tag points at.
    pub(crate) fn tagged(&self, repository: &str, tag: &str) -> Option<String> {
        let text = fs::read_to_string(self.tag(repository, tag).join("current/link")).ok()?;
        text.strip_prefix("sha256:").map(str::to_owned)
    }

    /// How many tags a repository has.
    pub(crate) fn tags(&self, repository: &str) -> usize {
        let tags = self.repository(repository).join("_manifests/tags");
        fs::read_dir(tags).map_or(0, Iterator::count)
    }

    /// The size of a blob, if it is there and part of the repository.
    pub(crate) fn layer_size(&self, repository: &str, digest: &str) -> Option<u64> {
        let link = fs::read_to_string(self.layer_link(repository, digest)).ok()?;
        let size = fs::metadata(self.data(digest)).ok()?.len();
        (link.strip_prefix("sha256:") == Some(digest)).then_some(size)
    }
}

fn link(path: &Path, digest: &str) -> Result<()> {
    write(path, format!("sha256:{digest}").as_bytes())
}

fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    fs::create_dir_all(path.parent().unwrap_or(path))
        .and_then(|()| fs::write(path, bytes))
        .with_context(|| format!("can't write {}", path.display()))
}
