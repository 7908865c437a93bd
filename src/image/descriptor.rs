//! Descriptors, which are what manifests are made of, and why one can't be read.

use serde::{Deserialize, Deserializer, Serialize};

use super::{Digest, MediaType};

/// A pointer to content: its type, digest and size.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Descriptor {
    /// Empty where the manifest says none.
    #[serde(default)]
    pub media_type: String,
    /// What the content hashes to.
    pub digest: Digest,
    /// Bytes. `None` only in Docker schema 1, which doesn't say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
    /// Where else a layer can be had (Windows base layers).
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "null_as_empty")]
    pub urls: Vec<String>,
}

impl Descriptor {
    /// Whether a registry need not hold it, because clients fetch it from its `urls`.
    #[must_use]
    pub fn may_be_elsewhere(&self) -> bool {
        MediaType::is_foreign_layer(&self.media_type) && !self.urls.is_empty()
    }
}

fn null_as_empty<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    Ok(Option::<Vec<String>>::deserialize(deserializer)?.unwrap_or_default())
}

/// Why bytes can't be read as a manifest.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ManifestError {
    /// Not JSON, or not an object.
    #[error("the manifest is not a JSON object: {0}")]
    NotJson(String),
    /// A descriptor without a usable digest, or with a negative size.
    #[error("the manifest's `{field}` can't be read: {reason}")]
    Field {
        /// The field's name.
        field: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// A signed schema 1 manifest whose payload can't be told from its signatures.
    #[error("the schema 1 manifest's signature block can't be read: {0}")]
    Schema1(String),
}
