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

    /// Whether layers of this type may be missing at a registry, because clients fetch them from
    /// the descriptor's `urls` (Windows base layers).
    #[must_use]
    pub fn is_foreign_layer(media_type: &str) -> bool {
        media_type.contains(".foreign.") || media_type.contains(".nondistributable.")
    }
}
