//! Media types of manifests: how they are read, and which are sent in `Accept`.

/// The media types that registries store manifests under.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MediaType;

impl MediaType {
    /// An OCI image manifest.
    pub const OCI_MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
    /// An OCI image index.
    pub const OCI_INDEX: &str = "application/vnd.oci.image.index.v1+json";
    /// A Docker image manifest, version 2 schema 2.
    pub const DOCKER_MANIFEST: &str = "application/vnd.docker.distribution.manifest.v2+json";
    /// A Docker manifest list.
    pub const DOCKER_LIST: &str = "application/vnd.docker.distribution.manifest.list.v2+json";
    /// A Docker schema 1 manifest with signatures.
    pub const DOCKER_SCHEMA1_SIGNED: &str =
        "application/vnd.docker.distribution.manifest.v1+prettyjws";
    /// A Docker schema 1 manifest without signatures.
    pub const DOCKER_SCHEMA1: &str = "application/vnd.docker.distribution.manifest.v1+json";
    /// The artifact manifest of an OCI 1.1 release candidate, still found in the field.
    pub const OCI_ARTIFACT: &str = "application/vnd.oci.artifact.manifest.v1+json";

    /// What `Accept` carries when a manifest is asked for.
    ///
    /// The wildcard comes last: with it a registry sends a type that isn't in this list, too,
    /// instead of converting or refusing it.
    pub const ACCEPT: &str = "application/vnd.oci.image.index.v1+json, \
        application/vnd.oci.image.manifest.v1+json, \
        application/vnd.docker.distribution.manifest.list.v2+json, \
        application/vnd.docker.distribution.manifest.v2+json, \
        application/vnd.oci.artifact.manifest.v1+json, \
        application/vnd.docker.distribution.manifest.v1+prettyjws, \
        application/vnd.docker.distribution.manifest.v1+json, \
        */*";

    /// Whether the type is one of the two spellings of Docker schema 1.
    ///
    /// Old registries also label it `application/json`; then the content decides.
    #[must_use]
    pub fn is_schema1(media_type: &str) -> bool {
        media_type == Self::DOCKER_SCHEMA1 || media_type == Self::DOCKER_SCHEMA1_SIGNED
    }

    /// Whether content of this type is a manifest.
    #[must_use]
    pub fn is_manifest(media_type: &str) -> bool {
        let known = [
            Self::OCI_MANIFEST,
            Self::OCI_INDEX,
            Self::DOCKER_MANIFEST,
            Self::DOCKER_LIST,
            Self::OCI_ARTIFACT,
        ];
        known.contains(&media_type) || Self::is_schema1(media_type)
    }

    /// Whether content of this type is a blob, also where an index lists it: the build caches of
    /// buildx are indexes of layers and a config (moby/buildkit, cache/remotecache).
    ///
    /// Manifests are JSON, so a type that isn't JSON is a blob; of JSON those that are known.
    #[must_use]
    pub fn is_blob(media_type: &str) -> bool {
        const JSON_BLOBS: [&str; 5] = [
            "application/vnd.oci.image.config.v1+json",
            "application/vnd.docker.container.image.v1+json",
            "application/vnd.docker.plugin.v1+json",
            "application/vnd.oci.empty.v1+json",
            "application/vnd.in-toto+json",
        ];
        let is_typed =
            media_type.starts_with("application/vnd.") && !media_type.contains("manifest");
        let is_packed = ["gzip", "zstd", "tar"].iter().any(|end| media_type.ends_with(end));
        JSON_BLOBS.contains(&media_type)
            || media_type.starts_with("application/vnd.buildkit.cacheconfig.")
            || (is_typed && is_packed)
            || media_type.contains(".image.layer.")
            || media_type.contains(".image.rootfs.")
    }

    /// Whether layers of this type may be missing at a registry, because clients fetch them from
    /// the descriptor's `urls` (Windows base layers).
    #[must_use]
    pub fn is_foreign_layer(media_type: &str) -> bool {
        media_type.contains(".foreign.") || media_type.contains(".nondistributable.")
    }
}
