//! What is copied: one of each shape that people push.

use std::sync::LazyLock;

use serde_json::{Value, json};

use crate::support::content::{OCI_MANIFEST, Shelf, artifact, fallback, on};
use crate::support::random::Random;

const SBOM: &str = "application/spdx+json";
const IN_TOTO: &str = "application/vnd.in-toto+json";

/// What a source holds, and so what a target has to hold afterwards.
#[derive(Debug, Default)]
pub(super) struct Content {
    /// `REPOSITORY:TAG`, of images that are asked for.
    pub(super) images: Vec<String>,
    /// Of what comes along with them.
    pub(super) followers: Vec<String>,
    /// `REPOSITORY@DIGEST` of what refers to an image, and the digest of that image.
    pub(super) referrers: Vec<(String, String)>,
}

/// Fills a registry. Without the referrers API a fallback tag lists what refers to an image.
pub(super) fn fill(host: &str, has_referrers_api: bool) -> Content {
    let mut content = Content::default();
    let mut note = |images: &[&str]| content.images.extend(images.iter().map(|&s| s.to_owned()));
    let base = bytes(1, 300_000);

    let web = Shelf::open(host, "shop/web");
    let signed = web.image(Some("v1"), "web 1", &[&base, &bytes(2, 12 << 20)]);
    web.docker_image(Some("docker"), "web for docker", &[&base, &bytes(3, 5_000)]);
    web.image(Some("no-layers"), "nothing in it", &[]);
    web.image(Some("no-bytes"), "a layer of nothing", &[b""]);
    note(&["shop/web:v1", "shop/web:docker", "shop/web:no-layers", "shop/web:no-bytes"]);
    let signature = format!("{}.sig", fallback(&signed));
    web.image(Some(&signature), "its signature", &[b"signed"]);

    // As buildx pushes it: attestations stand beside the platforms, of no platform themselves.
    let api = Shelf::open(host, "shop/api");
    let mut entries = Vec::new();
    for architecture in ["amd64", "arm64"] {
        let image = api.image(None, architecture, &[&base, architecture.as_bytes()]);
        let mut attestation = on(attestation(&api, &image), "unknown", "unknown");
        attestation["annotations"] = json!({
            "vnd.docker.reference.type": "attestation-manifest",
            "vnd.docker.reference.digest": image["digest"],
        });
        entries.extend([on(image, "linux", architecture), attestation]);
    }
    let index = api.index(Some("v1"), &entries);
    let riscv = on(api.image(None, "riscv", &[&base, b"riscv"]), "linux", "riscv64");
    api.index(Some("nested"), &[index, riscv]);
    note(&["shop/api:v1", "shop/api:nested"]);

    let tools = Shelf::open(host, "shop/tools");
    let subject = tools.image(Some("v1"), "tools", &[&base]);
    let sbom = artifact(&tools, SBOM, &subject);
    // A signature of the SBOM: what refers to an image may itself be referred to.
    let seal = artifact(&tools, "application/vnd.example.seal", &sbom);
    note(&["shop/tools:v1"]);
    content.followers.push(format!("shop/web:{signature}"));
    for (referrer, of) in [(&sbom, &subject), (&seal, &sbom)] {
        let digest = |descriptor: &Value| descriptor["digest"].as_str().unwrap().to_owned();
        content.referrers.push((format!("shop/tools@{}", digest(referrer)), digest(of)));
        if !has_referrers_api {
            let mut entry = referrer.clone();
            entry["artifactType"] = SBOM.into();
            tools.index(Some(&fallback(of)), &[entry]);
            content.followers.push(format!("shop/tools:{}", fallback(of)));
        }
    }
    content
}

fn attestation(shelf: &Shelf, image: &Value) -> Value {
    let config = shelf.blob(
        "application/vnd.oci.image.config.v1+json",
        json!({"architecture": "unknown", "of": image["digest"]}).to_string().as_bytes(),
    );
    let layer = shelf.blob(IN_TOTO, json!({"subject": image["digest"]}).to_string().as_bytes());
    let manifest = json!({
        "schemaVersion": 2, "mediaType": OCI_MANIFEST, "config": config, "layers": [layer],
    });
    shelf.manifest(None, OCI_MANIFEST, manifest.to_string().as_bytes())
}

/// A layer, the same each time. Nothing here looks into it; its length is what counts.
fn bytes(seed: u64, length: usize) -> Vec<u8> {
    static BLOCK: LazyLock<Vec<u8>> = LazyLock::new(|| {
        let mut random = Random::from(1);
        let words = std::iter::repeat_with(|| random.below(1 << 31).to_le_bytes());
        words.take(1 << 18).flat_map(|word| [word[0], word[1], word[2]]).collect()
    });
    let mut bytes: Vec<u8> = BLOCK.iter().copied().cycle().take(length).collect();
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    bytes
}
