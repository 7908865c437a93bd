//! Docker schema 1: its layers carry no size, and its digest leaves out the signatures.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use super::descriptor::{Descriptor, ManifestError};

/// The layers of an `fsLayers` list.
pub(super) fn layers(value: Option<&Value>) -> Result<Vec<Descriptor>, ManifestError> {
    let field = "fsLayers";
    let entries = match value {
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(Value::Array(entries)) => entries,
        Some(_) => {
            return Err(ManifestError::Field { field, reason: "it is not a list".to_owned() });
        }
    };
    let layer = |entry: &Value| {
        let digest = entry.get("blobSum").and_then(Value::as_str).unwrap_or_default();
        let digest = digest
            .parse()
            .map_err(|error| ManifestError::Field { field, reason: format!("{error}") })?;
        Ok(Descriptor { media_type: String::new(), digest, size: None, urls: Vec::new() })
    };
    entries.iter().map(layer).collect()
}

/// The signed part of a schema 1 manifest; `None` if the bytes carry no signatures.
///
/// The format is libtrust's pretty JWS: `protected` of the first signature holds the length of the
/// payload's head and its tail.
pub(super) fn signed_payload(bytes: &[u8]) -> Result<Option<Vec<u8>>, ManifestError> {
    let value: Value =
        serde_json::from_slice(bytes).map_err(|error| ManifestError::NotJson(error.to_string()))?;
    let Some(signature) = value.get("signatures").and_then(|list| list.get(0)) else {
        return Ok(None);
    };
    let broken = |reason: &str| ManifestError::Schema1(reason.to_owned());
    let protected = signature.get("protected").and_then(Value::as_str);
    let protected = protected.ok_or_else(|| broken("no `protected` header"))?;
    let protected = decode(protected).ok_or_else(|| broken("`protected` is not base64url"))?;
    let protected: Value =
        serde_json::from_slice(&protected).map_err(|_| broken("`protected` does not hold JSON"))?;
    let length = protected.get("formatLength").and_then(Value::as_u64);
    let length = length.and_then(|length| usize::try_from(length).ok());
    let head = length
        .and_then(|length| bytes.get(..length))
        .ok_or_else(|| broken("`formatLength` is missing or too large"))?;
    let tail = protected.get("formatTail").and_then(Value::as_str);
    let tail = tail.and_then(decode).ok_or_else(|| broken("`formatTail` is missing"))?;
    Ok(Some([head, &tail].concat()))
}

fn decode(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).ok()
}

#[cfg(test)]
mod tests {
    use super::super::{Algorithm, Digest, MediaType};
    use super::*;
    use crate::image::manifest::manifest_digest;

    fn sign(payload: &str) -> String {
        let head = payload.strip_suffix("\n}").unwrap();
        let protected = format!(
            r#"{{"formatLength":{},"formatTail":"{}","time":"2020-01-01T00:00:00Z"}}"#,
            head.len(),
            URL_SAFE_NO_PAD.encode("\n}")
        );
        format!(
            r#"{head},"signatures":[{{"header":{{"alg":"ES256"}},"signature":"x","protected":"{}"}}]{}"#,
            URL_SAFE_NO_PAD.encode(protected),
            "\n}"
        )
    }

    #[test]
    fn the_digest_leaves_out_the_signatures() {
        let payload = "{\n   \"schemaVersion\": 1,\n   \"fsLayers\": []\n}";
        let signed = sign(payload);
        let digest =
            manifest_digest(Algorithm::Sha256, MediaType::DOCKER_SCHEMA1_SIGNED, signed.as_bytes());
        assert_eq!(digest, Ok(Digest::of(payload.as_bytes())));
    }

    #[test]
    fn without_signatures_the_whole_text_counts() {
        assert_eq!(signed_payload(b"{\"schemaVersion\":1}"), Ok(None));
    }

    #[test]
    fn a_lying_length_is_an_error_not_a_panic() {
        let protected = URL_SAFE_NO_PAD.encode(r#"{"formatLength":999999,"formatTail":""}"#);
        let text = format!(r#"{{"signatures":[{{"protected":"{protected}"}}]}}"#);
        assert!(matches!(signed_payload(text.as_bytes()), Err(ManifestError::Schema1(_))));
    }

    #[test]
    fn layers_without_sizes_are_read() {
        let digest = Digest::of(b"l");
        let list = serde_json::json!([{"blobSum": digest}]);
        let layers = layers(Some(&list)).unwrap();
        assert_eq!((layers[0].digest.clone(), layers[0].size), (digest, None));
    }
}
