//! From the description of an image to its manifests, blobs and tags.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ccr2tcr::image::{
    Algorithm, Digest, MANIFEST_LIMIT, MediaType, ReferrerTag, Tag, fallback_tag,
};
use serde_json::{Value, json};

use super::layout::{Dialect, ImageBuilder, digest_of, for_platform};
use super::{Contents, Manifest};
use crate::account::{ImageDescription, ImageKind, SourceFault};

/// What a repository gets.
#[derive(Debug)]
pub(crate) struct BuiltImage {
    /// Children first.
    pub(crate) manifests: Vec<(Digest, Manifest)>,
    /// All blobs that the repository holds.
    pub(crate) blobs: Vec<Digest>,
    /// The tags that were described, then those of signatures and referrers.
    pub(crate) tags: Vec<(String, Digest)>,
    /// The blob or manifest that is broken, and how.
    pub(crate) broken: Option<(Digest, SourceFault)>,
}

impl BuiltImage {
    /// Without a fallback tag, if the registry lists referrers itself.
    pub(crate) fn listed_by(mut self, has_api: bool) -> Self {
        self.tags.retain(|(tag, _)| !has_api || !is_fallback(tag));
        self
    }
}

fn is_fallback(tag: &str) -> bool {
    let tag: Option<Tag> = tag.parse().ok();
    tag.and_then(|tag| ReferrerTag::parse(&tag)).is_some_and(|referrer| referrer.is_fallback())
}

/// Puts an image of `repository` together.
pub(crate) fn build(
    contents: &mut Contents,
    repository: &str,
    image: &ImageDescription,
) -> BuiltImage {
    let tag = image.tags.first().map_or("", String::as_str);
    let mut builder = ImageBuilder {
        contents,
        manifests: Vec::new(),
        blobs: Vec::new(),
        origin: format!("{repository}:{tag}"),
        algorithm: Algorithm::Sha256,
    };
    let top = top(&mut builder, image);
    let subject = digest_of(&top);
    let broken = image.fault.and_then(|fault| breakage(&builder, fault, &subject));
    let mut tags: Vec<_> = image.tags.iter().map(|tag| (tag.clone(), subject.clone())).collect();
    if image.signed {
        let signature = signature(&mut builder, &subject);
        tags.push((format!("sha256-{}.sig", subject.hex()), signature));
    }
    if image.referrer {
        let fallback = referrer(&mut builder, &top);
        tags.push((fallback_tag(&subject).as_str().to_owned(), fallback));
    }
    BuiltImage { manifests: builder.manifests, blobs: builder.blobs, tags, broken }
}

/// The descriptor of the manifest that the tag points at.
fn top(builder: &mut ImageBuilder<'_>, image: &ImageDescription) -> Value {
    let layers = &image.layers;
    let dialect = match image.kind {
        ImageKind::Image | ImageKind::DockerList => Dialect::Docker,
        _ => Dialect::Oci,
    };
    let plain = image.platforms.first().map_or("linux/amd64", String::as_str);
    let (media_type, mut manifest) = match image.kind {
        ImageKind::Image | ImageKind::Oci => {
            (dialect.manifest(), builder.image(dialect, layers, "linux/amd64"))
        }
        ImageKind::EmptyLayers => (dialect.manifest(), builder.image(dialect, &[], plain)),
        ImageKind::UnknownType => {
            const UNKNOWN: &str = "application/vnd.sandbox.unheard-of.v1+json";
            let mut manifest = builder.image(dialect, layers, plain);
            manifest["mediaType"] = json!(UNKNOWN);
            (UNKNOWN, manifest)
        }
        ImageKind::Artifact => (MediaType::OCI_MANIFEST, artifact(builder, image)),
        ImageKind::Schema1 => {
            let text = schema1(builder, image);
            return builder.manifest_text(MediaType::DOCKER_SCHEMA1_SIGNED, text);
        }
        ImageKind::Index | ImageKind::DockerList | ImageKind::PrettyIndex => {
            (dialect.index(), index(builder, dialect, image))
        }
        ImageKind::Sha512 => {
            builder.algorithm = Algorithm::Sha512;
            let index = index(builder, dialect, image);
            builder.algorithm = Algorithm::Sha256;
            (dialect.index(), index)
        }
        ImageKind::NestedIndex => {
            let inner = index(builder, dialect, image);
            let inner = builder.manifest(dialect.index(), &inner);
            let image = builder.image(dialect, layers, "linux/riscv64");
            let image = builder.manifest(dialect.manifest(), &image);
            let entries = vec![inner, for_platform(image, "linux/riscv64")];
            (dialect.index(), index_of(dialect, &entries))
        }
    };
    if image.fault == Some(SourceFault::ManifestTooLarge) {
        let padding = usize::try_from(MANIFEST_LIMIT).unwrap_or(usize::MAX);
        manifest["annotations"] = json!({"sandbox.padding": "x".repeat(padding)});
    }
    if image.kind == ImageKind::PrettyIndex {
        // The trailing newline is part of the bytes, and so of the digest.
        let text = format!("{manifest:#}\n");
        return builder.manifest_text(media_type, text);
    }
    builder.manifest(media_type, &manifest)
}

