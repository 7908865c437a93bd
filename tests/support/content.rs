//! Putting content into a registry, piece by piece and with code of its own, so that a test knows
//! every byte that it expects to find again.

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::http::send;

pub(crate) const OCI_INDEX: &str = "application/vnd.oci.image.index.v1+json";
pub(crate) const OCI_MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
pub(crate) const OCI_CONFIG: &str = "application/vnd.oci.image.config.v1+json";
pub(crate) const OCI_LAYER: &str = "application/vnd.oci.image.layer.v1.tar+gzip";
pub(crate) const DOCKER_LIST: &str = "application/vnd.docker.distribution.manifest.list.v2+json";
pub(crate) const DOCKER_MANIFEST: &str = "application/vnd.docker.distribution.manifest.v2+json";
const EMPTY: &str = "application/vnd.oci.empty.v1+json";
const DOCKER_CONFIG: &str = "application/vnd.docker.container.image.v1+json";
const DOCKER_LAYER: &str = "application/vnd.docker.image.rootfs.diff.tar.gzip";

/// `sha256:…` of some bytes.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    format!("sha256:{:x}", Sha256::digest(bytes))
}

/// One repository of a registry that asks for no login, or for this header.
pub(crate) struct Shelf<'a> {
    host: &'a str,
    repository: &'a str,
    authorization: Option<String>,
}

impl<'a> Shelf<'a> {
    /// A repository without a login.
    pub(crate) fn open(host: &'a str, repository: &'a str) -> Self {
        Self { host, repository, authorization: None }
    }

    /// A repository that takes this bearer token.
    pub(crate) fn with_token(host: &'a str, repository: &'a str, token: &str) -> Self {
        Self { host, repository, authorization: Some(format!("Bearer {token}")) }
    }

    /// Uploads a blob; its descriptor comes back.
    pub(crate) fn blob(&self, media_type: &str, bytes: &[u8]) -> Value {
        let begin = format!("/v2/{}/blobs/uploads/", self.repository);
        let opened = self.send("POST", &begin, &[], b"");
        assert_eq!(opened.status, 202, "{begin}");
        let place = opened.header("Location").unwrap();
        let path = place.strip_prefix(&format!("http://{}", self.host)).unwrap_or(place);
        let digest = sha256(bytes);
        let mark = if path.contains('?') { '&' } else { '?' };
        let path = format!("{path}{mark}digest={digest}");
        let sent = self.send("PUT", &path, &[("Content-Type", "application/octet-stream")], bytes);
        assert_eq!(sent.status, 201, "{path}");
        json!({"mediaType": media_type, "digest": digest, "size": bytes.len()})
    }

    /// Puts a manifest under a tag, or under its digest; its descriptor comes back.
    #[track_caller]
    pub(crate) fn manifest(&self, tag: Option<&str>, media_type: &str, bytes: &[u8]) -> Value {
        let digest = sha256(bytes);
        let path = format!("/v2/{}/manifests/{}", self.repository, tag.unwrap_or(&digest));
        let answer = self.send("PUT", &path, &[("Content-Type", media_type)], bytes);
        let text = String::from_utf8_lossy(&answer.body);
        assert_eq!(answer.status, 201, "{path}: {text}");
        json!({"mediaType": media_type, "digest": digest, "size": bytes.len()})
    }

    /// An OCI image with a config that says which it is, and these layers.
    pub(crate) fn image(&self, tag: Option<&str>, name: &str, layers: &[&[u8]]) -> Value {
        let config = self.blob(OCI_CONFIG, json!({"made for": name}).to_string().as_bytes());
        let layers: Vec<Value> = layers.iter().map(|layer| self.blob(OCI_LAYER, layer)).collect();
        let manifest = json!({
            "schemaVersion": 2, "mediaType": OCI_MANIFEST, "config": config, "layers": layers,
        });
        self.manifest(tag, OCI_MANIFEST, manifest.to_string().as_bytes())
    }

    /// The same in Docker's words.
    pub(crate) fn docker_image(&self, tag: Option<&str>, name: &str, layers: &[&[u8]]) -> Value {
        let config = self.blob(DOCKER_CONFIG, json!({"made for": name}).to_string().as_bytes());
        let layers: Vec<Value> =
            layers.iter().map(|layer| self.blob(DOCKER_LAYER, layer)).collect();
        let manifest = json!({
            "schemaVersion": 2, "mediaType": DOCKER_MANIFEST, "config": config, "layers": layers,
        });
        self.manifest(tag, DOCKER_MANIFEST, manifest.to_string().as_bytes())
    }

    /// An index of these entries.
    pub(crate) fn index(&self, tag: Option<&str>, entries: &[Value]) -> Value {
        let index = json!({"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": entries});
        self.manifest(tag, OCI_INDEX, index.to_string().as_bytes())
    }

    fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> super::http::Answer {
        let mut headers = headers.to_vec();
        headers.extend(self.authorization.as_deref().map(|value| ("Authorization", value)));
        send(method, self.host, path, &headers, body)
    }
}

/// An OCI artifact that refers to `subject`.
pub(crate) fn artifact(shelf: &Shelf, artifact_type: &str, subject: &Value) -> Value {
    let config = shelf.blob(EMPTY, b"{}");
    let text = format!("says something of {}", subject["digest"]);
    let layer = shelf.blob(artifact_type, text.as_bytes());
    let manifest = json!({
        "schemaVersion": 2, "mediaType": OCI_MANIFEST, "artifactType": artifact_type,
        "config": config, "layers": [layer], "subject": subject,
    });
    shelf.manifest(None, OCI_MANIFEST, manifest.to_string().as_bytes())
}

/// The entry of an index for this platform.
pub(crate) fn on(mut descriptor: Value, os: &str, architecture: &str) -> Value {
    descriptor["platform"] = json!({"os": os, "architecture": architecture});
    descriptor
}

/// The tag under which a registry without the referrers API lists what refers to this manifest.
pub(crate) fn fallback(descriptor: &Value) -> String {
    descriptor["digest"].as_str().unwrap().replace(':', "-")
}
