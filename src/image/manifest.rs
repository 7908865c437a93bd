//! A reading view of a manifest's bytes: which manifests and blobs it names.
//!
//! The bytes themselves are never rebuilt from this view; they are copied as received.

use serde::Deserialize as _;
use serde_json::Value;

use super::descriptor::{Descriptor, ManifestError};
use super::{Digest, MediaType, schema1};

/// The largest manifest that is accepted, in bytes.
///
/// The distribution specification has registries take at least 4 MiB; distribution, and so TCR,
/// takes no more.
pub const MANIFEST_LIMIT: u64 = 4 * 1024 * 1024;

/// The kind of manifest, by its structure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ManifestKind {
    /// It lists other manifests.
    Index,
    /// It lists blobs.
    Image,
    /// Docker schema 1.
    Schema1,
}

/// What a manifest names, read without regard to whether its media type is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManifestView {
    /// By structure: an unknown media type with a `manifests` list is an index too.
    pub kind: ManifestKind,
    /// The `mediaType` field, where there is one.
    pub media_type: Option<String>,
    /// The manifests below this one, each digest once, in order of appearance; also entries of an
    /// index of which the media type doesn't say what they are.
    pub children: Vec<Descriptor>,
    /// Config and layers, each digest once, in order of appearance; also those that an index lists.
    pub blobs: Vec<Descriptor>,
    /// What this manifest refers to (OCI 1.1).
    pub subject: Option<Descriptor>,
    /// The artifact's type: its own field, else the config's media type.
    pub artifact_type: Option<String>,
    /// The `annotations` object, for entries of a fallback index.
    pub annotations: Option<Value>,
}

impl ManifestView {
    /// Reads the fields that name content.
    ///
    /// # Errors
    /// [`ManifestError`] if the bytes are not a JSON object, or a descriptor is malformed: what it
    /// names could not be copied, and an image must not lose a part unnoticed.
    pub fn parse(bytes: &[u8]) -> Result<Self, ManifestError> {
        let value: Value = serde_json::from_slice(bytes)
            .map_err(|error| ManifestError::NotJson(error.to_string()))?;
        let Value::Object(object) = value else {
            return Err(ManifestError::NotJson("it is another kind of value".to_owned()));
        };
        let text = |name: &str| object.get(name).and_then(Value::as_str).map(str::to_owned);
        let listed = descriptors(object.get("manifests"), "manifests")?;
        let (listed_blobs, children): (Vec<_>, Vec<_>) =
            listed.into_iter().partition(|entry| MediaType::is_blob(&entry.media_type));
        let config = match object.get("config") {
            None | Some(Value::Null) => None,
            Some(config) => Some(descriptor(config, "config")?),
        };
        let subject = match object.get("subject") {
            None | Some(Value::Null) => None,
            Some(subject) => Some(descriptor(subject, "subject")?),
        };
        let mut blobs: Vec<Descriptor> = config.iter().cloned().collect();
        blobs.extend(descriptors(object.get("layers"), "layers")?);
        blobs.extend(descriptors(object.get("blobs"), "blobs")?);
        blobs.extend(listed_blobs);
        blobs.extend(schema1::layers(object.get("fsLayers"))?);
        let kind = if object.contains_key("manifests") {
            ManifestKind::Index
        } else if object.contains_key("fsLayers") {
            ManifestKind::Schema1
        } else {
            ManifestKind::Image
        };
        Ok(Self {
            kind,
            media_type: text("mediaType"),
            children: distinct(children),
            blobs: distinct(blobs),
            subject,
            artifact_type: text("artifactType")
                .or_else(|| config.map(|config| config.media_type).filter(|t| !t.is_empty())),
            annotations: object.get("annotations").filter(|a| a.is_object()).cloned(),
        })
    }
}

/// The digest that a registry knows these bytes by.
///
/// # Errors
/// [`ManifestError::Schema1`] if the bytes are schema 1 with a signature block that can't be read.
pub fn manifest_digest(
    algorithm: super::Algorithm,
    media_type: &str,
    bytes: &[u8],
) -> Result<Digest, ManifestError> {
    // A schema 1 digest leaves out the signatures (docker/distribution, manifest/schema1).
    if (MediaType::is_schema1(media_type) || media_type.starts_with("application/json"))
        && let Some(payload) = schema1::signed_payload(bytes)?
    {
        return Ok(Digest::of_with(algorithm, &payload));
    }
    Ok(Digest::of_with(algorithm, bytes))
}

fn descriptors(
    value: Option<&Value>,
    field: &'static str,
) -> Result<Vec<Descriptor>, ManifestError> {
    match value {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(Value::Array(entries)) => {
            entries.iter().map(|entry| descriptor(entry, field)).collect()
        }
        Some(_) => Err(ManifestError::Field { field, reason: "it is not a list".to_owned() }),
    }
}