fn index_of(dialect: Dialect, entries: &[Value]) -> Value {
    json!({"schemaVersion": 2, "mediaType": dialect.index(), "manifests": entries})
}

fn index(builder: &mut ImageBuilder<'_>, dialect: Dialect, image: &ImageDescription) -> Value {
    let mut entries = Vec::new();
    for platform in &image.platforms {
        let child = builder.image(dialect, &image.layers, platform);
        let child = builder.manifest(dialect.manifest(), &child);
        entries.push(for_platform(child, platform));
    }
    if image.attestation {
        let subject = entries.first().map(|entry| entry["digest"].clone());
        let statement = json!({"_type": "https://in-toto.io/Statement/v0.1", "subject": subject});
        let layer = builder.keep("application/vnd.in-toto+json", statement.to_string().into());
        let config = json!({"architecture": "unknown", "os": "unknown", "of": subject});
        let config = builder
            .keep("application/vnd.oci.image.config.v1+json", config.to_string().into_bytes());
        let manifest = json!({
            "schemaVersion": 2,
            "mediaType": MediaType::OCI_MANIFEST,
            "config": config,
            "layers": [layer],
        });
        let manifest = builder.manifest(MediaType::OCI_MANIFEST, &manifest);
        let mut entry = for_platform(manifest, "unknown/unknown");
        entry["annotations"] = json!({
            "vnd.docker.reference.type": "attestation-manifest",
            "vnd.docker.reference.digest": subject,
        });
        entries.push(entry);
    }
    index_of(dialect, &entries)
}

fn artifact(builder: &mut ImageBuilder<'_>, image: &ImageDescription) -> Value {
    let config = builder.keep("application/vnd.oci.empty.v1+json", b"{}".to_vec());
    let layers = builder.layers("application/octet-stream", &image.layers, "");
    json!({
        "schemaVersion": 2,
        "mediaType": MediaType::OCI_MANIFEST,
        "artifactType": "application/vnd.sandbox.chart",
        "config": config,
        "layers": layers,
    })
}

/// Signed as libtrust does it: the payload, and a signature block spliced in before its last line.
fn schema1(builder: &mut ImageBuilder<'_>, image: &ImageDescription) -> String {
    let mut layers = builder.layers("", &image.layers, "");
    // Schema 1 lists the newest layer first.
    layers.reverse();
    let sums: Vec<_> = layers.iter().map(|layer| json!({"blobSum": layer["digest"]})).collect();
    let history: Vec<_> =
        layers.iter().map(|_| json!({"v1Compatibility": "{\"os\":\"linux\"}"})).collect();
    let (name, tag) = builder.origin.rsplit_once(':').unwrap_or_default();
    let payload = json!({
        "schemaVersion": 1,
        "name": name,
        "tag": tag,
        "architecture": "amd64",
        "fsLayers": sums,
        "history": history,
    });
    let payload = format!("{payload:#}");
    let head = payload.strip_suffix("\n}").unwrap_or(&payload);
    let protected = json!({
        "formatLength": head.len(),
        "formatTail": URL_SAFE_NO_PAD.encode("\n}"),
        "time": "2020-01-01T00:00:00Z",
    });
    let protected = URL_SAFE_NO_PAD.encode(protected.to_string());
    let signature = json!([{
        "header": {"alg": "ES256"},
        "signature": "c2FuZGJveA",
        "protected": protected,
    }]);
    format!("{head},\n  \"signatures\": {signature}\n}}")
}

