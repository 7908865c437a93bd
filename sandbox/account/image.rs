//! One image of a description: its tags, its kind, its layers, and what is broken about it.

use jiff::Timestamp;
use serde::Deserialize;

use super::Size;

/// One image.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct ImageDescription {
    /// All tags of the same manifest.
    pub(crate) tags: Vec<String>,
    /// When the tags were pushed; by default an hour after the image before it.
    pub(crate) pushed: Option<PushTime>,
    /// What sort of manifest the tag points at.
    pub(crate) kind: ImageKind,
    /// The layers, of each platform if there are several.
    pub(crate) layers: Vec<LayerDescription>,
    /// For the kinds that are an index.
    pub(crate) platforms: Vec<String>,
    /// Adds a build attestation to an index, as buildkit does.
    pub(crate) attestation: bool,
    /// Adds a cosign signature.
    pub(crate) signed: bool,
    /// Adds an artifact that refers to the image, and its fallback tag.
    pub(crate) referrer: bool,
    /// What is broken at the registry.
    pub(crate) fault: Option<SourceFault>,
}

impl Default for ImageDescription {
    fn default() -> Self {
        Self {
            tags: vec!["latest".to_owned()],
            pushed: None,
            kind: ImageKind::Image,
            layers: vec![LayerDescription::Own(Size(1000))],
            platforms: vec!["linux/amd64".to_owned(), "linux/arm64".to_owned()],
            attestation: false,
            signed: false,
            referrer: false,
            fault: None,
        }
    }
}

/// The sorts of manifests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ImageKind {
    /// Docker, version 2 schema 2.
    Image,
    /// An OCI image.
    Oci,
    /// An OCI index of OCI images.
    Index,
    /// An index with an index in it.
    NestedIndex,
    /// A Docker manifest list.
    DockerList,
    /// An OCI manifest with an `artifactType` and the empty config.
    Artifact,
    /// An OCI image without layers.
    EmptyLayers,
    /// Docker schema 1, with signatures.
    Schema1,
    /// A media type that no specification knows.
    UnknownType,
    /// An index in indented JSON: copied byte by byte or its digest is lost.
    PrettyIndex,
    /// An index whose children, and their blobs, are named by sha512 digests.
    Sha512,
}

/// What is broken about an image at its registry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum SourceFault {
    /// The last blob is gone.
    BlobMissing,
    /// The last blob is served one byte short.
    WrongSize,
    /// The last blob is served with other bytes.
    WrongBytes,
    /// The manifest is above 4 MiB.
    ManifestTooLarge,
    /// The manifest (of an index: its last child) is gone, but the tag is still listed.
    ManifestMissing,
}

/// One layer.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "WrittenLayer")]
pub(crate) enum LayerDescription {
    /// Content that no other layer has.
    Own(Size),
    /// Content shared by all layers of this name and size, in whatever repository.
    Shared {
        /// Of the content.
        name: String,
        /// Of the content.
        size: Size,
    },
}

#[derive(Deserialize)]
#[serde(untagged)]
enum WrittenLayer {
    Number(u64),
    Text(String),
    Named(NamedLayer),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NamedLayer {
    name: String,
    #[serde(default = "usual_size")]
    size: Size,
}

fn usual_size() -> Size {
    Size(1_000_000)
}

impl TryFrom<WrittenLayer> for LayerDescription {
    type Error = String;

    fn try_from(written: WrittenLayer) -> Result<Self, Self::Error> {
        Ok(match written {
            WrittenLayer::Number(number) => Self::Own(Size(number)),
            WrittenLayer::Named(NamedLayer { name, size }) => Self::Shared { name, size },
            // A size begins with a digit, a name must not.
            WrittenLayer::Text(text) if text.starts_with(|c: char| c.is_ascii_digit()) => {
                Self::Own(text.parse()?)
            }
            WrittenLayer::Text(name) => Self::Shared { name, size: usual_size() },
        })
    }
}

/// A point in time, RFC 3339.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct PushTime(pub(crate) Timestamp);

impl TryFrom<String> for PushTime {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let time = text.parse().map_err(|error| format!("`{text}` is not a time: {error}"))?;
        Ok(Self(time))
    }
}
