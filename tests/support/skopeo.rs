//! Reading registries with skopeo, which shares no code with anything here.

use serde_json::Value;

use super::content::sha256;
use super::http::get;
use super::tool;

/// A manifest as skopeo gets it, byte by byte. `reference` is `HOST/REPOSITORY:TAG`, or `@DIGEST`.
#[track_caller]
pub(crate) fn raw(reference: &str) -> Vec<u8> {
    let output = tool("skopeo")
        .args(["inspect", "--raw", "--tls-verify=false", &format!("docker://{reference}")])
        .output()
        .expect("skopeo is not installed; `make test` does it");
    assert!(output.status.success(), "{reference}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// Fails unless both references hold the same bytes, as does everything below them. Returns how
/// many manifests were compared.
#[track_caller]
pub(crate) fn assert_same(source: &str, target: &str) -> usize {
    let (ours, theirs) = (raw(source), raw(target));
    assert_eq!(
        String::from_utf8_lossy(&ours),
        String::from_utf8_lossy(&theirs),
        "{source} and {target}"
    );
    let (from, to) = (repository_of(source), repository_of(target));
    let manifest: Value = serde_json::from_slice(&ours).unwrap();
    for part in blobs(&manifest) {
        let digest = part["digest"].as_str().unwrap();
        let (host, name) = to.split_once('/').unwrap();
        let blob = get(host, &format!("/v2/{name}/blobs/{digest}"));
        assert_eq!((blob.status, sha256(&blob.body).as_str()), (200, digest), "{target}");
    }
    let mut compared = 1;
    for child in manifest["manifests"].as_array().into_iter().flatten() {
        let digest = child["digest"].as_str().unwrap();
        assert_eq!(sha256(&raw(&format!("{to}@{digest}"))), digest);
        compared += assert_same(&format!("{from}@{digest}"), &format!("{to}@{digest}"));
    }
    compared
}

fn blobs(manifest: &Value) -> impl Iterator<Item = &Value> {
    manifest.get("config").into_iter().chain(manifest["layers"].as_array().into_iter().flatten())
}

fn repository_of(reference: &str) -> &str {
    match reference.rsplit_once('@') {
        Some((repository, _)) => repository,
        None => reference.rsplit_once(':').unwrap().0,
    }
}