/// A cosign signature, as cosign up to version 2 writes it.
fn signature(builder: &mut ImageBuilder<'_>, subject: &Digest) -> Digest {
    let payload = json!({"critical": {"image": {"docker-manifest-digest": subject}}});
    let layer = builder
        .keep("application/vnd.dev.cosign.simplesigning.v1+json", payload.to_string().into_bytes());
    let config = json!({"rootfs": {"type": "layers", "diff_ids": [layer["digest"]]}});
    let config =
        builder.keep("application/vnd.oci.image.config.v1+json", config.to_string().into());
    let manifest = json!({
        "schemaVersion": 2,
        "mediaType": MediaType::OCI_MANIFEST,
        "config": config,
        "layers": [layer],
    });
    digest_of(&builder.manifest(MediaType::OCI_MANIFEST, &manifest))
}

/// An SBOM that refers to the image, and the index at its fallback tag.
fn referrer(builder: &mut ImageBuilder<'_>, subject: &Value) -> Digest {
    const SBOM: &str = "application/spdx+json";
    let config = builder.keep("application/vnd.oci.empty.v1+json", b"{}".to_vec());
    let document = json!({"spdxVersion": "SPDX-2.3", "name": subject["digest"]});
    let layer = builder.keep(SBOM, document.to_string().into_bytes());
    let manifest = json!({
        "schemaVersion": 2,
        "mediaType": MediaType::OCI_MANIFEST,
        "artifactType": SBOM,
        "config": config,
        "layers": [layer],
        "subject": subject,
    });
    let mut entry = builder.manifest(MediaType::OCI_MANIFEST, &manifest);
    entry["artifactType"] = json!(SBOM);
    let index = index_of(Dialect::Oci, &[entry]);
    digest_of(&builder.manifest(MediaType::OCI_INDEX, &index))
}

fn breakage(
    builder: &ImageBuilder<'_>,
    fault: SourceFault,
    top: &Digest,
) -> Option<(Digest, SourceFault)> {
    let holder = |digest: &Digest| builder.manifests.iter().find(|(held, _)| held == digest);
    let (_, manifest) = holder(top)?;
    let last_child = manifest.children.last();
    let broken = match fault {
        SourceFault::ManifestTooLarge => return None,
        SourceFault::ManifestMissing => last_child.unwrap_or(top).clone(),
        SourceFault::BlobMissing | SourceFault::WrongSize | SourceFault::WrongBytes => {
            let mut manifest = manifest;
            while let Some((_, child)) = manifest.children.last().and_then(holder) {
                manifest = child;
            }
            manifest.blobs.last()?.clone()
        }
    };
    Some((broken, fault))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_names_only_what_it_brings() {
        use ImageKind::*;
        for kind in [
            Image,
            Oci,
            Index,
            NestedIndex,
            DockerList,
            Artifact,
            EmptyLayers,
            Schema1,
            UnknownType,
            PrettyIndex,
            Sha512,
        ] {
            let image = ImageDescription {
                kind,
                attestation: true,
                signed: true,
                referrer: true,
                ..ImageDescription::default()
            };
            let built = build(&mut Contents::default(), "shop/web", &image);
            let manifests: Vec<_> = built.manifests.iter().map(|(digest, _)| digest).collect();
            assert_eq!(built.tags.len(), 3);
            for (_, digest) in &built.tags {
                assert!(manifests.contains(&digest), "{kind:?}");
            }
            for (_, manifest) in &built.manifests {
                assert!(manifest.children.iter().all(|child| manifests.contains(&child)));
                assert!(manifest.blobs.iter().all(|blob| built.blobs.contains(blob)));
            }
        }
    }
}