fn descriptor(value: &Value, field: &'static str) -> Result<Descriptor, ManifestError> {
    let descriptor = Descriptor::deserialize(value)
        .map_err(|error| ManifestError::Field { field, reason: error.to_string() })?;
    if descriptor.size.is_none() {
        return Err(ManifestError::Field {
            field,
            reason: format!("{} has no size", descriptor.digest),
        });
    }
    Ok(descriptor)
}

pub(super) fn distinct(descriptors: Vec<Descriptor>) -> Vec<Descriptor> {
    let mut seen = std::collections::HashSet::new();
    descriptors.into_iter().filter(|descriptor| seen.insert(descriptor.digest.clone())).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn parse(value: &Value) -> Result<ManifestView, ManifestError> {
        ManifestView::parse(value.to_string().as_bytes())
    }

    fn entry(content: &str) -> Value {
        json!({"mediaType": "x/y", "digest": Digest::of(content.as_bytes()), "size": content.len()})
    }

    #[test]
    fn an_index_entry_needs_no_platform() {
        let view = parse(&json!({"schemaVersion": 2, "manifests": [entry("a")]})).unwrap();
        assert_eq!(view.kind, ManifestKind::Index);
        assert_eq!(view.children[0].digest, Digest::of(b"a"));
    }

    #[test]
    fn what_an_index_lists_its_media_type_says() {
        let of = |media_type: &str| json!({"mediaType": media_type, "digest": Digest::of(media_type.as_bytes()), "size": 1});
        let blobs = [
            "application/vnd.oci.image.layer.v1.tar+gzip",
            "application/vnd.oci.image.layer.v1.tar",
            "application/vnd.oci.image.layer.v1.tar+zstd",
            "application/vnd.oci.image.layer.nondistributable.v1.tar",
            "application/vnd.docker.image.rootfs.diff.tar.gzip",
            "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip",
            "application/vnd.oci.image.config.v1+json",
            "application/vnd.docker.container.image.v1+json",
            "application/vnd.buildkit.cacheconfig.v0",
            "application/vnd.cncf.helm.chart.content.v1.tar+gzip",
        ];
        let manifests = [
            MediaType::OCI_MANIFEST,
            MediaType::OCI_INDEX,
            MediaType::DOCKER_MANIFEST,
            MediaType::DOCKER_LIST,
            MediaType::DOCKER_SCHEMA1_SIGNED,
            MediaType::OCI_ARTIFACT,
            "application/vnd.acme+json",
            "",
        ];
        let listed: Vec<Value> = blobs.iter().chain(&manifests).map(|one| of(one)).collect();
        let view = parse(&json!({"manifests": listed})).unwrap();
        let types = |of: &[Descriptor]| -> Vec<String> {
            of.iter().map(|one| one.media_type.clone()).collect()
        };
        assert_eq!(types(&view.blobs), blobs);
        assert_eq!(types(&view.children), manifests);
    }

    #[test]
    fn config_and_layers_come_once_each() {
        let view =
            parse(&json!({"config": entry("c"), "layers": [entry("l"), entry("c"), entry("l")]}))
                .unwrap();
        let digests: Vec<_> = view.blobs.iter().map(|blob| blob.digest.clone()).collect();
        assert_eq!(digests, [Digest::of(b"c"), Digest::of(b"l")]);
    }

    #[test]
    fn an_unknown_media_type_is_read_by_structure() {
        let view = parse(&json!({"mediaType": "application/vnd.acme+json", "blobs": [entry("b")]}))
            .unwrap();
        assert_eq!((view.kind, view.blobs.len()), (ManifestKind::Image, 1));
    }

    #[test]
    fn null_and_empty_lists_are_lists() {
        let view = parse(&json!({"config": entry("c"), "layers": null})).unwrap();
        assert_eq!(view.blobs.len(), 1);
        assert!(parse(&json!({"config": entry("c"), "layers": []})).is_ok());
        let urls_null = json!({"layers": [{"digest": Digest::of(b"l"), "size": 1, "urls": null}]});
        assert!(parse(&urls_null).is_ok());
    }

    #[test]
    fn a_descriptor_that_names_nothing_is_an_error() {
        for bad in [
            json!({"layers": [{"size": 1}]}),
            json!({"layers": [{"digest": "sha256:12", "size": 1}]}),
            json!({"layers": [{"digest": Digest::of(b"l"), "size": -1}]}),
            json!({"layers": [{"digest": Digest::of(b"l")}]}),
            json!({"layers": {}}),
            json!({"config": "x"}),
        ] {
            assert!(matches!(parse(&bad), Err(ManifestError::Field { .. })), "{bad}");
        }
        assert!(matches!(ManifestView::parse(b"[]"), Err(ManifestError::NotJson(_))));
        assert!(matches!(ManifestView::parse(b"<html>"), Err(ManifestError::NotJson(_))));
    }

    #[test]
    fn an_artifact_without_a_type_takes_its_configs() {
        let view =
            parse(&json!({"config": entry("c"), "layers": [], "subject": entry("s")})).unwrap();
        assert_eq!(view.artifact_type.as_deref(), Some("x/y"));
        assert_eq!(view.subject.unwrap().digest, Digest::of(b"s"));
    }
}
